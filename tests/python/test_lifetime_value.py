"""BG/NBD and Gamma-Gamma against the papers' formulas, drawn customers and CDNOW.

CDNOW is the data that the papers were tried on: the customers of an online shop who
bought first in the first quarter of 1997, seen for 78 weeks. The papers' parameters are
of a tenth of them; here are all.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import scipy.special

from aisle.lifetime_value import (
    LIFETIME_MODELS_SCHEMA,
    LIFETIME_SCORES_SCHEMA,
    BgNbdModel,
    GammaGammaModel,
    expected_order_values,
    expected_orders,
    fit_bg_nbd,
    fit_gamma_gamma,
    fit_lifetime_models,
    mean_order_rate,
    probabilities_alive,
    score_lifetime_models,
)

Floats = np.ndarray[Any, np.dtype[np.float64]]

TRUTH = BgNbdModel(r=0.8, alpha=20.0, a=0.9, b=3.0)
# The probability that a right estimate is further off than so many standard errors in
# any of four parameters is one in four thousand.
STANDARD_ERRORS = 4.0


def histories(repeats: Any, spans: Any, observed: Any) -> pa.Table:
    return pa.table(
        {
            "count_repeat_orders": repeats,
            "repeat_span_days": spans,
            "observed_days": observed,
        }
    )


class Drawn(NamedTuple):
    """Customers drawn from a model: what was seen, and what came afterwards."""

    customers: pa.Table
    is_alive: np.ndarray[Any, np.dtype[np.bool_]]
    later: Floats


def drawn(model: BgNbdModel, count: int, days: float, seed: int) -> Drawn:
    """Draw customers order by order; `days` is how long the time afterwards is."""
    draws = np.random.default_rng(seed)
    observed = draws.uniform(50, 400, count)
    repeats, spans, later = np.zeros(count), np.zeros(count), np.zeros(count)
    is_alive = np.ones(count, dtype=bool)
    for customer in range(count):
        rate = draws.gamma(model.r, 1 / model.alpha)
        dropout = draws.beta(model.a, model.b)
        moment = 0.0
        while True:
            moment += draws.exponential(1 / rate)
            if moment > observed[customer] + days:
                break
            if moment <= observed[customer]:
                repeats[customer] += 1
                spans[customer] = moment
            else:
                later[customer] += 1
            if draws.random() < dropout:
                is_alive[customer] = moment > observed[customer]
                break
    return Drawn(histories(repeats, spans, observed), is_alive, later)


def log_likelihood(model: Any, customers: pa.Table) -> float:
    """The paper's equation (6), as it stands there."""
    r, alpha, a, b = model
    x, recency, age = (
        customers[name].to_numpy() for name in customers.column_names[:3]
    )
    gammaln, betaln = scipy.special.gammaln, scipy.special.betaln
    first = betaln(a, b + x) - betaln(a, b) + gammaln(r + x) - gammaln(r)
    active = -(r + x) * np.log(alpha + age)
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.where(
            x > 0,
            betaln(a + 1, b + x - 1)
            - betaln(a, b + x)
            - (r + x) * np.log(alpha + recency),
            -np.inf,
        )
    return float(np.sum(first + r * np.log(alpha) + np.logaddexp(active, gone)))


def standard_errors(
    likelihood: Callable[[Floats], float], parameters: tuple[float, ...]
) -> Floats:
    """Of the logarithms of parameters, from the curvature of the likelihood there."""
    logs = np.log(parameters)
    step, steps = 1e-3, np.eye(len(parameters)) * 1e-3

    def value(moved: Floats) -> float:
        return likelihood(np.exp(logs + moved))

    curvature = [
        [
            (
                value(one + other)
                - value(one - other)
                - value(other - one)
                + value(-one - other)
            )
            / (4 * step**2)
            for other in steps
        ]
        for one in steps
    ]
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(-np.array(curvature)))))


@pytest.fixture(scope="module")
def sample() -> Drawn:
    return drawn(TRUTH, count=6_000, days=200.0, seed=11)


def fitted(customers: pa.Table) -> BgNbdModel:
    model = fit_bg_nbd(customers)
    assert model is not None
    return model


def test_parameters_of_drawn_customers_are_recovered(sample: Drawn) -> None:
    errors = standard_errors(lambda at: log_likelihood(at, sample.customers), TRUTH)
    # Enough customers that the check says something: r within a quarter of its value.
    assert errors[0] * STANDARD_ERRORS < 1 / 4
    distance = np.log(fitted(sample.customers)) - np.log(TRUTH)
    assert np.all(np.abs(distance) < STANDARD_ERRORS * errors)


