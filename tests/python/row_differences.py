"""How many rows two queries do not share."""

from __future__ import annotations

import duckdb


def rows_only_in(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """Rows of a query that another has not, or less often."""
    [(count,)] = connection.execute(
        f"select count(*) from (({one}) except all ({other}))"
    ).fetchall()
    return int(count)


def rows_apart(
    connection: duckdb.DuckDBPyConnection, one: str, other: str
) -> tuple[int, int]:
    """Rows of each of two queries that the other has not, or less often.

    What they share is as much of the one as of the other, so that one comparison tells
    both.
    """
    [(count_one, count_other)] = connection.execute(
        f"select (select count(*) from ({one})), (select count(*) from ({other}))"
    ).fetchall()
    only_one = rows_only_in(connection, one, other)
    return only_one, count_other - (count_one - only_one)


def differing_rows(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """Rows that only one of two queries has."""
    return sum(rows_apart(connection, one, other))
