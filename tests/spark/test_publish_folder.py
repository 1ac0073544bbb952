"""Publishing from Spark: a reader finds one release, whole, whatever happens."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

import aisle.publish_folder
from aisle.publish import PublishError
from aisle.publish_folder import (
    MANIFEST,
    publish_folder,
    publish_release,
    read_manifest,
)

TABLES = [("shop", "lists"), ("shop", "releases")]


@pytest.fixture
def target(tmp_path: Path, session: SparkSession) -> Path:
    session.sql("drop schema if exists shop cascade")
    session.sql("create schema shop")
    make(session, "lists", "select 'r1' as release_id, id as slot from range(4)")
    make(session, "releases", "select 'r1' as release_id")
    return tmp_path / "published"


def make(session: SparkSession, table: str, query: str) -> None:
    session.sql(f"drop table if exists shop.{table}")
    session.sql(f"create table shop.{table} using parquet as {query}")


def published(target: Path) -> dict[str, Any]:
    manifest = read_manifest(str(target))
    assert manifest is not None
    return manifest


def rows(target: Path, table: str) -> list[tuple[Any, ...]]:
    (path,) = [
        row["path"] for row in published(target)["tables"] if row["table_name"] == table
    ]
    return duckdb.sql(
        f"select * from read_parquet('{target / path}/*.parquet') order by all"
    ).fetchall()


def releases(target: Path) -> set[str]:
    return {f"releases/{path.name}" for path in (target / "releases").iterdir()}


def test_the_manifest_names_every_table(session: SparkSession, target: Path) -> None:
    found = publish_folder(session, TABLES, str(target), "r1", ["shop"])
    assert found == [("shop", "lists", 4, 4), ("shop", "releases", 1, 1)]
    assert rows(target, "lists") == [("r1", slot) for slot in range(4)]
    assert published(target)["release_id"] == "r1"
    assert sorted(path.name for path in target.iterdir()) == [MANIFEST, "releases"]


def test_counts_rows_added_and_removed(session: SparkSession, target: Path) -> None:
    publish_folder(session, TABLES, str(target), "r1", ["shop"])
    make(session, "lists", "select 'r2' as release_id, id + 1 as slot from range(4)")
    found = publish_folder(session, TABLES, str(target), "r2", ["shop"])
    # 0 went, 4 came; another release id alone changes nothing.
    assert [table.count_rows_changed for table in found] == [2, 0]


def test_the_release_before_stays_for_its_readers(
    session: SparkSession, target: Path
) -> None:
    folders = []
    for release_id in ("r1", "r2", "r3"):
        publish_folder(session, TABLES, str(target), release_id)
        folders.append(published(target)["folder"])
    assert releases(target) == set(folders[1:])
    assert published(target)["previous"] == folders[1]


def test_a_failure_leaves_what_was_published(
    session: SparkSession, target: Path
) -> None:
    publish_folder(session, TABLES, str(target), "r1")
    before = (target / MANIFEST).read_bytes()
    with pytest.raises(PublishError, match="cannot publish to"):
        publish_folder(session, [*TABLES, ("shop", "zzz")], str(target), "r2")
    assert (target / MANIFEST).read_bytes() == before
    assert rows(target, "lists") == [("r1", slot) for slot in range(4)]
    # A disk that was full is not filled further by the next attempt.
    first = published(target)["folder"]
    assert releases(target) == {first}
    publish_folder(session, TABLES, str(target), "r2")
    assert releases(target) == {first, published(target)["folder"]}


GATE_LISTS = ("history", "logged", "noted", "carried", "customers")


def make_gate(
    session: SparkSession, target: Path, may_publish: bool, **lists: str
) -> None:
    """The gate's row; lists of tables are JSON, empty unless given."""
    listed = ", ".join(
        f"'{lists.get(name, '[]')}' as {name}" for name in ("tables", *GATE_LISTS)
    )
    make(
        session,
        "gate",
        f"select {may_publish} as may_publish, false as is_published, "
        f"cast('not all was tested' as string) as reason, "
        f"'{target}' as published_path, {listed}",
    )


