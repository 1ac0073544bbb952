"""The figures of the SQL macros, worked out again in plain Python on the same rows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from statistics import fmean, stdev

import pytest
import scipy.stats

from dbt_runner import DbtRun

K = 10
TOLERANCE = 1e-6

LISTS = """
    select lists.strategy, lists.scenario_id, lists.task, customers.customer_key,
        list(products.product_key order by lists.rank)
    from evaluation.evaluated_lists as lists
    inner join intermediate.int_folds__scored_customers as customers
        using (fold_id, customer_id)
    inner join intermediate.int_folds__product_keys as products using (product_id)
    where lists.fold_id = 'test'
    group by all
"""

RELEVANT = """
    select task, customer_key, list(product_key)
    from intermediate.int_evaluation__relevant_products
    where fold_id = 'test' and has_history
    group by all
"""

Ranked = Sequence[int]
Relevant = Collection[int]


def ndcg(ranked: Ranked, relevant: Relevant) -> float:
    """Normalised discounted cumulated gain; the ideal is min(K, relevant) hits."""
    gains = [1 / math.log2(rank + 1) for rank in range(1, K + 1)]
    hits = [gain for gain, item in zip(gains, ranked, strict=False) if item in relevant]
    return sum(hits) / sum(gains[: len(relevant)])


def average_precision(ranked: Ranked, relevant: Relevant) -> float:
    """Mean over min(K, relevant) of the precision at the rank of each hit."""
    total = 0.0
    hits = 0
    for rank, item in enumerate(ranked[:K], start=1):
        if item in relevant:
            hits += 1
            total += hits / rank
    return total / min(K, len(relevant))


def reciprocal_rank(ranked: Ranked, relevant: Relevant) -> float:
    """One over the rank of the first hit."""
    ranks = [rank for rank, item in enumerate(ranked[:K], 1) if item in relevant]
    return 1 / ranks[0] if ranks else 0.0


def hits_at_k(ranked: Ranked, relevant: Relevant) -> int:
    """How many of the first K are relevant."""
    return len(set(ranked[:K]) & set(relevant))


METRICS: dict[str, Callable[[Ranked, Relevant], float]] = {
    "precision": lambda ranked, relevant: hits_at_k(ranked, relevant) / K,
    "recall": lambda ranked, relevant: hits_at_k(ranked, relevant) / len(relevant),
    "ndcg": ndcg,
    "map": average_precision,
    "mrr": reciprocal_rank,
    "hit_rate": lambda ranked, relevant: float(hits_at_k(ranked, relevant) > 0),
}


def gini(shown: Collection[int], count_products: int) -> float:
    """Half the mean absolute difference over the mean, over all products."""
    exposure = [*shown, *[0] * (count_products - len(shown))]
    differences = sum(abs(one - other) for one in exposure for other in exposure)
    return differences / (2 * len(exposure) * sum(exposure))


def test_the_reference_agrees_with_numbers_worked_out_by_hand() -> None:
    assert ndcg([1, 2, 3], {3}) == pytest.approx(0.5)
    assert average_precision([1, 2, 3], {1, 3}) == pytest.approx((1 + 2 / 3) / 2)
    assert reciprocal_rank([1, 2, 3], {9}) == 0
    assert gini([1, 3], 4) == pytest.approx(0.625)


@pytest.fixture(scope="module")
def lists(sample_build: DbtRun) -> dict[tuple[str, str, str], dict[int, list[int]]]:
    """Ranked products by strategy, scenario and task, then by customer."""
    found: dict[tuple[str, str, str], dict[int, list[int]]] = defaultdict(dict)
    for strategy, scenario, task, customer, products in sample_build.query(LISTS):
        found[strategy, scenario, task][customer] = products
    return found


@pytest.fixture(scope="module")
def relevant(sample_build: DbtRun) -> dict[str, dict[int, set[int]]]:
    """Relevant products of known customers by task, then by customer."""
    found: dict[str, dict[int, set[int]]] = defaultdict(dict)
    for task, customer, products in sample_build.query(RELEVANT):
        found[task][customer] = set(products)
    return found


@pytest.mark.parametrize("metric", METRICS)
def test_customer_metrics(
    sample_build: DbtRun,
    lists: dict[tuple[str, str, str], dict[int, list[int]]],
    relevant: dict[str, dict[int, set[int]]],
    metric: str,
) -> None:
    expected = {
        (strategy, scenario, task): fmean(
            METRICS[metric](ranked.get(customer, []), wanted)
            for customer, wanted in relevant[task].items()
        )
        for (strategy, scenario, task), ranked in lists.items()
    }
    published = {
        (strategy, scenario, task): value
        for strategy, scenario, task, value in sample_build.query(f"""
            select strategy, scenario_id, task, value
            from evaluation.metrics
            where fold_id = 'test' and segment_type = 'all' and k = {K}
                and metric = '{metric}'
        """)
    }
    assert len(expected) > 20
    assert published == pytest.approx(expected, abs=TOLERANCE)


@pytest.mark.parametrize("metric", ["coverage", "gini"])
def test_set_metrics(
    sample_build: DbtRun,
    lists: dict[tuple[str, str, str], dict[int, list[int]]],
    relevant: dict[str, dict[int, set[int]]],
    metric: str,
) -> None:
    [(count_products,)] = sample_build.query("""
        select count(*) from intermediate.int_features__products
        where fold_id = 'test' and is_sellable
    """)
    expected = {}
    for (strategy, scenario, task), ranked in lists.items():
        if task == "all":
            shown = Counter(
                product
                for customer in relevant["all"]
                for product in ranked.get(customer, [])[:K]
            )
            expected[strategy, scenario] = (
                len(shown) / count_products
                if metric == "coverage"
                else gini(shown.values(), count_products)
            )
    published = {
        (strategy, scenario): value
        for strategy, scenario, value in sample_build.query(f"""
            select strategy, scenario_id, value
            from evaluation.metrics
            where fold_id = 'test' and segment_type = 'all' and k = {K}
                and metric = '{metric}'
        """)
    }
    assert published == pytest.approx(expected, abs=TOLERANCE)


def test_p_values_and_their_adjustment_by_holm(sample_build: DbtRun) -> None:
    families: dict[tuple[str, ...], list[tuple[float, float, float]]] = defaultdict(
        list
    )
    for *family, difference, error, p_value, adjusted in sample_build.query("""
        select baseline, scenario_id, task, k, metric,
            difference, standard_error, p_value, p_value_holm
        from evaluation.metric_differences
        where fold_id = 'test' and p_value is not null
    """):
        exact = math.erfc(abs(difference / error) / math.sqrt(2)) if error else 1.0
        families[tuple(family)].append((exact, p_value, adjusted))
    assert families
    for rows in families.values():
        floor = 0.0
        for position, (exact, p_value, adjusted) in enumerate(
            sorted(rows, key=lambda row: row[1])
        ):
            assert p_value == pytest.approx(exact, abs=2e-7)
            floor = min(max(floor, p_value * (len(rows) - position)), 1.0)
            assert adjusted == pytest.approx(floor, abs=TOLERANCE)


def test_the_search_measured_the_ndcg_that_is_published(sample_build: DbtRun) -> None:
    [(found,)] = sample_build.query("""
        select distinct score from evaluation.tuning_trials
        where is_best and strategy = 'blend' and segment = 'all'
    """)
    [(published,)] = sample_build.query(f"""
        select value from evaluation.metrics
        where fold_id = 'validation' and strategy = 'blend'
            and scenario_id = 'relevance_only' and task = 'all' and metric = 'ndcg'
            and segment_type = 'validation_half' and segment = 'tune' and k = {K}
    """)
    assert found == pytest.approx(published, abs=TOLERANCE)


def test_differences_over_months_have_the_interval_of_student(
    sample_build: DbtRun,
) -> None:
    rows = sample_build.query(
        """
        with months as (
            select strategy, scenario_id, baseline, task, k, metric,
                list(difference order by fold_id) as differences
            from evaluation.metric_differences
            where interval_kind = 'within_fold'
            group by all
        )
        select months.differences, over_folds.difference, ci_low, ci_high, count_folds
        from evaluation.metric_differences as over_folds
        inner join months using (strategy, scenario_id, baseline, task, k, metric)
        where interval_kind = 'over_folds' and metric in ('ndcg', 'revenue')
        """
    )
    assert len(rows) > 100
    for differences, mean, low, high, count in rows:
        assert count == len(differences) >= 5
        assert mean == pytest.approx(fmean(differences), abs=TOLERANCE)
        error = stdev(differences) / math.sqrt(count)
        half = scipy.stats.t.ppf(0.975, count - 1) * error
        assert (high - low) / 2 == pytest.approx(half, rel=5e-4, abs=TOLERANCE)
