"""Lint the models with sqlfluff, once for each connector.

sqlfluff skips a model that its dbt templater finds disabled, and the staging models of
every connector but the chosen one are. The first runs cover all but those, under the
default connector; each further run covers the staging models of one other connector.
Every process that sqlfluff starts parses the project again, so each run has one, and as
many run at a time as there are processors. Those of the default connector read no more
of the project than has changed since `make conventions` read it, where it has.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LEAN = Path(__file__).with_name("lean.py")
# What dbt knows of the project, and takes for its own where vars and environment agree.
READ_BEFORE = ROOT / "target" / "conventions" / "partial_parse.msgpack"
WORKERS = os.cpu_count() or 1

# What a connector reads while it compiles: variable, file name and content.
SOURCES = {
    "files": (
        "files_path",
        "files/interactions.csv",
        "customer_id,product_id,interaction_type,occurred_at\n"
        "c1,p1,purchase,2024-01-01 10:00:00\n",
    ),
    "online_retail": (
        "online_retail_path",
        "online_retail.csv",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,"
        "Country\n536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,France\n",
    ),
}


def connector_variables(connector: str, folder: Path) -> dict[str, str]:
    """The variables that make a connector compile, with its source made in `folder`."""
    variables = {"connector": connector}
    if connector in SOURCES:
        name, file, content = SOURCES[connector]
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        variables[name] = str(path if path.parent == folder else path.parent)
    return variables


def runs(folder: Path) -> list[tuple[list[str], Path | None]]:
    """What to lint, and the extra configuration that each run needs."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    default = project["vars"]["connector"]
    staging = ROOT / "models" / "staging"
    others = [
        path
        for path in sorted(staging.iterdir())
        if path.is_dir() and path.name != default
    ]
    shared = [
        file
        for file in sql_files(ROOT / "models")
        if not any(path.name in Path(file).parts for path in others)
    ]
    found: list[tuple[list[str], Path | None]] = [
        (shared[worker::WORKERS], None) for worker in range(WORKERS)
    ]
    for path in others:
        variables = connector_variables(path.name, folder)
        config = folder / f"{path.name}.cfg"
        lines = [f"{name} = {value}" for name, value in variables.items()]
        config.write_text(
            "\n".join(["[sqlfluff:templater:dbt:context]", *lines]) + "\n"
        )
        found.append((sql_files(path), config))
    return [(files, config) for files, config in found if files]


def sql_files(folder: Path) -> list[str]:
    """The SQL files in a folder, from the project's root."""
    return sorted(str(path.relative_to(ROOT)) for path in folder.rglob("*.sql"))


def main() -> int:
    """Lint, or with `--fix` mend; 1 where anything is left to mend."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    arguments = parser.parse_args()
    action = "fix" if arguments.fix else "lint"

    def run(files: list[str], config: Path | None) -> int:
        command = [sys.executable, str(LEAN), "sqlfluff", action]
        command += ["--processes", "1"]
        command += ["--config", str(config)] if config else []
        target = Path(folder, files[0].replace("/", "_"))
        target.mkdir()
        if config is None and READ_BEFORE.exists():
            shutil.copy(READ_BEFORE, target)
        done = subprocess.run(
            [*command, *files],
            cwd=ROOT,
            env={
                **os.environ,
                "AISLE_WAREHOUSE": ":memory:",
                "DBT_TARGET_PATH": str(target),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        about = f" ({config.stem})" if config else ""
        # DuckDB's binding reports at exit what it did not free.
        output = done.stdout.partition("\nnanobind: leaked")[0]
        print(f"sqlfluff {action}, {len(files)} models{about}\n{output}", flush=True)
        return done.returncode

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        codes = list(pool.map(lambda each: run(*each), runs(Path(folder))))
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
