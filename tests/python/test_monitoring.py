"""What monitoring says of releases that have had some of their time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from click.testing import CliRunner

from aisle.cli import main
from dbt_runner import run_dbt
from edited_rules import edited_project
from tiny_shop import FIRST_DAY, Shop, write_shop

FITTED_AFTER = 100
LOOKED_AT_AFTER = 131


def as_of(days: int) -> str:
    return str((FIRST_DAY + timedelta(days=days)).date())


def other_rules(history: Path, release_id: str) -> None:
    """Note a release of five days later, as if a rule had been switched off by then."""
    (path,) = history.glob("int_releases__settings_*.parquet")
    later = history / f"int_releases__settings_20240415000000_{release_id}.parquet"
    duckdb.execute(
        f"""
        copy (
            select * replace (
                '{release_id}' as release_id, as_of + interval 5 day as as_of
            )
            from read_parquet('{path}')
            where setting_id != 'low_stock'
        ) to '{later}'
        """
    )


def shown(release_ids: dict[int, str]) -> pd.DataFrame:
    """Impressions of ten days by the day from which on each release was served."""
    rows = []
    for day in range(FITTED_AFTER, FITTED_AFTER + 10):
        served_from = max(first for first in release_ids if first <= day)
        rows += [
            {
                "impression_id": f"i{day}-{customer}",
                "customer_id": f"c{customer}",
                "product_id": "p1",
                "placement": "home",
                "slot": 1,
                "served_at": FIRST_DAY + timedelta(days=day),
                "release_id": release_ids[served_from],
                "experiment_id": "tried",
                "variant": ("control", "treatment")[customer % 2],
            }
            for customer in range(20)
        ]
    return pd.DataFrame(rows)


def test_served_lists_are_held_against_what_was_bought_since(tmp_path: Path) -> None:
    """A full build, and a daily one a month later: its lists have matured.

    Meanwhile a rule was switched off while an experiment ran, and a customer left.
    """
    rows = Shop(customers=40, days=LOOKED_AT_AFTER + 1).interactions()
    variables: dict[str, Any] = {
        "connector": "files",
        "files_path": str(write_shop(tmp_path / "shop", rows)),
        "cohort_min_customers": 2,
        "train_folds": 1,
    }
    full = run_dbt(
        ["build"], tmp_path, {**variables, "as_of": as_of(FITTED_AFTER)}
    ).succeeded()
    ((release,),) = full.query("select release_id from releases")
    folder = full.folder / "published_history"
    history = str(folder)
    shop = Path(variables["files_path"])
    other_rules(folder, "other")
    served = {
        FITTED_AFTER: release,
        FITTED_AFTER + 5: "other",
        FITTED_AFTER + 9: "lost",
    }
    shown(served).to_parquet(shop / "impressions.parquet", index=False)
    customers = pd.DataFrame({"customer_id": ["c3"], "has_consented": [False]})
    customers.to_parquet(shop / "customers.parquet", index=False)
    daily = run_dbt(
        ["build", "--selector", "daily"],
        tmp_path,
        {
            **variables,
            "as_of": as_of(LOOKED_AT_AFTER),
            "release_history": history,
        },
    ).succeeded()

    checks = daily.query(
        """
        select check_name, effect, value, is_passed, detail, changed_at
        from experiments.experiment_checks
        where check_name in ('one_rule_set', 'one_objective', 'known_releases')
        order by all
        """,
        published=True,
    )
    changed_at = FIRST_DAY + timedelta(days=FITTED_AFTER + 5)
    detail = f"{changed_at.date()} low_stock {release[:8]} to other"
    assert checks == [
        ("known_releases", "flags", 1, False, "lost", None),
        ("one_objective", "flags", 1, True, None, None),
        ("one_rule_set", "flags", 2, False, detail, changed_at),
    ]
    kept = {path.name for path in folder.glob("int_releases__settings_*.parquet")}
    assert len(kept) == 3
    with duckdb.connect() as connection:
        listed = connection.execute(
            "select distinct customer_id from "
            f"read_parquet('{history}/int_monitoring__served_lists_*.parquet')"
        ).fetchall()
    assert ("c4",) in listed
    assert ("c3",) not in listed

    past = daily.query(
        "select horizon, verdict = 'not matured', count_customers > 0, count_lists "
        f"from monitoring.release_quality where release_id = '{release}' "
        "and metric = 'ndcg' order by horizon",
        published=True,
    )
    assert [row[:3] for row in past] == [
        ("holdout", False, True),
        *((f"week_{week}", False, True) for week in range(1, 5)),
    ]
    assert len({row[3] for row in past}) == 1
    # The same figure from the lists and the events themselves.
    ((expected,),) = daily.query(
        f"""
        with

        lists as (
            select *
            from read_parquet('{history}/int_monitoring__served_lists_*.parquet')
            where release_id = '{release}'
        ),

        bought as (
            select distinct customer_id, product_id
            from intermediate.int_folds__event_log
            where
                interaction_type = 'purchase'
                and occurred_at >= timestamp '{as_of(FITTED_AFTER)}'
                and occurred_at < timestamp '{as_of(FITTED_AFTER + 30)}'
                and customer_id in (select customer_id from lists)
        ),

        customers as (
            select bought.customer_id, count(lists.slot) > 0 as is_hit
            from bought
            left join lists using (customer_id, product_id)
            group by bought.customer_id
        )

        select avg(is_hit::integer) from customers
        """
    )
    ((value,),) = daily.query(
        "select value from monitoring.release_quality where metric = 'hit_rate' "
        f"and horizon = 'holdout' and release_id = '{release}'"
    )
    assert abs(value - expected) < 1e-6

    decisions = dict(
        daily.query(
            "select trigger_id, decision from monitoring.retrain_decision",
            published=True,
        )
    )
    assert decisions["model_age"] == decisions["overall"] == "retrain"
    asked = CliRunner().invoke(
        main, ["should-retrain", "--published", str(daily.published)]
    )
    assert asked.exit_code == 10
    assert "31.0 days, at or above 30.0 days" in " ".join(asked.output.split())


def test_typos_in_thresholds_are_named(inputs: Path, tmp_path: Path) -> None:
    project = edited_project(tmp_path / "project", [])
    (project / "models").unlink()
    (project / "models").symlink_to(inputs / "models")
    (project / "tests").unlink()
    for name, before, after in (
        ("retrain_triggers", "model_age,30", "age,many"),
        ("monitoring_checks", "data_age,error,1,above", "data_age,urgent,1,over"),
    ):
        path = project / "seeds" / f"{name}.csv"
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after, 1))
    run = run_dbt(["seed", "--select", "scenarios"], tmp_path, project=project)
    assert run.returncode != 0
    for message in (
        "seeds/retrain_triggers.csv, line 2: trigger_id is 'age'; allowed: model_age, ",
        "seeds/retrain_triggers.csv, line 2: threshold is 'many'; allowed: a number",
        "seeds/monitoring_checks.csv, line 2: severity is 'urgent'; allowed: error, ",
        "seeds/monitoring_checks.csv, line 2: rule is 'over'; allowed: above, below, ",
    ):
        assert run.output.count(message) == 1, run.output
