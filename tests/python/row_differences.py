"""How many rows two queries do not share."""

from __future__ import annotations

import duckdb


def rows_only_in(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """Rows of a query that another has not, or less often."""
    [(count,)] = connection.execute(
        f"select count(*) from (({one}) except all ({other}))"
    ).fetchall()
    return int(count)


def differing_rows(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """Rows that only one of two queries has."""
    return rows_only_in(connection, one, other) + rows_only_in(connection, other, one)
