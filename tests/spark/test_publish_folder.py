"""Publishing from Spark: a reader finds one release, whole, whatever happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyspark.sql import SparkSession

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
    # What the failed run wrote goes with the next one.
    assert len(releases(target)) == 2
    first = published(target)["folder"]
    publish_folder(session, TABLES, str(target), "r2")
    assert releases(target) == {first, published(target)["folder"]}


@pytest.mark.parametrize("may_publish", [True, False])
def test_the_gate_decides_and_learns_the_outcome(
    session: SparkSession, target: Path, may_publish: bool
) -> None:
    make(
        session,
        "gate",
        f"select {may_publish} as may_publish, false as is_published, "
        f"cast('not all was tested' as string) as reason, "
        f"'{target}' as published_path, '[[\"shop\", \"lists\"]]' as tables",
    )
    assert publish_release(session, "shop.gate", "r1").num_rows == int(may_publish)
    outcome = session.table("shop.gate").select("is_published", "reason").first()
    assert outcome is not None
    expected = (True, None) if may_publish else (False, "not all was tested")
    assert tuple(outcome) == expected
    assert (target / MANIFEST).exists() == may_publish


def test_a_failure_is_noted_in_the_gate(session: SparkSession, target: Path) -> None:
    make(
        session,
        "gate",
        f"select true as may_publish, false as is_published, "
        f"cast(null as string) as reason, "
        f"'{target}' as published_path, '[[\"shop\", \"zzz\"]]' as tables",
    )
    assert publish_release(session, "shop.gate", "r1").num_rows == 0
    outcome = session.table("shop.gate").first()
    assert outcome is not None
    assert not outcome["is_published"]
    assert "zzz" in outcome["reason"]
