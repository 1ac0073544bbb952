"""Who buys, and what: what the kernels learn, and that they say the same each time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from aisle.calibration import (
    ACTIVITY_MODELS_SCHEMA,
    ACTIVITY_SCORES_SCHEMA,
    PRODUCT_MODELS_SCHEMA,
    fit_activity,
    fit_product,
    score_activity,
)


def customers(count: int = 400, seed: int = 0) -> pa.Table:
    """Who ordered lately buys more often; some have never ordered."""
    draws = np.random.default_rng(seed)
    age = draws.uniform(0, 300, count)
    return pa.table(
        {
            "fold_id": ["train_1"] * count,
            "fold_key": np.full(count, 3),
            "customer_key": np.arange(count),
            "has_bought": draws.random(count) < np.exp(-age / 60),
            "last_order_age_days": pa.array(np.where(age > 290, np.nan, age)),
            "noise": draws.random(count),
        }
    )


def candidates(count: int = 4000, seed: int = 0) -> pa.Table:
    """Odds by score and basket size: -1 + 1.2 score + 0.8 basket size."""
    draws = np.random.default_rng(seed)
    score, basket = draws.normal(-2, 1, count), draws.normal(1, 1, count)
    odds = -1 + 1.2 * score + 0.8 * basket
    return pa.table(
        {
            "customer_key": np.arange(count) // 20,
            "product_key": np.arange(count) % 20,
            "is_relevant": draws.random(count) < 1 / (1 + np.exp(-odds)),
            "score_logit": score,
            "log_orders": draws.random(count),
            "log_basket_size": basket,
        }
    )


def shuffled(table: pa.Table) -> pa.Table:
    return table.take(np.random.default_rng(1).permutation(table.num_rows))


def test_who_ordered_lately_is_likelier_to_buy() -> None:
    models = fit_activity(customers())
    scored = score_activity(models, customers())
    ages = customers().column("last_order_age_days").to_numpy()
    scores = scored.column("activity_score").to_numpy()
    assert scores[ages < 30].mean() > scores[(ages > 100) & (ages < 200)].mean() + 1


def test_activity_does_not_depend_on_the_order_of_rows() -> None:
    models = fit_activity(customers())
    assert fit_activity(shuffled(customers())).equals(models)
    scored = score_activity(models, customers())
    assert score_activity(models, shuffled(customers())).equals(scored)


@pytest.mark.parametrize("label", [True, False])
def test_nobody_or_everybody_teaches_nothing(label: bool) -> None:
    table = customers(20)
    place = table.column_names.index("has_bought")
    table = table.set_column(place, "has_bought", pa.array([label] * 20))
    assert fit_activity(table).equals(ACTIVITY_MODELS_SCHEMA.empty_table())


def test_one_customer_or_none_teaches_nothing() -> None:
    assert fit_activity(customers(1)).num_rows == 0
    nothing = fit_activity(customers(0))
    assert nothing.num_rows == 0
    empty = score_activity(nothing, customers())
    assert empty.equals(ACTIVITY_SCORES_SCHEMA.empty_table())


def test_one_customer_can_be_scored() -> None:
    assert score_activity(fit_activity(customers()), customers(1)).num_rows == 1


def test_a_label_that_is_missing_is_named() -> None:
    table = customers(2)
    place = table.column_names.index("has_bought")
    table = table.set_column(place, "has_bought", pa.array([True, None]))
    with pytest.raises(ValueError, match="has_bought"):
        fit_activity(table)


def test_the_product_model_finds_the_weights() -> None:
    [model] = fit_product(candidates(40_000)).to_pylist()
    assert model["intercept"] == pytest.approx(-1, abs=0.15)
    assert model["weight_score"] == pytest.approx(1.2, abs=0.1)
    assert model["weight_orders"] == pytest.approx(0, abs=0.15)
    assert model["weight_basket_size"] == pytest.approx(0.8, abs=0.1)


def test_the_product_model_predicts_what_was_bought_in_total() -> None:
    table = candidates()
    [model] = fit_product(table).to_pylist()
    odds = (
        model["intercept"]
        + model["weight_score"] * table.column("score_logit").to_numpy()
        + model["weight_orders"] * table.column("log_orders").to_numpy()
        + model["weight_basket_size"] * table.column("log_basket_size").to_numpy()
    )
    expected = (1 / (1 + np.exp(-odds))).sum()
    assert expected == pytest.approx(model["count_positives"], abs=1e-3)


def test_the_product_model_does_not_depend_on_the_order_of_rows() -> None:
    assert fit_product(shuffled(candidates())).equals(fit_product(candidates()))


def test_few_rows_keep_to_the_score() -> None:
    [model] = fit_product(candidates(20)).to_pylist()
    assert model["weight_score"] == pytest.approx(1, abs=0.5)


def test_a_score_that_misleads_keeps_its_order() -> None:
    table = candidates(20_000)
    place = table.column_names.index("score_logit")
    turned = pa.array(-table.column("score_logit").to_numpy())
    [model] = fit_product(table.set_column(place, "score_logit", turned)).to_pylist()
    assert model["weight_score"] == 1


@pytest.mark.parametrize("label", [True, False])
def test_nothing_or_everything_bought_teaches_nothing(label: bool) -> None:
    table = candidates(20)
    place = table.column_names.index("is_relevant")
    table = table.set_column(place, "is_relevant", pa.array([label] * 20))
    assert fit_product(table).equals(PRODUCT_MODELS_SCHEMA.empty_table())
    assert fit_product(table.slice(0, 0)).num_rows == 0
