"""EASE against the plain formula, and its promises about folds and bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse

from aisle.ease import fit_ease, score_ease_folds


def histories(customers: int = 60, products: int = 25, seed: int = 4) -> pa.Table:
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


def keys(name: str, last: int) -> pa.Table:
    return pa.table(
        {"fold_id": ["test"] * last, name: np.arange(last), "trend": [0.5] * last}
    )


def lists(table: pa.Table, count: int = 5, **parameters: Any) -> list[dict[str, float]]:
    found: list[dict[str, float]] = score_ease_folds(
        [("test", table)],
        keys("customer_key", 60),
        keys("product_key", 25),
        count,
        **parameters,
    ).to_pylist()
    return found


def test_weights_solve_the_constrained_least_squares() -> None:
    table = histories()
    matrix = np.zeros((60, 25))
    matrix[table["customer_key"], table["product_key"]] = np.log1p(table["weight"])
    weights = fit_ease(scipy.sparse.csr_matrix(matrix), 2.0).astype(float)
    assert not np.diag(weights).any()
    gram = matrix.T @ matrix
    penalty = 2.0 * np.diag(gram).mean()
    # Off the diagonal the gradient of |X - XB|^2 + penalty |B|^2 is zero.
    gradient = gram @ weights - gram + penalty * weights
    off = ~np.eye(25, dtype=bool)
    assert np.abs(gradient[off]).max() < 1e-3 * np.abs(gram).max()
    scores = matrix @ weights
    for row in lists(table, regularisation=2.0)[:40]:
        expected = scores[int(row["customer_key"]), int(row["product_key"])]
        assert row["score"] == pytest.approx(expected, abs=1e-4)


def test_order_of_rows_changes_nothing() -> None:
    table = histories()
    shuffled = table.take(np.random.default_rng(0).permutation(table.num_rows))
    assert lists(table) == lists(shuffled)


def test_only_the_best_known_products_take_part() -> None:
    table = histories()
    found = {row["product_key"] for row in lists(table, count=25, max_products=4)}
    counts = np.bincount(table["product_key"])
    best = np.lexsort((np.arange(25), -counts))[:4]
    assert found == set(best.tolist())


def test_nobody_known_gets_no_list() -> None:
    nothing = histories().slice(0, 0)
    assert lists(nothing) == []


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"regularisation": 0.0}, "regularisation is 0.0"),
        ({"max_products": 0}, "max_products is 0"),
    ],
)
def test_bad_parameters_are_named(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lists(histories(), **bad)


def test_customers_kept_out_change_nothing_for_others_and_get_lists() -> None:
    table = histories()
    is_unseen = table["customer_key"].to_numpy() >= 45
    seen = lists(table.filter(pa.array(~is_unseen)))
    marked = table.append_column(
        "unseen_customer_key",
        pa.array(table["customer_key"].to_numpy(), mask=~is_unseen),
    )
    both = lists(marked)
    assert [row for row in both if row["customer_key"] < 45] == seen
    assert {row["customer_key"] for row in both} == set(
        table["customer_key"].to_pylist()
    )
    everybody = table.append_column("unseen_customer_key", table["customer_key"])
    assert lists(everybody) == []