def test_the_fit_is_the_maximum_of_the_papers_likelihood(sample: Drawn) -> None:
    model = np.array(fitted(sample.customers))
    best = log_likelihood(model, sample.customers)
    assert best > log_likelihood(TRUTH, sample.customers)
    for place in range(4):
        for factor in (0.98, 1.02):
            moved = model.copy()
            moved[place] *= factor
            assert log_likelihood(moved, sample.customers) < best


def test_expectations_are_the_papers() -> None:
    """Equation (10), whose hypergeometric function is exact for few orders."""
    days = 90.0
    x = np.array([0.0, 0.0, 1.0, 2.0, 7.0, 20.0])
    recency = np.array([0.0, 0.0, 3.0, 80.0, 60.0, 199.0])
    age = np.array([1.0, 200.0, 200.0, 100.0, 61.0, 200.0])
    rows = histories(x, recency, age)
    for model in (TRUTH, BgNbdModel(0.243, 30.9, 0.793, 2.426)):
        r, alpha, a, b = model
        ratio = (alpha + age) / (alpha + age + days)
        function = scipy.special.hyp2f1(
            r + x, b + x, a + b + x - 1, days / (alpha + age + days)
        )
        odds = np.where(
            x > 0,
            a
            / (b + np.maximum(x, 1) - 1)
            * ((alpha + age) / (alpha + recency)) ** (r + x),
            0,
        )
        formula = (
            (a + b + x - 1) / (a - 1) * (1 - ratio ** (r + x) * function) / (1 + odds)
        )
        assert expected_orders(model, rows, days) == pytest.approx(formula, rel=1e-9)
        assert probabilities_alive(model, rows) == pytest.approx(1 / (1 + odds))


def test_what_is_expected_comes(sample: Drawn) -> None:
    """By number of orders, within four standard errors of the draw itself."""
    orders = expected_orders(TRUTH, sample.customers, 200.0)
    alive = probabilities_alive(TRUTH, sample.customers)
    repeats = sample.customers["count_repeat_orders"].to_numpy()
    for least, most in ((0, 0), (1, 1), (2, 4), (5, 1_000)):
        chosen = (repeats >= least) & (repeats <= most)
        for expected, came in ((orders, sample.later), (alive, sample.is_alive)):
            errors = came[chosen] - expected[chosen]
            spread = np.std(errors) / np.sqrt(chosen.sum())
            assert abs(errors.mean()) <= STANDARD_ERRORS * spread


def test_expectations_know_no_poles_and_no_overflow() -> None:
    """The paper's formula divides by zero at a = 1 and at a + b = 1 without orders."""
    rows = histories([0, 3], [0, 40], [90, 50])
    for a, b in ((1.0, 2.0), (0.25, 0.75)):
        around = [
            expected_orders(BgNbdModel(0.8, 20.0, a + shift, b), rows, 60.0)
            for shift in (-1e-4, 0.0, 1e-4)
        ]
        assert np.all((around[0] > around[1]) & (around[1] > around[2]))
        assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-6)
    often = histories([20_000], [1_000], [1_000])
    # Next to nobody leaves, of those who have come so often.
    expected = expected_orders(TRUTH, often, 10.0)[0]
    assert expected == pytest.approx(20_000.8 / 1_020 * 10, rel=0.01)
    assert expected < 20_000.8 / 1_020 * 10


def test_more_time_brings_more_orders(sample: Drawn) -> None:
    few = sample.customers.slice(0, 50)
    found = [expected_orders(TRUTH, few, days) for days in (0.0, 1.0, 30.0, 365.0)]
    assert found[0].tolist() == [0.0] * 50
    assert all(np.all(later > before) for before, later in pairwise(found))


def test_order_of_rows_and_company_change_nothing(sample: Drawn) -> None:
    turned = np.random.default_rng(0).permutation(sample.customers.num_rows)
    model = fitted(sample.customers)
    assert model == fitted(sample.customers.take(turned))
    together = expected_orders(model, sample.customers, 30.0)
    alone = expected_orders(model, sample.customers.slice(17, 1), 30.0)
    assert alone.tolist() == together[17:18].tolist()
    assert (
        expected_orders(model, sample.customers.take(turned), 30.0).tolist()
        == together[turned].tolist()
    )


