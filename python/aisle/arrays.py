"""From Arrow columns to NumPy arrays, and the best columns of each matrix row."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aisle.columns import UNSEEN_CUSTOMER_KEY

__all__ = [
    "best_of_either",
    "column_array",
    "feature_matrix",
    "key_array",
    "list_dcg",
    "list_ndcg",
    "seen_rows",
    "top_columns",
]

# Columns are looked through in so many groups for each place of a list.
_GROUPS = 4
# Cells looked through at once: what is computed of them stays in a core's cache.
_CELLS = 1 << 18


def _values(table: pa.Table, column: str) -> pa.ChunkedArray:
    if column not in table.column_names:
        found = ", ".join(table.column_names) or "none"
        raise ValueError(f"column '{column}' is missing; found: {found}")
    return table.column(column)


def column_array(
    table: pa.Table, column: str, *, missing: float | None = None
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Read a column of finite numbers.

    Parameters
    ----------
    table : pyarrow.Table
        Where the column is.
    column : str
        Its name.
    missing : float, optional
        What a null becomes; without it a null is an error.

    Returns
    -------
    numpy.ndarray
        The values as float64.

    Raises
    ------
    ValueError
        If the column is missing or holds a null, an infinity or a NaN.

    Examples
    --------
    >>> table = pa.table({"weight": [1.5, None]})
    >>> column_array(table, "weight", missing=0.0)
    array([1.5, 0. ])
    >>> column_array(table, "weight")
    Traceback (most recent call last):
        ...
    ValueError: column 'weight' holds null; a number is needed in every row
    """
    values = _values(table, column)
    if values.null_count:
        if missing is None:
            raise ValueError(
                f"column '{column}' holds null; a number is needed in every row"
            )
        values = values.fill_null(missing)
    numbers = values.cast(pa.float64()).to_numpy()
    is_bad = ~np.isfinite(numbers)
    if is_bad.any():
        raise ValueError(
            f"column '{column}' holds {numbers[is_bad][0]}; numbers must be finite"
        )
    return np.asarray(numbers, dtype=np.float64)


