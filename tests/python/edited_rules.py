"""The project with other business rules than its own."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from dbt_runner import ROOT

RULES = ROOT / "seeds" / "business_rules.csv"
HEADER = next(csv.reader(RULES.open()))


def edited_project(folder: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """The project with these rules alone."""
    folder.mkdir()
    for name in ("dbt_project.yml", "selectors.yml", "macros", "models", "tests"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    with (folder / "seeds" / RULES.name).open("w", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def rule(rule_id: str, action: str, **cells: str) -> dict[str, str]:
    """One row, switched on."""
    common = {"description": rule_id, "priority": "10", "is_enabled": "true"}
    return {**common, "rule_id": rule_id, "action": action, **cells}
