"""The command line: what a person sees, and one clear message where it fails."""

from __future__ import annotations

import json
import shlex
import sqlite3
from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner, Result

from aisle.cli import main


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "published.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema recommendations;
            create schema features;
            create table recommendations.customer_recommendations as
            select
                'r1' as release_id, 'c' || c as customer_id, s as slot, 'p' || s as
                product_id, 'Mug [red] ' || s as title, 'mugs' as category,
                'blend' as strategy, 'bought before' as reason_text
            from range(1, 7) as customers (c), range(1, 4) as slots (s)
            where c > 1 or s = 1;
            create table features.customer_rfm as
            select fold_id, 'c' || c as customer_id,
                case when fold_id = 'test' then 'lost'
                    when c <= 4 then 'loyal' else 'at_risk' end as rfm_segment
            from range(1, 7) as t (c), (values ('serving'), ('test')) as f (fold_id);
            """
        )
    return path


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), env=env)


def test_shows_full_lists_of_different_segments(published: Path) -> None:
    result = run("show", "--customers", "3", "--published", str(published))
    assert result.exit_code == 0
    assert f"Published file: {published}" in result.output
    shown = [line for line in result.output.splitlines() if line.startswith("Customer")]
    assert shown == [
        "Customer c5 (at risk)",
        "Customer c2 (loyal)",
        "Customer c6 (at risk)",
    ]
    assert "Mug [red] 1" in result.output
    assert "bought before" in result.output


def test_the_path_comes_from_the_environment(published: Path) -> None:
    result = run("show", env={"AISLE_PUBLISHED": str(published)})
    assert result.exit_code == 0
    assert str(published) in result.output


def test_shows_last_purchases_where_they_are_published(published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "create table features.customer_features as "
            "select 'c5' as customer_id, 'Teapot, Cup' as last_purchases"
        )
    result = run("show", "--customers", "1", "--published", str(published))
    assert "Customer c5 (at risk), last bought: Teapot, Cup" in result.output


def test_works_without_features(published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("drop schema features cascade")
    result = run("show", "--customers", "1", "--published", str(published))
    assert "Customer c2\n" in result.output


def test_says_so_when_nobody_is_eligible(published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from recommendations.customer_recommendations")
    result = run("show", "--published", str(published))
    assert result.exit_code == 0
    assert "no customer is eligible" in result.output


def test_missing_file_is_one_message(tmp_path: Path) -> None:
    result = run("show", "--published", str(tmp_path / "none.duckdb"))
    assert result.exit_code == 1
    assert result.output.startswith("Error: there is no published file at")
    assert "dbt build" in result.output


def test_a_file_of_another_kind_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 1000)
    result = run("show", "--published", str(path))
    assert result.exit_code == 1
    assert result.output == f"Error: {path} is not a valid DuckDB database file\n"


def test_a_file_of_another_program_is_left_to_it(tmp_path: Path) -> None:
    """DuckDB would fetch an extension that can read it."""
    path = tmp_path / "other.sqlite"
    sqlite3.connect(path).execute("create table t (a)").connection.close()
    for name in ("show", "should-retrain"):
        result = run(name, "--published", str(path))
        assert result.output == f"Error: {path} is not a valid DuckDB database file\n"
    result = run(
        *("explain", "--customer", "c", "--product", "p", "--warehouse", str(path))
    )
    assert result.output == f"Error: {path} is not a valid DuckDB database file\n"


def test_a_database_of_another_kind_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    duckdb.connect(str(path)).close()
    result = run("show", "--published", str(path))
    assert result.exit_code == 1
    assert "was not published by Aisle" in result.output


def test_a_damaged_manifest_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"release_id": "r1')
    for command in ("show", "should-retrain"):
        result = run(command, "--published", str(tmp_path))
        assert result.exit_code == 1
        assert result.output.startswith(f"Error: {tmp_path}/manifest.json is damaged")


@pytest.mark.parametrize("manifest", ["[]", '{"nodes": {}}', '{"tables": [{}]}'])
def test_a_manifest_of_another_program_is_one_message(
    tmp_path: Path, manifest: str
) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    result = run("show", "--published", str(tmp_path))
    assert result.exit_code == 1
    text = f"Error: {tmp_path}/manifest.json is no manifest of Aisle\n"
    assert result.output == text


def test_preview_says_which_file_it_cannot_use(tmp_path: Path, published: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    result = run("preview", "--published", str(empty), "--warehouse", str(published))
    text = f"Error: {empty} holds no table recommendations.customer_recommendations"
    assert result.output.startswith(text)
    result = run("preview", "--published", str(tmp_path))
    text = f"Error: {tmp_path} is a folder: preview reads DuckDB's files only\n"
    assert result.output == text


def test_a_manifest_of_files_that_are_gone_is_one_message(tmp_path: Path) -> None:
    tables = [{"schema_name": "a", "table_name": "b", "path": "gone"}]
    manifest = {"release_id": "r1", "folder": "releases/r1", "tables": tables}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    result = run("show", "--published", str(tmp_path))
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: cannot read {tmp_path}")


def decide(path: Path, *rows: tuple[str, str, str]) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema if not exists monitoring;
            create or replace table monitoring.retrain_decision (
                trigger_id varchar, decision varchar, reason varchar,
                evaluated_as_of timestamp default '2026-03-01'
            )
            """
        )
        for row in rows:
            connection.execute(
                "insert into monitoring.retrain_decision values (?, ?, ?, default)", row
            )


