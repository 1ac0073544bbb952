"""The generic tests of the models find what they are for."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from dbt_runner import DbtRun

TABLE = "recommendations.similar_products"


@pytest.fixture
def copy(sample_build: DbtRun) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the warehouse's name with the rows of one of its tables."""
    name = sample_build.warehouse.stem
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample_build.warehouse}' as built (read_only)")
        connection.execute(f"attach ':memory:' as copied_{name}")
        connection.execute(f"use copied_{name}")
        connection.execute("create schema recommendations")
        connection.execute(f"create table {TABLE} as from built.{TABLE}")
        yield connection


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("select 1", []),
        (
            f"insert into {TABLE} from {TABLE} order by all limit 1",
            [{"count_null_rank": 0, "count_rows": 2}],
        ),
        # A null in the grain is a value like others.
        (
            f"update {TABLE} set similar_product_id = null where rank = 3",
            [],
        ),
        (
            f"update {TABLE} set similar_product_id = null where rank in (3, 4) "
            f"and product_id = (select min(product_id) from {TABLE})",
            [{"count_null_rank": 0, "count_rows": 2}],
        ),
        (
            f"update {TABLE} set rank = null where rank = 3 "
            f"and product_id = (select min(product_id) from {TABLE})",
            [{"count_null_rank": 1, "count_rows": 1}],
        ),
    ],
    ids=["as_built", "row_twice", "null_once", "null_twice", "null_where_never"],
)
def test_the_grain_is_checked(
    sample_build: DbtRun,
    copy: duckdb.DuckDBPyConnection,
    change: str,
    expected: list[dict[str, int]],
) -> None:
    (path,) = sample_build.target.glob("compiled/**/grain_similar_products_*.sql")
    name = sample_build.warehouse.stem
    sql = path.read_text().replace(f'"{name}".', f'"copied_{name}".')
    assert f"copied_{name}" in sql
    copy.execute(change)
    cursor = copy.execute(sql)
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    counts = ("count_null_rank", "count_rows")
    assert [{key: row[key] for key in counts} for row in rows] == expected
