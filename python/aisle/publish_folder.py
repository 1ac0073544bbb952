"""Publish from Spark: a folder of Parquet files, and a manifest that names them.

Each release has a folder of its own; `manifest.json` is replaced last, in one step. A
reader reads the manifest, then the files that it names: one release, whole. The files
of the release before stay for those who still read them; older ones are removed.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs as pa_fs

from aisle import columns
from aisle.publish import (
    COMPARED_SCHEMAS,
    DAYS_KEPT,
    DAYS_NOTED,
    INSTANT,
    PUBLISHED_SCHEMA,
    SERVED,
    SERVING_FOLD,
    PublishedTable,
    PublishError,
    check_served,
    instants,
    is_due,
    is_kept,
)

__all__ = ["MANIFEST", "publish_folder", "publish_release", "read_manifest"]

MANIFEST = "manifest.json"
_RELEASES = "releases"
_HISTORY = "history"


def _place(folder: str) -> tuple[pa_fs.FileSystem, str]:
    """File system and path of a folder: local, or the URI of an object store."""
    if "://" not in folder:
        return pa_fs.LocalFileSystem(), str(Path(folder).absolute())
    # Spark's name for S3 is not everybody's.
    found: tuple[pa_fs.FileSystem, str] = pa_fs.FileSystem.from_uri(
        folder.replace("s3a://", "s3://", 1)
    )
    return found


def read_manifest(folder: str) -> dict[str, Any] | None:
    """Read which release a folder holds.

    Parameters
    ----------
    folder : str
        Path or URI of the published folder.

    Returns
    -------
    dict or None
        ``release_id``, ``folder`` (of the release), ``previous`` (that of the one
        before, or None), ``history`` (folder of what later builds begin with, or None)
        and ``tables``: a list with ``schema_name, table_name, count_rows,
        count_rows_changed`` and ``path``. Paths are relative to `folder`. None where
        nothing is published.

    Raises
    ------
    ValueError
        If the manifest is damaged, or that of another program.

    Examples
    --------
    >>> read_manifest("nowhere") is None
    True
    """
    files, root = _place(folder)
    try:
        with files.open_input_stream(f"{root}/{MANIFEST}") as stream:
            manifest = json.loads(stream.read())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ValueError(f"{folder}/{MANIFEST} is damaged: {error}") from error
    try:
        # Everything that is read of it.
        named = [
            (row["schema_name"], row["table_name"], row["path"])
            for row in manifest["tables"]
        ]
        is_ours = bool(named and manifest["release_id"] and manifest["folder"])
    except (KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise ValueError(f"{folder}/{MANIFEST} is no manifest of Aisle")
    return dict(manifest)


def _write_manifest(folder: str, manifest: dict[str, Any]) -> None:
    files, root = _place(folder)
    new = f"{root}/.{MANIFEST}.{uuid.uuid4().hex}"
    with files.open_output_stream(new) as stream:
        stream.write(json.dumps(manifest, indent=1).encode())
    files.move(new, f"{root}/{MANIFEST}")


def _check_written(folder: str, paths: Iterable[str]) -> None:
    """Raise where another run, which published meanwhile, has removed something."""
    files, root = _place(folder)
    for info in files.get_file_info([f"{root}/{path}" for path in paths]):
        if info.type == pa_fs.FileType.NotFound:
            raise PublishError(
                f"another run published meanwhile and removed {info.path}"
            )


def _remove_others(folder: str, kept: Collection[str | None]) -> None:
    """Remove releases before the last two, and what killed runs began to write."""
    files, root = _place(folder)
    for info in files.get_file_info(pa_fs.FileSelector(f"{root}/{_RELEASES}")):
        if f"{_RELEASES}/{info.base_name}" not in kept:
            files.delete_dir(info.path)


def _remove_unnamed(folder: str, name: str) -> None:
    """Remove a release, but one that the manifest names all the same."""
    manifest = read_manifest(folder)
    if manifest is None or manifest["folder"] != name:
        files, root = _place(folder)
        files.delete_dir(f"{root}/{name}")


def _count_changed(after: Any, before: Any) -> int:
    """Rows added plus rows removed, apart from the release id."""
    after, before = after.drop(columns.RELEASE_ID), before.drop(columns.RELEASE_ID)
    if after.dtypes != before.dtypes:
        return int(after.count())
    return int(after.exceptAll(before).count() + before.exceptAll(after).count())


def _read_kept(session: Any, path: str, customers: str | None) -> Any:
    """Rows of a file of an earlier release, without customers who have left since."""
    frame = session.read.parquet(path)
    condition = is_kept(frame.columns, customers)
    return session.sql(f"select * from parquet.`{path}` where {condition}")


def _latest(session: Any, table: str) -> tuple[str | None, datetime | None]:
    """Release and as-of of a table's rows; the instant is the session's, UTC."""
    row = session.sql(
        f"select max({columns.RELEASE_ID}) as release_id, "
        f"date_format(max({columns.AS_OF}), 'yyyyMMddHHmmss') as instant from {table}"
    ).first()
    instant = row["instant"]
    return row["release_id"], instant and datetime.strptime(instant, INSTANT)


def _kept_files(
    names: Collection[str],
    table: str,
    as_of: datetime | None,
    *,
    is_full: bool,
    is_noted: bool,
) -> list[str]:
    """Files of a table that an earlier history has and the next one keeps."""
    if as_of is None:
        return list(instants(names, table))
    oldest = as_of - (DAYS_NOTED if is_noted else DAYS_KEPT)
    return [
        name
        for name, instant in instants(names, table).items()
        # What is built anew replaces what was served from then on.
        if instant >= oldest and (is_noted or not is_full or instant < as_of)
    ]


def _write_history(
    session: Any,
    folder: str,
    earlier: str | None,
    names: Collection[str],
    history: Collection[tuple[str, str]],
    logged: Collection[tuple[str, str]],
    noted: Collection[tuple[str, str]],
    customers: str | None,
) -> None:
    """Write what later builds begin with: as `aisle.publish.publish` does.

    `names` are the files in `earlier`, the folder of the release that was there.
    """
    read: Callable[[str], Any] = partial(_read_kept, session, customers=customers)
    frames = {f"{table}.parquet": session.table(f"{s}.{table}") for s, table in history}
    several = {table for _, table in (*logged, *noted)}
    if not history:
        for name in names:
            if not any(instants([name], table) for table in several):
                frames[name] = read(f"{earlier}/{name}")
    for schema, table in (*logged, *noted):
        is_noted = (schema, table) in noted
        release_id, as_of = _latest(session, f"{schema}.{table}")
        kept = _kept_files(
            names, table, as_of, is_full=bool(history), is_noted=is_noted
        )
        for name in kept:
            frames[name] = read(f"{earlier}/{name}")
        if as_of is None:
            continue
        name = f"{table}_{as_of.strftime(INSTANT)}"
        if is_noted:
            name = f"{name}_{release_id}"
        if is_noted or is_due(as_of, instants(kept, table).values()):
            frames[f"{name}.parquet"] = session.table(f"{schema}.{table}")
    for name, frame in frames.items():
        frame.write.parquet(f"{folder}/{name}")


def _names_in(folder: str, path: str | None) -> list[str]:
    if path is None:
        return []
    files, root = _place(folder)
    selector = pa_fs.FileSelector(f"{root}/{path}", allow_not_found=True)
    return sorted(info.base_name for info in files.get_file_info(selector))


def publish_folder(
    session: Any,
    tables: Iterable[tuple[str, str]],
    folder: str,
    release_id: str,
    compared: Collection[str] = COMPARED_SCHEMAS,
    *,
    history: Collection[tuple[str, str]] = (),
    logged: Collection[tuple[str, str]] = (),
    noted: Collection[tuple[str, str]] = (),
    carried: Collection[tuple[str, str]] = (),
    customers: tuple[str, str] | None = None,
) -> list[PublishedTable]:
    """Write tables into a folder of their own and let the manifest name it.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Knows the tables.
    tables : iterable of (str, str)
        Schema and name of each.
    folder : str
        The published folder, a path or URI that the executors can write to.
    release_id : str
        What is published.
    compared : collection of str
        Schemas whose rows are compared with the release that was there.
    history, logged, noted, carried, customers
        As in `aisle.publish.publish`. The history is the folder ``history`` of the
        release.

    Returns
    -------
    list of PublishedTable
        Sorted by schema and table, as `aisle.publish.publish`.

    Raises
    ------
    ValueError
        If `tables` is empty.
    PublishError
        If something cannot be written; what was published is untouched.
    """
    built = set(tables)
    ordered = sorted({*built, *carried})
    if not built:
        raise ValueError("tables is empty; at least one table is needed")
    known = ".".join(customers) if customers else None
    # Two runs that publish the same release do not write to the same place.
    name = f"{_RELEASES}/{release_id}-{uuid.uuid4().hex[:8]}"
    _, root = _place(folder)
    target = folder if "://" in folder else f"file://{root}"
    try:
        if known and session.table(known).isEmpty():
            known = None
        old = read_manifest(folder)
        before = {}
        for row in old["tables"] if old else []:
            before[row["schema_name"], row["table_name"]] = f"{target}/{row['path']}"
        found = []
        listed = []
        for schema, table in ordered:
            path = f"{name}/{schema}/{table}.parquet"
            if (schema, table) in built:
                frame = session.table(f"{schema}.{table}")
                if carried and columns.FOLD_ID in frame.columns:
                    others = _read_kept(session, before[schema, table], known)
                    frame = frame.unionByName(
                        others.where(f"{columns.FOLD_ID} != '{SERVING_FOLD}'")
                    )
            else:
                frame = _read_kept(session, before[schema, table], known)
            frame.write.parquet(f"{target}/{path}")
            written = session.read.parquet(f"{target}/{path}")
            count_rows = written.count()
            changed = None
            if schema in compared:
                changed = count_rows
                if (schema, table) in before:
                    # A damaged old file: then all has changed.
                    with suppress(Exception):
                        changed = _count_changed(
                            written, session.read.parquet(before[schema, table])
                        )
            found.append(PublishedTable(schema, table, count_rows, changed))
            listed.append({**found[-1]._asdict(), "path": path})
        check_served(
            found,
            sum(
                row["count_rows"]
                for row in (old["tables"] if old else [])
                if (row["schema_name"], row["table_name"]) == SERVED
            ),
            folder,
        )
        previous = old["folder"] if old else None
        earlier = old.get("history") if old else None
        has_history = bool(history or earlier)
        if has_history:
            _write_history(
                session,
                f"{target}/{name}/{_HISTORY}",
                f"{target}/{earlier}",
                _names_in(folder, earlier),
                history,
                logged,
                noted,
                known,
            )
        _check_written(folder, [row["path"] for row in listed])
        _write_manifest(
            folder,
            {
                columns.RELEASE_ID: release_id,
                "folder": name,
                "previous": previous,
                "history": f"{name}/{_HISTORY}" if has_history else None,
                "tables": listed,
            },
        )
    # Spark's errors have no class in common with those of files.
    except Exception as error:
        # What nothing names would fill a full disk further with every attempt.
        with suppress(Exception):
            _remove_unnamed(folder, name)
        first_line = str(error).partition("\n")[0]
        raise PublishError(f"cannot publish to {folder}: {first_line}") from error
    # It is published; what cannot be removed now goes after the next release.
    with suppress(OSError):
        _remove_others(folder, (name, previous))
    return found


def _check_carried(session: Any, folder: str, evaluated_release_id: str) -> None:
    try:
        manifest = read_manifest(folder)
    except ValueError as error:
        raise PublishError(f"cannot publish to {folder}: {error}") from error
    if manifest is None:
        raise PublishError(
            f"{folder} holds no release with the figures of the full build "
            f"{evaluated_release_id} that release_history is of; publish a full build"
        )
    found = []
    for row in manifest["tables"]:
        if row["table_name"] == "releases":
            _, root = _place(folder)
            target = folder if "://" in folder else f"file://{root}"
            releases = session.read.parquet(f"{target}/{row['path']}")
            found = [each["evaluated_release_id"] for each in releases.collect()]
    if found != [evaluated_release_id]:
        raise PublishError(
            f"cannot publish to {folder}: the figures there are not of the full build "
            f"{evaluated_release_id} that release_history is of; publish a full build"
        )


def publish_release(
    session: Any, gate_name: str, release_id: str, evaluated_release_id: str
) -> pa.Table:
    """Publish what a gate lists, if it is open: `aisle.publish.publish_release`.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Knows the gate and the tables.
    gate_name : str
        The table of one row; it is written again with the outcome.
    release_id : str
        What is published.
    evaluated_release_id : str
        Whose evaluation it comes with; what is carried over must be of it.

    Returns
    -------
    pyarrow.Table
        One row per published table in `aisle.publish.PUBLISHED_SCHEMA`; none if the
        gate is closed or publishing failed, in which case ``reason`` says why.
    """
    gate = session.table(gate_name).toArrow()
    row = gate.to_pylist()[0]
    if not row["may_publish"]:
        return PUBLISHED_SCHEMA.empty_table()
    published: list[PublishedTable] = []
    listed = ("tables", "history", "logged", "noted", "carried", "customers")
    tables, history, logged, noted, carried, customers = (
        [(schema, table) for schema, table in json.loads(row[part])] for part in listed
    )
    try:
        if carried:
            _check_carried(session, row["published_path"], evaluated_release_id)
        published = publish_folder(
            session,
            tables,
            row["published_path"],
            release_id,
            history=history,
            logged=logged,
            noted=noted,
            carried=carried,
            customers=customers[0] if customers else None,
        )
        row.update(is_published=True, reason=None)
    except PublishError as error:
        row["reason"] = str(error)
    outcome = pa.Table.from_pylist([row], schema=gate.schema)
    session.createDataFrame(outcome).write.mode("overwrite").saveAsTable(gate_name)
    return pa.Table.from_pylist(
        [{columns.RELEASE_ID: release_id, **table._asdict()} for table in published],
        schema=PUBLISHED_SCHEMA,
    )
