"""Rows as a table in a terminal."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

__all__ = ["text_table"]


def text_table(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Sequence[str] = ()
) -> Table:
    """Lay rows out under their headings.

    Parameters
    ----------
    headings : sequence of str
        One per column.
    rows : iterable of sequence
        Cells; nothing stands for None. A title with brackets is no markup.
    numbers : sequence of str
        Headings of columns that end together.

    Returns
    -------
    rich.table.Table
        For a console to print.

    Examples
    --------
    >>> text_table(["slot", "product"], [(1, None)], numbers=["slot"]).row_count
    1
    """
    table = Table()
    for heading in headings:
        table.add_column(heading, justify="right" if heading in numbers else "left")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    return table
