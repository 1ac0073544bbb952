"""The search of the blend's weights against NDCG worked out plainly."""

from __future__ import annotations

from math import log2

import numpy as np
import pyarrow as pa
import pytest

from aisle.blend import BLEND_TRIALS_SCHEMA, search_blend, search_weights

SIGNALS = ["signal_a", "signal_b", "signal_c"]


def candidates(customers: int = 30, products: int = 25) -> pa.Table:
    draws = np.random.default_rng(3)
    size = customers * products
    is_relevant = draws.random((customers, products)) < 0.15
    # Rounded, so that sums are often equal.
    signals = {
        name: np.round(draws.random(size) + strength * is_relevant.ravel(), 1)
        for name, strength in zip(SIGNALS, [0.2, 0.5, 0.0], strict=True)
    }
    # Some relevant products are no candidates.
    count_relevant = is_relevant.sum(axis=1) + np.arange(customers) % 3
    table = pa.table(
        {
            "customer_key": np.repeat(np.arange(customers), products),
            "product_key": np.tile(np.arange(products), customers),
            "is_relevant": is_relevant.ravel(),
            "count_relevant": np.repeat(count_relevant, products),
            **signals,
        }
    )
    return table.take(draws.permutation(size))


def plain_ndcg(table: pa.Table, weights: tuple[float, ...], k: int = 10) -> float:
    lists: dict[int, list[tuple[float, int, bool]]] = {}
    relevant: dict[int, int] = {}
    for row in table.to_pylist():
        score = 0.0
        for weight, signal in zip(weights, SIGNALS, strict=True):
            score += weight * row[signal]
        lists.setdefault(row["customer_key"], []).append(
            (-score, row["product_key"], row["is_relevant"])
        )
        relevant[row["customer_key"]] = row["count_relevant"]
    values = []
    for customer, rows in lists.items():
        if relevant[customer]:
            gain = sum(
                hit / log2(rank + 1)
                for rank, (_, _, hit) in enumerate(sorted(rows)[:k], 1)
            )
            ideal = sum(
                1 / log2(rank + 1) for rank in range(1, min(k, relevant[customer]) + 1)
            )
            values.append(gain / ideal)
    return sum(values) / len(values)


def test_every_trial_has_the_plain_ndcg() -> None:
    table = candidates()
    trials = search_weights(table, SIGNALS)
    assert len(trials) > 20
    for weights, ndcg in trials:
        assert ndcg == pytest.approx(plain_ndcg(table, weights), abs=1e-12)


def test_the_best_is_no_worse_than_equal_weights_or_any_signal() -> None:
    trials = search_weights(candidates(), SIGNALS)
    best = max(trial.ndcg or 0.0 for trial in trials)
    starts = [(0.333333, 0.333333, 0.333333), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
    known = {trial.weights: trial.ndcg for trial in trials}
    assert all(best >= (known[start] or 0.0) for start in starts)
    assert best > (known[starts[2]] or 0.0)


def test_weights_are_not_negative_add_up_and_are_tried_once() -> None:
    weights = [trial.weights for trial in search_weights(candidates(), SIGNALS)]
    assert all(min(each) >= 0 for each in weights)
    assert all(sum(each) == pytest.approx(1, abs=2e-6) for each in weights)
    assert len(set(weights)) == len(weights)


def test_the_order_of_rows_changes_nothing() -> None:
    table = candidates()
    assert search_blend(table).equals(search_blend(table.sort_by("signal_b")))


def test_ndcg_worked_out_by_hand() -> None:
    # Ranks 2 and 3 are hits, a third relevant product was no candidate:
    # (1/log2(3) + 1/log2(4)) / (1 + 1/log2(3) + 1/log2(4)) = 1.13093 / 2.13093
    table = pa.table(
        {
            "customer_key": [7, 7, 7],
            "product_key": [1, 2, 3],
            "is_relevant": [False, True, True],
            "count_relevant": [3, 3, 3],
            "signal_a": [0.9, 0.5, None],
        }
    )
    (trial,) = search_weights(table, ["signal_a"])
    assert trial.ndcg == pytest.approx(1.13093 / 2.13093, abs=1e-5)


def test_a_customer_without_candidates_counts_as_zero() -> None:
    table = pa.table(
        {
            "customer_key": [1, 2, 3],
            "product_key": [5, None, 5],
            "is_relevant": [True, None, False],
            "count_relevant": [1, 4, 0],
            "signal_a": [1.0, None, 1.0],
        }
    )
    (trial,) = search_weights(table, ["signal_a"])
    assert trial.ndcg == 0.5  # customer 3 has nothing relevant and does not count


def test_trials_as_a_table() -> None:
    table = search_blend(candidates())
    assert table.schema.equals(BLEND_TRIALS_SCHEMA)
    best = [row for row in table.to_pylist() if row["is_best"]]
    assert [row["signal"] for row in best] == ["a", "b", "c"]
    assert best[0]["ndcg"] == max(table["ndcg"].to_pylist())


def test_no_validation_purchases_give_equal_weights() -> None:
    for table in (candidates().slice(0, 0), without_relevant(candidates())):
        rows = search_blend(table).to_pylist()
        assert [row["weight"] for row in rows] == [0.333333] * 3
        assert {row["ndcg"] for row in rows} == {None}
        assert all(row["is_best"] for row in rows)


def test_relevant_products_that_no_signal_finds_give_equal_weights() -> None:
    table = candidates()
    never = table.set_column(2, "is_relevant", pa.repeat(pa.scalar(False), len(table)))
    best = [row for row in search_blend(never).to_pylist() if row["is_best"]]
    assert [row["weight"] for row in best] == [0.333333] * 3


def test_no_signals_give_no_rows() -> None:
    assert search_blend(candidates().drop_columns(SIGNALS)).num_rows == 0


def test_a_count_that_differs_is_named() -> None:
    table = pa.table(
        {
            "customer_key": [4, 4],
            "product_key": [1, 2],
            "is_relevant": [True, False],
            "count_relevant": [1, 2],
            "signal_a": [1.0, 1.0],
        }
    )
    with pytest.raises(ValueError, match="differs between the rows of customer_key 4"):
        search_weights(table, ["signal_a"])


def without_relevant(table: pa.Table) -> pa.Table:
    zeros = pa.array(np.zeros(len(table), dtype=np.int64))
    return table.set_column(3, "count_relevant", zeros)


def test_a_signal_without_data_has_no_weight_and_costs_no_trial() -> None:
    candidates = pa.table(
        {
            "customer_key": [1, 1, 2, 2],
            "product_key": [10, 11, 10, 11],
            "is_relevant": [True, False, False, True],
            "count_relevant": [1, 1, 1, 1],
            "signal_a": [1.0, 0.5, 0.0, 1.0],
            "signal_b": [0.0, 1.0, 0.5, 0.5],
        }
    )
    silent = candidates.append_column("signal_silent", pa.array([0.0] * 4))
    two = search_weights(candidates, ["signal_a", "signal_b"])
    three = search_weights(silent, ["signal_a", "signal_b", "signal_silent"])
    assert [trial.weights for trial in three] == [
        (*trial.weights, 0.0) for trial in two
    ]
