"""Biased matrix factorisation of explicit ratings: one model per fold.

Koren, Bell and Volinsky, "Matrix factorization techniques for recommender systems",
2009. A rating is taken for the mean, plus what is usual for the customer, plus what is
usual for the product, plus how the two go together::

    rating = mean + customer_bias + product_bias + customer_factors . product_factors

and what is minimised is the squared error over the ratings that there are, plus
``bias_regularisation`` times the squared biases and ``regularisation`` times the
squared factors. The paper descends the gradient, one rating after the other; here the
customers and then the products are solved exactly, each a ridge regression of its own
with the bias as the weight of a constant, so that the same rows give the same bits and
no learning rate has to be found.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import scipy.sparse

from aisle import columns
from aisle.als import AlsModel, score_als
from aisle.arrays import column_array, key_array
from aisle.parameters import check_at_least
from aisle.scores import SCORES_SCHEMA, fold_ids, of_fold, with_fold

__all__ = [
    "BIASED_MF",
    "BIASED_MF_MODELS_SCHEMA",
    "PREDICTIONS_SCHEMA",
    "RATING_BIASES",
    "RATING_MEAN",
    "BiasedMfModel",
    "fit_biased_mf",
    "fit_biased_mf_models",
    "predict_biased_mf_models",
    "predict_ratings",
    "score_biased_mf_models",
]

BIASED_MF = "biased_mf"
# What the factors are held against: the biases without them, and the mean alone.
RATING_BIASES = "rating_biases"
RATING_MEAN = "rating_mean"

BIASED_MF_MODELS_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.STRATEGY, pa.string()),
        (columns.FACTORS, pa.int64()),
        (columns.REGULARISATION, pa.float64()),
        (columns.BIAS_REGULARISATION, pa.float64()),
        (columns.ITERATIONS, pa.int64()),
        (columns.SEED, pa.int64()),
        (columns.COUNT_RATINGS, pa.int64()),
        (columns.RATING_MEAN, pa.float64()),
        (columns.CUSTOMER_BIASES, pa.large_binary()),
        (columns.PRODUCT_BIASES, pa.large_binary()),
        (columns.CUSTOMER_FACTORS, pa.large_binary()),
        (columns.PRODUCT_FACTORS, pa.large_binary()),
    ]
)
PREDICTIONS_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.STRATEGY, pa.string()),
        (columns.CUSTOMER_KEY, pa.int64()),
        (columns.PRODUCT_KEY, pa.int64()),
        (columns.PREDICTED_RATING, pa.float64()),
    ]
)
# Parameters are stored little-endian whatever the machine.
_STORED = np.dtype("<f8")
# Customers, or products, whose equations are held at once, and numbers of these.
_CHUNK = 8_192
_CELLS = 16_000_000

Floats = np.ndarray[Any, np.dtype[np.float64]]
Keys = np.ndarray[Any, np.dtype[np.int64]]


class BiasedMfModel(NamedTuple):
    """Parameters by dense key; the bias of a key without ratings is NaN."""

    mean: float
    customer_biases: Floats
    product_biases: Floats
    customer_factors: Floats
    product_factors: Floats


def _solve(
    deviations: scipy.sparse.csr_matrix,
    other_biases: Floats,
    other_factors: Floats,
    penalties: Floats,
) -> tuple[Floats, Floats]:
    """Fit the bias and factors of each row, those of the columns given.

    A row solves ``(sum of x x' + penalties) w = sum of x e`` over its columns, with
    ``x = (1, other_factors)`` and e what the other bias leaves of the deviation.
    """
    design = np.column_stack([np.ones(other_biases.size), other_factors])
    width = design.shape[1]
    errors = deviations.copy()
    errors.data = deviations.data - other_biases[deviations.indices]
    observed = deviations.copy()
    observed.data = np.ones_like(deviations.data)
    solved = np.empty((deviations.shape[0], width))
    step = min(_CHUNK, max(1, _CELLS // width**2))
    for start in range(0, solved.shape[0], step):
        rows = slice(start, start + step)
        block = observed[rows]
        used = np.unique(block.indices)
        products = design[used, :, None] * design[used, None, :]
        grams = block[:, used] @ products.reshape(-1, width * width)
        grams = grams.reshape(-1, width, width) + np.diag(penalties)
        targets = errors[rows] @ design
        solved[rows] = np.linalg.solve(grams, targets[:, :, None])[:, :, 0]
    return solved[:, 0], solved[:, 1:]


def fit_biased_mf(
    ratings: pa.Table,
    *,
    factors: int = 8,
    regularisation: float = 5.0,
    bias_regularisation: float = 20.0,
    iterations: int = 15,
    seed: int = 42,
) -> BiasedMfModel:
    """Factorise one fold's ratings.

    Parameters
    ----------
    ratings : pyarrow.Table
        ``customer_key``, ``product_key`` and ``rating``, one row per pair.
    factors : int
        Length of a factor vector; with 0 there are biases alone.
    regularisation, bias_regularisation : float
        Weights of the squared factors and biases, above 0. A customer's mean deviation
        over n ratings enters a bias times n / (n + bias_regularisation).
    iterations : int
        Rounds of customers, then products.
    seed : int
        Of the products' starting factors.

    Returns
    -------
    BiasedMfModel
        Rows are the keys from 0 to the largest; factors of keys without ratings are 0.

    Raises
    ------
    ValueError
        On a bad parameter, or a column that is missing or holds a bad value.

    Examples
    --------
    Both customers deviate by 1 from the mean of 3, in two ratings each; of that 2 / 3
    is left with a regularisation of 1, and the products do not differ.

    >>> rows = pa.table({"customer_key": [0, 0, 1, 1], "product_key": [0, 1, 0, 1],
    ...                  "rating": [4.0, 4.0, 2.0, 2.0]})
    >>> model = fit_biased_mf(rows, factors=0, bias_regularisation=1.0)
    >>> model.mean, model.customer_biases.round(3).tolist()
    (3.0, [0.667, -0.667])
    """
    check_at_least(0, factors=factors, seed=seed)
    check_at_least(1, iterations=iterations)
    for name, weight in (
        ("regularisation", regularisation),
        ("bias_regularisation", bias_regularisation),
    ):
        if not weight > 0:
            raise ValueError(f"{name} is {weight}; it must be above 0")

    customers = key_array(ratings, columns.CUSTOMER_KEY)
    products = key_array(ratings, columns.PRODUCT_KEY)
    values = column_array(ratings, columns.RATING)
    if values.size == 0:
        nothing = np.zeros(0)
        none = np.zeros((0, factors))
        return BiasedMfModel(np.nan, nothing, nothing, none, none)
    # In one order, whatever that of the rows: a mean of floats depends on it.
    order = np.lexsort((products, customers))
    mean = float(np.mean(values[order]))
    deviations = scipy.sparse.coo_matrix(
        (values[order] - mean, (customers[order], products[order])),
        shape=(customers.max() + 1, products.max() + 1),
    )
    by_customer, by_product = deviations.tocsr(), deviations.T.tocsr()
    by_customer.sort_indices()
    by_product.sort_indices()

    penalties = np.array([bias_regularisation] + [regularisation] * factors)
    product_biases = np.zeros(by_product.shape[0])
    product_factors = np.random.default_rng(seed).normal(
        0.0, 0.1, (by_product.shape[0], factors)
    )
    for _ in range(iterations):
        customer_biases, customer_factors = _solve(
            by_customer, product_biases, product_factors, penalties
        )
        product_biases, product_factors = _solve(
            by_product, customer_biases, customer_factors, penalties
        )
    customer_biases[np.diff(by_customer.indptr) == 0] = np.nan
    product_biases[np.diff(by_product.indptr) == 0] = np.nan
    return BiasedMfModel(
        mean, customer_biases, product_biases, customer_factors, product_factors
    )


def predict_ratings(
    model: BiasedMfModel, customer_keys: Keys, product_keys: Keys
) -> Floats:
    """Predict the ratings of pairs; NaN where the customer or product has none.

    Parameters
    ----------
    model : BiasedMfModel
        From `fit_biased_mf`.
    customer_keys, product_keys : numpy.ndarray
        The pairs.

    Returns
    -------
    numpy.ndarray
        One prediction per pair, on the scale of the ratings but not cut to its ends.

    Examples
    --------
    >>> model = BiasedMfModel(3.0, np.array([0.5]), np.array([np.nan, -0.25]),
    ...                       np.array([[2.0]]), np.array([[0.0], [0.125]]))
    >>> predict_ratings(model, np.array([0, 0, 9]), np.array([1, 0, 1])).tolist()
    [3.5, nan, nan]
    """
    predictions = np.full(customer_keys.size, np.nan)
    rows = np.flatnonzero(
        (customer_keys < model.customer_biases.size)
        & (product_keys < model.product_biases.size)
    )
    customers, products = customer_keys[rows], product_keys[rows]
    predictions[rows] = (
        model.mean
        + model.customer_biases[customers]
        + model.product_biases[products]
        + np.sum(
            model.customer_factors[customers] * model.product_factors[products], axis=1
        )
    )
    return predictions


def fit_biased_mf_models(
    ratings: pa.Table,
    *,
    factors: int = 8,
    regularisation: float = 5.0,
    bias_regularisation: float = 20.0,
    iterations: int = 15,
    seed: int = 42,
) -> pa.Table:
    """Fit two models per fold that has ratings: with factors, and with biases alone.

    Parameters
    ----------
    ratings : pyarrow.Table
        ``fold_id`` and the columns of `fit_biased_mf`.
    factors, regularisation, bias_regularisation, iterations, seed
        As in `fit_biased_mf`.

    Returns
    -------
    pyarrow.Table
        One row per fold and model, sorted, in `BIASED_MF_MODELS_SCHEMA`; parameters are
        little-endian float64, row by row.

    Examples
    --------
    >>> nothing = pa.table({"fold_id": pa.array([], pa.string()), "customer_key": [],
    ...                     "product_key": [], "rating": []})
    >>> fit_biased_mf_models(nothing).num_rows
    0
    """
    records = []
    for fold_id in fold_ids(ratings):
        rows = of_fold(ratings, fold_id)
        for strategy, width in ((BIASED_MF, factors), (RATING_BIASES, 0)):
            model = fit_biased_mf(
                rows,
                factors=width,
                regularisation=regularisation,
                bias_regularisation=bias_regularisation,
                iterations=iterations,
                seed=seed,
            )
            records.append(
                {
                    columns.FOLD_ID: fold_id,
                    columns.STRATEGY: strategy,
                    columns.FACTORS: width,
                    columns.REGULARISATION: regularisation,
                    columns.BIAS_REGULARISATION: bias_regularisation,
                    columns.ITERATIONS: iterations,
                    columns.SEED: seed,
                    columns.COUNT_RATINGS: rows.num_rows,
                    columns.RATING_MEAN: model.mean,
                    columns.CUSTOMER_BIASES: _stored(model.customer_biases),
                    columns.PRODUCT_BIASES: _stored(model.product_biases),
                    columns.CUSTOMER_FACTORS: _stored(model.customer_factors),
                    columns.PRODUCT_FACTORS: _stored(model.product_factors),
                }
            )
    return pa.Table.from_pylist(records, schema=BIASED_MF_MODELS_SCHEMA)


def _stored(values: Floats) -> bytes:
    return values.astype(_STORED).tobytes()


def _read_model(record: dict[str, Any]) -> BiasedMfModel:
    biases = [
        np.frombuffer(record[name], dtype=_STORED).astype(np.float64)
        for name in (columns.CUSTOMER_BIASES, columns.PRODUCT_BIASES)
    ]
    factors = [
        np.frombuffer(record[name], dtype=_STORED)
        .astype(np.float64)
        .reshape(bias.size, record[columns.FACTORS])
        for name, bias in zip(
            (columns.CUSTOMER_FACTORS, columns.PRODUCT_FACTORS), biases, strict=True
        )
    ]
    return BiasedMfModel(record[columns.RATING_MEAN], *biases, *factors)


def predict_biased_mf_models(models: pa.Table, pairs: pa.Table) -> pa.Table:
    """Predict ratings by each model of each fold, and by the fold's mean alone.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_biased_mf_models`.
    pairs : pyarrow.Table
        ``fold_id``, ``customer_key`` and ``product_key`` of what is to be predicted.

    Returns
    -------
    pyarrow.Table
        In `PREDICTIONS_SCHEMA`, sorted; pairs of which the customer or the product has
        no rating are left out, from the mean too, so that all predict the same.

    Examples
    --------
    >>> rows = pa.table({"fold_id": ["test", "test"], "customer_key": [0, 1],
    ...                  "product_key": [0, 0], "rating": [4.0, 2.0]})
    >>> models = fit_biased_mf_models(rows, factors=1, bias_regularisation=1.0)
    >>> found = predict_biased_mf_models(models, rows.slice(0, 1)).to_pylist()
    >>> [(row["strategy"], round(row["predicted_rating"], 3)) for row in found]
    [('biased_mf', 3.5), ('rating_biases', 3.5), ('rating_mean', 3.0)]
    """
    tables = [PREDICTIONS_SCHEMA.empty_table()]
    for record in models.to_pylist():
        fold_id = record[columns.FOLD_ID]
        rows = of_fold(pairs, fold_id)
        customers = key_array(rows, columns.CUSTOMER_KEY)
        products = key_array(rows, columns.PRODUCT_KEY)
        model = _read_model(record)
        predictions = predict_ratings(model, customers, products)
        is_known = np.isfinite(predictions)
        customers, products = customers[is_known], products[is_known]
        found = {record[columns.STRATEGY]: predictions[is_known]}
        if record[columns.STRATEGY] == RATING_BIASES:
            found[RATING_MEAN] = np.full(customers.size, model.mean)
        tables.extend(
            pa.table(
                [
                    pa.repeat(fold_id, customers.size),
                    pa.repeat(strategy, customers.size),
                    customers,
                    products,
                    values,
                ],
                schema=PREDICTIONS_SCHEMA,
            )
            for strategy, values in found.items()
        )
    return pa.concat_tables(tables).sort_by(
        [(name, "ascending") for name in PREDICTIONS_SCHEMA.names[:4]]
    )


def score_biased_mf_models(
    models: pa.Table,
    customers: pa.Table,
    products: pa.Table,
    count: int,
    *,
    liked_rating: float,
) -> pa.Table:
    """List the products that each customer of each fold would rate best.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_biased_mf_models`.
    customers : pyarrow.Table
        ``fold_id`` and ``customer_key`` of those who get a list.
    products : pyarrow.Table
        ``fold_id``, ``product_key`` and ``trend`` of what may be on it.
    count : int
        Length of each customer's list, at least, where there are as many products.
    liked_rating : float
        The score is the predicted rating less this.

    Returns
    -------
    pyarrow.Table
        In `aisle.scores.SCORES_SCHEMA`, sorted by fold, customer and product. Customers
        and products without ratings are left out.

    Examples
    --------
    >>> keys = {"fold_id": ["test"] * 3, "customer_key": [0, 0, 1],
    ...         "product_key": [0, 1, 1], "trend": [0.5] * 3}
    >>> rows = pa.table(keys | {"rating": [1.0, 5.0, 5.0]})
    >>> models = fit_biased_mf_models(rows, factors=1)
    >>> score_biased_mf_models(
    ...     models, pa.table(keys), pa.table(keys).slice(0, 2), 1, liked_rating=3.0
    ... ).column("product_key").to_pylist()
    [1, 1]
    """
    lists = [SCORES_SCHEMA.empty_table()]
    for record in models.to_pylist():
        if record[columns.STRATEGY] != BIASED_MF:
            continue
        fold_id = record[columns.FOLD_ID]
        model = _read_model(record)
        # The whole sum is one product of vectors that have the biases in them.
        expected = model.mean - liked_rating + model.customer_biases
        wide_customers = np.column_stack(
            [expected, np.ones_like(expected), model.customer_factors]
        )
        wide_products = np.column_stack(
            [
                np.ones_like(model.product_biases),
                model.product_biases,
                model.product_factors,
            ]
        )
        wide_customers[np.isnan(model.customer_biases)] = 0.0
        wide_products[np.isnan(model.product_biases)] = 0.0
        blocks = score_als(
            AlsModel(
                wide_customers.astype(np.float32), wide_products.astype(np.float32), []
            ),
            np.unique(key_array(of_fold(customers, fold_id), columns.CUSTOMER_KEY)),
            of_fold(products, fold_id),
            count,
        )
        lists.extend(with_fold(blocks, fold_id))
    return pa.concat_tables(lists).combine_chunks()
