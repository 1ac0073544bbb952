"""The search of the blend's weights against NDCG worked out plainly."""

from __future__ import annotations

from math import log2

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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
            "segment": pa.array(np.repeat("loyal", customers * products)),
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
    trials = search_blend(table, segment_customers=1)
    assert trials.equals(search_blend(table.sort_by("signal_b"), segment_customers=1))


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
    table = search_blend(candidates(), segment_customers=100)
    assert table.schema.equals(BLEND_TRIALS_SCHEMA)
    best = [row for row in table.to_pylist() if row["is_best"]]
    assert [row["signal"] for row in best] == ["a", "b", "c"]
    assert best[0]["ndcg"] == max(table["ndcg"].to_pylist())


def test_no_validation_purchases_give_equal_weights() -> None:
    for table in (candidates().slice(0, 0), without_relevant(candidates())):
        rows = search_blend(table, segment_customers=1).to_pylist()
        assert [row["weight"] for row in rows] == [0.333333] * 3
        assert {row["ndcg"] for row in rows} == {None}
        assert all(row["is_best"] for row in rows)


def test_relevant_products_that_no_signal_finds_give_equal_weights() -> None:
    table = candidates()
    never = table.set_column(2, "is_relevant", pa.repeat(pa.scalar(False), len(table)))
    trials = search_blend(never, segment_customers=100)
    best = [row for row in trials.to_pylist() if row["is_best"]]
    assert [row["weight"] for row in best] == [0.333333] * 3


def test_no_signals_give_no_rows() -> None:
    assert (
        search_blend(candidates().drop_columns(SIGNALS), segment_customers=1).num_rows
        == 0
    )


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


def tastes(loyal: int, new: int) -> pa.Table:
    """Signal a tells what loyal customers buy, signal b what new ones do."""
    segments = ["loyal"] * loyal + ["new"] * new
    rows = []
    for customer, segment in enumerate(segments):
        for product in range(12):
            # What misleads comes first where both signals weigh the same.
            is_relevant = product == customer % 11 + 1
            wrong = product == customer % 11
            told, misled = (is_relevant, wrong)
            if segment == "new":
                told, misled = misled, told
            rows.append(
                {
                    "customer_key": customer,
                    "product_key": product,
                    "is_relevant": is_relevant,
                    "count_relevant": 1,
                    "segment": segment,
                    "signal_a": float(told),
                    "signal_b": float(misled),
                }
            )
    return pa.Table.from_pylist(rows)


def chosen(trials: pa.Table) -> dict[str, dict[str, float]]:
    """Weights of the best trial of each segment."""
    best: dict[str, dict[str, float]] = {}
    for row in trials.to_pylist():
        if row["is_best"]:
            best.setdefault(row["segment"], {})[row["signal"]] = row["weight"]
    return best


def test_a_segment_with_other_tastes_gets_other_weights() -> None:
    trials = search_blend(tastes(loyal=30, new=12), segment_customers=12, k=1)
    weights = chosen(trials)
    assert list(weights) == ["all", "loyal", "new"]
    assert weights["all"]["a"] > weights["all"]["b"]
    assert weights["loyal"] == weights["all"]
    assert weights["new"]["b"] > weights["new"]["a"]
    ndcg = {row["segment"]: row["ndcg"] for row in trials.to_pylist() if row["is_best"]}
    assert ndcg == {"all": pytest.approx(30 / 42), "loyal": 1.0, "new": 1.0}


def test_a_segment_begins_with_the_weights_of_all() -> None:
    trials = search_blend(tastes(loyal=30, new=12), segment_customers=12, k=1)
    first = {
        row["signal"]: row["weight"]
        for row in trials.to_pylist()
        if row["segment"] == "new" and row["trial"] == 1
    }
    assert first == chosen(trials)["all"]


def test_a_segment_that_is_too_small_has_no_search() -> None:
    table = tastes(loyal=30, new=12)
    assert set(chosen(search_blend(table, segment_customers=13))) == {"all", "loyal"}
    assert set(chosen(search_blend(table, segment_customers=31))) == {"all"}


def test_customers_who_bought_nothing_do_not_make_a_segment_large() -> None:
    table = tastes(loyal=30, new=12)
    bought = np.where(np.array(table["customer_key"]) == 41, 0, 1)
    fewer = table.set_column(3, "count_relevant", pa.array(bought))
    assert "new" in chosen(search_blend(fewer, segment_customers=11))
    assert "new" not in chosen(search_blend(fewer, segment_customers=12))


def test_customers_without_a_segment_count_among_all_alone() -> None:
    table = tastes(loyal=30, new=12)
    segments = [
        None if name == "new" else name for name in table["segment"].to_pylist()
    ]
    unknown = table.set_column(4, "segment", pa.array(segments, pa.string()))
    trials = search_blend(unknown, segment_customers=1, k=1)
    assert set(chosen(trials)) == {"all", "loyal"}
    whole = search_blend(table, segment_customers=100, k=1)
    assert trials.filter(pc.field("segment") == "all").equals(whole)


def test_segments_leave_the_search_over_all_as_it_is() -> None:
    table = candidates()
    alone = search_blend(table, segment_customers=100)
    beside = search_blend(table, segment_customers=1)
    assert beside.num_rows > alone.num_rows
    assert beside.slice(0, alone.num_rows).equals(alone)


def test_a_search_from_a_start_tries_it_first_and_never_does_worse() -> None:
    start = (0.2, 0.2, 0.6)
    trials = search_weights(candidates(), SIGNALS, start=start)
    assert trials[0].weights == start
    assert max(trial.ndcg or 0.0 for trial in trials) > (trials[0].ndcg or 0.0)


def test_a_start_of_another_length_is_refused() -> None:
    with pytest.raises(
        ValueError, match="start has 2 weights; allowed: one per signal"
    ):
        search_weights(candidates(), SIGNALS, start=(0.5, 0.5))
