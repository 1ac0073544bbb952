"""Whatever engine runs a model: its relations as Arrow tables.

A model is handed relations of DuckDB or data frames of Spark. Both filter and select by
the same words; here is what they call otherwise.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from typing import Any

import pyarrow as pa

from aisle import columns, publish

__all__ = [
    "arrow_table",
    "fold_tables",
    "map_folds",
    "map_rows",
    "publish_release",
    "semi_join",
]

# Rows that a function gets at once: few enough for the memory, many enough that it pays
# to read a fitted model for them.
_CHUNK = 250_000


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


def fold_tables(relation: Any) -> Iterator[tuple[str, pa.Table]]:
    """Read a relation a fold at a time, the next one while the last is worked on.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        The rows, with ``fold_id``.

    Yields
    ------
    tuple of (str, pyarrow.Table)
        Each fold that has rows, sorted, and its rows without ``fold_id``.

    Examples
    --------
    >>> import duckdb
    >>> rows = duckdb.sql("select * from (values ('b', 1), ('a', 2)) as t (fold_id, n)")
    >>> [(fold_id, table.to_pylist()) for fold_id, table in fold_tables(rows)]
    [('a', [{'n': 2}]), ('b', [{'n': 1}])]
    """
    names = [name for name in relation.columns if name != columns.FOLD_ID]
    found = arrow_table(relation.select(columns.FOLD_ID).distinct())

    def read(fold_id: str) -> tuple[str, pa.Table]:
        rows = relation.filter(f"{columns.FOLD_ID} = '{fold_id}'")
        return fold_id, arrow_table(rows.select(*names))

    # One reader: an engine's connection serves one thread at a time.
    with ThreadPoolExecutor(max_workers=1) as reader:
        read_ahead: deque[Any] = deque()
        for fold_id in sorted(found.column(columns.FOLD_ID).to_pylist()):
            read_ahead.append(reader.submit(read, fold_id))
            if len(read_ahead) > 1:
                yield read_ahead.popleft().result()
        for waiting in read_ahead:
            yield waiting.result()


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


def _in_chunks(
    function: Callable[[pa.Table], pa.Table], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Call a function with as many batches at a time as make a chunk."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= _CHUNK:
            yield from function(pa.Table.from_batches(waiting)).to_batches()
            waiting = []
    if waiting:
        yield from function(pa.Table.from_batches(waiting)).to_batches()


def _map(
    relation: Any, function: Callable[[pa.Table], pa.Table], schema: pa.Schema
) -> Any:
    """Call a function with the rows of a relation, a chunk at a time."""
    if hasattr(relation, "toArrow"):
        from pyspark.sql.pandas.types import from_arrow_schema

        return relation.mapInArrow(
            partial(_in_chunks, function), from_arrow_schema(schema)
        )
    chunks = _in_chunks(function, relation.to_arrow_reader(_CHUNK))
    return pa.Table.from_batches(chunks, schema)


def map_rows(
    relation: Any, function: Callable[[pa.Table], pa.Table], schema: pa.Schema
) -> Any:
    """Call a function with the rows of a relation, a part at a time.

    On Spark it is called where the rows are.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        The rows.
    function : callable
        Takes and returns a table; what it makes of a row depends on that row alone,
        since it may be called with any part of the rows.
    schema : pyarrow.Schema
        Of what it returns.

    Returns
    -------
    pyarrow.Table or pyspark.sql.DataFrame
        What it returned, together.

    Examples
    --------
    >>> import duckdb
    >>> schema = pa.schema([("a", pa.int32())])
    >>> map_rows(duckdb.sql("select 1 as a"), lambda rows: rows, schema).to_pylist()
    [{'a': 1}]
    """
    return _map(relation, function, schema)


def map_folds(
    relation: Any,
    fold_ids: Sequence[str],
    function: Callable[[str, pa.Table], pa.Table],
    schema: pa.Schema,
) -> Any:
    """Call a function with the rows of each fold, a fold at a time.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        The rows, with ``fold_id``.
    fold_ids : sequence of str
        The folds wanted.
    function : callable
        As in `map_rows`, its first argument the fold.
    schema : pyarrow.Schema
        Of what it returns.

    Returns
    -------
    pyarrow.Table or pyspark.sql.DataFrame
        What it returned, together.

    Examples
    --------
    >>> import duckdb
    >>> rows = duckdb.sql("select 'test' as fold_id, 1 as a")
    >>> schema = pa.schema([("a", pa.int32())])
    >>> map_folds(rows, ["test"], lambda _, part: part.select(["a"]), schema).num_rows
    1
    """
    parts = [
        _map(
            relation.filter(f"fold_id = '{fold_id}'"),
            partial(function, fold_id),
            schema,
        )
        for fold_id in fold_ids
    ]
    if parts and hasattr(relation, "toArrow"):
        return reduce(lambda first, second: first.union(second), parts)
    return pa.concat_tables([schema.empty_table(), *parts])


def publish_release(
    session: Any,
    gate: tuple[str | None, str, str],
    release_id: str,
    evaluated_release_id: str,
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
    evaluated_release_id : str
        Whose evaluation it comes with.

    Returns
    -------
    pyarrow.Table
        One row per published table in `aisle.publish.PUBLISHED_SCHEMA`.

    Examples
    --------
    >>> import duckdb
    >>> shop = duckdb.connect()
    >>> _ = shop.execute("create table gate as select false as may_publish, "
    ...     "null as published_path, null as tables, null as history, "
    ...     "null as logged, null as noted, null as carried, null as customers")
    >>> publish_release(shop, ("memory", "main", "gate"), "r1", "r1").num_rows
    0
    """
    if hasattr(session, "createDataFrame"):
        from aisle import publish_folder

        _, schema, name = gate
        return publish_folder.publish_release(
            session, f"{schema}.{name}", release_id, evaluated_release_id
        )
    # A cursor of its own: dbt has a transaction open on the connection, and a
    # transaction can write to one database only.
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in gate if part)
    return publish.publish_release(
        session.cursor(), quoted, release_id, evaluated_release_id
    )
