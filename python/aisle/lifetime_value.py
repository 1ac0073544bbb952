"""What a customer will still buy, and for how much: BG/NBD and Gamma-Gamma.

Fader, Hardie and Lee, "'Counting your customers' the easy way: an alternative to the
Pareto/NBD model", 2005: while active a customer orders as a Poisson process, and after
every order leaves for good with a constant probability. The rate differs between
customers by a Gamma distribution (``r``, ``alpha``), the probability of leaving by a
Beta distribution (``a``, ``b``). All that the model needs of a customer is the number
of orders after the first (x), the time from the first to the last (t_x) and the time
from the first to the cutoff (T).

Fader and Hardie, "The Gamma-Gamma model of monetary value", 2013: what a customer pays
varies from order to order by a Gamma distribution of shape ``p``, whose rate differs
between customers by a Gamma distribution (``q``, ``gamma``). The mean of an order is
then between the customer's own and the shop's, nearer to the own the more orders there
are. Value and frequency are taken to be independent of each other.

Both are fitted by maximum likelihood with exact gradients, from a fixed start and in a
fixed order of rows, so that the same rows give the same bits.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import scipy.linalg
import scipy.optimize
import scipy.special

from aisle import blas, columns
from aisle.arrays import column_array, key_array
from aisle.parameters import check_at_least
from aisle.scores import fold_ids, of_fold

__all__ = [
    "LIFETIME_MODELS_SCHEMA",
    "LIFETIME_SCORES_SCHEMA",
    "BgNbdModel",
    "GammaGammaModel",
    "expected_order_values",
    "expected_orders",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "fit_lifetime_models",
    "mean_order_rate",
    "probabilities_alive",
    "score_lifetime_models",
]

blas.use_one_thread()

LIFETIME_MODELS_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.COUNT_CUSTOMERS, pa.int64()),
        (columns.COUNT_REPEATERS, pa.int64()),
        (columns.RATE_R, pa.float64()),
        (columns.RATE_ALPHA, pa.float64()),
        (columns.DROPOUT_A, pa.float64()),
        (columns.DROPOUT_B, pa.float64()),
        (columns.VALUE_P, pa.float64()),
        (columns.VALUE_Q, pa.float64()),
        (columns.VALUE_GAMMA, pa.float64()),
        (columns.MEAN_ORDERS_PER_DAY, pa.float64()),
    ]
)
LIFETIME_SCORES_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.CUSTOMER_KEY, pa.int64()),
        (columns.PROBABILITY_ALIVE, pa.float64()),
        (columns.EXPECTED_ORDERS, pa.float64()),
        (columns.EXPECTED_HOLDOUT_ORDERS, pa.float64()),
        (columns.EXPECTED_ORDER_VALUE, pa.float64()),
    ]
)
# Fewer customers who came back say nothing about how they come back.
_LEAST_REPEATERS = 25
# How far a parameter may go from its start, as a logarithm: where the likelihood has no
# maximum (nobody leaves, all orders cost the same) it stops here.
_REACH = 9.0
_DIGITS = 9
# The expectation is smooth in the probability of leaving: more nodes change no digit
# that matters, whatever the parameters.
_NODES = 64
# Customers whose expectations are held at once.
_CHUNK = 65_536

Floats = np.ndarray[Any, np.dtype[np.float64]]


class BgNbdModel(NamedTuple):
    """Parameters in the paper's letters; `alpha` is in the unit of time of the rows."""

    r: float
    alpha: float
    a: float
    b: float


class GammaGammaModel(NamedTuple):
    """Parameters in the paper's letters; `gamma` is in the rows' unit of value."""

    p: float
    q: float
    gamma: float


def _repeats(customers: pa.Table) -> Floats:
    """Read x, and refuse what is no number of orders."""
    repeats = column_array(customers, columns.COUNT_REPEAT_ORDERS)
    is_bad = (repeats < 0) | (repeats != np.floor(repeats))
    if is_bad.any():
        raise ValueError(
            f"column '{columns.COUNT_REPEAT_ORDERS}' holds {repeats[is_bad][0]:g}; "
            "allowed are whole numbers from 0"
        )
    return repeats


