"""Logs of impressions alone, judged by the stage of off-policy evaluation alone."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from dbt_runner import ROOT, DbtRun, inputs_project, run_dbt

FIRST_DAY = datetime(2024, 1, 1)

# The test month: after it there are 62 days of interactions.
LAST_MONTH = FIRST_DAY + timedelta(days=33)

# What the stage reads of others, and all of its own; the lists of the test fold would
# need the whole graph.
MODELS = (
    "intermediate/audit/int_audit__as_of.sql",
    "intermediate/folds/folds.sql",
    "intermediate/folds/int_folds__impression_log.sql",
    "intermediate/off_policy/*.sql",
    "marts/experiments/policy_values.sql",
)
LISTS = {
    "placement": "varchar",
    "target_kind": "varchar",
    "target": "varchar",
    "customer_id": "varchar",
    "slot": "bigint",
    "product_id": "varchar",
}


def off_policy_project(folder: Path, lists: pd.DataFrame) -> Path:
    """The project as far as `policy_values`, with these lists as targets."""
    inputs_project(folder)
    for pattern in MODELS:
        for path in (ROOT / "models").glob(pattern):
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    lists.to_parquet(folder / "lists.parquet", index=False)
    columns = ", ".join(
        f"cast({name} as {type_}) as {name}" for name, type_ in LISTS.items()
    )
    model = folder / "models/intermediate/off_policy/int_off_policy__lists.sql"
    model.write_text(
        f"select {columns} from read_parquet('{folder / 'lists.parquet'}')"
    )
    return folder


def judge(
    folder: Path,
    impressions: pd.DataFrame,
    lists: pd.DataFrame | None = None,
    **variables: Any,
) -> DbtRun:
    """Build `policy_values` from impressions served since January 2024.

    Their products have no interactions: all that is known of them is that they were
    shown.
    """
    files = folder / "files"
    files.mkdir(parents=True)
    impressions.to_parquet(files / "impressions.parquet", index=False)
    interactions = pd.DataFrame(
        {
            "customer_id": "c",
            "session_id": "s",
            "product_id": "p",
            "interaction_type": "view",
            "occurred_at": [FIRST_DAY + timedelta(days=day) for day in range(62)],
        }
    )
    interactions.to_parquet(files / "interactions.parquet", index=False)
    return run_dbt(
        ["run", "--select", "+policy_values"],
        folder / "run",
        {"connector": "files", "files_path": str(files), **variables},
        project=off_policy_project(
            folder / "project",
            pd.DataFrame(columns=list(LISTS)) if lists is None else lists,
        ),
    ).succeeded()
