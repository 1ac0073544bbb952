"""Copy tables into the file that readers open, whole or not at all.

The copy is written beside the published file and renamed over it. Whoever has the
old file open keeps it; a kill at any moment leaves the old file as it was.
"""

import contextlib
import json
import os
import re
import shutil
import stat
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from aisle import columns

__all__ = [
    "PUBLISHED_SCHEMA",
    "PublishError",
    "PublishedTable",
    "publish",
    "publish_release",
]

PUBLISHED_SCHEMA = pa.schema(
    [
        (columns.RELEASE_ID, pa.string()),
        (columns.SCHEMA_NAME, pa.string()),
        (columns.TABLE_NAME, pa.string()),
        (columns.COUNT_ROWS, pa.int64()),
        (columns.COUNT_ROWS_CHANGED, pa.int64()),
    ]
)

# The one fold that a daily build makes; it carries the rows of the others over.
SERVING_FOLD = "serving"
# What customers see.
COMPARED_SCHEMAS = ("recommendations",)
# Readable by every DuckDB since 1.0.
_STORAGE_VERSION = "v1.0.0"
_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH

# Of tables that the history keeps of several releases: one a week, until their month
# has passed and been looked at.
_DAYS_APART = timedelta(days=7)
_DAYS_KEPT = timedelta(days=120)
_INSTANT = "%Y%m%d%H%M%S"


class PublishError(Exception):
    """The file could not be published; the one before is untouched."""


class PublishedTable(NamedTuple):
    """One table of the published file.

    Changed rows are those added or removed; None where they were not counted.
    """

    schema_name: str
    table_name: str
    count_rows: int
    count_rows_changed: int | None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.new")


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process_id != os.getpid()


def _remove_leftovers(target: Path) -> None:
    """Remove what earlier, killed runs began to write."""
    name = re.compile(rf"\.{re.escape(target.name)}\.(\d+)\.new(\.wal)?")
    for path in target.parent.iterdir():
        match = name.fullmatch(path.name)
        if match and not _is_running(int(match.group(1))):
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(
    connection: duckdb.DuckDBPyConnection,
    tables: list[tuple[str, str]],
    carried: list[tuple[str, str]],
    path: Path,
    target: Path,
) -> None:
    connection.execute(
        f"attach {_literal(str(path))} as aisle_new "
        f"(storage_version {_literal(_STORAGE_VERSION)})"
    )
    try:
        if carried:
            connection.execute(
                f"attach {_literal(str(target))} as aisle_old (read_only)"
            )
        for schema in sorted({schema for schema, _ in tables + carried}):
            connection.execute(
                f"create schema if not exists aisle_new.{_quoted(schema)}"
            )
        for schema, table in tables:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            query = f"select * from {name}"
            if carried and _has_folds(connection, schema, table):
                query += (
                    f" union all by name select * from aisle_old.{name} "
                    f"where {columns.FOLD_ID} != {_literal(SERVING_FOLD)}"
                )
            connection.execute(f"create table aisle_new.{name} as {query}")
        for schema, table in carried:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            connection.execute(
                f"create table aisle_new.{name} as select * from aisle_old.{name}"
            )
    finally:
        connection.execute("detach database if exists aisle_old")
        connection.execute("detach aisle_new")


