"""Publish from Spark: a folder of Parquet files, and a manifest that names them.

Each release has a folder of its own; `manifest.json` is replaced last, in one step. A
reader reads the manifest, then the files that it names: one release, whole. The files
of the release before stay for those who still read them; older ones are removed.
"""

import json
import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs as pa_fs

from aisle import columns
from aisle.publish import (
    COMPARED_SCHEMAS,
    PUBLISHED_SCHEMA,
    PublishedTable,
    PublishError,
)

__all__ = ["MANIFEST", "publish_folder", "publish_release", "read_manifest"]

MANIFEST = "manifest.json"
_RELEASES = "releases"


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
        before, or None) and ``tables``: a list with ``schema_name, table_name,
        count_rows, count_rows_changed`` and ``path``. Paths are relative to `folder`.
        None where nothing is published.

    Examples
    --------
    >>> read_manifest("nowhere") is None
    True
    """
    files, root = _place(folder)
    try:
        with files.open_input_stream(f"{root}/{MANIFEST}") as stream:
            manifest: dict[str, Any] = json.loads(stream.read())
    except FileNotFoundError:
        return None
    return manifest


def _write_manifest(folder: str, manifest: dict[str, Any]) -> None:
    files, root = _place(folder)
    new = f"{root}/.{MANIFEST}.{uuid.uuid4().hex}"
    with files.open_output_stream(new) as stream:
        stream.write(json.dumps(manifest, indent=1).encode())
    files.move(new, f"{root}/{MANIFEST}")


def _remove_others(folder: str, kept: Collection[str | None]) -> None:
    """Remove releases before the last two, and what killed runs began to write."""
    files, root = _place(folder)
    for info in files.get_file_info(pa_fs.FileSelector(f"{root}/{_RELEASES}")):
        if f"{_RELEASES}/{info.base_name}" not in kept:
            files.delete_dir(info.path)


def _count_changed(after: Any, before: Any) -> int:
    """Rows added plus rows removed, apart from the release id."""
    after, before = after.drop(columns.RELEASE_ID), before.drop(columns.RELEASE_ID)
    if after.dtypes != before.dtypes:
        return int(after.count())
    return int(after.exceptAll(before).count() + before.exceptAll(after).count())


def publish_folder(
    session: Any,
    tables: Iterable[tuple[str, str]],
    folder: str,
    release_id: str,
    compared: Collection[str] = COMPARED_SCHEMAS,
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

    Returns
    -------
    list of PublishedTable
        Sorted by schema and table, as `aisle.publish.publish`.

    Raises
    ------
    PublishError
        If something cannot be written; what was published is untouched.
    """
    ordered = sorted(set(tables))
    if not ordered:
        raise ValueError("tables is empty; at least one table is needed")
    # Two runs that publish the same release do not write to the same place.
    name = f"{_RELEASES}/{release_id}-{uuid.uuid4().hex[:8]}"
    _, root = _place(folder)
    target = folder if "://" in folder else f"file://{root}"
    try:
        old = read_manifest(folder)
        before = {}
        for row in old["tables"] if old else []:
            before[row["schema_name"], row["table_name"]] = f"{target}/{row['path']}"
        found = []
        listed = []
        for schema, table in ordered:
            path = f"{name}/{schema}/{table}.parquet"
            session.table(f"{schema}.{table}").write.parquet(f"{target}/{path}")
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
        previous = old["folder"] if old else None
        _write_manifest(
            folder,
            {
                columns.RELEASE_ID: release_id,
                "folder": name,
                "previous": previous,
                "tables": listed,
            },
        )
    # Spark's errors have no class in common with those of files.
    except Exception as error:
        first_line = str(error).partition("\n")[0]
        raise PublishError(f"cannot publish to {folder}: {first_line}") from error
    _remove_others(folder, (name, previous))
    return found


def publish_release(session: Any, gate_name: str, release_id: str) -> pa.Table:
    """Publish what a gate lists, if it is open: `aisle.publish.publish_release`.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Knows the gate and the tables.
    gate_name : str
        The table of one row; it is written again with the outcome.
    release_id : str
        What is published.

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
    try:
        published = publish_folder(
            session,
            [(schema, table) for schema, table in json.loads(row["tables"])],
            row["published_path"],
            release_id,
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
