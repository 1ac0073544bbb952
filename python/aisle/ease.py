"""EASE: a linear model of which products go with which, in closed form.

Steck, "Embarrassingly shallow autoencoders for sparse data", 2019. The item-item
weights that best rebuild every customer's history from the rest of it come from one
inverse of the products' Gram matrix. Dense in products, so the best-known
`max_products` take part.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.linalg
import scipy.sparse

from aisle import blas, columns
from aisle.arrays import column_array, key_array, seen_rows
from aisle.parameters import check_at_least
from aisle.scores import (
    SCORES_SCHEMA,
    Products,
    best_scores,
    of_fold,
    with_fold,
)

__all__ = ["fit_ease", "score_ease", "score_ease_folds"]

# One thread a fold gives the same bits on any machine.
blas.use_one_thread()

_BLOCK = 512
# Customers scored at once: their scores stay in the cache until they are listed.
_CUSTOMERS = 64

Floats = np.ndarray[Any, np.dtype[np.float32]]


def fit_ease(histories: scipy.sparse.csr_matrix, regularisation: float) -> Floats:
    """Find the weights between products.

    Parameters
    ----------
    histories : scipy.sparse.csr_matrix
        Customers by products, weights of 0 or more.
    regularisation : float
        Added to the Gram matrix' diagonal, in units of its mean, so that one value
        fits shops of any size.

    Returns
    -------
    numpy.ndarray
        Products by products, zeros on the diagonal: scores are ``histories @ weights``.

    Raises
    ------
    ValueError
        If the regularisation is not above 0.

    Examples
    --------
    >>> bought = scipy.sparse.csr_matrix(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]))
    >>> fit_ease(bought, 1.0).astype(float).round(3).tolist()
    [[0.0, 0.429, -0.148], [0.344, 0.0, 0.344], [-0.148, 0.429, 0.0]]
    """
    if not regularisation > 0:
        raise ValueError(f"regularisation is {regularisation}; it must be above 0")
    gram = _gram(histories)
    diagonal = np.diag_indices_from(gram)
    gram[diagonal] += np.float32(regularisation * gram[diagonal].mean())
    factor, _ = scipy.linalg.cho_factor(gram, overwrite_a=True, check_finite=False)
    inverse, info = scipy.linalg.lapack.spotri(factor, overwrite_c=True)
    if info:
        raise ValueError("the products' Gram matrix has no inverse")
    # Of the symmetric inverse only the upper half is there. Read row by row its
    # transpose is the same matrix: what may be 10,000 squared needs no copy.
    weights: Floats = inverse.T
    for start in range(0, len(weights), _BLOCK):
        stop = start + _BLOCK
        weights[start:stop, stop:] = weights[stop:, start:stop].T
        corner = np.tril(weights[start:stop, start:stop])
        weights[start:stop, start:stop] = corner + np.tril(corner, -1).T
    weights /= -np.diag(weights)
    weights[diagonal] = 0.0
    return weights


def _gram(histories: scipy.sparse.csr_matrix) -> Floats:
    """Products by products, by blocks of columns: sparse, it would be twice as big.

    It is symmetric, and only the upper half is filled, which is all that is read.
    """
    by_product = histories.T.tocsr()
    columns_of = histories.tocsc()
    count = histories.shape[1]
    gram = np.empty((count, count), dtype=np.float32, order="F")
    for start in range(0, count, _BLOCK):
        stop = start + _BLOCK
        part = by_product[:stop] @ columns_of[:, start:stop]
        gram[:stop, start:stop] = part.toarray()
    return gram


def score_ease(
    weights: pa.Table,
    customer_keys: np.ndarray[Any, np.dtype[np.int64]],
    products: pa.Table,
    count: int,
    *,
    regularisation: float,
    max_products: int,
) -> Iterator[pa.Table]:
    """List the best products of each customer of one fold.

    Parameters
    ----------
    weights : pyarrow.Table
        ``customer_key``, ``product_key`` and ``weight`` (above 0), one row per pair.
        The logarithm of 1 + weight enters. Customers with an ``unseen_customer_key``
        are kept out of the fit and get lists all the same.
    customer_keys : numpy.ndarray
        Who gets a list; customers without a row get none.
    products : pyarrow.Table
        ``product_key`` and ``trend`` of what may be on it.
    count : int
        Length of each customer's two lists, at most.
    regularisation : float
        As in `fit_ease`.
    max_products : int
        The products with the most customers that take part; ties go to the smaller
        key.

    Yields
    ------
    pyarrow.Table
        As `aisle.scores.best_scores`.

    Examples
    --------
    >>> weights = pa.table({"customer_key": [0, 0, 1], "product_key": [0, 1, 1],
    ...                     "weight": [1.0, 1.0, 1.0]})
    >>> products = pa.table({"product_key": [0, 1], "trend": [0.5, 0.5]})
    >>> (block,) = score_ease(weights, np.array([1]), products, 1,
    ...                       regularisation=1.0, max_products=10)
    >>> block.column("product_key").to_pylist()
    [0]
    """
    check_at_least(1, max_products=max_products)
    customers = key_array(weights, columns.CUSTOMER_KEY)
    bought = key_array(weights, columns.PRODUCT_KEY)
    values = np.log1p(column_array(weights, columns.WEIGHT)).astype(np.float32)
    if values.size == 0:
        return
    is_seen = seen_rows(weights)
    if not is_seen.any():
        return
    buyers = np.bincount(bought[is_seen], minlength=bought.max() + 1)
    known = np.sort(np.lexsort((np.arange(buyers.size), -buyers))[:max_products])
    known = known[buyers[known] > 0]
    place = np.full(buyers.size, -1)
    place[known] = np.arange(known.size)
    is_used = place[bought] >= 0
    histories = scipy.sparse.coo_matrix(
        (values[is_used], (customers[is_used], place[bought[is_used]])),
        shape=(customers.max() + 1, known.size),
    ).tocsr()
    histories.sort_indices()
    unseen = np.unique(customers[~is_seen])
    fitted = histories
    if unseen.size:
        kept = np.ones(histories.shape[0], dtype=bool)
        kept[unseen] = False
        fitted = histories[kept]
    model = fit_ease(fitted, regularisation)

    is_known = np.zeros(buyers.size, dtype=bool)
    is_known[known] = True
    listed = Products(products, is_known)
    scored = np.unique(customer_keys[customer_keys < histories.shape[0]])
    scored = scored[np.diff(histories.indptr)[scored] > 0]
    if listed.keys.size == 0:
        return
    # A sparse product adds up each customer's row by itself, whoever else is scored.
    wanted = place[listed.keys]
    for start in range(0, scored.size, _CUSTOMERS):
        block = scored[start : start + _CUSTOMERS]
        yield best_scores((histories[block] @ model)[:, wanted], block, listed, count)


def score_ease_folds(
    weights: Iterable[tuple[str, pa.Table]],
    customers: pa.Table,
    products: pa.Table,
    count: int,
    *,
    regularisation: float = 20.0,
    max_products: int = 10_000,
) -> pa.Table:
    """Fit each fold and list the best products of its customers.

    Parameters
    ----------
    weights : iterable of (str, pyarrow.Table)
        Each fold and its rows as in `score_ease`, asked for as they are needed.
    customers, products : pyarrow.Table
        As in `score_ease`, with ``fold_id``; customers as ``customer_key``.
    count, regularisation, max_products
        As in `score_ease`.

    Returns
    -------
    pyarrow.Table
        In `aisle.scores.SCORES_SCHEMA`, by fold in their order, customer and product.

    Examples
    --------
    >>> nothing = pa.table({"fold_id": pa.array([], pa.string()), "customer_key": [],
    ...                     "product_key": [], "weight": [], "trend": []})
    >>> score_ease_folds([], nothing, nothing, 10).num_rows
    0
    """

    def score(fold_id: str, rows: pa.Table) -> list[pa.Table]:
        blocks = score_ease(
            rows,
            key_array(of_fold(customers, fold_id), columns.CUSTOMER_KEY),
            of_fold(products, fold_id),
            count,
            regularisation=regularisation,
            max_products=max_products,
        )
        return list(with_fold(blocks, fold_id))

    workers = min(os.cpu_count() or 1, 2)
    is_free = Semaphore(workers)  # not all folds are read before they are needed
    folds: list[Future[list[pa.Table]]] = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for fold_id, rows in weights:
            is_free.acquire()
            folds.append(pool.submit(score, fold_id, rows))
            folds[-1].add_done_callback(lambda _: is_free.release())
    lists = [block for fold in folds for block in fold.result()]
    return pa.concat_tables([SCORES_SCHEMA.empty_table(), *lists]).combine_chunks()
