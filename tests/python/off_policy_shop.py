"""Logs of impressions alone, judged by the stage of off-policy evaluation alone."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from dbt_runner import ROOT, DbtRun, inputs_project, run_dbt

FIRST_DAY = datetime(2024, 1, 1)

# What the stage reads of others, and all of its own; the lists of today's release would
# need the whole graph.
MODELS = (
    "intermediate/audit/int_audit__as_of.sql",
    "intermediate/folds/folds.sql",
    "intermediate/folds/int_folds__impression_log.sql",
    "intermediate/off_policy/*.sql",
    "marts/experiments/policy_values.sql",
)
NO_LISTS = """
select
    cast(null as varchar) as placement,
    cast(null as varchar) as target_kind,
    cast(null as varchar) as target,
    cast(null as bigint) as slot,
    cast(null as varchar) as product_id,
    cast(null as double) as probability
where false
"""


def off_policy_project(folder: Path) -> Path:
    """The project as far as `policy_values`, without lists as targets."""
    inputs_project(folder)
    for pattern in MODELS:
        for path in (ROOT / "models").glob(pattern):
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    lists = folder / "models/intermediate/off_policy/int_off_policy__lists.sql"
    lists.write_text(NO_LISTS)
    return folder


def judge(folder: Path, impressions: pd.DataFrame, **variables: Any) -> DbtRun:
    """Build `policy_values` from impressions served within January 2024.

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
        project=off_policy_project(folder / "project"),
    ).succeeded()
