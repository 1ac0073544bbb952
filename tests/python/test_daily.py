"""A daily build serves what a full build would, given what that fitted and chose."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from aisle.explain import explain, open_warehouse
from dbt_runner import DbtRun, run_dbt
from edited_rules import edited_project, rule
from row_differences import differing_rows
from tiny_shop import FIRST_DAY, Shop, write_shop

DAILY = ["build", "--selector", "daily"]


def beside(folder: Path, full: DbtRun) -> dict[str, Any]:
    """Put what a full build published where a build in `folder` publishes; its vars."""
    folder.mkdir(exist_ok=True)
    shutil.copy(full.published, folder / "published.duckdb")
    history = folder / "published_history"
    shutil.copytree(full.folder / "published_history", history)
    return {"release_history": str(history)}


def tables_of(file: Path) -> dict[str, list[str]]:
    """Columns by table, but for the state that a run keeps of itself."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return dict(
            connection.execute(
                """
                select
                    concat(schema_name, '.', table_name),
                    list(column_name order by column_index)
                from duckdb_columns()
                where not internal and schema_name != 'operations'
                group by all
                """
            ).fetchall()
        )


def changed_tables(one: Path, other: Path) -> dict[str, int]:
    """Rows that only one of two files has, by table of the first.

    Whatever their `release_id`.
    """
    tables = tables_of(one)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        changed = {}
        for table, found in tables.items():
            kept = [column for column in found if column != "release_id"]
            columns = ", ".join(f'"{column}"' for column in kept)
            here, there = (
                f"select {columns} from {name}.{table}" for name in ("one", "other")
            )
            count = differing_rows(connection, here, there)
            if count:
                changed[table] = count
        return changed


@pytest.fixture(scope="module")
def daily(sample_build: DbtRun, tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    """A daily build of the day of the full build, in a warehouse that knows nothing."""
    folder = tmp_path_factory.mktemp("daily")
    return run_dbt(DAILY, folder, beside(folder, sample_build)).succeeded()


def test_it_serves_what_the_full_build_does(
    sample_build: DbtRun, daily: DbtRun
) -> None:
    assert f"Published: {daily.published}" in daily.output
    assert daily.query("select fold_id from evaluation.folds") == [("serving",)]
    assert tables_of(daily.published) == tables_of(sample_build.published)
    assert changed_tables(sample_build.published, daily.published) == {
        "main.releases": 2
    }


def test_it_says_when_its_figures_were_evaluated(
    sample_build: DbtRun, daily: DbtRun
) -> None:
    ids = (
        "select release_id, evaluated_release_id, as_of, evaluated_as_of from releases"
    )
    ((full_id, full_evaluated_id, as_of, _),) = sample_build.query(ids, published=True)
    assert full_id == full_evaluated_id
    ((daily_id, *evaluated),) = daily.query(ids, published=True)
    assert daily_id != full_id
    assert evaluated == [full_id, as_of, as_of]


def test_a_list_is_explained_as_after_the_full_build(
    sample_build: DbtRun, daily: DbtRun
) -> None:
    ((customer, product),) = daily.query(
        "select customer_id, product_id from recommendations.customer_recommendations "
        "where not is_discovery order by customer_id, slot limit 1"
    )
    said = []
    for run in (sample_build, daily):
        with open_warehouse(run.warehouse) as connection:
            answer, tables = explain(connection, customer, product)
        said.append(
            (answer, [[list(column.cells) for column in t.columns] for _, t in tables])
        )
    assert said[0] == said[1]


def test_rules_may_change_from_day_to_day(sample_build: DbtRun, tmp_path: Path) -> None:
    """They fit nothing; the release says which it was made with."""
    no_garden = rule("no_garden", "exclude", field="category", operator="=",
                     value="Garden")  # fmt: skip
    project = edited_project(tmp_path / "project", [no_garden])
    folder = tmp_path / "daily"
    history = beside(folder, sample_build)
    run = run_dbt(DAILY, folder, history, project=project).succeeded()
    count = (
        "select count(*) from recommendations.customer_recommendations "
        "where category = 'Garden'"
    )
    assert run.query(count, published=True) == [(0,)]
    ((before,),) = sample_build.query(count, published=True)
    assert before > 100
    hashes = "select code_hash, rules_hash from releases"
    ((code_hash, rules_hash),) = sample_build.query(hashes, published=True)
    ((daily_code_hash, daily_rules_hash),) = run.query(hashes, published=True)
    assert daily_code_hash == code_hash
    assert daily_rules_hash != rules_hash


def test_it_leaves_the_history_to_the_next_day(
    sample_build: DbtRun, daily: DbtRun
) -> None:
    """But for the lists that are seen from then on."""
    names = "published_history"
    for path in (sample_build.folder / names).iterdir():
        left = daily.folder / names / path.name
        if path.name.startswith("int_monitoring__served_lists_"):
            one, other = (
                pq.read_table(file)
                .drop_columns("release_id")
                .sort_by([("customer_id", "ascending"), ("slot", "ascending")])
                for file in (path, left)
            )
            assert one.equals(other)
        else:
            assert left.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("args", "variables", "message"),
    [
        (DAILY, {"release_history": None}, "has no folder to read it from"),
        (
            DAILY,
            {"half_life_days": 90},
            "other vars: half_life_days (120 there, 90 now)",
        ),
        (DAILY, {"release_history": "nowhere"}, "there is no file nowhere/als_factors"),
        (["build"], {"folds_to_build": "serving"}, "select with --selector daily"),
    ],
)
def test_it_names_what_does_not_fit(
    daily: DbtRun,
    args: list[str],
    variables: dict[str, Any],
    message: str,
    inputs: Path,
) -> None:
    history = {"release_history": str(daily.folder / "published_history")}
    run = run_dbt(args, daily.folder, {**history, **variables}, project=inputs)
    assert run.returncode != 0
    assert message in run.output
    assert "Traceback" not in run.output


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("int_monitoring__served_lists_*", 50, "cannot be read as Parquet"),
        ("int_releases__settings_*", 50, "cannot be read as Parquet"),
        ("releases", None, "has no row; run a full build first"),
    ],
)
def test_a_damaged_history_is_named_at_once(
    daily: DbtRun,
    name: str,
    size: int | None,
    message: str,
    inputs: Path,
    tmp_path: Path,
) -> None:
    history = tmp_path / "history"
    shutil.copytree(daily.folder / "published_history", history)
    path = max(history.glob(f"{name}.parquet"))
    if size is None:
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    else:
        # The columns of all are told from a file before the damaged one.
        shutil.copy(path, history / path.name.replace("_20", "_19", 1))
        path.write_bytes(path.read_bytes()[:size])
    variables = {"release_history": str(history)}
    run = run_dbt(DAILY, daily.folder, variables, project=inputs)
    said = " ".join(run.output.split())
    assert run.returncode != 0
    assert str(path) in said
    assert message in said
    assert "Traceback" not in said
    assert " START sql" not in said