def test_the_unit_of_time_changes_nothing_but_alpha(sample: Drawn) -> None:
    days = fitted(sample.customers)
    repeats, spans, observed = (column.to_numpy() for column in sample.customers)
    weeks = fitted(histories(repeats, spans / 7, observed / 7))
    assert weeks.alpha * 7 == pytest.approx(days.alpha, rel=1e-4)
    assert (weeks.r, weeks.a, weeks.b) == pytest.approx(
        (days.r, days.a, days.b), rel=1e-4
    )


def drawn_values(model: GammaGammaModel, count: int, seed: int) -> tuple[Any, Floats]:
    """Customers' number of orders and mean value, and their true mean."""
    draws = np.random.default_rng(seed)
    orders = draws.integers(1, 12, count)
    rates = draws.gamma(model.q, 1 / model.gamma, count)
    means = draws.gamma(model.p * orders) / rates / orders
    rows = pa.table({"count_repeat_orders": orders - 1, "mean_order_value": means})
    return rows, model.p / rates


def value_log_likelihood(model: Any, customers: pa.Table) -> float:
    """The paper's equation (1a), as it stands there."""
    p, q, gamma = model
    n = customers["count_repeat_orders"].to_numpy() + 1
    z = customers["mean_order_value"].to_numpy()
    gammaln = scipy.special.gammaln
    return float(
        np.sum(
            gammaln(p * n + q)
            - gammaln(p * n)
            - gammaln(q)
            + q * np.log(gamma)
            + (p * n - 1) * np.log(z)
            + p * n * np.log(n)
            - (p * n + q) * np.log(gamma + n * z)
        )
    )


def test_values_of_drawn_customers_are_recovered() -> None:
    truth = GammaGammaModel(p=4.0, q=3.5, gamma=15.0)
    customers, true_means = drawn_values(truth, 20_000, seed=5)
    model = fit_gamma_gamma(customers)
    assert model is not None
    errors = standard_errors(lambda at: value_log_likelihood(at, customers), truth)
    assert errors[0] * STANDARD_ERRORS < 1 / 4
    assert np.all(np.abs(np.log(model) - np.log(truth)) < STANDARD_ERRORS * errors)
    best = value_log_likelihood(model, customers)
    for place in range(3):
        for factor in (0.98, 1.02):
            moved = np.array(model)
            moved[place] *= factor
            assert value_log_likelihood(moved, customers) < best
    # Shrunk towards the shop's, means are nearer to the truth than as observed.
    expected = expected_order_values(model, customers)
    observed = customers["mean_order_value"].to_numpy()
    shop = model.p * model.gamma / (model.q - 1)
    assert np.all((expected - observed) * (shop - expected) >= 0)
    for means in (observed, np.full(observed.size, shop)):
        assert np.mean((expected - true_means) ** 2) < 0.9 * np.mean(
            (means - true_means) ** 2
        )


def test_too_few_who_came_back_make_no_model() -> None:
    rows = histories([0, 2] * 25, [0, 9] * 25, [20] * 50)
    values = rows.append_column("mean_order_value", pa.array([5.0, 7.0] * 25))
    assert fit_bg_nbd(rows) is not None
    assert fit_bg_nbd(rows.slice(0, 49)) is None
    assert fit_gamma_gamma(values) is not None
    assert fit_gamma_gamma(values.slice(0, 49)) is None
    assert fit_bg_nbd(rows.slice(0, 0)) is None


def folds_of(customers: pa.Table) -> pa.Table:
    """Fold `test` with values, `validation` without, `train_1` too small for a fit."""
    count = customers.num_rows
    keyed = customers.append_column("customer_key", pa.array(np.arange(count)[::-1]))
    values = np.random.default_rng(1).gamma(2.0, 10.0, count)
    parts = [
        keyed.append_column("mean_order_value", pa.array(mean, pa.float64()))
        .append_column("fold_id", pa.repeat(fold_id, count))
        .slice(0, rows)
        for fold_id, mean, rows in (
            ("validation", [None] * count, count),
            ("test", values, count),
            ("train_1", values, 20),
        )
    ]
    return pa.concat_tables(parts)


