"""The same inputs, variables and code publish the same tables, to the row."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dbt_runner import DbtRun
from row_differences import rows_apart

# The schema `operations` is about a run: where it published, and what that changed.
TABLES = """
    select schema_name, table_name
    from duckdb_tables()
    where
        database_name = 'first' and not internal and schema_name != 'operations'
    order by schema_name, table_name
"""


@pytest.mark.parametrize("kind", ["published", "warehouse"])
def test_two_builds_give_the_same_rows(
    sample_build: DbtRun, rebuilt: DbtRun, kind: str
) -> None:
    """The second has other threads and does not keep the order of rows."""
    differences = compare(getattr(sample_build, kind), getattr(rebuilt, kind))
    assert differences == {}


def compare(first: Path, second: Path) -> dict[str, str]:
    """Tables that differ, with how many rows each file has alone."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{first}' as first (read_only)")
        connection.execute(f"attach '{second}' as second (read_only)")
        tables = connection.execute(TABLES).fetchall()
        theirs = connection.execute(TABLES.replace("'first'", "'second'")).fetchall()
        assert tables
        assert tables == theirs
        differences = {}
        for schema, table in tables:
            name = f'"{schema}"."{table}"'
            ours, other = rows_apart(
                connection, f"from first.{name}", f"from second.{name}"
            )
            if ours or other:
                differences[name] = f"{ours} rows only in one, {other} only in other"
        return differences


def test_a_difference_is_found(tmp_path: Path) -> None:
    for name, value in (("a", 1), ("b", 2)):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute(
                f"create table t as select 1 as x union all select {value}"
            )
    assert compare(tmp_path / "a.duckdb", tmp_path / "b.duckdb") == {
        '"main"."t"': "1 rows only in one, 1 only in other"
    }