def test_it_needs_what_the_full_build_published(
    daily: DbtRun, inputs: Path, tmp_path: Path
) -> None:
    history = {"release_history": str(daily.folder / "published_history")}
    run = run_dbt(DAILY, tmp_path, history, project=inputs)
    assert run.returncode != 0
    assert "published.duckdb, where nothing is published; run a full build" in (
        " ".join(run.output.split())
    )
    assert "Traceback" not in run.output


# Incremental inputs, on a shop of a few rows.

LAST_DAY = 139


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp(FIRST_DAY + timedelta(days=number))


def all_rows() -> pd.DataFrame:
    rows = Shop(days=LAST_DAY + 1).interactions()
    return rows.assign(interaction_id=[f"i{number}" for number in range(len(rows))])


def first_rows() -> pd.DataFrame:
    """What the full build sees: the shop's events up to the last day but one."""
    rows = all_rows()
    early: pd.DataFrame = rows.loc[rows["occurred_at"] < day(LAST_DAY - 1)]
    return early


def with_blanks(rows: pd.DataFrame) -> pd.DataFrame:
    """The same, with instants as text, some of them before a tab."""
    return rows.assign(
        occurred_at=[
            f"{instant}\t" if number % 2 else str(instant)
            for number, instant in enumerate(rows["occurred_at"])
        ]
    )


def next_rows() -> pd.DataFrame:
    """What the source says a day later; all that changed is within the lookback."""
    rows = all_rows()
    recent = rows.index[
        rows["occurred_at"].between(day(LAST_DAY - 6), day(LAST_DAY - 1))
        & (rows["interaction_type"] == "purchase")
    ]
    corrected, moved, withdrawn, repeated, returned = recent
    rows.loc[corrected, "unit_price"] = 1.0
    rows.loc[moved, "occurred_at"] = day(LAST_DAY)
    late = rows.loc[[repeated]].assign(
        interaction_id="late",
        occurred_at=day(LAST_DAY - 4),
        interaction_type="purchase",
    )
    again = rows.loc[[repeated]]
    back = rows.loc[[returned]].assign(
        interaction_id="back", occurred_at=day(LAST_DAY), interaction_type="return"
    )
    bot = pd.concat(
        [
            rows.loc[[repeated]].assign(
                interaction_id=f"bot{number}",
                occurred_at=day(LAST_DAY) + timedelta(seconds=number),
                interaction_type="view",
            )
            for number in range(8)
        ]
    )
    changed: pd.DataFrame = pd.concat(
        [rows.drop(index=withdrawn), late, again, back, bot]
    )
    return changed


def test_incremental_inputs_are_those_of_a_whole_read(tmp_path: Path) -> None:
    shop = write_shop(tmp_path / "shop", with_blanks(first_rows()))
    variables: dict[str, Any] = {
        "connector": "files",
        "files_path": str(shop),
        "bot_events_per_day": 5,
    }
    full = run_dbt(["build"], tmp_path / "full", variables).succeeded()
    write_shop(shop, with_blanks(next_rows()))
    history = beside(tmp_path / "fresh", full)
    # A warehouse that has no earlier rows reads all of them. What is made is compared,
    # not published.
    run = [*DAILY, "--exclude-resource-type", "test", "unit_test"]
    fresh = run_dbt(run, tmp_path / "fresh", {**variables, **history}).succeeded()
    daily = run_dbt(run, full.folder, {**variables, **history}).succeeded()

    assert ["earlier_rows" in staging_sql(run) for run in (fresh, daily)] == [
        False,
        True,
    ]
    verdicts = "from intermediate.int_audit__interactions_checked order by all"
    assert daily.query(verdicts) == fresh.query(verdicts)
    accepted = "from intermediate.int_audit__accepted_interactions order by all"
    assert daily.query(accepted) == fresh.query(accepted)
    reasons = daily.query(
        "select reason, count(*) from audit.rejected_rows group by all order by all"
    )
    assert reasons == [("bot_like_volume", 3), ("duplicate", 1)]
    assert changed_tables(fresh.warehouse, daily.warehouse) == {}

    # Whatever another run has read whole, no daily build goes on from it.
    assert "main.releases" in tables_of(full.warehouse)
    staging = ["run", "--select", "stg_files__interactions"]
    run_dbt(staging, full.folder, variables).succeeded()
    assert "main.releases" not in tables_of(full.warehouse)


def staging_sql(run: DbtRun) -> str:
    (path,) = run.target.glob("compiled/**/stg_files__interactions.sql")
    return path.read_text()
