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
    "DAYS_KEPT",
    "DAYS_NOTED",
    "INSTANT",
    "PUBLISHED_SCHEMA",
    "SERVED",
    "PublishError",
    "PublishedTable",
    "check_served",
    "instants",
    "is_due",
    "is_kept",
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
# Without a row in it nobody is recommended anything.
SERVED = ("recommendations", "customer_recommendations")
# Readable by every DuckDB since 1.0.
_STORAGE_VERSION = "v1.0.0"
_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH

# Of tables that the history keeps of several releases: one a week, until their month
# has passed and been looked at.
DAYS_APART = timedelta(days=7)
DAYS_KEPT = timedelta(days=120)
# Of what a release was, which no experiment outlives.
DAYS_NOTED = timedelta(days=730)
INSTANT = "%Y%m%d%H%M%S"
_INSTANT_LENGTH = 14


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
    customers: str | None,
    path: Path,
    target: Path,
) -> None:
    if carried:
        connection.execute(f"attach {_literal(str(target))} as aisle_old (read_only)")
    try:
        old_names = _names(connection, "aisle_old")
        is_copied = bool(carried) and not _has_left(connection, old_names, customers)
        if is_copied:
            shutil.copyfile(target, path)
        connection.execute(
            f"attach {_literal(str(path))} as aisle_new "
            f"(storage_version {_literal(_STORAGE_VERSION)})"
        )
        if is_copied:
            _drop_all_but(connection, carried)
        for schema in sorted({schema for schema, _ in tables + carried}):
            connection.execute(
                f"create schema if not exists aisle_new.{_quoted(schema)}"
            )
        for schema, table in tables:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            query = f"select * from {name}"
            names = old_names.get((schema, table), [])
            if columns.FOLD_ID in names:
                query += (
                    f" union all by name select * from aisle_old.{name} "
                    f"where {columns.FOLD_ID} != {_literal(SERVING_FOLD)} "
                    f"and {is_kept(names, customers)}"
                )
            connection.execute(f"create table aisle_new.{name} as {query}")
        for schema, table in [] if is_copied else carried:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            names = old_names.get((schema, table), [])
            connection.execute(
                f"create table aisle_new.{name} as select * from aisle_old.{name} "
                f"where {is_kept(names, customers)}"
            )
    finally:
        connection.execute("detach database if exists aisle_old")
        connection.execute("detach database if exists aisle_new")


def _tables(
    connection: duckdb.DuckDBPyConnection, database: str
) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = ? order by all",
        [database],
    ).fetchall()


def _has_left(
    connection: duckdb.DuckDBPyConnection,
    old_names: dict[tuple[str, str], list[str]],
    customers: str | None,
) -> bool:
    """Whether the earlier release has a row of somebody who has left since."""
    for (schema, table), names in old_names.items():
        name = f"aisle_old.{_quoted(schema)}.{_quoted(table)}"
        query = f"from {name} where not ({is_kept(names, customers)}) limit 1"
        if connection.execute(query).fetchall():
            return True
    return False


def _drop_all_but(
    connection: duckdb.DuckDBPyConnection, carried: list[tuple[str, str]]
) -> None:
    """Leave of a copied file what is carried over; the rest of it is written anew.

    Rows deleted in a file can stay in it unseen, which is why nothing is copied once
    somebody has left.
    """
    for schema, table in _tables(connection, "aisle_new"):
        if (schema, table) not in carried:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            connection.execute(f"drop table aisle_new.{name}")
    connection.execute("checkpoint aisle_new")


