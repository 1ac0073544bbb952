"""What monitoring says of releases that have had some of their time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from aisle.cli import main
from dbt_runner import run_dbt
from edited_rules import edited_project
from tiny_shop import FIRST_DAY, Shop, write_shop

FITTED_AFTER = 100
LOOKED_AT_AFTER = 131


def as_of(days: int) -> str:
    return str((FIRST_DAY + timedelta(days=days)).date())


def test_served_lists_are_held_against_what_was_bought_since(tmp_path: Path) -> None:
    """A full build, and a daily one a month later: its lists have matured."""
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
    history = str(full.folder / "published_history")
    daily = run_dbt(
        ["build", "--selector", "daily"],
        tmp_path,
        {
            **variables,
            "as_of": as_of(LOOKED_AT_AFTER),
            "release_history": history,
        },
    ).succeeded()

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
