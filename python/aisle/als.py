"""Matrix factorisation by alternating least squares: one model per fold.

The same rows give the same factors and scores to the bit, whatever the number of
threads: a row's factors are computed by one thread, and BLAS is kept to one.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares

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

__all__ = [
    "ALS_MODELS_SCHEMA",
    "FACTORS_SCHEMA",
    "AlsModel",
    "fit_als",
    "fit_als_models",
    "list_factors",
    "score_als",
    "score_als_models",
    "training_loss",
]

blas.use_one_thread()

ALS_MODELS_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.FACTORS, pa.int64()),
        (columns.REGULARISATION, pa.float64()),
        (columns.ALPHA, pa.float64()),
        (columns.ITERATIONS, pa.int64()),
        (columns.SEED, pa.int64()),
        (columns.COUNT_CUSTOMERS, pa.int64()),
        (columns.COUNT_PRODUCTS, pa.int64()),
        (columns.IS_WARM, pa.bool_()),
        (columns.LOSSES, pa.list_(pa.float64())),
        (columns.CUSTOMER_FACTORS, pa.large_binary()),
        (columns.PRODUCT_FACTORS, pa.large_binary()),
    ]
)
FACTORS_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.ENTITY_TYPE, pa.string()),
        (columns.ENTITY_KEY, pa.int64()),
        (columns.VECTOR, pa.list_(pa.float32())),
    ]
)
CUSTOMER = "customer"
PRODUCT = "product"
# What implicit calls them.
_ATTRIBUTES = {CUSTOMER: "user_factors", PRODUCT: "item_factors"}
# Factors are stored little-endian whatever the machine.
_STORED = np.dtype("<f4")
# Customers scored at once.
_BLOCK = 512
# Pairs and rows whose part of the loss is worked out at once: they stay in the cache.
_LOSS_PAIRS = 1 << 13
_LOSS_ROWS = 1 << 11

Factors = np.ndarray[Any, np.dtype[np.float32]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


class AlsModel(NamedTuple):
    """Factors by dense key, and the loss after each iteration."""

    customer_factors: Factors
    product_factors: Factors
    losses: list[float]


def training_loss(
    confidences: scipy.sparse.csr_matrix,
    customer_factors: Factors,
    product_factors: Factors,
    regularisation: float,
) -> float:
    """Compute what alternating least squares minimises, per unit of confidence.

    Every customer and product counts: an observed pair should score 1 and weighs its
    confidence, any other pair should score 0 and weighs 1. implicit's own figure is
    the same, but adds up in an order that depends on its threads.

    Parameters
    ----------
    confidences : scipy.sparse.csr_matrix
        Confidence of each observed customer (row) and product (column).
    customer_factors, product_factors : numpy.ndarray
        The model.
    regularisation : float
        Weight of the squared factors.

    Returns
    -------
    float
        The loss.

    Examples
    --------
    One customer, two products, the first bought with confidence 3: the errors are
    3 * (1 - 0.5)^2 and 0.25^2, and the squared factors 1 + 0.25 + 0.0625 weigh 0.1.

    >>> seen = scipy.sparse.csr_matrix(np.array([[3.0, 0.0]], dtype=np.float32))
    >>> customer = np.array([[1.0]], dtype=np.float32)
    >>> products = np.array([[0.5], [0.25]], dtype=np.float32)
    >>> training_loss(seen, customer, products, 0.1)
    0.2359375
    >>> (3 * 0.25 + 0.0625 + 0.1 * 1.3125) / (3 + 1)
    0.2359375
    """
    customers = np.repeat(np.arange(confidences.shape[0]), np.diff(confidences.indptr))

    def observed_of(start: int) -> float:
        chunk = slice(start, start + _LOSS_PAIRS)
        scores = np.einsum(
            "ij,ij->i",
            customer_factors.take(customers[chunk], axis=0),
            product_factors.take(confidences.indices[chunk], axis=0),
        ).astype(np.float64)
        weights = confidences.data[chunk].astype(np.float64)
        return float(np.sum(weights * (1.0 - scores) ** 2 - scores**2))

    def gram_of(factors: Factors, start: int) -> Floats:
        chunk = factors[start : start + _LOSS_ROWS].astype(np.float64)
        return np.asarray(chunk.T @ chunk)

    # Chunks are added up in their order, whoever is done with one first.
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        starts = range(0, confidences.nnz, _LOSS_PAIRS)
        observed = sum(pool.map(observed_of, starts))
        customer_gram, product_gram = (
            sum(
                pool.map(partial(gram_of, factors), range(0, len(factors), _LOSS_ROWS)),
                start=np.zeros((factors.shape[1],) * 2),
            )
            for factors in (customer_factors, product_factors)
        )
    # The squared scores of all pairs, without forming the pairs.
    everywhere = float(np.sum(customer_gram * product_gram))
    penalty = float(np.trace(customer_gram) + np.trace(product_gram))
    pairs = float(confidences.shape[0]) * confidences.shape[1]
    weight = float(np.sum(confidences.data, dtype=np.float64)) + pairs - confidences.nnz
    return float((observed + everywhere + regularisation * penalty) / weight)


def _begin(factors: Factors, start: pa.Table, entity_type: str) -> None:
    """Put the vectors of one kind of entity in place of the random ones."""
    rows = start.filter(pc.equal(start.column(columns.ENTITY_TYPE), entity_type))
    keys = key_array(rows, columns.ENTITY_KEY)
    lengths = pc.list_value_length(rows.column(columns.VECTOR)).to_numpy()
    if keys.size and (lengths != factors.shape[1]).any():
        raise ValueError(
            f"column '{columns.VECTOR}' holds {lengths.min()} to {lengths.max()} "
            f"numbers; the model has {factors.shape[1]} factors"
        )
    vectors = pc.list_flatten(rows.column(columns.VECTOR)).to_numpy()
    is_known = keys < factors.shape[0]
    factors[keys[is_known]] = vectors.reshape(-1, factors.shape[1])[is_known]


def fit_als(
    interactions: pa.Table,
    *,
    factors: int = 64,
    regularisation: float = 0.05,
    alpha: float = 1.0,
    iterations: int = 15,
    seed: int = 42,
    threads: int = 0,
    start: pa.Table | None = None,
    has_losses: bool = True,
) -> AlsModel:
    """Factorise one fold's customers and products.

    Parameters
    ----------
    interactions : pyarrow.Table
        ``customer_key``, ``product_key`` and ``weight`` (above 0), one row per pair.
        Customers with an ``unseen_customer_key`` are kept out of the fit and folded in
        afterwards: their factors are solved for the products' factors as they are.
    factors : int
        Length of a factor vector.
    regularisation : float
        Weight of the squared factors.
    alpha : float
        A pair's confidence is ``alpha * weight``; an unseen pair's is 1.
    iterations : int
        Rounds of customers, then products.
    seed : int
        Of the starting factors.
    threads : int
        0 is every core; the result is the same.
    start : pyarrow.Table, optional
        Factors to begin with: ``entity_type`` (customer or product), ``entity_key``
        and ``vector``. Keys that it lacks begin as without it, at random.
    has_losses : bool
        False leaves the losses out, which saves a few percent of the time.

    Returns
    -------
    AlsModel
        Rows are the keys from 0 to the largest, of products to the largest that is not
        kept out's alone; keys without rows get zeros.

    Raises
    ------
    ValueError
        On a bad parameter, or a column that is missing or holds a bad value.

    Examples
    --------
    >>> rows = pa.table(
    ...     {
    ...         "customer_key": [0, 0, 1, 2],
    ...         "product_key": [0, 1, 1, 2],
    ...         "weight": [1.0, 2.0, 1.0, 3.0],
    ...     }
    ... )
    >>> model = fit_als(rows, factors=2, iterations=3)
    >>> model.customer_factors.shape, model.product_factors.shape, len(model.losses)
    ((3, 2), (3, 2), 3)
    """
    check_at_least(1, factors=factors, iterations=iterations)
    check_at_least(0, seed=seed)
    if not alpha > 0:
        raise ValueError(f"alpha is {alpha}; it must be above 0")
    if not regularisation >= 0:
        raise ValueError(f"regularisation is {regularisation}; it must not be negative")

    customers = key_array(interactions, columns.CUSTOMER_KEY)
    products = key_array(interactions, columns.PRODUCT_KEY)
    weights = column_array(interactions, columns.WEIGHT)
    is_seen = seen_rows(interactions)
    if not is_seen.any():
        nothing = np.zeros((0, factors), dtype=np.float32)
        return AlsModel(nothing, nothing.copy(), [])
    if weights.min() <= 0:
        raise ValueError(
            f"column '{columns.WEIGHT}' holds {weights.min()}; weights are above 0"
        )

    # The random start depends on the matrix's size: who is kept out must not widen it.
    count_products = products[is_seen].max() + 1

    def confidences_of(rows: Any, count_customers: int) -> Any:
        matrix = scipy.sparse.coo_matrix(
            (
                (weights[rows] * alpha).astype(np.float32),
                (customers[rows], products[rows]),
            ),
            shape=(count_customers, count_products),
        ).tocsr()
        matrix.sort_indices()
        return matrix

    confidences = confidences_of(is_seen, customers[is_seen].max() + 1)
    losses: list[float] = []
    model = AlternatingLeastSquares(
        factors=factors,
        regularization=regularisation,
        iterations=iterations,
        num_threads=threads,
        random_state=seed,
    )

    if start is not None:
        # As implicit draws them where it is given none.
        draws = np.random.default_rng(seed)
        for entity_type, count in zip(
            (CUSTOMER, PRODUCT), confidences.shape, strict=True
        ):
            drawn = draws.random((count, factors), dtype=np.float32) * np.float32(0.01)
            _begin(drawn, start, entity_type)
            setattr(model, _ATTRIBUTES[entity_type], drawn)

    def record_loss(*_: object) -> None:
        losses.append(
            training_loss(
                confidences, model.user_factors, model.item_factors, regularisation
            )
        )

    model.fit(
        confidences,
        show_progress=False,
        callback=record_loss if has_losses else lambda *_: None,
    )
    unseen = np.unique(customers[~is_seen])
    if unseen.size:
        count_customers = customers.max() + 1
        widened = np.zeros((count_customers, factors), dtype=np.float32)
        widened[: confidences.shape[0]] = model.user_factors
        # A product that only they have has no factors and tells nothing.
        is_told = ~is_seen & (products < count_products)
        widened[unseen] = model.recalculate_user(
            unseen, confidences_of(is_told, count_customers)[unseen]
        )
        return AlsModel(widened, model.item_factors, losses)
    return AlsModel(model.user_factors, model.item_factors, losses)


def score_als(
    model: AlsModel,
    customer_keys: np.ndarray[Any, np.dtype[np.int64]],
    products: pa.Table,
    count: int,
    *,
    threads: int | None = None,
) -> Iterator[pa.Table]:
    """List the best products of each customer, a block of customers at a time.

    Customers and products that the model has no rows of are left out: their scores
    would all be 0, which says nothing.

    Parameters
    ----------
    model : AlsModel
        From `fit_als`.
    customer_keys : numpy.ndarray
        Who gets a list.
    products : pyarrow.Table
        ``product_key`` and ``trend`` of what may be on it.
    count : int
        Length of each customer's two lists, at most.
    threads : int, optional
        Blocks computed at once; every core by default. The result is the same.

    Yields
    ------
    pyarrow.Table
        As `aisle.scores.best_scores`.

    Examples
    --------
    >>> model = AlsModel(
    ...     np.array([[1.0], [0.0]], dtype=np.float32),
    ...     np.array([[0.5], [0.75], [0.5]], dtype=np.float32),
    ...     [],
    ... )
    >>> products = pa.table({"product_key": [0, 1, 2], "trend": [0.5, 0.25, 0.5]})
    >>> pa.concat_tables(score_als(model, np.arange(2), products, 1)).to_pylist()
    [{'customer_key': 0, 'product_key': 0, 'score': 0.5, 'trend_score': 0.25}, \
{'customer_key': 0, 'product_key': 1, 'score': 0.75, 'trend_score': 0.1875}]
    """
    customer_factors, product_factors, _ = model
    listed = Products(products, np.asarray(product_factors.any(axis=1)))
    scored = np.unique(customer_keys[customer_keys < customer_factors.shape[0]])
    scored = scored[customer_factors[scored].any(axis=1)]
    if listed.keys.size == 0:
        return
    transposed = np.ascontiguousarray(product_factors[listed.keys].T, dtype=np.float64)

    def score_block(start: int) -> pa.Table:
        block = scored[start : start + _BLOCK]
        # BLAS adds up a row in an order that depends on its place in the block. That is
        # lost in the rounding from float64, so who else is scored changes nothing.
        sums = customer_factors[block].astype(np.float64) @ transposed
        scores = sums.astype(np.float32)
        return best_scores(scores, block, listed, count)

    blocks = range(0, scored.size, _BLOCK)
    workers = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(max_workers=workers) as pool:
        yield from pool.map(score_block, blocks)


def fit_als_models(
    interactions: Iterable[tuple[str, pa.Table]],
    parameters: pa.Table,
    *,
    alpha: float = 1.0,
    iterations: int = 15,
    seed: int = 42,
    start: pa.Table | None = None,
    warm_iterations: int = 5,
) -> pa.Table:
    """Fit one model per fold.

    Parameters
    ----------
    interactions : iterable of (str, pyarrow.Table)
        Each fold and its rows, with the columns of `fit_als`.
    parameters : pyarrow.Table
        ``fold_id``, ``factors`` and ``regularisation``, a row for every fold.
    alpha, iterations, seed
        As in `fit_als`.
    start : pyarrow.Table, optional
        In `FACTORS_SCHEMA`. A fold that it has vectors of, of the length that the
        parameters ask for, begins with them.
    warm_iterations : int
        What such a fold has in place of ``iterations``.

    Returns
    -------
    pyarrow.Table
        One row per fold, in their order, in `ALS_MODELS_SCHEMA`; factors are
        little-endian float32, row by row.

    Examples
    --------
    >>> rows = pa.table(
    ...     {"customer_key": [0, 1], "product_key": [0, 1], "weight": [1.0, 1.0]}
    ... )
    >>> parameters = pa.table(
    ...     {"fold_id": ["test"], "factors": [2], "regularisation": [0.1]}
    ... )
    >>> models = fit_als_models([("test", rows)], parameters, iterations=3)
    >>> models.select(["fold_id", "factors", "iterations", "is_warm"]).to_pylist()
    [{'fold_id': 'test', 'factors': 2, 'iterations': 3, 'is_warm': False}]
    """
    by_fold = {row[columns.FOLD_ID]: row for row in parameters.to_pylist()}
    records = []
    for fold_id, rows in interactions:
        chosen = by_fold[fold_id]
        vectors = None if start is None else _fitting(start, chosen)
        steps = iterations if vectors is None else warm_iterations
        model = fit_als(
            rows,
            factors=chosen[columns.FACTORS],
            regularisation=chosen[columns.REGULARISATION],
            alpha=alpha,
            iterations=steps,
            seed=seed,
            start=vectors,
        )
        records.append(
            {
                columns.FOLD_ID: fold_id,
                columns.FACTORS: chosen[columns.FACTORS],
                columns.REGULARISATION: chosen[columns.REGULARISATION],
                columns.ALPHA: alpha,
                columns.ITERATIONS: steps,
                columns.SEED: seed,
                columns.COUNT_CUSTOMERS: model.customer_factors.shape[0],
                columns.COUNT_PRODUCTS: model.product_factors.shape[0],
                columns.IS_WARM: vectors is not None,
                columns.LOSSES: model.losses,
                columns.CUSTOMER_FACTORS: model.customer_factors.astype(
                    _STORED
                ).tobytes(),
                columns.PRODUCT_FACTORS: model.product_factors.astype(
                    _STORED
                ).tobytes(),
            }
        )
    return pa.Table.from_pylist(records, schema=ALS_MODELS_SCHEMA)


def _fitting(start: pa.Table, chosen: dict[str, Any]) -> pa.Table | None:
    """Vectors of the fold, if there are any and they have the length asked for."""
    vectors = of_fold(start, chosen[columns.FOLD_ID])
    lengths = pc.unique(pc.list_value_length(vectors.column(columns.VECTOR)))
    return vectors if lengths.to_pylist() == [chosen[columns.FACTORS]] else None


def list_factors(models: pa.Table) -> pa.Table:
    """Lay the factors out, a row for each customer and product that has any.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_als_models`.

    Returns
    -------
    pyarrow.Table
        In `FACTORS_SCHEMA`, sorted by fold, entity type and key.

    Examples
    --------
    >>> rows = pa.table(
    ...     {"customer_key": [0, 2], "product_key": [0, 1], "weight": [1.0, 1.0]}
    ... )
    >>> parameters = pa.table(
    ...     {"fold_id": ["test"], "factors": [2], "regularisation": [0.1]}
    ... )
    >>> factors = list_factors(fit_als_models([("test", rows)], parameters))
    >>> factors.select(["entity_type", "entity_key"]).to_pydict()
    {'entity_type': ['customer', 'customer', 'product', 'product'], \
'entity_key': [0, 2, 0, 1]}
    """
    tables = [FACTORS_SCHEMA.empty_table()]
    for record in models.sort_by(columns.FOLD_ID).to_pylist():
        for entity_type, column in (
            (CUSTOMER, columns.CUSTOMER_FACTORS),
            (PRODUCT, columns.PRODUCT_FACTORS),
        ):
            factors = _read_factors(record[column], record[columns.FACTORS])
            keys = np.flatnonzero(factors.any(axis=1))
            vectors = pa.FixedSizeListArray.from_arrays(
                factors[keys].ravel(), record[columns.FACTORS]
            )
            tables.append(
                pa.table(
                    [
                        pa.repeat(record[columns.FOLD_ID], keys.size),
                        pa.repeat(entity_type, keys.size),
                        keys,
                        vectors.cast(pa.list_(pa.float32())),
                    ],
                    schema=FACTORS_SCHEMA,
                )
            )
    return pa.concat_tables(tables).combine_chunks()


def _read_factors(blob: bytes, factors: int) -> Factors:
    return np.frombuffer(blob, dtype=_STORED).reshape(-1, factors)


def score_als_models(
    models: pa.Table, customers: pa.Table, products: pa.Table, count: int
) -> pa.Table:
    """List the best products of each customer of each fold.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_als_models`.
    customers : pyarrow.Table
        ``fold_id`` and ``customer_key`` of those who get a list.
    products : pyarrow.Table
        ``fold_id``, ``product_key`` and ``trend`` of what may be on it.
    count : int
        Length of each customer's two lists, at most.

    Returns
    -------
    pyarrow.Table
        In `aisle.scores.SCORES_SCHEMA`, sorted by fold, customer and product.

    Examples
    --------
    >>> keys = {"fold_id": ["test", "test"], "customer_key": [0, 1],
    ...         "product_key": [0, 1], "trend": [0.5, 0.5]}
    >>> rows = pa.table(keys | {"weight": [1.0, 1.0]})
    >>> parameters = pa.table(
    ...     {"fold_id": ["test"], "factors": [2], "regularisation": [0.05]}
    ... )
    >>> models = fit_als_models([("test", rows)], parameters)
    >>> lists = score_als_models(models, pa.table(keys), pa.table(keys), 1)
    >>> lists.column("product_key").to_pylist()
    [0, 1]
    """
    lists = [SCORES_SCHEMA.empty_table()]
    # Customers come in parts, most of them of one fold: other factors stay unread.
    folds = pc.unique(customers.column(columns.FOLD_ID))
    asked = models.filter(pc.is_in(models.column(columns.FOLD_ID), value_set=folds))
    for record in asked.sort_by(columns.FOLD_ID).to_pylist():
        fold_id = record[columns.FOLD_ID]
        model = AlsModel(
            _read_factors(record[columns.CUSTOMER_FACTORS], record[columns.FACTORS]),
            _read_factors(record[columns.PRODUCT_FACTORS], record[columns.FACTORS]),
            record[columns.LOSSES],
        )
        keys = key_array(of_fold(customers, fold_id), columns.CUSTOMER_KEY)
        blocks = score_als(model, keys, of_fold(products, fold_id), count)
        lists.extend(with_fold(blocks, fold_id))
    return pa.concat_tables(lists).combine_chunks()