def _names(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[tuple[str, str], list[str]]:
    """Names of columns, by schema and table."""
    shapes = _shapes(connection, database)
    return {table: [name for name, _ in shape] for table, shape in shapes.items()}


def is_kept(names: Collection[str], customers: str | None) -> str:
    """SQL: whether a row of an earlier release is of nobody who has left since.

    Parameters
    ----------
    names : collection of str
        Columns of the row.
    customers : str or None
        The table, quoted where need be, of all ``customer_id`` that are still there;
        None keeps every row.

    Returns
    -------
    str
        A condition of DuckDB and Spark.

    Examples
    --------
    >>> is_kept(["customer_id", "slot"], "customers")
    '(customer_id is null or customer_id in (select customer_id from customers))'
    >>> is_kept(["product_id"], "customers")
    'true'
    """
    if customers is None:
        return "true"
    known = f"(select {columns.CUSTOMER_ID} from {customers})"
    conditions = [
        f"({name} is null or {name} in {known})"
        for name in (columns.CUSTOMER_ID, columns.NEIGHBOUR_CUSTOMER_ID)
        if name in names
    ]
    if columns.ENTITY_ID in names:
        conditions.append(
            f"({columns.ENTITY_TYPE} != 'customer' or {columns.ENTITY_ID} in {known})"
        )
    return " and ".join(conditions) or "true"


def instants(names: Iterable[str], table: str) -> dict[str, datetime]:
    """Which instants the files are of that a history has of a table.

    Parameters
    ----------
    names : iterable of str
        All files of the history.
    table : str
        A table of which it has several.

    Returns
    -------
    dict
        Instant by name, of the files of the table.

    Examples
    --------
    >>> instants(["t_20260131000000_r1.parquet", "t.parquet"], "t")
    {'t_20260131000000_r1.parquet': datetime.datetime(2026, 1, 31, 0, 0)}
    """
    found = {}
    for name in sorted(names):
        begin, _, rest = name.removesuffix(".parquet").partition(f"{table}_")
        with contextlib.suppress(ValueError):
            if not begin:
                found[name] = datetime.strptime(rest[:_INSTANT_LENGTH], INSTANT)
    return found


def _write_history(
    connection: duckdb.DuckDBPyConnection,
    history: Iterable[tuple[str, str]],
    logged: Iterable[tuple[str, str]],
    noted: Iterable[tuple[str, str]],
    customers: str | None,
    folder: Path,
) -> None:
    """Write every table to a new folder, then put it in place of the old one."""
    new, old = (folder.with_name(f".{folder.name}.{end}") for end in ("new", "old"))
    _settle(folder, new, old)
    new.mkdir()
    try:
        for schema, table in history:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            _copy(connection, name, new / f"{table}.parquet")
        for schema, table in logged:
            as_of = _latest_as_of(connection, schema, table)
            for path, instant in _releases_logged(folder, table).items():
                # What is built anew replaces what was served from then on.
                if as_of is None or instant < as_of:
                    shutil.copy2(path, new / path.name)
        for _, table in noted:
            for path in _releases_logged(folder, table):
                shutil.copy2(path, new / path.name)
        _add_release(connection, logged, noted, customers, new, folder)
        if folder.exists():
            folder.replace(old)
        new.replace(folder)
    finally:
        _settle(folder, new, old)


def _settle(folder: Path, new: Path, old: Path) -> None:
    """Leave one folder, wherever putting a new one in place of the old one ended."""
    if old.exists() and not folder.exists():
        old.replace(folder)
    for path in (new, old):
        shutil.rmtree(path, ignore_errors=True)


def _copy(connection: duckdb.DuckDBPyConnection, relation: str, path: Path) -> None:
    """Write a file that is there whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    connection.execute(f"copy {relation} to {_literal(str(new))} (format parquet)")
    new.replace(path)


def _latest_as_of(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> datetime | None:
    ((as_of,),) = connection.execute(
        f"select max({columns.AS_OF}) from {_quoted(schema)}.{_quoted(table)}"
    ).fetchall()
    return as_of if as_of is None else as_of.replace(microsecond=0)


def _releases_logged(folder: Path, table: str) -> dict[Path, datetime]:
    """Files of a table, one of each release, with the instant the release is of."""
    found = instants((path.name for path in folder.glob("*.parquet")), table)
    return {folder / name: instant for name, instant in found.items()}


def _add_release(
    connection: duckdb.DuckDBPyConnection,
    logged: Iterable[tuple[str, str]],
    noted: Iterable[tuple[str, str]],
    customers: str | None,
    folder: Path,
    named: Path,
) -> None:
    """Add a release to the history, and take those out who have left since.

    `named` is the folder that people know it by, where `folder` is to replace it.
    """
    for schema, table in logged:
        _log_release(connection, schema, table, folder)
    for schema, table in noted:
        _note_release(connection, schema, table, folder)
    for path in sorted(folder.glob("*.parquet")):
        _forget(connection, path, customers, named / path.name)


def is_due(as_of: datetime, earlier: Iterable[datetime]) -> bool:
    """Whether the history keeps a release that follows earlier ones.

    Examples
    --------
    >>> day = datetime(2026, 1, 8)
    >>> is_due(day, [day]), is_due(day, [datetime(2026, 1, 2)])
    (True, False)
    """
    return not any(as_of - DAYS_APART < instant < as_of for instant in earlier)


def _log_release(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, folder: Path
) -> None:
    """Add a table's rows to the history, unless those of a week ago or less are there.

    Rows as of the same instant are replaced: what was published last is what is seen.
    Files that are older than anybody looks at go.
    """
    as_of = _latest_as_of(connection, schema, table)
    if as_of is None:
        return
    earlier = _releases_logged(folder, table)
    for path, instant in earlier.items():
        if instant < as_of - DAYS_KEPT:
            path.unlink()
    if not is_due(as_of, earlier.values()):
        return
    path = folder / f"{table}_{as_of.strftime(INSTANT)}.parquet"
    _copy(connection, f"{_quoted(schema)}.{_quoted(table)}", path)


def _note_release(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, folder: Path
) -> None:
    """Add a table's rows to the history: customers may have been served from each."""
    name = f"{_quoted(schema)}.{_quoted(table)}"
    as_of = _latest_as_of(connection, schema, table)
    if as_of is None:
        return
    for path, instant in _releases_logged(folder, table).items():
        if instant < as_of - DAYS_NOTED:
            path.unlink()
    ((release_id,),) = connection.execute(
        f"select max({columns.RELEASE_ID}) from {name}"
    ).fetchall()
    _copy(
        connection,
        name,
        folder / f"{table}_{as_of.strftime(INSTANT)}_{release_id}.parquet",
    )


def _forget(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    customers: str | None,
    named: Path,
) -> None:
    """Take rows of customers who have left since out of a file of the history."""
    query = f"select * from read_parquet({_literal(str(path))})"
    try:
        described = connection.execute(f"describe {query}").fetchall()
        condition = is_kept([row[0] for row in described], customers)
        left = _count(connection, f"{query} where not ({condition})")
    except duckdb.Error as error:
        raise PublishError(
            f"cannot publish: the file {named} of earlier releases cannot be read; put "
            "a copy of it back, or remove it"
        ) from error
    if left:
        _copy(connection, f"({query} where {condition})", path)


def _shapes(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Names and types of columns, by schema and table.

    DuckDB goes through all columns that it knows, however few are asked for.
    """
    shapes: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for schema, table, column, kind in connection.execute(
        """
        select schema_name, table_name, column_name, data_type
        from duckdb_columns()
        where database_name = ?
        order by schema_name, table_name, column_index
        """,
        [database],
    ).fetchall():
        shapes.setdefault((schema, table), []).append((column, kind))
    return shapes


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
        shapes = _shapes(connection, "aisle_new")
        old_shapes = _shapes(connection, "aisle_old")
        found = []
        for schema, table in tables:
            name = f"{_quoted(schema)}.{_quoted(table)}"
            count_rows = _count(connection, f"from aisle_new.{name}")
            shape = shapes[schema, table]
            # Every row carries the release id; alone it makes no row another one.
            listed = ", ".join(
                _quoted(column) for column, _ in shape if column != columns.RELEASE_ID
            )
            if schema not in compared:
                found.append(PublishedTable(schema, table, count_rows, None))
                continue
            changed = count_rows
            if shape == old_shapes.get((schema, table)):
                # A damaged old file may open and fail later: then all has changed.
                with contextlib.suppress(duckdb.Error):
                    changed = _count_changed(connection, name, listed or "0")
            found.append(PublishedTable(schema, table, count_rows, changed))
        return found
    finally:
        if has_old:
            connection.execute("detach aisle_old")
        connection.execute("detach aisle_new")


def check_served(
    published: Iterable[PublishedTable], count_rows_before: int, target: str
) -> None:
    """Refuse to put a release that recommends nothing in place of one that does.

    Parameters
    ----------
    published : iterable of PublishedTable
        The new release.
    count_rows_before : int
        Recommendations of the release that is there, 0 without one.
    target : str
        Where it is.

    Raises
    ------
    PublishError
        If the new one has a table of recommendations, without a row, and the one that
        is there has rows.

    Examples
    --------
    >>> empty = PublishedTable("recommendations", "customer_recommendations", 0, None)
    >>> check_served([empty], 0, "aisle.duckdb")
    >>> check_served([empty], 7, "aisle.duckdb")
    Traceback (most recent call last):
        ...
    aisle.publish.PublishError: the release has no recommendations, and aisle.duckdb \
has 7: nothing is published. audit.findings says why there are none; to publish it all \
the same, move aisle.duckdb away
    """
    for table in published:
        if table[:2] == SERVED and not table.count_rows and count_rows_before:
            raise PublishError(
                f"the release has no recommendations, and {target} has "
                f"{count_rows_before}: nothing is published. audit.findings says why "
                f"there are none; to publish it all the same, move {target} away"
            )


def _count_served(connection: duckdb.DuckDBPyConnection, target: Path) -> int:
    """Recommendations of the file that is there; 0 where it cannot be read."""
    count = 0
    if _attach_old(connection, target):
        schema, table = (_quoted(name) for name in SERVED)
        with contextlib.suppress(duckdb.Error):
            count = _count(connection, f"from aisle_old.{schema}.{table}")
        connection.execute("detach aisle_old")
    return count


def publish(
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[tuple[str, str]],
    target_path: str | os.PathLike[str],
    compared: Collection[str] = COMPARED_SCHEMAS,
    *,
    history: Collection[tuple[str, str]] = (),
    logged: Collection[tuple[str, str]] = (),
    noted: Collection[tuple[str, str]] = (),
    carried: Collection[tuple[str, str]] = (),
    customers: tuple[str, str] | None = None,
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
        ``<name>_history`` beside ``<name>.duckdb``; none leaves the folder as it is.
    logged : collection of (str, str)
        Tables, with a column ``as_of``, of which that folder keeps the rows of several
        releases: ``<table>_<as of>.parquet``, at least 7 days apart, for 120 days.
    noted : collection of (str, str)
        Tables, with columns ``as_of`` and ``release_id``, of which it keeps the rows of
        every release for 730 days: ``<table>_<as of>_<release id>.parquet``.
    carried : collection of (str, str)
        Tables of the file that was there, to be taken over from it. With them, the
        rows of folds other than serving are taken over in all tables too.
    customers : (str, str), optional
        A table with a column ``customer_id``. Rows of customers who are not in it are
        not taken over from earlier releases, and leave the history. An empty one is a
        load that failed, and says of nobody that they left.

    Returns
    -------
    list of PublishedTable
        Sorted by schema and table. Rows are compared leaving out ``release_id``;
        without a file to compare with, or where the columns are others, every row
        counts as changed.

    Raises
    ------
    ValueError
        If `tables` is empty.
    PublishError
        If the file cannot be written, or has no recommendations where the old one has
        some; the old one is untouched. The history, which is replaced before it, may be
        that of the new release already if the file could not be written.

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
    known = ".".join(_quoted(name) for name in customers) if customers else None
    # A link stays one: what it leads to is replaced.
    named = Path(target_path).absolute()
    target = named.resolve()
    new = _temporary(target)
    try:
        if known and not _count(connection, f"from {known}"):
            known = None
        if target.is_dir():
            raise PublishError(f"cannot publish to {target}: it is a folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
        try:
            _write(connection, ordered, sorted(carried), known, new, target)
            # Readers of the published file never write, so a log beside it is left
            # from something else, and DuckDB would replay it into the new file.
            _wal(target).unlink(missing_ok=True)
            ordered = sorted([*ordered, *carried])
            published = _compare(connection, ordered, new, target, compared)
            check_served(published, _count_served(connection, target), str(target))
            _sync(new)
            new.chmod(_READ_ONLY)
            folder = named.with_name(f"{named.stem}_history").resolve()
            if history:
                _write_history(connection, history, logged, noted, known, folder)
            elif folder.is_dir():
                _add_release(connection, logged, noted, known, folder, folder)
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
    remedy = (
        f"of the full build {evaluated_release_id} that release_history is of; publish "
        "a full build"
    )
    if not target.exists():
        raise PublishError(f"there is no file {target} with the figures {remedy}")
    found = []
    if _attach_old(connection, target):
        with contextlib.suppress(duckdb.Error):
            found = connection.execute(
                f"select evaluated_release_id from {releases}"
            ).fetchall()
        connection.execute("detach aisle_old")
    if not found:
        raise PublishError(f"{target} cannot be read, or has no figures {remedy}")
    if found != [(evaluated_release_id,)]:
        raise PublishError(
            f"cannot publish to {target}: the figures there are not {remedy}"
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
        ``logged``, ``noted``, ``carried`` and ``customers`` (JSON, as for `publish`:
        lists of pairs of schema and table, of customers at most one).
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
    ...     "'[]' as tables, '[]' as history, '[]' as logged, '[]' as noted, "
    ...     "'[]' as carried, '[]' as customers"
    ... )
    >>> publish_release(warehouse.cursor(), "gate", "r1", "r1").num_rows
    0
    """
    may_publish, path, *listed = connection.execute(
        "select may_publish, published_path, tables, history, logged, noted, carried, "
        f"customers from {gate_name}"
    ).fetchall()[0]
    if not may_publish:
        return PUBLISHED_SCHEMA.empty_table()
    tables, history, logged, noted, carried, customers = (
        [(schema, table) for schema, table in json.loads(names)] for names in listed
    )
    try:
        if carried:
            schema = {table: schema for schema, table in tables}["releases"]
            name = f"aisle_old.{_quoted(schema)}.releases"
            _check_carried(connection, Path(path), name, evaluated_release_id)
        published = publish(
            connection,
            tables,
            path,
            history=history,
            logged=logged,
            noted=noted,
            carried=carried,
            customers=customers[0] if customers else None,
        )
    except PublishError as error:
        connection.execute(f"update {gate_name} set reason = ?", [str(error)])
        return PUBLISHED_SCHEMA.empty_table()
    connection.execute(f"update {gate_name} set is_published = true, reason = null")
    return pa.Table.from_pylist(
        [{columns.RELEASE_ID: release_id, **table._asdict()} for table in published],
        schema=PUBLISHED_SCHEMA,
    )