def test_no_need_to_retrain_is_status_0(published: Path) -> None:
    decide(
        published,
        ("overall", "wait", "No trigger asks for it; not known: quality_loss"),
        ("model_age", "wait", "Days since the model was fitted: 3.0 days"),
        ("quality_loss", "unknown", "no lists [of this model] have had a week yet"),
    )
    result = run("should-retrain", "--published", str(published))
    assert result.exit_code == 0
    assert "Fitted as of 2026-03-01 00:00:00. wait: No trigger asks" in result.output
    assert "no lists [of this model]" in result.output
    rows = [line for line in result.output.splitlines() if "│" in line]
    assert "overall" in rows[-1]


def test_a_reason_to_retrain_is_status_10(published: Path) -> None:
    decide(
        published,
        ("overall", "retrain", "Asked for by drift"),
        ("drift", "retrain", "Worst index: 0.412, at or above 0.250"),
    )
    result = run("should-retrain", env={"AISLE_PUBLISHED": str(published)})
    assert result.exit_code == 10
    assert "retrain: Asked for by drift." in result.output
    assert "0.412" in result.output


def test_what_cannot_be_told_is_an_error(published: Path) -> None:
    decide(published, ("overall", "unknown", "No trigger could be measured"))
    result = run("should-retrain", "--published", str(published))
    assert result.exit_code == 1
    assert "Error: it could not be told: No trigger could be measured" in result.output


def test_a_decision_of_an_older_version_is_one_message(published: Path) -> None:
    result = run("should-retrain", "--published", str(published))
    assert result.exit_code == 1
    assert "holds no table monitoring.retrain_decision" in result.output
    decide(published)
    result = run("should-retrain", "--published", str(published))
    assert result.exit_code == 1
    assert "should have one row 'overall', but has 0" in result.output


def test_no_decision_without_a_published_file(tmp_path: Path) -> None:
    result = run("should-retrain", "--published", str(tmp_path / "none.duckdb"))
    assert result.exit_code == 1
    assert result.output.startswith("Error: there is no published file at")


def test_sample_writes_the_inputs(tmp_path: Path) -> None:
    result = run("sample", "--customers", "20", "--days", "90", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "interactions.parquet").is_file()
    assert str(tmp_path) in result.output


@pytest.mark.parametrize("name", ["it's a shop", "2025", "no", "a: b}", "$HOME"])
def test_what_sample_says_to_run_names_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("sample", "--customers", "20", "--days", "90", "--out", name)
    words = shlex.split(result.output.partition("Build it with: ")[2])
    assert words[:3] == ["dbt", "build", "--vars"]
    assert yaml.safe_load(words[3]) == {"connector": "files", "files_path": name}


def test_a_folder_holds_one_shop(tmp_path: Path) -> None:
    arguments = ("sample", "--customers", "20", "--days", "90", "--out", str(tmp_path))
    assert run(*arguments).exit_code == 0
    before = sorted(tmp_path.iterdir())
    result = run(*arguments, "--format", "csv")
    assert result.exit_code == 1
    assert "is there; allowed: a folder with csv alone" in result.output
    assert sorted(tmp_path.iterdir()) == before


def test_bad_sample_arguments_are_one_message(tmp_path: Path) -> None:
    result = run("sample", "--customers", "0", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "customers must be at least 1, but is 0" in result.output
    assert "Traceback" not in result.output
