"""Trials of ALS: which rows of the grid run, what they score, which of them is best."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from aisle.als import fit_als
from aisle.tuning import ALS_TRIALS_SCHEMA, AlsTrial, best_trial, tune_als
from test_als import interactions, on_sale

PURCHASES = pa.table(
    {"customer_key": [0, 0, 1, 2, 99], "product_key": [3, 5, 7, 99, 1]}
)


def grid(*rows: tuple[int, float, bool]) -> pa.Table:
    names = ("factors", "regularisation", "is_enabled")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def trials(*rows: tuple[int, float, bool], **changed: Any) -> list[dict[str, Any]]:
    given = {
        "interactions": interactions(),
        "products": on_sale(np.arange(30)),
        "purchases": PURCHASES,
        "grid": grid(*rows),
        **changed,
    }
    found: list[dict[str, Any]] = tune_als(**given).to_pylist()
    return found


def test_enabled_rows_run_in_order_and_one_is_best() -> None:
    found = trials((8, 1.0, True), (4, 1.0, True), (4, 0.1, True), (2, 1.0, False))
    assert [(row["factors"], row["regularisation"]) for row in found] == [
        (4, 0.1),
        (4, 1.0),
        (8, 1.0),
    ]
    assert [row["trial"] for row in found] == [1, 2, 3]
    (best,) = (row for row in found if row["is_best"])
    assert best["ndcg"] == max(row["ndcg"] for row in found)
    assert found == trials((4, 0.1, True), (8, 1.0, True), (4, 1.0, True))


def test_ndcg_is_that_of_the_plain_lists() -> None:
    """Customer 99 is unknown and product 99 not for sale: they count, and miss."""
    model = fit_als(interactions(), factors=4, regularisation=1.0, iterations=10)
    scores = model.customer_factors @ model.product_factors.T
    figures = []
    for customer, wanted in {0: {3, 5}, 1: {7}, 2: {99}, 99: {1}}.items():
        row = scores[customer] if customer < 40 else []
        ranked = sorted(range(len(row)), key=lambda key: (-row[key], key))[:10]
        gains = [1 / math.log2(rank + 2) for rank in range(10)]
        gained = sum(
            gain for gain, key in zip(gains, ranked, strict=False) if key in wanted
        )
        figures.append(gained / sum(gains[: len(wanted)]))
    (found,) = trials((4, 1.0, True))
    assert found["ndcg"] == pytest.approx(sum(figures) / 4)


def test_ties_go_to_fewer_factors_then_to_more_regularisation() -> None:
    tied = [AlsTrial(50, 9.0, 0.5), AlsTrial(20, 1.0, 0.5), AlsTrial(20, 2.0, 0.5)]
    assert best_trial(tied) == AlsTrial(20, 2.0, 0.5)
    assert best_trial(tied[::-1]) == AlsTrial(20, 2.0, 0.5)
    assert best_trial([*tied, AlsTrial(100, 0.1, 0.6)]).factors == 100


def test_what_only_customers_kept_out_have_is_not_listed() -> None:
    seen = interactions()
    apart = pa.table({"customer_key": [40], "product_key": [35], "weight": [1.0]})
    both = pa.concat_tables([seen, apart]).append_column(
        "unseen_customer_key", pa.array([*([None] * seen.num_rows), 40], pa.int64())
    )
    row = (4, 1.0, True)
    products = on_sale(np.arange(40))
    assert trials(row, interactions=both, products=products) == trials(
        row, products=products
    )


def test_nobody_to_tune_on_gives_no_trial() -> None:
    customers = interactions().column("customer_key")
    kept_out = interactions().append_column("unseen_customer_key", customers)
    for changed in (
        {"purchases": PURCHASES.slice(0, 0)},
        {"interactions": interactions().slice(0, 0)},
        {"interactions": kept_out},
    ):
        assert trials((4, 1.0, True), **changed) == []
    assert trials((4, 1.0, False)) == []
    assert tune_als(
        interactions(),
        on_sale(np.arange(0)),
        PURCHASES.slice(0, 0),
        grid((4, 1.0, True)),
    ).schema.equals(ALS_TRIALS_SCHEMA)