def history(target: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of every file of the history."""
    folder = published(target)["history"]
    if folder is None:
        return {}
    return {
        path.name: pq.read_table(path).to_pylist()
        for path in sorted((target / folder).iterdir())
    }


def test_a_release_leaves_what_later_builds_begin_with(
    session: SparkSession, target: Path
) -> None:
    """Lists a week apart, settings of each, and the last full build's models."""

    def released(day: str, release: str, *, full: bool = False) -> list[str]:
        row = f"select '{release}' as release_id, timestamp'{day}' as as_of"
        for table in ("served", "settings"):
            make(session, table, row)
        make(session, "models", f"select '{release}' as release_id")
        publish_folder(
            session,
            TABLES,
            str(target),
            release,
            history=[("shop", "models")] if full else [],
            logged=[("shop", "served")],
            noted=[("shop", "settings")],
        )
        return sorted(name.removesuffix(".parquet") for name in history(target))

    assert released("2026-01-01", "d0") == []
    first = "settings_20260101000000_f1"
    assert released("2026-01-01", "f1", full=True) == [
        "models",
        "served_20260101000000",
        first,
    ]
    second = "settings_20260107000000_d1"
    assert released("2026-01-07", "d1") == [
        "models",
        "served_20260101000000",
        first,
        second,
    ]
    assert history(target)["models.parquet"] == [{"release_id": "f1"}]
    third = "settings_20260108000000_d2"
    served = ["served_20260101000000", "served_20260108000000"]
    settings = [first, second, third]
    assert released("2026-01-08", "d2") == ["models", *served, *settings]
    fourth = "settings_20260108000000_f2"
    assert released("2026-01-08", "f2", full=True) == [
        "models",
        *served,
        *settings,
        fourth,
    ]
    found = history(target)
    assert found["models.parquet"] == [{"release_id": "f2"}]
    # A full build replaces the lists of its own day.
    assert [row["release_id"] for row in found[f"{served[1]}.parquet"]] == ["f2"]
    assert released("2026-05-08", "d3")[1:3] == [served[1], "served_20260508000000"]


def test_an_empty_day_leaves_what_was_served_before(
    session: SparkSession, target: Path
) -> None:
    def released(day: str, customers: str) -> list[str]:
        make(session, "customers", f"select * from {customers}")
        make(
            session,
            "served",
            f"select *, 'f1' as release_id, timestamp'{day}' as as_of from {customers}",
        )
        publish_folder(
            session,
            TABLES,
            str(target),
            "f1",
            history=[("shop", "releases")],
            logged=[("shop", "served")],
            customers=("shop", "customers"),
        )
        rows = history(target)["served_20260101000000.parquet"]
        return [row["customer_id"] for row in rows]

    nobody = "(select 'ann' as customer_id where false)"
    assert released("2026-01-01", "(select 'ann' as customer_id)") == ["ann"]
    assert released("2026-01-09", nobody) == ["ann"]


def test_what_another_run_removed_is_not_named(
    session: SparkSession, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_folder(session, TABLES, str(target), "r1")
    before = (target / MANIFEST).read_bytes()
    count_changed = aisle.publish_folder._count_changed

    def meanwhile(*frames: Any) -> int:
        changed = count_changed(*frames)
        for path in (target / "releases").glob("r2-*"):
            shutil.rmtree(path)
        return changed

    monkeypatch.setattr("aisle.publish_folder._count_changed", meanwhile)
    with pytest.raises(PublishError, match="another run published meanwhile"):
        publish_folder(session, TABLES, str(target), "r2", ["shop"])
    assert (target / MANIFEST).read_bytes() == before


def test_customers_who_have_left_leave_the_history(
    session: SparkSession, target: Path
) -> None:
    people = "(select explode(array('ann', 'bob')) as customer_id)"
    make(session, "customers", f"select * from {people}")
    make(
        session,
        "served",
        f"select *, 'f1' as release_id, timestamp'2026-01-01' as as_of from {people}",
    )
    make(
        session,
        "als_factors",
        f"select 'customer' as entity_type, customer_id as entity_id from {people} "
        "union all select 'product', 'bob'",
    )
    make(session, "folds", f"select 'test' as fold_id, customer_id from {people}")
    make(session, "metrics", "select 0.4 as value")
    make(session, "evaluated", f"select customer_id from {people}")
    full = [("shop", "metrics"), ("shop", "evaluated")]
    kept: dict[str, Any] = {
        "logged": [("shop", "served")],
        "customers": ("shop", "customers"),
    }
    daily = [*TABLES, ("shop", "folds")]
    publish_folder(
        session,
        [*daily, *full],
        str(target),
        "f1",
        history=[("shop", "als_factors")],
        **kept,
    )
    make(session, "customers", "select 'ann' as customer_id")
    make(session, "folds", "select 'serving' as fold_id, 'ann' as customer_id")
    make(
        session,
        "served",
        "select 'ann' as customer_id, 'd1' as release_id,"
        " timestamp'2026-01-02' as as_of",
    )
    publish_folder(session, daily, str(target), "d1", carried=full, **kept)
    found = history(target)
    (served,) = found["served_20260101000000.parquet"]
    assert served["customer_id"] == "ann"
    assert sorted(
        (row["entity_type"], row["entity_id"]) for row in found["als_factors.parquet"]
    ) == [("customer", "ann"), ("product", "bob")]
    assert rows(target, "folds") == [("serving", "ann"), ("test", "ann")]
    assert rows(target, "evaluated") == [("ann",)]
    assert [row[0] for row in rows(target, "metrics")] == [Decimal("0.4")]


@pytest.mark.parametrize(("release", "is_published"), [("r1", True), ("r2", False)])
def test_nothing_is_carried_over_from_another_full_build(
    session: SparkSession, target: Path, release: str, is_published: bool
) -> None:
    make(session, "releases", "select 'r1' as release_id, 'r1' as evaluated_release_id")
    publish_folder(session, TABLES, str(target), "r1")
    before = (target / MANIFEST).read_bytes()
    make_gate(
        session,
        target,
        True,
        tables='[["shop", "releases"]]',
        carried='[["shop", "lists"]]',
    )
    found = publish_release(session, "shop.gate", "d1", release)
    assert found.num_rows == (2 if is_published else 0)
    assert ((target / MANIFEST).read_bytes() == before) != is_published
    outcome = session.table("shop.gate").first()
    assert outcome is not None
    assert outcome["is_published"] == is_published
    assert is_published or "not of the full build r2" in outcome["reason"]


@pytest.mark.parametrize("may_publish", [True, False])
def test_the_gate_decides_and_learns_the_outcome(
    session: SparkSession, target: Path, may_publish: bool
) -> None:
    make_gate(session, target, may_publish, tables='[["shop", "lists"]]')
    assert publish_release(session, "shop.gate", "r1", "r1").num_rows == int(
        may_publish
    )
    outcome = session.table("shop.gate").select("is_published", "reason").first()
    assert outcome is not None
    expected = (True, None) if may_publish else (False, "not all was tested")
    assert tuple(outcome) == expected
    assert (target / MANIFEST).exists() == may_publish


def test_a_failure_is_noted_in_the_gate(session: SparkSession, target: Path) -> None:
    make_gate(session, target, True, tables='[["shop", "zzz"]]')
    assert publish_release(session, "shop.gate", "r1", "r1").num_rows == 0
    outcome = session.table("shop.gate").first()
    assert outcome is not None
    assert not outcome["is_published"]
    assert "zzz" in outcome["reason"]
