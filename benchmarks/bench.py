"""Build a generated shop and show time, memory and rows, stage by stage.

Run it with `make bench`; INTERACTIONS and PRODUCTS set the size, PEERS what it is
compared with. It is a benchmark and checks nothing but that the build succeeds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

import compare
import plans
from aisle.sample import progress_bar, write_sample
from aisle.sample.world import LAST_DAY
from compare import PEERS, ROOT, Bench, executions
from watch import MIB, SAMPLE_EVERY, MemoryWatch, Run


@dataclass
class Stage:
    """What one stage of the build cost."""

    name: str
    nodes: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    rows: int = 0
    starts: float = float("inf")
    ends: float = 0.0
    peak: int = 0


def stage_of(node: dict[str, Any]) -> str:
    """Name of a node's stage: the folder that holds it, or what kind it is.

    Examples
    --------
    >>> path = "models/intermediate/folds/folds.sql"
    >>> stage_of({"resource_type": "model", "original_file_path": path})
    'folds'
    """
    if node["resource_type"] != "model":
        return {"seed": "seeds", "unit_test": "unit tests"}.get(
            node["resource_type"], "data tests"
        )
    parts = node["original_file_path"].split("/")[1:-1]
    if parts and parts[0] == "intermediate":
        return str(parts[1])
    if parts and parts[0] == "marts":
        return "/".join(["marts", *parts[1:2]])
    return str(parts[0])


def measure(
    target: Path,
    warehouse: Path,
    memory: MemoryWatch,
    name_of: Callable[[dict[str, Any]], str] = stage_of,
) -> list[Stage]:
    """Cost by stage, or by what else names a node, in the order in which they began."""
    manifest = json.loads((target / "manifest.json").read_text())
    results = json.loads((target / "run_results.json").read_text())["results"]
    ran = executions(target)
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    stages: dict[str, Stage] = defaultdict(lambda: Stage(""))
    spans: list[tuple[float, float, str]] = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for result in results:
            node = nodes.get(result["unique_id"])
            if node is None:  # a hook
                continue
            stage = stages[name_of(node)]
            stage.name = name_of(node)
            stage.nodes += 1
            if result["unique_id"] in ran:
                starts, ends = ran[result["unique_id"]]
                stage.starts = min(stage.starts, starts)
                stage.ends = max(stage.ends, ends)
                spans.append((starts, ends, stage.name))
            if node["resource_type"] in {"model", "seed"}:
                stage.rows += count_rows(connection, node["relation_name"])
    share_out(stages, spans, memory)
    for stage in stages.values():
        stage.peak = memory.peak(stage.starts, stage.ends + SAMPLE_EVERY)
    return sorted(stages.values(), key=lambda stage: (stage.starts, stage.name))


def model_of(node: dict[str, Any]) -> str:
    """Name of a model; of any other node, its stage."""
    return str(node["name"]) if node["resource_type"] == "model" else stage_of(node)


def share_out(
    stages: dict[str, Stage],
    spans: list[tuple[float, float, str]],
    memory: MemoryWatch,
) -> None:
    """Give each stage its part of the time between two samples.

    The nodes that run at a sample share the wall and the CPU time since the sample
    before it, so that the stages add up to the build. What passes while no node runs,
    when dbt starts and ends, goes to the stage `dbt`.
    """
    pairs = zip(memory.samples, memory.samples[1:], strict=False)
    for (before, _, cpu_before), (at, _, cpu_at) in pairs:
        running = [name for starts, ends, name in spans if starts <= at <= ends]
        for name in running or ["dbt"]:
            stage = stages[name]
            stage.name = name
            stage.wall += (at - before) / max(len(running), 1)
            stage.cpu += (cpu_at - cpu_before) / max(len(running), 1)
            if not running:
                stage.starts, stage.ends = min(stage.starts, before), at


def count_rows(connection: duckdb.DuckDBPyConnection, relation: str | None) -> int:
    """Rows of a table or view; 0 where the node left none."""
    if not relation:
        return 0
    try:
        rows = connection.execute(f"select count(*) from {relation}").fetchall()
    except duckdb.CatalogException:
        return 0
    return int(rows[0][0])


def total_memory() -> str:
    """The machine's memory in GiB."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{pages / MIB / 1024:.0f} GiB"


