"""Compare what DuckDB and Spark published of the same inputs, mart by mart.

A mart that no learnt model stands behind is the same on both: the same keys, the same
values, numbers within a millionth. So are verdicts, whatever stands behind them. What
else a model decides is compared by what it is for: lists share most products, metrics
lie within each other's intervals, and of other marts nine rows in ten are the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from aisle.publish_folder import read_manifest

# They say which engine and which code built the tables.
BUILD_COLUMNS = {"release_id", "code_hash", "inputs_hash", "engine_version"}
# Python models without anything learnt in them.
PLAIN = {"published", "int_releases__package"}
LEAST_OVERLAP = 0.7
MOST_DIFFERING = 0.1  # of the rows of both sides
# What is acted upon: one row that differs is another decision.
VERDICTS = {"champion", "retrain_decision", "targets"}
# The order of a list, in marts that hold lists of products.
LISTS = {
    "collection_recommendations": (["collection_id", "customer_id"], "slot"),
    "customer_recommendations": (["customer_id"], "slot"),
    "placement_recommendations": (
        ["placement", "customer_id", "context_product_id", "week_part"],
        "slot",
    ),
    "evaluated_lists": (
        ["fold_id", "strategy", "scenario_id", "task", "customer_id"],
        "rank",
    ),
}


@dataclass(frozen=True)
class Comparison:
    """One row of the parity table."""

    mart: str
    kind: str
    rows: tuple[int, int]
    outcome: str
    is_met: bool


def is_learnt(manifest: dict[str, Any], unique_id: str) -> bool:
    """Whether a model of the package stands behind a node, or is it."""
    seen: set[str] = set()
    waiting = [unique_id]
    while waiting:
        node = manifest["nodes"].get(waiting.pop())
        if node is None or node["unique_id"] in seen:
            continue
        seen.add(node["unique_id"])
        if node.get("language") == "python" and node["name"] not in PLAIN:
            return True
        waiting.extend(node["depends_on"].get("nodes", []))
    return False


def _same(column: str, type_name: str) -> str:
    """SQL: whether a column has the same value on both sides."""
    left, right = f'a."{column}"', f'b."{column}"'
    if type_name in ("DOUBLE", "FLOAT") or type_name.startswith("DECIMAL"):
        left, right = f"cast({left} as double)", f"cast({right} as double)"
        return (
            f"({left} is not distinct from {right} or abs({left} - {right})"
            f" <= 1e-6 * greatest(abs({left}), abs({right})) + 1e-12)"
        )
    if type_name.startswith("TIMESTAMP"):
        return f"epoch_us({left}) is not distinct from epoch_us({right})"
    if type_name.endswith("[]"):
        return (
            f"(len({left}) = len({right}) and coalesce(list_max(list_transform("
            f"list_zip({left}, {right}), lambda x: abs(x[1] - x[2]))), 0) < 1e-6)"
        )
    return f"{left} is not distinct from {right}"


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


def count_differing(
    connection: duckdb.DuckDBPyConnection, grain: list[str], columns: dict[str, str]
) -> int:
    """Rows of views `a` and `b` that have no equal under the same key."""
    keys = " and ".join(f'a."{key}" is not distinct from b."{key}"' for key in grain)
    equal = " and ".join(
        _same(name, type_name)
        for name, type_name in columns.items()
        if name not in BUILD_COLUMNS and name not in grain
    )
    alike = _count(
        connection,
        f"select count(*) from a inner join b on {keys} where {equal or 'true'}",
    )
    return (
        _count(connection, "select count(*) from a")
        + _count(connection, "select count(*) from b")
        - 2 * alike
    )


def overlap(
    connection: duckdb.DuckDBPyConnection, lists: list[str], order: str
) -> float:
    """Share of the first ten products of a list that the other one has, on average."""
    names = ", ".join(lists)
    return float(
        connection.execute(
            f"""
            with
            first as (select {names}, product_id from a where {order} <= 10),
            second as (select {names}, product_id from b where {order} <= 10),
            lists as (
                select
                    {names},
                    count(*) filter (where is_first) as count_first,
                    count(*) filter (where not is_first) as count_second,
                    count(*) - count(distinct product_id) as count_shared
                from (
                    select *, true as is_first from first
                    union all
                    select *, false as is_first from second
                )
                group by {names}
            )
            select avg(count_shared / greatest(count_first, count_second)) from lists
            """
        ).fetchall()[0][0]
    )


def _metrics_outside(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Headline metrics, and how many lie outside the other engine's interval."""
    row = connection.execute(
        """
        select count(*), count(*) filter (
            where not (
                a.value between b.ci_low - 1e-9 and b.ci_high + 1e-9
                and b.value between a.ci_low - 1e-9 and a.ci_high + 1e-9
            )
        )
        from a
        inner join b using (
            fold_id, strategy, scenario_id, task, segment_type, segment, k, metric
        )
        where a.segment_type = 'all' and a.ci_low is not null and b.ci_low is not null
        """
    ).fetchall()[0]
    return row[0], row[1]


