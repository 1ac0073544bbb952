"""How many rows two queries do not share."""

from __future__ import annotations

import duckdb


def rows_only_in(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """Rows of a query that another has not, or less often."""
    [(count,)] = connection.execute(
        f"select count(*) from (({one}) except all ({other}))"
    ).fetchall()
    return int(count)


def _fingerprint(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int]:
    """How many rows a query has, and the sum of their hashes."""
    [(count, total)] = connection.execute(
        f"select count(*), coalesce(sum(hash(compared)), 0) from ({query}) as compared"
    ).fetchall()
    return int(count), int(total)


def rows_apart(
    connection: duckdb.DuckDBPyConnection, one: str, other: str
) -> tuple[int, int]:
    """Rows of each of two queries that the other has not, or less often.

    Where the number of rows and the sum of their hashes are the same, so are the rows:
    two sums of 64 bits agree by chance once in 10^19. Else what they share is as much
    of the one as of the other, so that one comparison tells both.
    """
    count_one, sum_one = _fingerprint(connection, one)
    count_other, sum_other = _fingerprint(connection, other)
    if (count_one, sum_one) == (count_other, sum_other):
        return 0, 0
    only_one = rows_only_in(connection, one, other)
    return only_one, count_other - (count_one - only_one)


def differing_rows(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """Rows that only one of two queries has."""
    return sum(rows_apart(connection, one, other))