def _histories(customers: pa.Table) -> tuple[Floats, Floats, Floats]:
    """Read x, t_x and T, and refuse what cannot be."""
    repeats = _repeats(customers)
    recencies = column_array(customers, columns.REPEAT_SPAN_DAYS)
    ages = column_array(customers, columns.OBSERVED_DAYS)
    for name, is_bad, values, allowed in (
        (columns.OBSERVED_DAYS, ages < 0, ages, "allowed is 0 or more"),
        (
            columns.REPEAT_SPAN_DAYS,
            (recencies < 0) | (recencies > ages),
            recencies,
            f"allowed is 0 to '{columns.OBSERVED_DAYS}'",
        ),
        (
            columns.REPEAT_SPAN_DAYS,
            (repeats == 0) & (recencies > 0),
            recencies,
            f"without an order after the first ('{columns.COUNT_REPEAT_ORDERS}' 0) "
            "it is 0",
        ),
    ):
        if is_bad.any():
            raise ValueError(f"column '{name}' holds {values[is_bad][0]:g}; {allowed}")
    return repeats, recencies, ages


def _counted(*arrays: Floats) -> tuple[Floats, Floats]:
    """Return the distinct rows of arrays side by side, sorted, and how many of each."""
    rows, counts = np.unique(np.column_stack(arrays), axis=0, return_counts=True)
    return rows, counts.astype(np.float64)


def _maximised(
    likelihood: Callable[[Floats], tuple[float, Floats]], count: int
) -> Floats:
    """Maximise from parameters of 1, by their logarithms; return the parameters."""

    def loss(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        value, gradient = likelihood(values)
        return -value, -gradient * values

    found = scipy.optimize.minimize(
        loss,
        np.zeros(count),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_REACH, _REACH)] * count,
        options={"maxiter": 1_000, "ftol": 1e-14, "gtol": 1e-9},
    )
    return np.asarray(np.exp(found.x), dtype=np.float64)


def fit_bg_nbd(
    customers: pa.Table, *, least_repeaters: int = _LEAST_REPEATERS
) -> BgNbdModel | None:
    """Fit how often customers order and how they leave.

    Parameters
    ----------
    customers : pyarrow.Table
        One row per customer with an order: ``count_repeat_orders`` (x),
        ``repeat_span_days`` (t_x) and ``observed_days`` (T), in any unit of time.
    least_repeaters : int
        With fewer customers who came back there is no fit.

    Returns
    -------
    BgNbdModel or None
        None without enough customers who came back.

    Raises
    ------
    ValueError
        If a column is missing or holds what cannot be.

    Examples
    --------
    Half of the customers order every 10 days, the others never come back.

    >>> rows = pa.table({"count_repeat_orders": [0, 9] * 50,
    ...                  "repeat_span_days": [0, 90] * 50,
    ...                  "observed_days": [100, 100] * 50})
    >>> model = fit_bg_nbd(rows)
    >>> expected_orders(model, rows.slice(0, 2), 100.0).round(1).tolist()
    [0.3, 8.7]
    >>> fit_bg_nbd(rows.slice(0, 20)) is None
    True
    """
    check_at_least(1, least_repeaters=least_repeaters)
    repeats, recencies, ages = _histories(customers)
    if np.count_nonzero(repeats) < least_repeaters:
        return None
    rows, counts = _counted(repeats, recencies, ages)
    # In a unit of about the customers' time, so that no parameter is far from 1.
    unit = float(ages.max())
    x, recency, age = rows[:, 0], rows[:, 1] / unit, rows[:, 2] / unit
    total = counts.sum()
    has_repeat = x > 0
    # Only read where there is a repeat order.
    earlier = np.where(has_repeat, x - 1, 0.0)

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        gammaln, digamma = scipy.special.gammaln, scipy.special.digamma
        log_age, log_recency = np.log(alpha + age), np.log(alpha + recency)
        # Still active at the cutoff, or gone after the last order.
        is_active = -(r + x) * log_age
        is_gone = np.where(
            has_repeat, np.log(a) - np.log(b + earlier) - (r + x) * log_recency, -np.inf
        )
        either = np.logaddexp(is_active, is_gone)
        active, gone = np.exp(is_active - either), np.exp(is_gone - either)
        value = (
            gammaln(b + x)
            - gammaln(b)
            + gammaln(a + b)
            - gammaln(a + b + x)
            + gammaln(r + x)
            - gammaln(r)
            + r * np.log(alpha)
            + either
        )
        both = digamma(a + b) - digamma(a + b + x)
        gradient = np.array(
            [
                digamma(r + x)
                - digamma(r)
                + np.log(alpha)
                - active * log_age
                - gone * log_recency,
                r / alpha
                - (r + x) * (active / (alpha + age) + gone / (alpha + recency)),
                both + gone / a,
                digamma(b + x) - digamma(b) + both - gone / (b + earlier),
            ]
        )
        return float(counts @ value / total), gradient @ counts / total

    r, alpha, a, b = _maximised(likelihood, 4).tolist()
    return BgNbdModel(r, alpha * unit, a, b)


