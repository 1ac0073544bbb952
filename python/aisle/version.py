"""Which version of the package this is, to the letter."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

__all__ = ["describe_package", "source_hash"]


def source_hash() -> str:
    """Hash the package's source files.

    Returns
    -------
    str
        The same wherever the package is installed, another after any edit.

    Examples
    --------
    >>> len(source_hash())
    32
    """
    folder = Path(__file__).parent
    digest = hashlib.md5(usedforsecurity=False)
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def describe_package() -> pa.Table:
    """Put the package's version in a table of one row.

    Returns
    -------
    pyarrow.Table
        ``package_version`` and ``source_hash``.

    Examples
    --------
    >>> describe_package().column_names
    ['package_version', 'source_hash']
    """
    return pa.table(
        {"package_version": [version("aisle")], "source_hash": [source_hash()]}
    )
