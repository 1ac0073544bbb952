"""From what is known of a customer to the chance that anything is bought, and of what.

Two models that SQL cannot fit: gradient boosted trees that say who buys at all, and a
logistic regression that says how a customer's habits move the chance of every product.
Both only order customers or shift them; rates come from the folds that they are
calibrated on.
"""

from typing import Any

import lightgbm as lgb
import numpy as np
import pyarrow as pa

from aisle import blas, boosting, columns
from aisle.arrays import column_array, feature_matrix, key_array

__all__ = [
    "ACTIVITY_MODELS_SCHEMA",
    "ACTIVITY_SCORES_SCHEMA",
    "PRODUCT_MODELS_SCHEMA",
    "fit_activity",
    "fit_product",
    "score_activity",
]

blas.use_one_thread()

ACTIVITY_MODELS_SCHEMA = pa.schema(
    [
        (columns.COUNT_FOLDS, pa.int64()),
        (columns.COUNT_EXAMPLES, pa.int64()),
        (columns.COUNT_POSITIVES, pa.int64()),
        (columns.FEATURES, pa.list_(pa.string())),
        (columns.MODEL, pa.large_string()),
    ]
)
ACTIVITY_SCORES_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.CUSTOMER_KEY, pa.int64()),
        (columns.ACTIVITY_SCORE, pa.float64()),
    ]
)
PRODUCT_MODELS_SCHEMA = pa.schema(
    [
        (columns.COUNT_EXAMPLES, pa.int64()),
        (columns.COUNT_POSITIVES, pa.int64()),
        (columns.INTERCEPT, pa.float64()),
        (columns.WEIGHT_SCORE, pa.float64()),
        (columns.WEIGHT_ORDERS, pa.float64()),
        (columns.WEIGHT_BASKET_SIZE, pa.float64()),
    ]
)

_NOT_FEATURES = {
    columns.FOLD_ID,
    columns.FOLD_KEY,
    columns.FOLD_ROLE,
    columns.CUSTOMER_KEY,
    columns.CUSTOMER_ID,
    columns.HAS_BOUGHT,
}
# Few leaves and a slow rate: probabilities suffer from trees that know too much.
_ROUNDS = 150
_LEAVES = 4
_LEARNING_RATE = 0.05

# The calibrated score as it is, whatever the customer's habits: what a few rows cannot
# move the weights far away from.
_PRIOR = np.array([0.0, 1.0, 0.0, 0.0])
_PRIOR_STRENGTH = 5.0
_STEPS = 50
_DIGITS = 9