def probabilities_alive(model: BgNbdModel, customers: pa.Table) -> Floats:
    """Return the probability that each customer has not left by the cutoff.

    Parameters
    ----------
    model : BgNbdModel
        From `fit_bg_nbd`.
    customers : pyarrow.Table
        As in `fit_bg_nbd`, in the same unit of time.

    Returns
    -------
    numpy.ndarray
        One value per row. A customer can only leave after an order that came back, so
        that it is 1 for those with a single one.

    Examples
    --------
    With r, alpha, a and b of 1, one order after 1 day of 3: (1 + 3) / (1 + 1) is 2, its
    square 4, and a / (b + x - 1) is 1. The probability is 1 / (1 + 4).

    >>> rows = pa.table({"count_repeat_orders": [0, 1], "repeat_span_days": [0, 1],
    ...                  "observed_days": [3, 3]})
    >>> probabilities_alive(BgNbdModel(1.0, 1.0, 1.0, 1.0), rows).tolist()
    [1.0, 0.2]
    """
    repeats, recencies, ages = _histories(customers)
    odds_of_leaving = (
        np.log(model.a)
        - np.log(model.b + np.maximum(repeats, 1.0) - 1)
        + (model.r + repeats)
        * (np.log(model.alpha + ages) - np.log(model.alpha + recencies))
    )
    return np.where(repeats > 0, scipy.special.expit(-odds_of_leaving), 1.0)


def _beta_nodes(a: float, b: float) -> tuple[Floats, Floats]:
    """Return nodes and weights of Gauss quadrature over a Beta(a, b) distribution.

    By the eigenvalues of the recurrence of Jacobi's polynomials (Golub and Welsch,
    1969), which no size of a or b makes overflow.
    """
    n = np.arange(1, _NODES, dtype=np.float64)
    # Jacobi's exponents at 1 - z and 1 + z, with z = 2 p - 1.
    upper, lower = b - 1.0, a - 1.0
    both = upper + lower
    diagonal = np.empty(_NODES)
    diagonal[0] = (a - b) / (a + b)
    diagonal[1:] = (lower**2 - upper**2) / ((2 * n + both) * (2 * n + both + 2))
    squares = np.empty(_NODES - 1)
    squares[0] = 4 * a * b / ((a + b) ** 2 * (a + b + 1))
    m = n[1:]
    squares[1:] = (
        4 * m * (m + upper) * (m + lower) * (m + both)
        / ((2 * m + both) ** 2 * (2 * m + both + 1) * (2 * m + both - 1))
    )  # fmt: skip
    nodes, vectors = scipy.linalg.eigh_tridiagonal(diagonal, np.sqrt(squares))
    return np.clip((1.0 + nodes) / 2.0, 1e-300, 1.0), vectors[0] ** 2


