"""The factorisation against plain NumPy, and its promises about ties and threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares

from aisle.als import (
    ALS_MODELS_SCHEMA,
    AlsModel,
    fit_als,
    fit_als_models,
    list_factors,
    score_als,
    score_als_models,
)
from aisle.arrays import best_of_either, top_columns
from aisle.scores import SCORES_SCHEMA


def interactions(customers: int = 40, products: int = 30, seed: int = 1) -> pa.Table:
    draws = np.random.default_rng(seed)
    weights = draws.exponential(2.0, (customers, products))
    weights *= draws.random((customers, products)) < 0.2
    rows, columns = np.nonzero(weights)
    return pa.table(
        {
            "customer_key": rows,
            "product_key": columns,
            "weight": weights[rows, columns],
        }
    )


def on_sale(keys: np.ndarray, trend: float = 0.5) -> pa.Table:
    return pa.table({"product_key": keys, "trend": np.full(len(keys), trend)})


def parameters(**by_fold: tuple[int, float]) -> pa.Table:
    return pa.table(
        {
            "fold_id": pa.array(by_fold, pa.string()),
            "factors": [factors for factors, _ in by_fold.values()],
            "regularisation": [value for _, value in by_fold.values()],
        }
    )


def plain_loss(table: pa.Table, model: AlsModel, regularisation: float) -> float:
    customers = model.customer_factors.astype(float)
    products = model.product_factors.astype(float)
    confidence = np.ones((len(customers), len(products)))
    wanted = np.zeros_like(confidence)
    keys = (table["customer_key"].to_numpy(), table["product_key"].to_numpy())
    confidence[keys] = table["weight"].to_numpy()
    wanted[keys] = 1.0
    error = np.sum(confidence * (wanted - customers @ products.T) ** 2)
    penalty = np.sum(customers**2) + np.sum(products**2)
    return float((error + regularisation * penalty) / np.sum(confidence))


def test_last_loss_is_that_of_the_factors() -> None:
    table = interactions()
    model = fit_als(table, factors=8, iterations=6, regularisation=0.3)
    assert len(model.losses) == 6
    assert model.losses[-1] == pytest.approx(plain_loss(table, model, 0.3), rel=1e-5)


def test_loss_falls() -> None:
    losses = fit_als(interactions(), factors=8, iterations=10).losses
    assert losses[-1] < losses[0]


def test_loss_is_that_of_implicit() -> None:
    table = interactions()
    theirs: list[float] = []
    matrix = scipy.sparse.csr_matrix(
        (
            table["weight"].to_numpy().astype(np.float32),
            (table["customer_key"].to_numpy(), table["product_key"].to_numpy()),
        )
    )
    AlternatingLeastSquares(
        factors=8,
        regularization=0.05,
        iterations=4,
        random_state=42,
        calculate_training_loss=True,
    ).fit(matrix, show_progress=False, callback=lambda *step: theirs.append(step[2]))
    ours = fit_als(table, factors=8, iterations=4).losses
    assert ours == pytest.approx(theirs, rel=1e-4)


def test_a_last_step_solves_the_least_squares() -> None:
    table = interactions()
    model = fit_als(table, factors=4, iterations=200, regularisation=0.5)
    customers = model.customer_factors.astype(float)
    weights = np.zeros((len(customers), len(model.product_factors)))
    weights[table["customer_key"].to_numpy(), table["product_key"].to_numpy()] = table[
        "weight"
    ].to_numpy()
    for product, weight in enumerate(weights.T):
        confidence = np.where(weight > 0, weight, 1.0)
        gram = (customers.T * confidence) @ customers + 0.5 * np.eye(4)
        exact = np.linalg.solve(gram, customers.T @ (confidence * (weight > 0)))
        np.testing.assert_allclose(model.product_factors[product], exact, atol=2e-3)


@pytest.mark.parametrize("threads", [1, 2, 0])
def test_threads_and_order_of_rows_change_nothing(threads: int) -> None:
    table = interactions(300, 200)
    one = fit_als(table, factors=16, iterations=5)
    shuffled = table.take(np.random.default_rng(0).permutation(table.num_rows))
    other = fit_als(shuffled, factors=16, iterations=5, threads=threads)
    assert one.customer_factors.tobytes() == other.customer_factors.tobytes()
    assert one.product_factors.tobytes() == other.product_factors.tobytes()
    assert one.losses == other.losses


def test_another_seed_gives_other_factors() -> None:
    table = interactions()
    assert fit_als(table, seed=1).losses != fit_als(table, seed=2).losses


def test_alpha_multiplies_the_weights() -> None:
    table = interactions()
    doubled = table.set_column(
        2, "weight", pa.array(table["weight"].to_numpy() * 2, pa.float64())
    )
    assert fit_als(table, alpha=2.0).losses == fit_als(doubled).losses


def test_lists_are_the_best_by_score_and_by_trend() -> None:
    model = fit_als(interactions(700, 60), factors=8)
    keys = np.arange(700)
    trends = np.random.default_rng(3).random(60)
    listed = np.arange(5, 60)
    products = pa.table({"product_key": listed, "trend": trends[5:]})
    lists = pa.concat_tables(score_als(model, keys, products, 7)).to_pylist()
    scores = model.customer_factors.astype(float) @ model.product_factors.T
    for customer in (0, 1, 699):
        found = {r["product_key"] for r in lists if r["customer_key"] == customer}
        row = scores[customer, 5:]
        by_score = listed[np.argsort(-row)[:7]]
        by_trend = listed[np.argsort(-row * trends[5:])[:7]]
        assert found == {*by_score.tolist(), *by_trend.tolist()}
    for row in lists[:70]:
        score = scores[row["customer_key"], row["product_key"]]
        assert row["score"] == pytest.approx(score, abs=1e-5)
        if row["score"] > 0:
            trend = trends[row["product_key"]]
            assert row["trend_score"] == pytest.approx(row["score"] * trend)
        else:
            assert row["trend_score"] is None


def test_ties_go_to_the_smaller_product_key_at_the_cut() -> None:
    model = AlsModel(
        np.ones((1, 1), dtype=np.float32), np.ones((5, 1), dtype=np.float32), []
    )
    (block,) = score_als(model, np.array([0]), on_sale(np.array([4, 3, 1, 2])), 2)
    assert block["product_key"].to_pylist() == [1, 2]


def test_scores_do_not_depend_on_who_else_is_scored() -> None:
    model = fit_als(interactions(600, 50), factors=16)
    products = on_sale(np.arange(50))
    everyone = pa.concat_tables(score_als(model, np.arange(600), products, 9))
    few = pa.concat_tables(score_als(model, np.array([3, 599]), products, 9, threads=1))
    wanted = pa.array([3, 599])
    is_few = pa.compute.is_in(everyone["customer_key"], value_set=wanted)
    assert everyone.filter(is_few).equals(few)


def test_unknown_customers_and_products_are_left_out() -> None:
    table = pa.table(
        {"customer_key": [0, 2], "product_key": [0, 2], "weight": [1.0, 1.0]}
    )
    model = fit_als(table, factors=2)
    lists = pa.concat_tables(score_als(model, np.arange(9), on_sale(np.arange(9)), 9))
    assert set(lists["customer_key"].to_pylist()) == {0, 2}
    assert set(lists["product_key"].to_pylist()) == {0, 2}


def test_models_are_stored_and_scored_by_fold() -> None:
    folds = [
        ("serving", interactions(60, 15, seed=1)),
        ("validation", interactions(60, 15, seed=0)),
    ]
    chosen = parameters(serving=(4, 0.05), validation=(3, 0.5))
    models = fit_als_models(folds, chosen, iterations=3)
    assert models.schema.equals(ALS_MODELS_SCHEMA)
    assert models["fold_id"].to_pylist() == ["serving", "validation"]
    assert models["factors"].to_pylist() == [4, 3]
    assert models["regularisation"].to_pylist() == [0.05, 0.5]
    keys = pa.table(
        {
            "fold_id": ["serving", "validation", "validation"],
            "customer_key": [1, 2, 3],
            "product_key": [4, 5, 6],
            "trend": [0.5, 0.5, 0.5],
        }
    )
    lists = score_als_models(models, keys, keys, 10)
    assert lists.schema.equals(SCORES_SCHEMA)
    assert lists.select(["fold_id", "customer_key", "product_key"]).to_pylist() == [
        {"fold_id": fold, "customer_key": customer, "product_key": product}
        for fold, customer, products in [
            ("serving", 1, [4]),
            ("validation", 2, [5, 6]),
            ("validation", 3, [5, 6]),
        ]
        for product in products
    ]


def test_a_warm_start_goes_on_where_the_factors_were_left() -> None:
    folds = [("serving", interactions())]
    chosen = parameters(serving=(4, 0.3))
    first = fit_als_models(folds, chosen, iterations=3)
    whole = fit_als_models(folds, chosen, iterations=5)
    warm = fit_als_models(
        folds, chosen, start=list_factors(first), iterations=9, warm_iterations=2
    )
    assert warm["is_warm"].to_pylist() == [True]
    assert warm["iterations"].to_pylist() == [2]
    for column in ("customer_factors", "product_factors"):
        assert warm[column].equals(whole[column])
    assert warm["losses"].to_pylist()[0] == whole["losses"].to_pylist()[0][3:]


def test_who_is_new_begins_as_in_a_cold_start() -> None:
    folds = [("serving", interactions())]
    chosen = parameters(serving=(4, 0.3))
    factors = list_factors(fit_als_models(folds, chosen, iterations=3))
    few = factors.filter(pa.compute.less(factors["entity_key"], 5))
    warm = fit_als_models(folds, chosen, start=few, warm_iterations=3)
    assert warm["is_warm"].to_pylist() == [True]
    assert warm["count_customers"].to_pylist() == [40]
    # No vector at all is a cold start, to the bit.
    cold = fit_als(folds[0][1], factors=4, start=factors.slice(0, 0))
    assert cold.losses == fit_als(folds[0][1], factors=4).losses


@pytest.mark.parametrize("fold", ["serving", "test"])
def test_vectors_of_another_fold_or_length_start_nothing(fold: str) -> None:
    folds = [("serving", interactions())]
    length = 3 if fold == "serving" else 4
    other = fit_als_models([(fold, interactions())], parameters(**{fold: (length, 1)}))
    cold = fit_als_models(folds, parameters(serving=(4, 0.3)), iterations=2)
    warm = fit_als_models(
        folds, parameters(serving=(4, 0.3)), iterations=2, start=list_factors(other)
    )
    assert warm.equals(cold)


def test_a_vector_of_another_length_is_named() -> None:
    folds = [("serving", interactions())]
    factors = list_factors(fit_als_models(folds, parameters(serving=(3, 1.0))))
    with pytest.raises(
        ValueError, match="'vector' holds 3 to 3 numbers; the model has"
    ):
        fit_als(folds[0][1], factors=4, start=factors)


def test_nothing_in_nothing_out() -> None:
    nothing = (
        interactions().slice(0, 0).add_column(0, "fold_id", pa.array([], "string"))
    )
    models = fit_als_models([], parameters())
    lists = score_als_models(models, nothing, nothing, 10)
    assert models.equals(ALS_MODELS_SCHEMA.empty_table())
    assert lists.equals(SCORES_SCHEMA.empty_table())


def test_one_customer_and_one_product() -> None:
    table = pa.table({"customer_key": [0], "product_key": [0], "weight": [1.0]})
    (lists,) = score_als(fit_als(table), np.array([0]), on_sale(np.array([0])), 10)
    assert lists.num_rows == 1


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("weight", 0.0, "column 'weight' holds 0.0"),
        ("weight", float("nan"), "column 'weight' holds nan"),
        ("weight", None, "column 'weight' holds null"),
        ("customer_key", -1, "column 'customer_key' holds -1"),
        ("product_key", None, "column 'product_key' holds null"),
    ],
)
def test_bad_values_are_named(column: str, value: float | None, message: str) -> None:
    row = {"customer_key": [0], "product_key": [0], "weight": [1.0]}
    with pytest.raises(ValueError, match=message):
        fit_als(pa.table({**row, column: pa.array([value])}))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="column 'weight' is missing; found: customer"):
        fit_als(interactions().drop_columns(["weight"]))


@pytest.mark.parametrize(
    "bad", [{"factors": 0}, {"iterations": 0}, {"alpha": 0.0}, {"regularisation": -1.0}]
)
def test_bad_parameters_are_named(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        # Each parameter has a type of its own; `bad` holds one of any.
        fit_als(interactions(), **bad)  # type: ignore[arg-type]


def test_customers_kept_out_are_folded_in() -> None:
    table = interactions()
    is_unseen = table["customer_key"].to_numpy() >= 30
    marked = table.append_column(
        "unseen_customer_key",
        pa.array(table["customer_key"].to_numpy(), mask=~is_unseen),
    )
    parameters: dict[str, Any] = {"factors": 6, "iterations": 8, "regularisation": 0.2}
    model = fit_als(marked, **parameters)
    # What they bought changes nothing for others or for the products.
    weights = np.where(is_unseen, 9.0, table["weight"].to_numpy())
    heavier = marked.set_column(2, "weight", pa.array(weights))
    other = fit_als(heavier, **parameters)
    assert np.array_equal(model.product_factors, other.product_factors)
    assert np.array_equal(model.customer_factors[:30], other.customer_factors[:30])
    assert model.losses == other.losses
    # They solve the same equations as the others, given the products' factors.
    products = model.product_factors.astype(float)
    for customer in np.unique(table["customer_key"].to_numpy()[is_unseen]):
        confidence = np.ones(len(products))
        mine = table["customer_key"].to_numpy() == customer
        keys = table["product_key"].to_numpy()[mine]
        confidence[keys] = table["weight"].to_numpy()[mine]
        left = (products.T * confidence) @ products + 0.2 * np.eye(6)
        right = products[keys].T @ confidence[keys]
        solved = np.linalg.solve(left, right)
        assert model.customer_factors[customer] == pytest.approx(solved, abs=1e-3)


def test_products_of_customers_kept_out_alone_change_no_factor() -> None:
    table = interactions()
    keys = {
        name: int(max(table[name].to_pylist())) + 3 for name in table.column_names[:2]
    }
    marked = table.append_column(
        "unseen_customer_key", pa.nulls(len(table), pa.int64())
    )
    extra = pa.table(
        {
            **{name: [key] for name, key in keys.items()},
            "weight": [2.0],
            "unseen_customer_key": [keys["customer_key"]],
        }
    )
    model = fit_als(marked, factors=4)
    wider = fit_als(pa.concat_tables([marked, extra.cast(marked.schema)]), factors=4)
    assert wider.losses == model.losses
    assert np.array_equal(wider.product_factors, model.product_factors)
    count = len(model.customer_factors)
    assert np.array_equal(wider.customer_factors[:count], model.customer_factors)
    assert not wider.customer_factors[count:].any()


def test_nothing_is_fitted_on_customers_kept_out_alone() -> None:
    table = interactions()
    marked = table.append_column("unseen_customer_key", table["customer_key"])
    assert fit_als(marked, factors=4).product_factors.shape == (0, 4)


@pytest.mark.parametrize("levels", [3, 1_000_000])
def test_best_of_wide_rows_are_those_of_a_whole_sort(levels: int) -> None:
    scores = np.random.default_rng(1).integers(levels, size=(20, 1_003)).astype(float)
    scores[:3, 5:] = -np.inf
    rows, found, _ = top_columns(scores, 7)
    for row, expected in enumerate(np.argsort(-scores, axis=1, kind="stable")):
        count = min(7, np.isfinite(scores[row]).sum())
        assert found[rows == row].tolist() == expected[:count].tolist()


def test_either_list_is_what_sorting_everything_gives() -> None:
    """Ties, trends of 0 and rows with few positive scores included."""
    draws = np.random.default_rng(7)
    scores = np.round(draws.normal(size=(600, 900)), 1).astype(np.float32)
    scores[:20] = -np.abs(scores[:20])
    scores[:20, :3] = 0.5
    scores[20:40] *= np.float32(1e-36)
    trends = np.round(draws.random(900), 2)
    trends[draws.random(900) < 0.2] = 0.0
    corrected = np.where(scores > 0, scores * trends, -np.inf)
    expected = np.zeros(scores.shape, dtype=bool)
    for values in (scores.astype(np.float64), corrected):
        best = np.argsort(-values, axis=1, kind="stable")[:, :9]
        rows = np.repeat(np.arange(600), 9)
        is_listed = values[rows, best.ravel()] > -np.inf
        expected[rows[is_listed], best.ravel()[is_listed]] = True
    found = best_of_either(scores, trends, 9)
    assert [part.tolist() for part in found] == [
        part.tolist() for part in np.nonzero(expected)
    ]