def test_models_are_fitted_and_scored_by_fold(sample: Drawn) -> None:
    customers = sample.customers.slice(0, 400)
    rows = folds_of(customers)
    models = fit_lifetime_models(rows)
    assert models.schema == LIFETIME_MODELS_SCHEMA
    assert models["fold_id"].to_pylist() == ["test", "validation"]
    assert models["value_p"].is_null().to_pylist() == [False, True]
    model = fitted(customers)
    assert models["rate_alpha"].to_pylist() == [pytest.approx(model.alpha)] * 2
    assert models["mean_orders_per_day"].to_pylist() == [mean_order_rate(customers)] * 2

    days = {"lifetime_days": 365, "gap_days": 10, "fold_days": 30}
    scores = score_lifetime_models(models, rows, **days)
    assert scores.schema == LIFETIME_SCORES_SCHEMA
    assert scores["fold_id"].to_pylist() == ["test"] * 400 + ["validation"] * 400
    assert scores["customer_key"].to_pylist() == list(range(400)) * 2
    backwards = scores.slice(0, 400).take(np.arange(400)[::-1])
    until, gap = (expected_orders(model, customers, time) for time in (40.0, 10.0))
    assert backwards["expected_holdout_orders"].to_numpy() == pytest.approx(until - gap)
    assert backwards["expected_orders"].to_numpy() == pytest.approx(
        expected_orders(model, customers, 365.0)
    )
    assert scores["expected_order_value"].null_count == 400
    assert scores["expected_order_value"].slice(0, 400).null_count == 0


def test_nothing_in_nothing_out(sample: Drawn) -> None:
    nothing = folds_of(sample.customers.slice(0, 30)).slice(0, 0)
    models = fit_lifetime_models(nothing)
    assert models.equals(LIFETIME_MODELS_SCHEMA.empty_table())
    scores = score_lifetime_models(
        models, nothing, lifetime_days=365, gap_days=0, fold_days=30
    )
    assert scores.equals(LIFETIME_SCORES_SCHEMA.empty_table())
    assert mean_order_rate(nothing) == 0.0


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (([-1], [0], [5]), "'count_repeat_orders' holds -1; allowed are whole numbers"),
        (([0.5], [0], [5]), "'count_repeat_orders' holds 0.5; allowed are whole"),
        (
            ([1], [-2], [5]),
            "'repeat_span_days' holds -2; allowed is 0 to 'observed_days",
        ),
        (
            ([1], [6], [5]),
            "'repeat_span_days' holds 6; allowed is 0 to 'observed_days'",
        ),
        (
            ([0], [3], [5]),
            "'repeat_span_days' holds 3; without an order after the first",
        ),
        (([0], [0], [-5]), "'observed_days' holds -5; allowed is 0 or more"),
        (([1], [None], [5]), "'repeat_span_days' holds null"),
        (([1], [1], [np.nan]), "'observed_days' holds nan"),
    ],
)
def test_what_cannot_be_is_named(bad: Any, message: str) -> None:
    rows = histories(*bad)
    for function in (
        fit_bg_nbd,
        mean_order_rate,
        lambda table: probabilities_alive(TRUTH, table),
        lambda table: expected_orders(TRUTH, table, 1.0),
    ):
        with pytest.raises(ValueError, match=message):
            function(rows)


def test_bad_values_and_parameters_are_named() -> None:
    rows = histories([1], [1], [2])
    with pytest.raises(ValueError, match="column 'mean_order_value' is missing"):
        fit_gamma_gamma(rows)
    values = rows.append_column("mean_order_value", pa.array([-3.0]))
    with pytest.raises(
        ValueError, match="'mean_order_value' holds -3; allowed is null"
    ):
        fit_gamma_gamma(values)
    for days in (-1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match="days is .*; it must be 0 or more"):
            expected_orders(TRUTH, rows, days)
    with pytest.raises(ValueError, match="least_repeaters is 0"):
        fit_bg_nbd(rows, least_repeaters=0)
    for name in ("lifetime_days", "gap_days", "fold_days"):
        days_of = {"lifetime_days": 1, "gap_days": 0, "fold_days": 1} | {name: -1}
        with pytest.raises(ValueError, match=f"{name} is -1"):
            score_lifetime_models(fit_lifetime_models(folds_of(rows)), rows, **days_of)


class Cohort(NamedTuple):
    """CDNOW's customers as of the end of a week, and their orders of later weeks."""

    customers: pa.Table
    later: Floats