def expected_orders(model: BgNbdModel, customers: pa.Table, days: float) -> Floats:
    """Return how many orders to expect of each customer after the cutoff.

    Who is active with rate l and probability of leaving p makes (1 - exp(-l p t)) / p
    orders in a time t. Given the history l and p are Gamma(r + x, alpha + T) and
    Beta(a, b + x); the mean over l is exact, that over p is by Gauss quadrature. The
    paper's hypergeometric function is the same, and overflows for customers with many
    orders.

    Parameters
    ----------
    model : BgNbdModel
        From `fit_bg_nbd`.
    customers : pyarrow.Table
        As in `fit_bg_nbd`, in the same unit of time.
    days : float
        Length of the time after the cutoff, in that unit.

    Returns
    -------
    numpy.ndarray
        One value per row.

    Raises
    ------
    ValueError
        If `days` is negative, or a column is missing or holds what cannot be.

    Examples
    --------
    One in a billion leaves: the customer goes on at the rate (r + x) / (alpha + T).

    >>> rows = pa.table({"count_repeat_orders": [3], "repeat_span_days": [9],
    ...                  "observed_days": [9]})
    >>> expected_orders(BgNbdModel(1.0, 1.0, 1e-9, 1.0), rows, 5.0).round(6).tolist()
    [2.0]
    """
    if not (np.isfinite(days) and days >= 0):
        raise ValueError(f"days is {days}; it must be 0 or more, and finite")
    repeats, _, ages = _histories(customers)
    orders = probabilities_alive(model, customers)
    relative = days / (model.alpha + ages)
    for repeat in np.unique(repeats).tolist():
        nodes, weights = _beta_nodes(model.a, model.b + repeat)
        rows = np.flatnonzero(repeats == repeat)
        for start in range(0, rows.size, _CHUNK):
            chosen = rows[start : start + _CHUNK]
            exponents = -(model.r + repeat) * np.log1p(relative[chosen, None] * nodes)
            # Row by row: a sum does not depend on who else is there.
            orders[chosen] *= np.sum(-np.expm1(exponents) * (weights / nodes), axis=1)
    return orders


def mean_order_rate(customers: pa.Table) -> float:
    """Return the orders per day after the first, of all customers together.

    The plain mean model that BG/NBD is held against: everybody goes on at this rate.

    Parameters
    ----------
    customers : pyarrow.Table
        As in `fit_bg_nbd`.

    Returns
    -------
    float
        Orders after the first over the days in which they could be made; 0 where
        there are none.

    Examples
    --------
    >>> rows = pa.table({"count_repeat_orders": [0, 3], "repeat_span_days": [0, 4],
    ...                  "observed_days": [10, 5]})
    >>> mean_order_rate(rows)
    0.2
    """
    repeats, _, ages = _histories(customers)
    days = np.sort(ages).sum()
    return float(repeats.sum() / days) if days > 0 else 0.0


def _values(customers: pa.Table) -> tuple[Floats, Floats]:
    """Read the number of orders, the first included, and their mean value or 0."""
    means = column_array(customers, columns.MEAN_ORDER_VALUE, missing=0.0)
    if (means < 0).any():
        raise ValueError(
            f"column '{columns.MEAN_ORDER_VALUE}' holds {means[means < 0][0]:g}; "
            "allowed is null, or 0 or more"
        )
    return _repeats(customers) + 1, means


