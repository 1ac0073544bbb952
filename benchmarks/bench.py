"""Build a generated shop and show time, memory and rows, stage by stage.

Run it with `make bench`; INTERACTIONS and PRODUCTS set the size. It is a benchmark and
checks nothing but that the build succeeds.
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
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from aisle.sample import progress_bar, write_sample

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SAMPLE_EVERY = 0.2  # seconds
MIB = 1024 * 1024


@dataclass
class MemoryWatch:
    """Resident memory of a process and what it started, over time.

    Attributes
    ----------
    pid : int
        The process.
    samples : list of tuple
        Seconds since the epoch, bytes, and seconds of CPU time since the start.
    """

    pid: int
    samples: list[tuple[float, int, float]] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Take samples until told to end."""
        while not self._ended.wait(SAMPLE_EVERY):
            self.samples.append((time.time(), *tree_usage(self.pid)))

    def end(self) -> None:
        """Take no more samples."""
        self._ended.set()

    def peak(self, start: float = 0.0, end: float = float("inf")) -> int:
        """Most bytes seen between two moments."""
        seen = [size for at, size, _ in self.samples if start <= at <= end]
        return max(seen, default=0)


def tree_usage(pid: int) -> tuple[int, float]:
    """Resident bytes and CPU seconds of a process and those it started.

    Both are 0 where /proc is missing. Of processes that ended the time counts, if
    whoever started them has asked how they ended.
    """
    total, ticks = 0, 0
    waiting = [pid]
    while waiting:
        process = Path("/proc") / str(waiting.pop())
        try:
            pages = int((process / "statm").read_text().split()[1])
            # The name, in brackets, may hold spaces.
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            for task in (process / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, ValueError, IndexError):
            continue  # it ended between two reads, or there is no /proc
        total += pages * os.sysconf("SC_PAGE_SIZE")
        ticks += sum(map(int, fields[11:15]))
    return total, ticks / os.sysconf("SC_CLK_TCK")


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


def moment(text: str) -> float:
    """Seconds since the epoch of one of dbt's timestamps."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def measure(target: Path, warehouse: Path, memory: MemoryWatch) -> list[Stage]:
    """Cost by stage, in the order in which the stages first ran."""
    manifest = json.loads((target / "manifest.json").read_text())
    results = json.loads((target / "run_results.json").read_text())["results"]
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    stages: dict[str, Stage] = defaultdict(lambda: Stage(""))
    spans: list[tuple[float, float, str]] = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for result in results:
            node = nodes.get(result["unique_id"])
            if node is None:  # a hook
                continue
            stage = stages[stage_of(node)]
            stage.name = stage_of(node)
            stage.nodes += 1
            for timing in result["timing"]:
                if timing["name"] == "execute" and timing["completed_at"]:
                    stage.starts = min(stage.starts, moment(timing["started_at"]))
                    stage.ends = max(stage.ends, moment(timing["completed_at"]))
                    spans.append(
                        (
                            moment(timing["started_at"]),
                            moment(timing["completed_at"]),
                            stage.name,
                        )
                    )
            if node["resource_type"] in {"model", "seed"}:
                stage.rows += count_rows(connection, node["relation_name"])
    share_out(stages, spans, memory)
    for stage in stages.values():
        stage.peak = memory.peak(stage.starts, stage.ends + SAMPLE_EVERY)
    return sorted(stages.values(), key=lambda stage: (stage.starts, stage.name))


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


HEADER = ["stage", "nodes", "seconds", "cpu_seconds", "peak_mib", "rows"]

# Days of history that make fifty interactions of an average customer.
DAYS = 270
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


def markdown(rows: list[list[str]]) -> str:
    """The rows as a Markdown table under HEADER."""
    lines = [HEADER, ["---", *["---:"] * (len(HEADER) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def build(folder: Path, shop: Path) -> tuple[int, float, MemoryWatch]:
    """Run `dbt build` on the shop; its exit status, seconds and memory."""
    variables = {"connector": "files", "files_path": str(shop)}
    env = {
        **os.environ,
        "DBT_PROFILES_DIR": str(ROOT / "profiles"),
        "AISLE_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "AISLE_PUBLISHED": str(folder / "published.duckdb"),
        "AISLE_TEMP_DIRECTORY": str(folder / "spill"),
    }
    command = [str(BIN / "dbt"), "build", "--vars", json.dumps(variables)]
    command += ["--target-path", str(folder / "target")]
    command += ["--log-path", str(folder / "logs")]
    began = time.time()
    with subprocess.Popen(command, cwd=ROOT, env=env) as process:
        memory = MemoryWatch(process.pid)
        watcher = threading.Thread(target=memory.run, daemon=True)
        watcher.start()
        status = process.wait()
        memory.end()
        watcher.join()
    return status, time.time() - began, memory


def main() -> int:
    """Generate, build, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    arguments = parser.parse_args()
    customers = max(arguments.interactions // CUSTOMER_INTERACTIONS, 1)
    with tempfile.TemporaryDirectory(prefix="aisle_bench_") as name:
        folder = Path(name)
        shop = folder / "shop"
        began = time.time()
        with progress_bar() as progress:
            write_sample(shop, customers, arguments.products, DAYS, progress=progress)
        generated = time.time() - began
        with duckdb.connect() as connection:
            path = f"'{shop / 'interactions.parquet'}'"
            interactions = count_rows(connection, path)
        status, seconds, memory = build(folder, shop)
        if status:
            print("The build failed; nothing is written.", file=sys.stderr)
            return status
        target, warehouse = folder / "target", folder / "warehouse.duckdb"
        rows = table(measure(target, warehouse, memory))
    notes = [
        f"# `dbt build`, {interactions:,} interactions",
        "",
        f"{customers:,} customers and {arguments.products:,} products, {DAYS} days, "
        f"generated in {generated:.0f} s.",
        f"Build: **{seconds:.0f} s, {memory.samples[-1][2]:.0f} s of CPU time, "
        f"{memory.peak() / MIB:,.0f} MiB** at the peak, on "
        f"{os.cpu_count()} cores with {total_memory()}; Python "
        f"{platform.python_version()}, DuckDB {duckdb.__version__}.",
        "",
        "Nodes that run at the same time share its seconds, so that the stages add up;",
        "memory is the most that the whole process held while a node of the stage ran.",
        "",
        markdown(rows),
    ]
    text = "\n".join(notes)
    print(f"\n{text}")
    arguments.results.mkdir(parents=True, exist_ok=True)
    stem = arguments.results / f"interactions_{arguments.interactions}"
    stem.with_suffix(".md").write_text(f"{text}\n")
    with stem.with_suffix(".csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
    print(f"\nWritten to {stem}.md and {stem.name}.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