@pytest.fixture(scope="module")
def cdnow(real_data: Callable[[str], Path]) -> Callable[[int, int], Cohort]:
    path = real_data("cdnow/transactions.parquet")

    def cohort(last_week: int, later_week: int) -> Cohort:
        """Days with an order, as in the papers, up to a week and then to another."""
        cutoff, end = (
            f"(date '1997-01-01' + {7 * week})" for week in (last_week, later_week)
        )
        with duckdb.connect() as connection:
            table = connection.sql(
                f"""
                with days as (
                    select
                        customer_id,
                        cast(date as date) as day,
                        sum(dollar_value) as value
                    from read_parquet('{path}')
                    where date < {end}
                    group by all
                ), numbered as (
                    select
                        *,
                        day < {cutoff} as is_seen,
                        day = min(day) over (partition by customer_id) as is_first
                    from days
                )
                select
                    count(*) filter (is_seen) - 1 as count_repeat_orders,
                    (max(day) filter (is_seen) - min(day)) / 7 as repeat_span_days,
                    ({cutoff} - 1 - min(day)) / 7 as observed_days,
                    avg(value) filter (is_seen and not is_first) as repeat_value,
                    count(*) filter (not is_seen) as later
                from numbered
                group by customer_id
                having min(day) < {cutoff}
                order by customer_id
                """
            ).to_arrow_table()
        return Cohort(table, table["later"].to_numpy().astype(np.float64))

    return cohort


Cohorts = Callable[[int, int], Cohort]


def test_cdnow_has_the_papers_parameters(cdnow: Cohorts) -> None:
    """Theirs are of a tenth of the cohort, so as far off as chance takes a tenth."""
    customers = cdnow(39, 78).customers
    assert customers.num_rows == 23_570
    model = fitted(customers)
    errors = standard_errors(lambda at: log_likelihood(at, customers), model)
    published = (0.243, 4.414, 0.793, 2.426)
    distance = np.abs(np.log(model) - np.log(published))
    assert np.all(distance < STANDARD_ERRORS * errors * np.sqrt(10))


def test_cdnow_has_the_papers_parameters_of_value(cdnow: Cohorts) -> None:
    """Of repeat orders alone, as in the paper; those worth nothing left out."""
    customers = cdnow(39, 78).customers
    chosen = customers.filter(pa.compute.greater(customers["repeat_value"], 0))
    rows = pa.table(
        {
            "count_repeat_orders": chosen["count_repeat_orders"].to_numpy() - 1,
            "mean_order_value": chosen["repeat_value"],
        }
    )
    model = fit_gamma_gamma(rows)
    assert model is not None
    errors = standard_errors(lambda at: value_log_likelihood(at, rows), model)
    distance = np.abs(np.log(model) - np.log((6.25, 3.74, 15.44)))
    assert np.all(distance < STANDARD_ERRORS * errors * np.sqrt(10))


@pytest.mark.parametrize(
    ("last_week", "later_week"),
    [
        (26, 39),
        pytest.param(
            39,
            78,
            marks=pytest.mark.xfail(
                strict=True,
                reason="the cohort's orders stop falling with the Christmas quarter; "
                "nothing of its first three quarters says so",
            ),
        ),
        (52, 78),
    ],
)
def test_cdnow_total_within_a_tenth(
    cdnow: Cohorts, last_week: int, later_week: int
) -> None:
    customers, later = cdnow(last_week, later_week)
    weeks = float(later_week - last_week)
    expected = expected_orders(fitted(customers), customers, weeks)
    assert expected.sum() == pytest.approx(later.sum(), rel=0.1)


@pytest.mark.parametrize(("last_week", "later_week"), [(26, 39), (39, 78), (52, 78)])
def test_cdnow_is_nearer_than_the_mean_model(
    cdnow: Cohorts, last_week: int, later_week: int
) -> None:
    """By customer and in total; than the mean number of orders made so far, too."""
    customers, later = cdnow(last_week, later_week)
    weeks = float(later_week - last_week)
    expected = expected_orders(fitted(customers), customers, weeks)
    repeats = customers["count_repeat_orders"].to_numpy()
    for mean in (mean_order_rate(customers) * weeks, repeats.mean()):
        assert np.mean(np.abs(expected - later)) < 0.8 * np.mean(np.abs(mean - later))
        assert np.mean((expected - later) ** 2) < np.mean((mean - later) ** 2)
    total = mean_order_rate(customers) * weeks * later.size
    assert abs(expected.sum() - later.sum()) < abs(total - later.sum())