def fit_gamma_gamma(
    customers: pa.Table, *, least_repeaters: int = _LEAST_REPEATERS
) -> GammaGammaModel | None:
    """Fit what orders are worth, and how that differs between customers.

    Parameters
    ----------
    customers : pyarrow.Table
        One row per customer: ``count_repeat_orders`` and the ``mean_order_value`` of
        these and the first. Customers with a mean of 0 or null are left out: the
        model knows positive values only.
    least_repeaters : int
        With fewer customers with two orders or more there is no fit.

    Returns
    -------
    GammaGammaModel or None
        None without enough customers. `q` is above 1, so that there is a mean.

    Raises
    ------
    ValueError
        If a column is missing or holds what cannot be.

    Examples
    --------
    Half of the customers spend 10 an order, the others 30, always: each keeps to it.

    >>> rows = pa.table({"count_repeat_orders": [3] * 60,
    ...                  "mean_order_value": [10.0, 30.0] * 30})
    >>> model = fit_gamma_gamma(rows)
    >>> expected_order_values(model, rows.slice(0, 2)).round(0).tolist()
    [10.0, 30.0]
    """
    check_at_least(1, least_repeaters=least_repeaters)
    orders, means = _values(customers)
    is_known = means > 0
    if np.count_nonzero(is_known & (orders > 1)) < least_repeaters:
        return None
    rows, counts = _counted(orders[is_known], means[is_known])
    total = counts.sum()
    # In a unit of the mean value, as above.
    unit = float(counts @ rows[:, 1] / total)
    n, z = rows[:, 0], rows[:, 1] / unit

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        p, q_above_one, gamma = parameters
        q = 1.0 + q_above_one
        gammaln, digamma = scipy.special.gammaln, scipy.special.digamma
        log_sum = np.log(gamma + n * z)
        value = (
            gammaln(p * n + q)
            - gammaln(p * n)
            - gammaln(q)
            + q * np.log(gamma)
            + p * n * np.log(n * z)
            - np.log(z)
            - (p * n + q) * log_sum
        )
        gradient = np.array(
            [
                n
                * (digamma(p * n + q) - digamma(p * n) + np.log(n * z) - log_sum),
                digamma(p * n + q) - digamma(q) + np.log(gamma) - log_sum,
                q / gamma - (p * n + q) / (gamma + n * z),
            ]
        )  # fmt: skip
        return float(counts @ value / total), gradient @ counts / total

    p, q_above_one, gamma = _maximised(likelihood, 3).tolist()
    return GammaGammaModel(p, 1.0 + q_above_one, gamma * unit)


def expected_order_values(model: GammaGammaModel, customers: pa.Table) -> Floats:
    """Return the mean value to expect of an order of each customer.

    Parameters
    ----------
    model : GammaGammaModel
        From `fit_gamma_gamma`.
    customers : pyarrow.Table
        As in `fit_gamma_gamma`. Whose mean is 0 or null counts as one
        of whom no order is known.

    Returns
    -------
    numpy.ndarray
        One value per row, between the customer's mean and the shop's.

    Examples
    --------
    With p = 2, q = 3 and gamma = 20 the shop's mean is 2 * 20 / (3 - 1) = 20. Two
    orders of 50 on average: 2 * (20 + 2 * 50) / (2 * 2 + 3 - 1) = 40.

    >>> rows = pa.table({"count_repeat_orders": [1, 0],
    ...                  "mean_order_value": [50.0, None]})
    >>> expected_order_values(GammaGammaModel(2.0, 3.0, 20.0), rows).tolist()
    [40.0, 20.0]
    """
    orders, means = _values(customers)
    known = np.where(means > 0, orders, 0.0)
    return np.asarray(
        model.p * (model.gamma + known * means) / (model.p * known + model.q - 1.0)
    )


def fit_lifetime_models(
    customers: pa.Table, *, least_repeaters: int = _LEAST_REPEATERS
) -> pa.Table:
    """Fit both models of each fold.

    Parameters
    ----------
    customers : pyarrow.Table
        ``fold_id`` and the columns of `fit_bg_nbd` and `fit_gamma_gamma`, in days.
    least_repeaters : int
        As in `fit_bg_nbd`.

    Returns
    -------
    pyarrow.Table
        One row per fold with enough customers who came back, sorted, in
        `LIFETIME_MODELS_SCHEMA`; parameters of value are null where no value is known.

    Examples
    --------
    >>> rows = pa.table({"fold_id": ["test"] * 60, "count_repeat_orders": [0, 3] * 30,
    ...                  "repeat_span_days": [0, 60] * 30, "observed_days": [90] * 60,
    ...                  "mean_order_value": [0.0] * 60})
    >>> fit_lifetime_models(rows).select(
    ...     ["fold_id", "count_customers", "count_repeaters", "value_p"]).to_pylist()
    [{'fold_id': 'test', 'count_customers': 60, 'count_repeaters': 30, 'value_p': None}]
    """
    records = []
    for fold_id in fold_ids(customers):
        rows = of_fold(customers, fold_id)
        model = fit_bg_nbd(rows, least_repeaters=least_repeaters)
        if model is None:
            continue
        value = fit_gamma_gamma(rows, least_repeaters=least_repeaters)
        repeats = column_array(rows, columns.COUNT_REPEAT_ORDERS)
        names = (columns.VALUE_P, columns.VALUE_Q, columns.VALUE_GAMMA)
        records.append(
            {
                columns.FOLD_ID: fold_id,
                columns.COUNT_CUSTOMERS: rows.num_rows,
                columns.COUNT_REPEATERS: int(np.count_nonzero(repeats)),
                columns.RATE_R: round(model.r, _DIGITS),
                columns.RATE_ALPHA: round(model.alpha, _DIGITS),
                columns.DROPOUT_A: round(model.a, _DIGITS),
                columns.DROPOUT_B: round(model.b, _DIGITS),
                columns.MEAN_ORDERS_PER_DAY: mean_order_rate(rows),
            }
            | {
                name: None if value is None else round(value[place], _DIGITS)
                for place, name in enumerate(names)
            }
        )
    return pa.Table.from_pylist(records, schema=LIFETIME_MODELS_SCHEMA)


