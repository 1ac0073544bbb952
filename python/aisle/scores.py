"""What models that score every product leave for each customer: the best of two orders.

Beside its score a product has one corrected for trend, the product of both: what sells
now among what fits. A product stays when it is among the best by either.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aisle import columns
from aisle.arrays import best_of_either, column_array, key_array

__all__ = [
    "SCORES_SCHEMA",
    "Products",
    "best_scores",
    "fold_ids",
    "of_fold",
    "with_fold",
]

SCORES_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.CUSTOMER_KEY, pa.int64()),
        (columns.PRODUCT_KEY, pa.int64()),
        (columns.SCORE, pa.float64()),
        (columns.TREND_SCORE, pa.float64()),
    ]
)

Keys = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


class Products:
    """What may be listed in a fold.

    Parameters
    ----------
    table : pyarrow.Table
        ``product_key`` and ``trend`` (not negative).
    is_known : numpy.ndarray
        Whether the model knows the product of each key; others are left out.

    Attributes
    ----------
    keys, trends : numpy.ndarray
        Sorted by key.
    """

    def __init__(self, table: pa.Table, is_known: np.ndarray[Any, Any]) -> None:
        keys = key_array(table, columns.PRODUCT_KEY)
        trends = column_array(table, columns.TREND)
        if trends.size and trends.min() < 0:
            raise ValueError(
                f"column '{columns.TREND}' holds {trends.min()}; trends are 0 or more"
            )
        is_listed = keys < is_known.size
        is_listed[is_listed] = is_known[keys[is_listed]]
        order = np.argsort(keys[is_listed], kind="stable")
        self.keys: Keys = keys[is_listed][order]
        self.trends: Floats = trends[is_listed][order]


def best_scores(
    scores: np.ndarray[Any, Any], customer_keys: Keys, products: Products, count: int
) -> pa.Table:
    """List the best products of each customer by score and by score times trend.

    Parameters
    ----------
    scores : numpy.ndarray
        One row per customer, one column per product of `products`.
    customer_keys : numpy.ndarray
        The customers of the rows.
    products : Products
        The products of the columns.
    count : int
        Length of each of the two lists, at most.

    Returns
    -------
    pyarrow.Table
        `SCORES_SCHEMA` without the fold, sorted by customer and product.
        ``trend_score`` is null where the score is 0 or less.

    Examples
    --------
    >>> table = pa.table({"product_key": [0, 1, 2], "trend": [0.125, 0.25, 0.5]})
    >>> products = Products(table, np.array([True, True, True]))
    >>> best_scores(np.array([[3.0, 2.0, 1.0]]), np.array([7]), products, 1).to_pylist()
    [{'customer_key': 7, 'product_key': 0, 'score': 3.0, 'trend_score': 0.375}, \
{'customer_key': 7, 'product_key': 1, 'score': 2.0, 'trend_score': 0.5}]
    """
    rows, places = best_of_either(scores, products.trends, count)
    kept = scores[rows, places].astype(np.float64)
    return pa.table(
        {
            columns.CUSTOMER_KEY: customer_keys[rows],
            columns.PRODUCT_KEY: products.keys[places],
            columns.SCORE: kept,
            columns.TREND_SCORE: pa.array(
                kept * products.trends[places], mask=kept <= 0
            ),
        }
    )


def fold_ids(*tables: pa.Table) -> list[str]:
    """Names of the folds that any of the tables has rows of, sorted."""
    names: set[str] = set()
    for table in tables:
        names.update(pc.unique(table.column(columns.FOLD_ID)).to_pylist())
    return sorted(names)


def of_fold(table: pa.Table, fold_id: str) -> pa.Table:
    """Rows of one fold."""
    return table.filter(pc.equal(table.column(columns.FOLD_ID), fold_id))


def with_fold(blocks: Iterator[pa.Table], fold_id: str) -> Iterator[pa.Table]:
    """Put the fold before the columns of each block."""
    for block in blocks:
        yield block.add_column(0, columns.FOLD_ID, pa.repeat(fold_id, block.num_rows))
