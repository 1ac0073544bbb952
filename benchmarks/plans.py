"""Query plans: as text to keep beside a measurement, and what a plan must not have.

A join without an equal key compares every row of one side with every row of the other.
That is sound where one side has the few rows of the folds, the list lengths or the
draws, and the end of growth where both sides grow with the shop.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

KEYLESS = {
    "BLOCKWISE_NL_JOIN",
    "CROSS_PRODUCT",
    "IE_JOIN",
    "NESTED_LOOP_JOIN",
    "PIECEWISE_MERGE_JOIN",
}
# Rows of a side that does not grow with the shop.
FEW_ROWS = 100
# What says what an operator does, in the order in which it is shown.
SHOWN = ("Table", "Join Type", "Conditions", "Groups", "Filters", "Expression")


def explained(
    connection: duckdb.DuckDBPyConnection, sql: str, *, analyze: bool = False
) -> dict[str, Any]:
    """The root of a query's plan; with `analyze` the query is run, and rows counted."""
    options = "analyze, format json" if analyze else "format json"
    ((text,),) = (
        row[-1:] for row in connection.execute(f"explain ({options}) {sql}").fetchall()
    )
    plan = json.loads(text)
    roots = plan["operator"] if analyze else plan
    root: dict[str, Any] = roots[0]
    return root


def kind(operator: dict[str, Any]) -> str:
    """The name of an operator, which a plan with counts has elsewhere."""
    return str(operator.get("type") or operator["name"]).strip()


def operators(root: dict[str, Any], depth: int = 0) -> Iterator[tuple[int, Any]]:
    """An operator and all below it, each with its depth."""
    yield depth, root
    for child in root.get("children", []):
        yield from operators(child, depth + 1)


def growing_joins(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """Joins that compare every row with every row, where both sides have many.

    The query is run if it has a join without a key at all.

    Examples
    --------
    >>> with duckdb.connect() as connection:
    ...     growing_joins(connection, "select 1 from range(5) cross join range(900)")
    ...     growing_joins(connection, "select 1 from range(170) cross join range(900)")
    []
    ['CROSS_PRODUCT of 170 and 900 rows']
    """
    if not any(
        kind(operator) in KEYLESS
        for _, operator in operators(explained(connection, sql))
    ):
        return []
    found = []
    for _, operator in operators(explained(connection, sql, analyze=True)):
        if kind(operator) in KEYLESS:
            rows = sorted(child["intermediate_rows"] for child in operator["children"])
            if rows[0] > FEW_ROWS:
                found.append(f"{kind(operator)} of {rows[0]} and {rows[1]} rows")
    return found


def plan_text(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """A query's plan as an indented tree with the rows that DuckDB expects."""
    lines = []
    for depth, operator in operators(explained(connection, sql)):
        about = operator["extra_info"]
        shown = [str(about[name]) for name in SHOWN if about.get(name)]
        rows = about.get("Estimated Cardinality")
        expected = f" ~{int(rows):,} rows" if rows else ""
        lines.append(f"{'  ' * depth}{kind(operator)} {' '.join(shown)}{expected}")
    return "\n".join(line.rstrip() for line in lines)


def compiled_models(target: Path) -> dict[str, str]:
    """The SQL of every model that dbt compiled into a target folder, by name."""
    return {
        path.stem: path.read_text()
        for path in sorted(target.glob("compiled/*/models/**/*.sql"))
        # Tests are compiled below a folder named after their YAML file.
        if not any(part.endswith(".yml") for part in path.parts)
    }
