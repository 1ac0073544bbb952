"""Lint the models with sqlfluff, once for each connector.

sqlfluff skips a model that its dbt templater finds disabled, and the staging models of
every connector but the chosen one are. The first run covers all but those, under the
default connector; each further run covers the staging models of one other connector.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

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
    rest = [path for path in sorted((ROOT / "models").iterdir()) if path != staging]
    shared = [*rest, staging / default]
    found: list[tuple[list[str], Path | None]] = [(with_sql(shared), None)]
    for path in others:
        variables = connector_variables(path.name, folder)
        config = folder / f"{path.name}.cfg"
        lines = [f"{name} = {value}" for name, value in variables.items()]
        config.write_text(
            "\n".join(["[sqlfluff:templater:dbt:context]", *lines]) + "\n"
        )
        found.append((with_sql([path]), config))
    return [(paths, config) for paths, config in found if paths]


def with_sql(paths: list[Path]) -> list[str]:
    """Those of the folders that hold SQL, from the project's root."""
    return [str(path.relative_to(ROOT)) for path in paths if any(path.rglob("*.sql"))]


def main() -> int:
    """Lint, or with `--fix` mend; 1 where anything is left to mend."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    arguments = parser.parse_args()
    command = [str(BIN / "sqlfluff"), "fix" if arguments.fix else "lint"]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for paths, config in runs(Path(folder)):
            options = ["--config", str(config)] if config else []
            print(f"sqlfluff {command[1]} {' '.join(paths)}", flush=True)
            done = subprocess.run(
                [*command, *options, *paths],
                cwd=ROOT,
                env={**os.environ, "AISLE_WAREHOUSE": f"{folder}/warehouse.duckdb"},
                check=False,
            )
            failed |= done.returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