def score_lifetime_models(
    models: pa.Table,
    customers: pa.Table,
    *,
    lifetime_days: int,
    gap_days: int,
    fold_days: int,
) -> pa.Table:
    """Say of each customer of each fold what is to be expected.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_lifetime_models`.
    customers : pyarrow.Table
        ``customer_key`` and the columns of `fit_lifetime_models`.
    lifetime_days : int
        Days after the cutoff whose orders are expected.
    gap_days, fold_days : int
        The fold's holdout begins so many days after the cutoff, and lasts so long.

    Returns
    -------
    pyarrow.Table
        In `LIFETIME_SCORES_SCHEMA`, sorted by fold and customer; customers of a fold
        without a model are left out, and values are null where no value is known.

    Examples
    --------
    >>> models = pa.table({"fold_id": ["test"], "rate_r": [1.0], "rate_alpha": [1.0],
    ...                    "dropout_a": [1e-9], "dropout_b": [1.0], "value_p": [2.0],
    ...                    "value_q": [3.0], "value_gamma": [20.0]})
    >>> rows = pa.table({"fold_id": ["test"], "customer_key": [7],
    ...                  "count_repeat_orders": [1], "repeat_span_days": [3],
    ...                  "observed_days": [3], "mean_order_value": [50.0]})
    >>> found = score_lifetime_models(
    ...     models, rows, lifetime_days=10, gap_days=0, fold_days=2)
    >>> [round(found[name][0].as_py(), 6) for name in found.column_names[3:]]
    [5.0, 1.0, 40.0]
    """
    check_at_least(0, gap_days=gap_days)
    check_at_least(1, lifetime_days=lifetime_days, fold_days=fold_days)
    tables = [LIFETIME_SCORES_SCHEMA.empty_table()]
    for record in models.to_pylist():
        rows = of_fold(customers, record[columns.FOLD_ID])
        model = BgNbdModel(
            *(
                record[name]
                for name in (
                    columns.RATE_R,
                    columns.RATE_ALPHA,
                    columns.DROPOUT_A,
                    columns.DROPOUT_B,
                )
            )
        )
        value = [
            record[name]
            for name in (columns.VALUE_P, columns.VALUE_Q, columns.VALUE_GAMMA)
        ]
        in_holdout = expected_orders(model, rows, gap_days + fold_days)
        if gap_days:
            in_holdout -= expected_orders(model, rows, gap_days)
        tables.append(
            pa.table(
                [
                    pa.repeat(record[columns.FOLD_ID], rows.num_rows),
                    key_array(rows, columns.CUSTOMER_KEY),
                    probabilities_alive(model, rows),
                    expected_orders(model, rows, lifetime_days),
                    in_holdout,
                    pa.nulls(rows.num_rows, pa.float64())
                    if None in value
                    else expected_order_values(GammaGammaModel(*value), rows),
                ],
                schema=LIFETIME_SCORES_SCHEMA,
            )
        )
    return pa.concat_tables(tables).sort_by(
        [(columns.FOLD_ID, "ascending"), (columns.CUSTOMER_KEY, "ascending")]
    )
