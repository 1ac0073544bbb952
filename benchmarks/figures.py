"""Print the tables of figures that README and docs have, from a published file.

Run it with `make figures` after a build; `AISLE_PUBLISHED` names the file. What is
printed is Markdown: strategies by month, what the sources find, and what probabilities
and lifetime values are worth.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

# Which rows of `evaluation.metrics` and its like are meant: lists before rules.
_BEFORE_RULES = "scenario_id = 'relevance_only'"
_HEADLINE = f"""
    metric = 'ndcg' and k = 10 and segment_type = 'all' and {_BEFORE_RULES}
"""
_TASKS = ("all", "new_to_customer", "repeat")

_STRATEGIES = f"""
    select
        strategy,
        task,
        max(case when fold_role = 'test' then value end) as test,
        avg(value) as mean,
        stddev_samp(value) as deviation,
        max(case when fold_role = 'test' then count_customers end) as count_customers,
        count(*) as count_folds
    from evaluation.metrics
    where {_HEADLINE} and fold_role in ('train', 'validation', 'test')
    group by strategy, task
"""
# Customer by customer, and over months by Student's t.
_DIFFERENCES = f"""
    with

    pairs (strategy, other, task) as (
        values
        ('ranker', 'blend', 'all'),
        ('ranker', 'personal_frequency', 'all'),
        ('ranker_new', 'ease_trend', 'new_to_customer'),
        ('ranker_new', 'ranker', 'new_to_customer'),
        ('ranker_new', 'popularity', 'new_to_customer')
    ),

    figures as (
        select fold_id, fold_role, strategy, task, customer_key, ndcg
        from evaluation.customer_metrics
        where k = 10 and has_history and {_BEFORE_RULES}
    ),

    months as (
        select
            pairs.*,
            ours.fold_id,
            ours.fold_role,
            avg(ours.ndcg - theirs.ndcg) as difference,
            1.959964 * stddev_samp(ours.ndcg - theirs.ndcg) / sqrt(count(*)) as half
        from pairs
        inner join figures as ours
            on pairs.strategy = ours.strategy and pairs.task = ours.task
        inner join figures as theirs
            on
                pairs.other = theirs.strategy
                and pairs.task = theirs.task
                and ours.fold_id = theirs.fold_id
                and ours.customer_key = theirs.customer_key
        group by all
    )

    select strategy, other, task, fold_id, difference, difference - half,
        difference + half
    from months
    union all
    select strategy, other, task, 'lowest to highest', avg(difference),
        min(difference), max(difference)
    from months
    group by all
    order by strategy, other, task, fold_id
"""
_PRECISION = f"""
    select strategy, value
    from evaluation.metrics
    where
        metric = 'precision'
        and k = 10
        and segment_type = 'all'
        and task = 'all'
        and fold_role = 'test'
        and {_BEFORE_RULES}
    order by value desc
    limit 3
"""
_RULES = """
    select comparison, task, difference, ci_low, ci_high
    from evaluation.rule_impact
    where
        rule_id = 'all'
        and metric = 'ndcg'
        and segment_type = 'all'
        and fold_role = 'test'
    order by task
"""
_SOURCES = """
    select candidate_source, task, recall, alone_rate, standard_error, count_customers,
        candidates_per_customer
    from evaluation.candidate_recall
    where fold_role = 'test'
"""
_CALIBRATION = """
    select target, mean_predicted, observed_rate, observed_to_expected, brier_score,
        base_brier_score, skill
    from evaluation.calibration
    where fold_role = 'test' and segment_type = 'all' and bin = 'all'
    order by target
"""
_TENTHS = """
    select bin, 100 * mean_predicted, 100 * observed_rate
    from evaluation.calibration
    where
        fold_role = 'test'
        and segment_type = 'all'
        and target = 'product_bought'
        and bin != 'all'
    order by try_cast(bin as integer)