def fit_activity(customers: pa.Table) -> pa.Table:
    """Fit who buys anything in the holdout, on known customers of the train folds.

    Parameters
    ----------
    customers : pyarrow.Table
        ``fold_key, customer_key, has_bought``; what else it has as numbers is a
        feature, and what is missing stays missing.

    Returns
    -------
    pyarrow.Table
        One row in `ACTIVITY_MODELS_SCHEMA`, or none where nobody or everybody bought.

    Raises
    ------
    ValueError
        If a column is missing or a label is null.

    Examples
    --------
    >>> customers = pa.table({
    ...     "fold_key": [3] * 40, "customer_key": range(40),
    ...     "has_bought": [number % 2 == 0 for number in range(40)],
    ...     "count_orders": [5 - number % 2 for number in range(40)]})
    >>> model = fit_activity(customers)
    >>> model.select(["count_folds", "count_positives", "features"]).to_pylist()
    [{'count_folds': 1, 'count_positives': 20, 'features': ['count_orders']}]
    """
    names = [name for name in customers.column_names if name not in _NOT_FEATURES]
    folds = key_array(customers, columns.FOLD_KEY)
    keys = key_array(customers, columns.CUSTOMER_KEY)
    labels = column_array(customers, columns.HAS_BOUGHT)
    positives = int(labels.sum())
    if positives in (0, labels.size):
        return ACTIVITY_MODELS_SCHEMA.empty_table()
    order = np.lexsort((keys, folds))
    booster = lgb.train(
        {
            "objective": "binary",
            "num_leaves": _LEAVES,
            "learning_rate": _LEARNING_RATE,
            # Of many customers a leaf asks for many, of few for a few.
            "min_data_in_leaf": int(np.clip(labels.size // 100, 5, 50)),
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": boosting.THREADS,
            "verbosity": -1,
        },
        lgb.Dataset(
            feature_matrix(customers, names)[order],
            label=labels[order],
            params={"verbosity": -1},
        ),
        num_boost_round=_ROUNDS,
    )
    record = {
        columns.COUNT_FOLDS: np.unique(folds).size,
        columns.COUNT_EXAMPLES: labels.size,
        columns.COUNT_POSITIVES: positives,
        columns.FEATURES: names,
        columns.MODEL: booster.model_to_string(),
    }
    return pa.Table.from_pylist([record], schema=ACTIVITY_MODELS_SCHEMA)


def score_activity(models: pa.Table, customers: pa.Table) -> pa.Table:
    """Score customers by how likely they are to buy anything.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_activity`.
    customers : pyarrow.Table
        ``fold_id, customer_key`` and the features.

    Returns
    -------
    pyarrow.Table
        In `ACTIVITY_SCORES_SCHEMA`, sorted by fold and customer; empty without a model.
        A score is any number, larger is likelier.

    Examples
    --------
    >>> nothing = ACTIVITY_MODELS_SCHEMA.empty_table()
    >>> score_activity(nothing, pa.table({"fold_id": ["test"]})).num_rows
    0
    """
    if not models.num_rows or not customers.num_rows:
        return ACTIVITY_SCORES_SCHEMA.empty_table()
    [model] = models.to_pylist()
    customers = customers.sort_by(
        [(columns.FOLD_ID, "ascending"), (columns.CUSTOMER_KEY, "ascending")]
    )
    booster = lgb.Booster(model_str=model[columns.MODEL])
    matrix = feature_matrix(customers, model[columns.FEATURES])
    scores = boosting.predict(booster, matrix, raw_score=True)
    return pa.table(
        {
            columns.FOLD_ID: customers.column(columns.FOLD_ID),
            columns.CUSTOMER_KEY: customers.column(columns.CUSTOMER_KEY),
            columns.ACTIVITY_SCORE: scores,
        },
        schema=ACTIVITY_SCORES_SCHEMA,
    )


def _logistic(
    features: np.ndarray[Any, np.dtype[np.float64]],
    labels: np.ndarray[Any, np.dtype[np.float64]],
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Logistic regression by Newton's method, with a normal prior around `_PRIOR`."""
    weights = _PRIOR.copy()
    # The intercept goes where the rows want it: it carries the rate.
    strength = np.diag([0.0, *[_PRIOR_STRENGTH] * (_PRIOR.size - 1)])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (labels - chances) - strength @ (weights - _PRIOR)
        spread = (features * (chances * (1 - chances))[:, None]).T @ features
        step = np.linalg.solve(spread + strength, gradient)
        # Bounded, since far from the solution Newton's steps overshoot.
        weights += step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 10.0**-_DIGITS:
            break
    return weights


def fit_product(candidates: pa.Table) -> pa.Table:
    """Fit how a customer's habits move the calibrated score of every product.

    Who buys often and much buys more of any list: that shifts all of a customer's
    products alike, and so changes no order.

    Parameters
    ----------
    candidates : pyarrow.Table
        Of customers who bought: ``customer_key, product_key, is_relevant``, the logit
        of the score's rate ``score_logit``, ``log_orders`` and ``log_basket_size``.

    Returns
    -------
    pyarrow.Table
        One row in `PRODUCT_MODELS_SCHEMA`, or none where nothing or everything was
        bought. `weight_score` is above 0.

    Raises
    ------
    ValueError
        If a column is missing or holds a null.

    Examples
    --------
    >>> candidates = pa.table({
    ...     "customer_key": [1, 1, 2, 2], "product_key": [1, 2, 1, 2],
    ...     "is_relevant": [True, False, True, False],
    ...     "score_logit": [1.0, -1.0, 1.0, -1.0],
    ...     "log_orders": [1.0, 1.0, 2.0, 2.0], "log_basket_size": [0.0] * 4})
    >>> fit_product(candidates).column("weight_basket_size").to_pylist()
    [0.0]
    """
    labels = column_array(candidates, columns.IS_RELEVANT)
    positives = int(labels.sum())
    names = (columns.SCORE_LOGIT, columns.LOG_ORDERS, columns.LOG_BASKET_SIZE)
    features = np.stack(
        [np.ones(labels.size), *(column_array(candidates, name) for name in names)],
        axis=1,
    )
    if positives in (0, labels.size):
        return PRODUCT_MODELS_SCHEMA.empty_table()
    order = np.lexsort(
        (
            key_array(candidates, columns.PRODUCT_KEY),
            key_array(candidates, columns.CUSTOMER_KEY),
        )
    )
    weights = _logistic(features[order], labels[order])
    if weights[1] <= 0:
        # Scores that say the opposite of what they said: their order still stands.
        weights = _PRIOR
    intercept, score, orders, basket_size = weights.round(_DIGITS).tolist()
    record = {
        columns.COUNT_EXAMPLES: labels.size,
        columns.COUNT_POSITIVES: positives,
        columns.INTERCEPT: intercept,
        columns.WEIGHT_SCORE: score,
        columns.WEIGHT_ORDERS: orders,
        columns.WEIGHT_BASKET_SIZE: basket_size,
    }
    return pa.Table.from_pylist([record], schema=PRODUCT_MODELS_SCHEMA)