def _has_folds(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    shape = _shape(connection, "aisle_old", schema, table)
    return any(column == columns.FOLD_ID for column, _ in shape)


def _write_history(
    connection: duckdb.DuckDBPyConnection,
    history: Iterable[tuple[str, str]],
    logged: Iterable[tuple[str, str]],
    folder: Path,
) -> None:
    """Write every table to a new folder, then put it in place of the old one."""
    new, old = (folder.with_name(f".{folder.name}.{end}") for end in ("new", "old"))
    for path in (new, old):
        shutil.rmtree(path, ignore_errors=True)
    new.mkdir()
    for schema, table in history:
        _copy(connection, schema, table, new / f"{table}.parquet")
    for schema, table in logged:
        as_of = _latest_as_of(connection, schema, table)
        for path, instant in _releases_logged(folder, table).items():
            # What is built anew replaces what was served from then on.
            if as_of is None or instant < as_of:
                shutil.copy2(path, new / path.name)
        _log_release(connection, schema, table, new)
    if folder.exists():
        folder.replace(old)
    new.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _copy(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, path: Path
) -> None:
    connection.execute(
        f"copy {_quoted(schema)}.{_quoted(table)} "
        f"to {_literal(str(path))} (format parquet)"
    )


def _latest_as_of(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> datetime | None:
    ((as_of,),) = connection.execute(
        f"select max({columns.AS_OF}) from {_quoted(schema)}.{_quoted(table)}"
    ).fetchall()
    return as_of if as_of is None else as_of.replace(microsecond=0)


def _releases_logged(folder: Path, table: str) -> dict[Path, datetime]:
    """Files of a table, one of each release, with the instant the release is of."""
    found = {}
    for path in sorted(folder.glob(f"{table}_*.parquet")):
        with contextlib.suppress(ValueError):
            instant = path.stem.removeprefix(f"{table}_")
            found[path] = datetime.strptime(instant, _INSTANT)
    return found


def _log_release(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, folder: Path
) -> None:
    """Add a table's rows to the history, unless those of a week ago or less are there.

    Files that are older than anybody looks at go.
    """
    as_of = _latest_as_of(connection, schema, table)
    if as_of is None:
        return
    earlier = _releases_logged(folder, table)
    for path, instant in earlier.items():
        if instant < as_of - _DAYS_KEPT:
            path.unlink()
    if any(as_of - _DAYS_APART < instant <= as_of for instant in earlier.values()):
        return
    path = folder / f"{table}_{as_of.strftime(_INSTANT)}.parquet"
    new = path.with_name(f".{path.name}.new")
    _copy(connection, schema, table, new)
    new.replace(path)


def _shape(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str
) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select column_name, data_type
        from duckdb_columns()
        where database_name = ? and schema_name = ? and table_name = ?
        order by column_index
        """,
        [database, schema, table],
    ).fetchall()


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(f"select count(*) from ({query})").fetchall()[0][0])


def _count_changed(
    connection: duckdb.DuckDBPyConnection, name: str, listed: str
) -> int:
    """Rows added and removed; equal rows count as often as they are there.

    Rows are told apart by a hash of 64 bits, in one pass over both files: comparing
    the rows themselves takes thirty times as long.
    """
    ((changed,),) = connection.execute(
        f"""
        select coalesce(sum(abs(count_added)), 0)
        from (
            select sum(count_added) as count_added
            from (
                select hash({listed}) as row_hash, 1 as count_added
                from aisle_new.{name}
                union all
                select hash({listed}) as row_hash, -1 as count_added
                from aisle_old.{name}
            )
            group by row_hash
        )
        """
    ).fetchall()
    return int(changed)


def _attach_old(connection: duckdb.DuckDBPyConnection, target: Path) -> bool:
    if not target.exists():
        return False
    try:
        connection.execute(f"attach {_literal(str(target))} as aisle_old (read_only)")
    except duckdb.Error:
        # Not a database, damaged, or held open for writing: nothing to compare with.
        return False
    return True


def _compare(
    connection: duckdb.DuckDBPyConnection,
    tables: list[tuple[str, str]],
    new: Path,
    target: Path,
    compared: Collection[str],
) -> list[PublishedTable]:
    connection.execute(f"attach {_literal(str(new))} as aisle_new (read_only)")
    has_old = False
    try:
        has_old = _attach_old(connection, target)
        found = []
        for schema, table in tables:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            count_rows = _count(connection, f"from aisle_new.{name}")
            shape = _shape(connection, "aisle_new", schema, table)
            # Every row carries the release id; alone it makes no row another one.
            listed = ", ".join(
                _quoted(column) for column, _ in shape if column != columns.RELEASE_ID
            )
            if schema not in compared:
                found.append(PublishedTable(schema, table, count_rows, None))
                continue
            changed = count_rows
            if has_old and shape == _shape(connection, "aisle_old", schema, table):
                # A damaged old file may open and fail later: then all has changed.
                with contextlib.suppress(duckdb.Error):
                    changed = _count_changed(connection, name, listed or "0")
            found.append(PublishedTable(schema, table, count_rows, changed))
        return found
    finally:
        if has_old:
            connection.execute("detach aisle_old")
        connection.execute("detach aisle_new")


def publish(
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[tuple[str, str]],
    target_path: str | os.PathLike[str],
    compared: Collection[str] = COMPARED_SCHEMAS,
    *,
    history: Collection[tuple[str, str]] = (),
    logged: Collection[tuple[str, str]] = (),
    carried: Collection[tuple[str, str]] = (),
) -> list[PublishedTable]:
    """Write tables and views into a new file and put it in place of the old one.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection of its own (``connection.cursor()``) to the database that holds
        the tables, outside any transaction.
    tables : iterable of (str, str)
        Schema and name of each.
    target_path : path
        The published file; its folder is made if need be.
    compared : collection of str
        Schemas whose rows are compared with the file that was there: comparing every
        evaluated list would take longer than writing it.
    history : collection of (str, str)
        Tables for later builds to begin with. They become Parquet files in the folder
        ``<name of the file>_history`` beside it; none leaves the folder as it is.
    logged : collection of (str, str)
        Tables, with a column ``as_of``, of which that folder keeps the rows of several
        releases: ``<table>_<as of>.parquet``, at least 7 days apart, for 120 days.
    carried : collection of (str, str)
        Tables of the file that was there, to be taken over from it. With them, the
        rows of folds other than serving are taken over in all tables too.

    Returns
    -------
    list of PublishedTable
        Sorted by schema and table. Rows are compared leaving out ``release_id``;
        without a file to compare with, or where the columns are others, every row
        counts as changed.

    Raises
    ------
    PublishError
        If the file cannot be written; the old one is untouched.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> target = Path(folder.name) / "aisle.duckdb"
    >>> warehouse = duckdb.connect()
    >>> _ = warehouse.execute("create table t as select 1 as a")
    >>> publish(warehouse.cursor(), [("main", "t")], target, compared=["main"])
    [PublishedTable(schema_name='main', table_name='t', count_rows=1, \
count_rows_changed=1)]
    >>> with duckdb.connect(target, read_only=True) as reader:
    ...     reader.execute("select a from t").fetchall()
    [(1,)]
    >>> folder.cleanup()
    """
    ordered = sorted(set(tables))
    if not ordered:
        raise ValueError("tables is empty; at least one table is needed")
    target = Path(target_path).absolute()
    new = _temporary(target)
    try:
        if target.is_dir():
            raise PublishError(f"cannot publish to {target}: it is a folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
        try:
            _write(connection, ordered, sorted(carried), new, target)
            # Readers of the published file never write, so a log beside it is left
            # from something else, and DuckDB would replay it into the new file.
            _wal(target).unlink(missing_ok=True)
            ordered = sorted([*ordered, *carried])
            published = _compare(connection, ordered, new, target, compared)
            _sync(new)
            new.chmod(_READ_ONLY)
            folder = target.with_name(f"{target.stem}_history")
            if history:
                _write_history(connection, history, logged, folder)
            elif folder.is_dir():
                for schema, table in logged:
                    _log_release(connection, schema, table, folder)
            new.replace(target)
            _sync(target.parent)
        finally:
            new.unlink(missing_ok=True)
            _wal(new).unlink(missing_ok=True)
    except (OSError, duckdb.Error) as error:
        raise PublishError(f"cannot publish to {target}: {error}") from error
    return published


def _check_carried(
    connection: duckdb.DuckDBPyConnection,
    target: Path,
    releases: str,
    evaluated_release_id: str,
) -> None:
    found = []
    if _attach_old(connection, target):
        with contextlib.suppress(duckdb.Error):
            found = connection.execute(
                f"select evaluated_release_id from {releases}"
            ).fetchall()
        connection.execute("detach aisle_old")
    if found != [(evaluated_release_id,)]:
        raise PublishError(
            f"cannot publish to {target}: the figures there are not of the full build "
            f"{evaluated_release_id} that release_history is of; publish a full build"
        )


def publish_release(
    connection: duckdb.DuckDBPyConnection,
    gate_name: str,
    release_id: str,
    evaluated_release_id: str,
) -> pa.Table:
    """Publish what a gate lists, if the gate is open, and note the outcome in it.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        As for `publish`.
    gate_name : str
        Name, quoted where need be, of a table of one row: ``may_publish``,
        ``is_published``, ``reason``, ``published_path``, and ``tables``, ``history``,
        ``logged`` and ``carried`` (JSON, as for `publish`: lists of pairs of schema and
        table).
        ``is_published`` and ``reason`` are written.
    release_id : str
        What is published.
    evaluated_release_id : str
        Whose evaluation it comes with; what is carried over must be of it.

    Returns
    -------
    pyarrow.Table
        One row per published table in `PUBLISHED_SCHEMA`; none if the gate is closed
        or publishing failed, in which case ``reason`` says why.

    Examples
    --------
    >>> warehouse = duckdb.connect()
    >>> _ = warehouse.execute(
    ...     "create table gate as select false as may_publish, false as is_published, "
    ...     "'not every test was selected' as reason, 'x.duckdb' as published_path, "
    ...     "'[]' as tables, '[]' as history, '[]' as logged, '[]' as carried"
    ... )
    >>> publish_release(warehouse.cursor(), "gate", "r1", "r1").num_rows
    0
    """
    may_publish, path, *listed = connection.execute(
        "select may_publish, published_path, tables, history, logged, carried "
        f"from {gate_name}"
    ).fetchall()[0]
    if not may_publish:
        return PUBLISHED_SCHEMA.empty_table()
    tables, history, logged, carried = (
        [(schema, table) for schema, table in json.loads(names)] for names in listed
    )
    try:
        if carried:
            schema = {table: schema for schema, table in tables}["releases"]
            name = f"aisle_old.{_quoted(schema)}.releases"
            _check_carried(connection, Path(path), name, evaluated_release_id)
        published = publish(
            connection, tables, path, history=history, logged=logged, carried=carried
        )
    except PublishError as error:
        connection.execute(f"update {gate_name} set reason = ?", [str(error)])
        return PUBLISHED_SCHEMA.empty_table()
    connection.execute(f"update {gate_name} set is_published = true, reason = null")
    return pa.Table.from_pylist(
        [{columns.RELEASE_ID: release_id, **table._asdict()} for table in published],
        schema=PUBLISHED_SCHEMA,
    )
