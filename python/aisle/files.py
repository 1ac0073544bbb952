"""Files of DuckDB that are only read."""

from pathlib import Path

import duckdb

__all__ = ["check_file", "open_file"]

# Every file of DuckDB has it, behind a checksum.
_MAGIC = slice(8, 12)
_DUCK = b"DUCK"


def check_file(path: Path) -> None:
    """See that a file is DuckDB's, before DuckDB looks for what else could read it.

    Of other programs' files it would fetch an extension.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    ValueError
        If it is not.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> check_file(Path(__file__))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: ...files.py is not a valid DuckDB database file
    """
    with path.open("rb") as file:
        if file.read(_MAGIC.stop)[_MAGIC] != _DUCK:
            raise ValueError(f"{path} is not a valid DuckDB database file")


def open_file(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file of DuckDB for reading, so that others may read it too.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    duckdb.DuckDBPyConnection
        Read-only.

    Raises
    ------
    ValueError, OSError, duckdb.Error
        As of `check_file`, and if DuckDB cannot open it.

    Examples
    --------
    >>> open_file(Path(__file__))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: ...files.py is not a valid DuckDB database file
    """
    check_file(path)
    return duckdb.connect(str(path), read_only=True)