def key_array(table: pa.Table, column: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Read a column of dense integer keys, which count from 0.

    Parameters
    ----------
    table : pyarrow.Table
        Where the column is.
    column : str
        Its name.

    Returns
    -------
    numpy.ndarray
        The keys as int64.

    Raises
    ------
    ValueError
        If the column is missing or holds a null or a negative number.

    Examples
    --------
    >>> key_array(pa.table({"product_key": [0, 2]}), "product_key")
    array([0, 2])
    """
    values = _values(table, column)
    if values.null_count:
        raise ValueError(f"column '{column}' holds null; a key is needed in every row")
    keys = np.asarray(values.cast(pa.int64()).to_numpy(), dtype=np.int64)
    if keys.size and keys.min() < 0:
        raise ValueError(f"column '{column}' holds {keys.min()}; keys count from 0")
    return keys


def seen_rows(table: pa.Table) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell the rows that models may learn from.

    Parameters
    ----------
    table : pyarrow.Table
        Rows with an ``unseen_customer_key`` are of customers kept out of every fit;
        without that column there are none.

    Returns
    -------
    numpy.ndarray
        True for each row to learn from.

    Examples
    --------
    >>> seen_rows(pa.table({"unseen_customer_key": [None, 7]}))
    array([ True, False])
    >>> seen_rows(pa.table({"customer_key": [6, 7]}))
    array([ True,  True])
    """
    if UNSEEN_CUSTOMER_KEY not in table.column_names:
        return np.ones(table.num_rows, dtype=bool)
    unseen = table.column(UNSEEN_CUSTOMER_KEY)
    return np.asarray(unseen.is_null().to_numpy(zero_copy_only=False), dtype=bool)


def top_columns(
    scores: np.ndarray[Any, np.dtype[Any]], count: int
) -> tuple[
    np.ndarray[Any, np.dtype[np.int64]],
    np.ndarray[Any, np.dtype[np.int64]],
    np.ndarray[Any, np.dtype[np.int64]],
]:
    """Find the best columns of each row of a matrix.

    Equal scores are ordered by column, also where the cut falls between them.

    Parameters
    ----------
    scores : numpy.ndarray
        One row per list, one column per thing to list; minus infinity is never listed.
    count : int
        Length of a list, at most.

    Returns
    -------
    tuple of numpy.ndarray
        Row, column and rank (from 1), sorted by row and rank.

    Examples
    --------
    >>> scores = np.array([[1.0, 3.0, 3.0, -np.inf], [5.0, 5.0, 5.0, 9.0]])
    >>> rows, columns, ranks = top_columns(scores, 2)
    >>> rows.tolist(), columns.tolist(), ranks.tolist()
    ([0, 0, 1, 1], [1, 2, 3, 0], [1, 2, 1, 2])
    """
    if count < 1:
        raise ValueError(f"count is {count}; a list holds at least one product")
    rows, columns = _reaching(scores, _floors(scores, count))
    return _best(rows, columns, scores[rows, columns], count)


def _reaching(
    scores: np.ndarray[Any, np.dtype[Any]], floors: np.ndarray[Any, np.dtype[Any]]
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Row and column of the scores that reach their row's floor."""
    is_reached = scores >= floors[:, None]
    rows, columns = np.divmod(np.flatnonzero(is_reached), max(scores.shape[1], 1))
    return rows, columns


def _best(
    rows: np.ndarray[Any, np.dtype[np.int64]],
    columns: np.ndarray[Any, np.dtype[np.int64]],
    values: np.ndarray[Any, np.dtype[Any]],
    count: int,
) -> tuple[
    np.ndarray[Any, np.dtype[np.int64]],
    np.ndarray[Any, np.dtype[np.int64]],
    np.ndarray[Any, np.dtype[np.int64]],
]:
    """Order the cells of each row by value, then by column, and keep the first."""
    order = np.lexsort((columns, -values, rows))
    rows, columns = rows[order], columns[order]
    ranks = np.arange(rows.size) - np.searchsorted(rows, rows, side="left") + 1
    is_listed = ranks <= count
    return rows[is_listed], columns[is_listed], ranks[is_listed]


def _floors(
    scores: np.ndarray[Any, np.dtype[Any]], count: int
) -> np.ndarray[Any, np.dtype[Any]]:
    """Return for each row a score that its best `count` columns reach, few others too.

    In a wide row it is the last place among the best of each of so many groups: as many
    columns reach it, and to sort the groups takes a tenth of the time. Everything level
    with the last place reaches it, minus infinity never does.
    """
    height, width = scores.shape
    lowest = np.finfo(scores.dtype).min
    if count >= width:
        return np.full(height, lowest)
    groups = _GROUPS * count
    if width >= 2 * groups:
        size = width // groups
        scores = scores[:, : size * groups].reshape(height, size, groups).max(axis=1)
        width = groups
    place = width - count
    return np.maximum(np.partition(scores, place, axis=1)[:, place], lowest)


def list_ndcg(
    scores: np.ndarray[Any, np.dtype[Any]],
    is_relevant: np.ndarray[Any, np.dtype[np.bool_]],
    count_relevant: np.ndarray[Any, np.dtype[np.int64]],
    k: int,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """NDCG@k of each row's best columns.

    Parameters
    ----------
    scores : numpy.ndarray
        As in `top_columns`.
    is_relevant : numpy.ndarray
        Which of them are relevant.
    count_relevant : numpy.ndarray
        Relevant things of each row, 1 or more; those that are no column included.
    k : int
        Length of the list.

    Returns
    -------
    numpy.ndarray
        One value per row.

    Examples
    --------
    The only relevant column is second: 1 / log2(3).

    >>> scores = np.array([[1.0, 3.0, 2.0]])
    >>> list_ndcg(scores, np.array([[False, False, True]]), np.array([1]), 2).round(4)
    array([0.6309])
    """
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    ideals = np.cumsum(discounts)[np.minimum(count_relevant, k) - 1]
    return np.asarray(list_dcg(scores, is_relevant, k) / ideals)


def list_dcg(
    scores: np.ndarray[Any, np.dtype[Any]],
    gains: np.ndarray[Any, np.dtype[Any]],
    k: int,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """DCG@k of each row's best columns: gains over the binary logarithm of rank + 1.

    Parameters
    ----------
    scores : numpy.ndarray
        As in `top_columns`.
    gains : numpy.ndarray
        What each of them is worth when it is listed, 0 or more.
    k : int
        Length of the list.

    Returns
    -------
    numpy.ndarray
        One value per row.

    Examples
    --------
    What is worth 3 is second: 3 / log2(3), and 1 for the first.

    >>> scores = np.array([[1.0, 3.0, 2.0]])
    >>> list_dcg(scores, np.array([[0, 1, 3]]), 2).round(4)
    array([2.8928])
    """
    lists, listed, ranks = top_columns(scores, k)
    gained = gains[lists, listed]
    is_hit = gained > 0
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    dcg = np.bincount(
        lists[is_hit],
        weights=gained[is_hit] * discounts[ranks[is_hit] - 1],
        minlength=scores.shape[0],
    )
    return np.asarray(dcg, dtype=np.float64)


def best_of_either(
    scores: np.ndarray[Any, np.dtype[Any]],
    trends: np.ndarray[Any, np.dtype[Any]],
    count: int,
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Find the columns that are among the best of a row by score or by score and trend.

    Parameters
    ----------
    scores : numpy.ndarray
        One row per list, one column per thing to list.
    trends : numpy.ndarray
        One factor per column, not negative. A score of 0 or less has no trend.
    count : int
        Length of each of the two lists, at most.

    Returns
    -------
    tuple of numpy.ndarray
        Row and column, each pair once, sorted.

    Examples
    --------
    >>> scores = np.array([[3.0, 2.0, 1.0, -1.0]])
    >>> rows, columns = best_of_either(scores, np.array([0.0, 1.0, 3.0, 9.0]), 1)
    >>> columns.tolist()
    [0, 2]
    """
    width = scores.shape[1]
    height = max(_CELLS // max(width, 1), 1)
    near_trends = trends.astype(scores.dtype)
    pairs = [np.empty(0, dtype=np.int64)]
    for start in range(0, scores.shape[0], height):
        block = scores[start : start + height]
        for rows, columns, _ in (
            top_columns(block, count),
            _top_corrected(block, trends, near_trends, count),
        ):
            pairs.append((rows + start) * width + columns)
    rows, columns = np.divmod(np.unique(np.concatenate(pairs)), max(width, 1))
    return rows, columns


def _top_corrected(
    scores: np.ndarray[Any, np.dtype[Any]],
    trends: np.ndarray[Any, np.dtype[Any]],
    near_trends: np.ndarray[Any, np.dtype[Any]],
    count: int,
) -> tuple[
    np.ndarray[Any, np.dtype[np.int64]],
    np.ndarray[Any, np.dtype[np.int64]],
    np.ndarray[Any, np.dtype[np.int64]],
]:
    """`top_columns` of the positive scores times their trends.

    In the precision of the scores the products are near enough to tell what may be
    listed; only of that they are worked out as float64.
    """
    near = scores * near_trends
    limits = np.finfo(near.dtype)
    floors = _floors(near, count)
    # Twice three roundings lie between two products and what they are near to. Those
    # of tiny numbers are coarser, and a floor of 0 or less may stand on what scores no
    # more than 0: then every positive score may be listed.
    floors *= 1 - 8 * limits.eps
    floors[floors < limits.tiny / limits.eps] = limits.min
    rows, columns = _reaching(near, floors)
    values = scores[rows, columns]
    is_positive = values > 0
    rows, columns = rows[is_positive], columns[is_positive]
    return _best(rows, columns, values[is_positive] * trends[columns], count)


def feature_matrix(
    table: pa.Table, names: list[str]
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Lay columns of numbers side by side; what is missing stays missing.

    Parameters
    ----------
    table : pyarrow.Table
        Where the columns are.
    names : list of str
        The columns, in the order wanted.

    Returns
    -------
    numpy.ndarray
        One row per row of the table, NaN where it holds null.

    Examples
    --------
    >>> feature_matrix(pa.table({"a": [1, None], "b": [0.5, 2.0]}), ["b", "a"]).tolist()
    [[0.5, 1.0], [2.0, nan]]
    """
    matrix = np.empty((table.num_rows, len(names)), dtype=np.float32)
    for place, name in enumerate(names):
        values = pc.cast(_values(table, name), pa.float32(), safe=False)
        matrix[:, place] = values.to_numpy()
    return matrix