def compare(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    is_learnt_mart: bool,
    grain: list[str],
) -> Comparison:
    """Compare views `a` and `b`, which hold one mart of each engine."""
    types = {
        side: {
            row[0]: row[1]
            for row in connection.execute(f"describe select * from {side}").fetchall()
        }
        for side in "ab"
    }
    rows = (
        _count(connection, "select count(*) from a"),
        _count(connection, "select count(*) from b"),
    )
    kind = "learnt" if is_learnt_mart else "sql"
    if list(types["a"]) != list(types["b"]):
        return Comparison(mart, kind, rows, "columns differ", False)
    differing = count_differing(connection, grain, types["a"])
    if not differing:
        return Comparison(mart, kind, rows, "equal", True)
    text = f"{differing} rows differ"
    if not is_learnt_mart:
        return Comparison(mart, kind, rows, text, False)
    name = mart.split(".")[1]
    if name in LISTS:
        share = overlap(connection, *LISTS[name])
        return Comparison(
            mart, kind, rows, f"{text}; overlap {share:.3f}", share >= LEAST_OVERLAP
        )
    if name == "metrics":
        count, outside = _metrics_outside(connection)
        return Comparison(
            mart, kind, rows, f"{text}; {outside} of {count} outside", outside == 0
        )
    if BUILD_COLUMNS & set(grain):
        # Each engine has a release of its own: there are as many rows.
        return Comparison(mart, kind, rows, text, rows[0] == rows[1])
    allowed = 0 if name in VERDICTS else MOST_DIFFERING
    return Comparison(mart, kind, rows, text, differing / sum(rows) <= allowed)


def compare_published(
    file: Path, folder: Path, manifest: dict[str, Any]
) -> list[Comparison]:
    """Compare every mart of a published file with that of a published folder."""
    release = read_manifest(str(folder))
    assert release is not None, f"nothing is published in {folder}"
    # By name alone: what has no schema of its own is in the default one of its target.
    paths = {row["table_name"]: folder / row["path"] for row in release["tables"]}
    found = []
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{file}' as published (read_only)")
        marts = [
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model"
            and node["original_file_path"].startswith("models/marts/")
            and node["name"] != "published"
        ]
        for node in sorted(marts, key=lambda node: (node["schema"], node["name"])):
            mart = f"{node['schema']}.{node['alias']}"
            path = paths[node["alias"]]
            connection.execute(
                f"create or replace view a as select * from published.{mart}"
            )
            connection.execute(
                f"create or replace view b as from read_parquet('{path}/*.parquet')"
            )
            found.append(
                compare(
                    connection,
                    mart,
                    is_learnt(manifest, node["unique_id"]),
                    node["config"]["meta"]["grain"],
                )
            )
    return found


def table_text(comparisons: list[Comparison]) -> str:
    """Lay the comparisons out as a table."""
    lines = [f"{'mart':<46}{'kind':<8}{'DuckDB':>9}{'Spark':>9}  outcome"]
    lines += [
        f"{row.mart:<46}{row.kind:<8}{row.rows[0]:>9}{row.rows[1]:>9}  {row.outcome}"
        + ("" if row.is_met else "  NOT MET")
        for row in comparisons
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table; exit with 1 where something is not met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path, help="what DuckDB published")
    parser.add_argument("folder", type=Path, help="what Spark published")
    parser.add_argument("manifest", type=Path, help="target/manifest.json")
    given = parser.parse_args()
    manifest = json.loads(given.manifest.read_text())
    found = compare_published(given.file, given.folder, manifest)
    sys.stdout.write(table_text(found) + "\n")
    sys.exit(not all(row.is_met for row in found))


if __name__ == "__main__":
    main()