# How many models' plans are kept, and how many models are listed.
PLANS = 12
MODELS = 20

HEADER = ["stage", "nodes", "seconds", "cpu_seconds", "peak_mib", "rows"]

# Days of history that make fifty interactions of an average customer.
DAYS = 270
# About one percent of them, which a daily build adds.
DAILY_DAYS = 3
CUSTOMER_INTERACTIONS = 50


def table(stages: list[Stage]) -> list[list[str]]:
    """The stages as rows of text under HEADER."""
    return [
        [
            stage.name,
            str(stage.nodes),
            f"{stage.wall:.1f}",
            f"{stage.cpu:.1f}",
            f"{stage.peak / MIB:.0f}",
            f"{stage.rows}",
        ]
        for stage in stages
    ]


def markdown(header: list[str], rows: list[list[str]], texts: int = 1) -> str:
    """A Markdown table, the first columns of text and the others of numbers.

    Examples
    --------
    >>> print(markdown(["stage", "rows"], [["folds", "9"]]))
    | stage | rows |
    | --- | ---: |
    | folds | 9 |
    """
    lines = [header, ["---"] * texts + ["---:"] * (len(header) - texts), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(stem: Path, text: str, header: list[str], rows: list[list[str]]) -> None:
    """Print a text, write it as Markdown and its table as CSV."""
    print(f"\n{text}")
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".md").write_text(f"{text}\n")
    with stem.with_suffix(".csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    print(f"\nWritten to {stem}.md and {stem.name}.csv")


def cost_text(run: Run) -> str:
    """What a run took, in words."""
    return (
        f"**{run.ended - run.began:.0f} s, {run.memory.cpu():.0f} s of CPU time, "
        f"{run.memory.peak() / MIB:,.0f} MiB** at the peak"
    )


def write_build(
    stem: Path,
    bench: Bench,
    stages: list[Stage],
    models: list[Stage],
    run: Run,
    daily: Run,
    size: str,
) -> None:
    """Write what a whole build took, by stage and model, and a daily one after it."""
    rows = table(stages)
    dearest = sorted(models, key=lambda model: -model.cpu)[:MODELS]
    wall, cpu = (
        f"{100 * part / whole:.0f} %" if whole else "an unknown part"
        for part, whole in (
            (daily.ended - daily.began, run.ended - run.began),
            (daily.memory.cpu(), run.memory.cpu()),
        )
    )
    text = [
        f"# `dbt build`, {size}",
        "",
        f"Build: {cost_text(run)}, {machine()}. Its warehouse has "
        f"{bench.warehouse('full').stat().st_size / MIB / 1024:.1f} GiB.",
        "",
        f"Daily build, {DAILY_DAYS} days later, of the {DAYS} that there are: "
        f"{cost_text(daily)}; {wall} of the time and {cpu} of the CPU time.",
        "",
        "Nodes that run at the same time share its seconds, so that the stages add up;",
        "memory is the most that the whole process held while a node of the stage ran.",
        "",
        markdown(HEADER, rows),
        "",
        f"The {MODELS} dearest models:",
        "",
        markdown(["model", *HEADER[1:]], table(dearest)),
    ]
    write(stem, "\n".join(text), HEADER, rows)


def build_both(bench: Bench, stem: Path, size: str) -> compare.Cost | None:
    """Run and write a whole build, and the daily one that follows it.

    None where one of them failed.
    """
    bench.clear("full")
    end = LAST_DAY + timedelta(days=1)
    start = str(end - timedelta(days=DAILY_DAYS))
    run = bench.dbt("full", "build", variables={"as_of": start})
    if run.status:
        return None
    stages, models = (
        measure(bench.target("full"), bench.warehouse("full"), run.memory, name_of)
        for name_of in (stage_of, model_of)
    )
    plans_text = slowest_plans(bench)
    cost = compare.full_cost(bench, run)
    history = str(bench.folder / "published_history")
    daily = bench.dbt(
        *("full", "build", "--selector", "daily"),
        variables={"as_of": str(end), "release_history": history},
        target="daily",
    )
    if daily.status:
        return None
    write_build(stem, bench, stages, models, run, daily, size)
    stem.with_name(f"{stem.name}_plans.txt").write_text(plans_text)
    return cost


def slowest_plans(bench: Bench) -> str:
    """The plans of the SQL models that took longest."""
    models = plans.compiled_models(bench.target("full"))
    seconds = {
        unique_id.rpartition(".")[2]: ends - starts
        for unique_id, (starts, ends) in executions(bench.target("full")).items()
        if unique_id.startswith("model.")
    }
    slowest = sorted(models.keys() & seconds.keys(), key=lambda name: -seconds[name])
    with duckdb.connect(str(bench.warehouse("full")), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        texts = [
            f"{name}, {seconds[name]:.1f} s\n\n"
            f"{plans.plan_text(connection, models[name])}\n"
            for name in slowest[:PLANS]
        ]
    return "\n".join(texts)


def machine() -> str:
    """What it ran on."""
    return (
        f"on {os.cpu_count()} cores with {total_memory()}; Python "
        f"{platform.python_version()}, DuckDB {duckdb.__version__}"
    )


def write_comparison(
    stem: Path, costs: list[compare.Cost], notes: list[str], size: str
) -> None:
    """Write what the project and its peers took for the same work."""
    rows = [cost.row() for cost in costs]
    text = [
        f"# The same work by others, {size}",
        "",
        f"One after the other {machine()}.",
        "",
        *compare.EXPLANATION,
        "",
        markdown(compare.HEADER, rows, texts=2),
        "",
        *(f"- {note}" for note in notes),
    ]
    write(stem, "\n".join(text), compare.HEADER, rows)


def main() -> int:
    """Generate, build, measure, compare, print, write and draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument(
        "--peers", nargs="*", choices=PEERS, default=[], help="none: no comparison"
    )
    parser.add_argument(
        "--python", type=Path, help="of the environment that has the peers and plots"
    )
    parser.add_argument(
        "--skip-build", action="store_true", help="only the comparison with peers"
    )
    parser.add_argument(
        "--folder", type=Path, help="to work in and leave, instead of a temporary one"
    )
    arguments = parser.parse_args()
    if arguments.peers and not arguments.python:
        parser.error("--peers needs --python")
    customers = max(arguments.interactions // CUSTOMER_INTERACTIONS, 1)
    with tempfile.TemporaryDirectory(prefix="aisle_bench_") as name:
        folder = (arguments.folder or Path(name)).resolve()
        shop = folder / f"shop_{customers}_{arguments.products}"
        if not (shop / "interactions.parquet").exists():
            with progress_bar() as progress:
                write_sample(
                    shop, customers, arguments.products, DAYS, progress=progress
                )
        with duckdb.connect() as connection:
            count = count_rows(connection, f"'{shop / 'interactions.parquet'}'")
        size = (
            f"{count:,} interactions of {customers:,} customers with "
            f"{arguments.products:,} products in {DAYS} days"
        )
        bench = Bench(folder, shop)
        costs: list[compare.Cost] = []
        if not arguments.skip_build:
            stem = arguments.results / f"interactions_{arguments.interactions}"
            built = build_both(bench, stem, size)
            if built is None:
                print("A build failed; nothing is written.", file=sys.stderr)
                return 1
            costs.append(built)
            if not arguments.folder:
                bench.clear("full")  # its room is needed
        if arguments.peers:
            found, notes = compare.compare(
                bench, arguments.peers, arguments.python.absolute()
            )
            stem = arguments.results / f"peers_{arguments.interactions}"
            write_comparison(stem, costs + found, notes, size)
    if arguments.python:
        plot = [str(arguments.python), str(ROOT / "benchmarks" / "plot.py")]
        return subprocess.call([*plot, str(arguments.results)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
