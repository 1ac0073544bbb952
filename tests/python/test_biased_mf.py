"""The factorisation of ratings against plain ridge regressions and a planted taste."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from aisle.biased_mf import (
    BIASED_MF_MODELS_SCHEMA,
    PREDICTIONS_SCHEMA,
    BiasedMfModel,
    fit_biased_mf,
    fit_biased_mf_models,
    predict_biased_mf_models,
    predict_ratings,
    score_biased_mf_models,
)
from aisle.scores import SCORES_SCHEMA

CUSTOMERS, PRODUCTS = 300, 80


def planted(seed: int = 3) -> tuple[pa.Table, pa.Table]:
    """Ratings of two tastes plus biases plus noise, a fifth of them held out."""
    draws = np.random.default_rng(seed)
    truth = (
        3.5
        + draws.normal(0, 0.4, (CUSTOMERS, 1))
        + draws.normal(0, 0.4, (1, PRODUCTS))
        + draws.normal(0, 1, (CUSTOMERS, 2)) @ draws.normal(0, 0.7, (2, PRODUCTS))
    )
    ratings = truth + draws.normal(0, 0.5, truth.shape)
    customers, products = np.nonzero(draws.random(truth.shape) < 0.3)
    table = pa.table(
        {
            "customer_key": customers,
            "product_key": products,
            "rating": ratings[customers, products],
        }
    )
    is_held_out = draws.random(customers.size) < 0.2
    return table.filter(pa.array(~is_held_out)), table.filter(pa.array(is_held_out))


def in_fold(fold_id: str, table: pa.Table) -> pa.Table:
    return table.add_column(0, "fold_id", pa.repeat(fold_id, table.num_rows))


def rmse(model: BiasedMfModel, held_out: pa.Table) -> float:
    predicted = predict_ratings(
        model,
        held_out["customer_key"].to_numpy(),
        held_out["product_key"].to_numpy(),
    )
    return float(np.sqrt(np.nanmean((predicted - held_out["rating"].to_numpy()) ** 2)))


def same(one: BiasedMfModel, other: BiasedMfModel) -> bool:
    return one.mean == other.mean and all(
        np.array_equal(left, right, equal_nan=True)
        for left, right in zip(one[1:], other[1:], strict=True)
    )


def test_a_planted_taste_is_found_where_biases_miss_it() -> None:
    train, held_out = planted()
    mean = float(np.std(held_out["rating"].to_numpy()))
    biases = rmse(fit_biased_mf(train, factors=0), held_out)
    factors = rmse(fit_biased_mf(train, factors=4, regularisation=1.0), held_out)
    # The noise alone is 0.5, the taste 1 and the biases 0.4 each.
    assert mean > 1.1
    assert biases < mean - 0.05
    assert factors < 0.65


def test_a_last_step_solves_the_ridge_regressions() -> None:
    train, _ = planted()
    model = fit_biased_mf(
        train, factors=3, regularisation=2.0, bias_regularisation=7.0, iterations=4
    )
    customers = train["customer_key"].to_numpy()
    products = train["product_key"].to_numpy()
    ratings = train["rating"].to_numpy()
    for product in (0, 17, PRODUCTS - 1):
        rows = products == product
        design = np.column_stack(
            [np.ones(rows.sum()), model.customer_factors[customers[rows]]]
        )
        target = ratings[rows] - model.mean - model.customer_biases[customers[rows]]
        solved = np.linalg.solve(
            design.T @ design + np.diag([7.0, 2.0, 2.0, 2.0]), design.T @ target
        )
        assert model.product_biases[product] == pytest.approx(solved[0])
        assert model.product_factors[product] == pytest.approx(solved[1:])


def test_the_loss_falls_to_the_end() -> None:
    train, _ = planted()
    customers = train["customer_key"].to_numpy()
    products = train["product_key"].to_numpy()

    def loss(iterations: int) -> float:
        model = fit_biased_mf(train, iterations=iterations)
        errors = train["rating"].to_numpy() - predict_ratings(
            model, customers, products
        )
        biases = np.nansum(model.customer_biases**2) + np.nansum(
            model.product_biases**2
        )
        factors = np.sum(model.customer_factors**2) + np.sum(model.product_factors**2)
        return float(np.sum(errors**2) + 20.0 * biases + 5.0 * factors)

    losses = [loss(iterations) for iterations in (1, 2, 4, 8, 16)]
    assert losses == sorted(losses, reverse=True)


def test_order_of_rows_changes_nothing_and_the_seed_does() -> None:
    train, _ = planted()
    model = fit_biased_mf(train)
    turned = train.take(np.random.default_rng(0).permutation(train.num_rows))
    assert same(model, fit_biased_mf(turned))
    assert not same(model, fit_biased_mf(train, seed=7))


def test_biases_shrink_by_the_number_of_ratings() -> None:
    """One product, all at the mean of 3 but customer 0, who deviates by 2 once."""
    table = pa.table(
        {
            "customer_key": [0, 1, 2],
            "product_key": [0, 0, 0],
            "rating": [5.0, 2.0, 2.0],
        }
    )
    model = fit_biased_mf(table, factors=0, bias_regularisation=1.0)
    assert model.mean == 3.0
    assert model.customer_biases.tolist() == pytest.approx([1.0, -0.5, -0.5])
    assert model.product_biases.tolist() == pytest.approx([0.0])


def test_one_rating_is_the_mean() -> None:
    table = pa.table({"customer_key": [2], "product_key": [1], "rating": [4.0]})
    model = fit_biased_mf(table, factors=2)
    assert model.mean == 4.0
    assert model.customer_factors.shape == (3, 2)
    assert np.isnan(model.customer_biases[:2]).all()
    predicted = predict_ratings(model, np.array([2, 0, 2]), np.array([1, 1, 0]))
    assert predicted[0] == pytest.approx(4.0)
    assert np.isnan(predicted[1:]).all()


def test_nothing_in_nothing_out() -> None:
    keys = {"customer_key": pa.array([], pa.int64()), "product_key": [], "trend": []}
    nothing = pa.table({"fold_id": pa.array([], pa.string())} | keys | {"rating": []})
    assert np.isnan(fit_biased_mf(nothing).mean)
    models = fit_biased_mf_models(nothing)
    assert models.equals(BIASED_MF_MODELS_SCHEMA.empty_table())
    predictions = predict_biased_mf_models(models, nothing)
    assert predictions.equals(PREDICTIONS_SCHEMA.empty_table())
    lists = score_biased_mf_models(models, nothing, nothing, 5, liked_rating=3.0)
    assert lists.equals(SCORES_SCHEMA.empty_table())


def test_models_are_stored_listed_and_predict_by_fold() -> None:
    train, held_out = planted()
    models = fit_biased_mf_models(
        pa.concat_tables([in_fold("test", train), in_fold("serving", held_out)])
    )
    assert models["fold_id"].to_pylist() == ["serving"] * 2 + ["test"] * 2
    model = fit_biased_mf(train)
    pairs = in_fold("test", held_out)
    found = predict_biased_mf_models(models, pairs)
    by_factors = found.filter(pc.equal(found["strategy"], "biased_mf"))
    assert by_factors.num_rows * 3 == found.num_rows
    assert by_factors["predicted_rating"].to_pylist() == pytest.approx(
        predict_ratings(
            model,
            held_out["customer_key"].to_numpy(),
            held_out["product_key"].to_numpy(),
        ).tolist()
    )
    listed = np.arange(0, PRODUCTS, 2)
    products = pa.table({"product_key": listed, "trend": np.full(listed.size, 0.5)})
    lists = score_biased_mf_models(
        models,
        in_fold("test", pa.table({"customer_key": [5, 9_999]})),
        in_fold("test", products),
        3,
        liked_rating=3.0,
    )
    scores = predict_ratings(model, np.full(listed.size, 5), listed) - 3.0
    best = np.sort(np.argsort(-scores)[:3])
    assert lists["customer_key"].to_pylist() == [5] * 3
    assert lists["product_key"].to_pylist() == listed[best].tolist()
    assert lists["score"].to_pylist() == pytest.approx(scores[best].tolist(), abs=1e-5)


def test_who_else_is_scored_changes_nothing() -> None:
    train, _ = planted()
    models = fit_biased_mf_models(in_fold("test", train))
    products = in_fold(
        "test",
        pa.table({"product_key": np.arange(PRODUCTS), "trend": np.ones(PRODUCTS)}),
    )

    def lists(customers: list[int]) -> pa.Table:
        wanted = in_fold("test", pa.table({"customer_key": customers}))
        return score_biased_mf_models(models, wanted, products, 4, liked_rating=3.0)

    alone = lists([7])
    together = lists(list(range(CUSTOMERS)))
    assert together.filter(pc.equal(together["customer_key"], 7)).equals(alone)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"factors": -1}, "factors is -1; it must be at least 0"),
        ({"iterations": 0}, "iterations is 0; it must be at least 1"),
        ({"seed": -1}, "seed is -1; it must be at least 0"),
        ({"regularisation": 0}, "regularisation is 0; it must be above 0"),
        ({"bias_regularisation": -1}, "bias_regularisation is -1; it must be above 0"),
    ],
)
def test_bad_parameters_are_named(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_biased_mf(planted()[0], **bad)


def test_a_bad_rating_is_named() -> None:
    table = pa.table({"customer_key": [0], "product_key": [0], "rating": [np.nan]})
    with pytest.raises(ValueError, match="column 'rating' holds nan"):
        fit_biased_mf(table)
