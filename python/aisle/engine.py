"""Whatever engine runs a model: its relations as Arrow tables.

A model is handed relations of DuckDB or data frames of Spark. Both filter and select by
the same words; here is what they call otherwise.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from aisle import publish

__all__ = ["arrow_table", "publish_release", "semi_join"]


def arrow_table(relation: Any) -> pa.Table:
    """Read a relation.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        What a model was handed, or made of it.

    Returns
    -------
    pyarrow.Table
        Its rows.

    Examples
    --------
    >>> import duckdb
    >>> arrow_table(duckdb.sql("select 1 as a")).to_pylist()
    [{'a': 1}]
    """
    if hasattr(relation, "toArrow"):
        return relation.toArrow()
    return relation.to_arrow_table()


def semi_join(relation: Any, keys: Any, names: Sequence[str]) -> Any:
    """Keep the rows whose key is among others.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        What to choose from.
    keys : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        What to choose by, of the same engine; a key may be there often.
    names : sequence of str
        The key's columns.

    Returns
    -------
    duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        Rows of `relation`, each once.

    Examples
    --------
    >>> import duckdb
    >>> rows = duckdb.sql("select * from (values (1, 5), (2, 6)) as t (a, b)")
    >>> semi_join(rows, duckdb.sql("select 2 as a"), ["a"]).fetchall()
    [(2, 6)]
    """
    chosen = keys.select(*names)
    if hasattr(relation, "toArrow"):
        return relation.join(chosen, on=list(names), how="left_semi")
    return relation.join(chosen.set_alias("chosen"), ", ".join(names), how="semi")


def publish_release(
    session: Any, gate: tuple[str | None, str, str], release_id: str
) -> Any:
    """Publish what a gate lists, if the gate is open, and note the outcome in it.

    Parameters
    ----------
    session : duckdb.DuckDBPyConnection or pyspark.sql.SparkSession
        What the model was handed.
    gate : tuple of (str or None, str, str)
        Database, where there are such, schema and name of the gate: see
        `aisle.publish.publish_release`.
    release_id : str
        What is published.

    Returns
    -------
    pyarrow.Table
        One row per published table in `aisle.publish.PUBLISHED_SCHEMA`.

    Examples
    --------
    >>> import duckdb
    >>> shop = duckdb.connect()
    >>> _ = shop.execute("create table gate as select false as may_publish, "
    ...     "null as published_path, null as tables")
    >>> publish_release(shop, ("memory", "main", "gate"), "r1").num_rows
    0
    """
    if hasattr(session, "createDataFrame"):
        from aisle import publish_folder

        _, schema, name = gate
        return publish_folder.publish_release(session, f"{schema}.{name}", release_id)
    # A cursor of its own: dbt has a transaction open on the connection, and a
    # transaction can write to one database only.
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in gate if part)
    return publish.publish_release(session.cursor(), quoted, release_id)