"""
_LIFETIME = """
    select predicted, observed, predicted / observed - 1, error, mean_model_error
    from evaluation.lifetime_value_check
    where fold_role = 'test' and tenth = 0
"""
_DIVERSITY = """
    select subject, scenario_id, diversity_lambda, ndcg_difference, ndcg_ci_low,
        ndcg_ci_high, intra_list_diversity, intra_list_diversity_difference,
        coverage_difference
    from evaluation.diversity_sweep
    where fold_role = 'test'
    order by subject, scenario_id
"""


def _text(value: Any, digits: int) -> str:
    if value is None:
        return ""
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def _show(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], digits: int = 3
) -> None:
    print(f"\n## {title}\n\n| {' | '.join(headings)} |")
    print("|" + " --- |" * len(headings))
    for row in rows:
        print(f"| {' | '.join(_text(value, digits) for value in row)} |")


def _by_task(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Rows of name, task and figures, by name and task; the best of all comes first."""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for name, task, *figures in rows:
        found.setdefault(name, {})[task] = tuple(figures)
    order = sorted(found, key=lambda name: _place(found[name]), reverse=True)
    return {name: found[name] for name in order}


def _place(tasks: dict[str, tuple[Any, ...]]) -> tuple[float, ...]:
    return tuple((tasks.get(task) or (0.0,))[0] or 0.0 for task in _TASKS)


def main() -> None:
    """Print every table."""
    path = os.environ.get("AISLE_PUBLISHED", "published/aisle.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        asked = {
            name: connection.execute(query).fetchall()
            for name, query in (
                ("strategies", _STRATEGIES),
                ("differences", _DIFFERENCES),
                ("precision", _PRECISION),
                ("rules", _RULES),
                ("sources", _SOURCES),
                ("calibration", _CALIBRATION),
                ("tenths", _TENTHS),
                ("lifetime", _LIFETIME),
                ("diversity", _DIVERSITY),
            )
        }
    strategies = _by_task(asked["strategies"])
    headings = ["strategy"]
    for task in _TASKS:
        headings += [f"{task}, test", "months", "±"]
    _show(
        "NDCG@10, lists before rules: test, mean and deviation over months",
        headings,
        [
            [name, *(f for t in _TASKS for f in tasks.get(t, (None,) * 3)[:3])]
            for name, tasks in strategies.items()
        ],
    )
    customers = {task: figures[3] for task, figures in strategies["popularity"].items()}
    print(f"\nCustomers: {customers}")
    _show(
        "Differences of NDCG@10, with 95 % intervals",
        ("strategy", "less", "task", "fold", "difference", "from", "to"),
        asked["differences"],
    )
    _show("Precision at 10, test", ("strategy", "precision"), asked["precision"])
    _show(
        "All rules against none, NDCG@10, test",
        ("comparison", "task", "difference", "from", "to"),
        asked["rules"],
        4,
    )
    _show(
        "What the sources find, in percent of what was bought",
        ("source", *(h for task in _TASKS for h in (task, "alone", "±"))),
        [
            [
                name,
                *(
                    None if figure is None else 100 * figure
                    for task in _TASKS
                    for figure in tasks.get(task, (None,) * 3)[:3]
                ),
            ]
            for name, tasks in _by_task(asked["sources"]).items()
        ],
        1,
    )
    _show(
        "Probabilities in the test month",
        ("target", "predicted", "observed", "ratio", "Brier", "base", "skill"),
        asked["calibration"],
        4,
    )
    _show(
        "`product_bought` by tenth, percent",
        ("tenth", "predicted", "observed"),
        asked["tenths"],
        2,
    )
    _show(
        "Orders of known customers in the test month",
        ("expected", "observed", "off by", "error", "of the mean model"),
        asked["lifetime"],
    )
    _show(
        "Diversity and discovery in the test month",
        (
            *("subject", "scenario", "lambda", "NDCG@10", "from", "to"),
            *("diversity", "more", "coverage"),
        ),
        asked["diversity"],
    )


if __name__ == "__main__":
    main()
