"""What time and occasion do is found where it is there, and only there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from dbt_runner import DbtRun

MODELS = Path("models") / "intermediate" / "contexts"
STEPS = ("lifts", "gains", "gift_shares", "taste_gains", "tests")
PARTS = np.array([
    "weekday_morning", "weekday_afternoon", "weekday_evening",
    "weekend_morning", "weekend_afternoon", "weekend_evening",
])  # fmt: skip
SITUATIONS = {"time_of_week": PARTS, "gift_intent": np.array(["own", "gift"])}
# How often each situation comes, and what one kind of customers has more of.
HABITS = {"time_of_week": [2, 6, 3, 1, 3, 1.5], "gift_intent": [9, 1.5]}
EXTRA = {"time_of_week": [0, 0, 0.6, 0, 0, 0], "gift_intent": [0, 0.3]}
CATEGORIES = 6


@pytest.fixture(scope="module")
def steps(sample_build: DbtRun) -> dict[str, str]:
    return {
        step: next(sample_build.target.rglob(str(MODELS / f"int_contexts__{step}.sql")))
        .read_text()
        .replace('"warehouse".', "")
        for step in STEPS
    }


def one_of(weights: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """One column a row, each as likely as its weight."""
    shares = weights / weights.sum(axis=1, keepdims=True)
    is_beyond = shares.cumsum(axis=1) > draw.random(len(shares))[:, None]
    chosen: np.ndarray = is_beyond.argmax(axis=1)
    return chosen


def visits(
    test: str, shop: int, draw: np.random.Generator, effect: float, drift: float
) -> pd.DataFrame:
    """Visits of 300 customers with about eight before the cutoff and two after it.

    One kind of customers likes category 1 and shops on working days' evenings (or buys
    more presents), whatever that does. With `drift` category 0 and the last situation
    (the weekend's evenings, or presents) grow together from visit to visit; with
    `effect` category 2 sells more in the second half of them (at weekends, or with a
    present in mind).
    """
    names = SITUATIONS[test]
    customers = 300
    kind = draw.integers(0, 2, customers)
    taste = draw.dirichlet(np.full(CATEGORIES, 0.6), customers)
    taste[:, 1] += kind * 0.5
    habit = draw.dirichlet(HABITS[test], customers)
    habit += kind[:, None] * np.array(EXTRA[test])
    known = 1 + draw.poisson(8, customers)
    counts = known + draw.poisson(2, customers)
    who = np.repeat(np.arange(customers), counts)
    number = np.concatenate([np.arange(count) for count in counts])
    when = np.minimum(number / known[who], 1)
    times = habit[who]
    times[:, -1] *= 1 + drift * when
    part = one_of(times, draw)
    wanted = taste[who]
    wanted[:, 0] *= 1 + drift * when
    wanted[:, 2] *= np.where(part >= len(names) // 2, 1 + effect, 1)
    baskets = pd.concat(
        [
            pd.DataFrame(
                {
                    "test_id": test,
                    "fold_id": f"shop_{shop}",
                    "is_holdout": number >= known[who],
                    "customer_key": who,
                    "visit_date": pd.Timestamp("2025-01-01")
                    + pd.to_timedelta(number, unit="D"),
                    "situation": names[part],
                    "category": one_of(wanted, draw).astype(str),
                }
            )
            for _ in range(2)
        ]
    ).drop_duplicates()
    sizes = baskets.groupby(["customer_key", "visit_date"])["category"]
    return baskets.assign(share=1 / sizes.transform("count"))


def shown(
    steps: dict[str, str],
    test: str,
    count_shops: int,
    effect: float = 0,
    drift: float = 0,
) -> pd.DataFrame:
    """The verdicts on each of many shops, by the models' own SQL."""
    draw = np.random.default_rng(11)
    shops = pd.concat(
        [visits(test, shop, draw, effect, drift) for shop in range(count_shops)]
    )
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        connection.execute("create schema evaluation")
        connection.register("shops", shops)
        connection.execute(
            "create table intermediate.int_contexts__visits as select * from shops"
        )
        connection.execute(
            "create table evaluation.folds as "
            "select distinct fold_id, 'validation' as fold_role from shops"
        )
        for step, sql in steps.items():
            connection.execute(
                f"create table intermediate.int_contexts__{step} as {sql}"
            )
        return connection.execute("select * from intermediate.int_contexts__tests").df()


@pytest.mark.parametrize("test", SITUATIONS)
@pytest.mark.parametrize("drift", [0.0, 2.0])
def test_what_is_not_there_is_not_found(
    steps: dict[str, str], test: str, drift: float
) -> None:
    """Each part errs as often as its level says, and both together hardly ever."""
    verdicts = shown(steps, test, 150, drift=drift)
    assert verdicts["is_shown"].sum() == 0
    found = verdicts[verdicts["test_id"] == test]
    assert len(found) == 150
    for p_value in (found["history_p_value"], found["holdout_p_value"]):
        # 1.5 and 7.5 are due; more than 6 and 16 come once in a thousand times.
        assert (p_value < 0.01).sum() <= 6
        assert (p_value < 0.05).sum() <= 16


@pytest.mark.parametrize("test", SITUATIONS)
def test_what_is_there_is_found(steps: dict[str, str], test: str) -> None:
    verdicts = shown(steps, test, 20, effect=3)
    found = verdicts[verdicts["test_id"] == test]
    assert found["is_shown"].mean() >= 0.9
    assert set(found["category"]) == {"2"}


def plain_lists(
    warehouse: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, int], list[int]]:
    """The lists of wholly personal customers, one product after the other.

    A score counts no more than that of what stands before it on the list of all hours,
    times the lift; a draw keeps its slot; a category is full at five.
    """

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return warehouse.execute(sql).fetchall()

    categories = dict(
        rows(
            "select product_key, category "
            "from shop.intermediate.int_features__products where fold_id = 'serving'"
        )
    )
    lifts = {
        (part, category): lift
        for part, category, lift in rows(
            "select situation, category, lift from intermediate.int_contexts__lifts"
        )
    }
    drawn: dict[int, dict[int, int]] = {}
    for list_key, product, slot in rows(
        "select list_key, product_key, slot from shop.intermediate.int_slots__assigned "
        "where is_drawn and slot <= 10"
    ):
        drawn.setdefault(list_key, {})[slot] = product
    lists: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    for list_key, customer, product, place, score in rows(
        """
        select list_key, customer_key, product_key, place, final_score
        from shop.intermediate.int_diversity__contenders
        inner join shop.intermediate.int_rules__contexts using (context_key)
        where
            fold_id = 'serving' and scenario_id = 'live' and placement = 'home'
            and removed_by_rule_id is null and personal_share = 1
            and personal_place is not null
        order by list_key, personal_place
        """
    ):
        lists.setdefault((list_key, customer), []).append((product, place, score))

    chosen = {}
    for (list_key, customer), pool in lists.items():
        lowest = np.minimum.accumulate([score for _, _, score in pool])
        for part in PARTS.tolist():
            worth = [
                score
                * (lifts.get((part, categories[product]), 1) if place <= 50 else 1)
                for (product, place, _), score in zip(pool, lowest, strict=True)
            ]
            slots = dict(drawn.get(list_key, {}))
            full = Counter(categories[product] for product in slots.values())
            free = [slot for slot in range(1, 11) if slot not in slots]
            for index in sorted(range(len(pool)), key=lambda at: (-worth[at], at)):
                product = pool[index][0]
                category = categories[product]
                if (
                    free
                    and product not in slots.values()
                    and (category == "unknown" or full[category] < 5)
                ):
                    full[category] += 1
                    slots[free.pop(0)] = product
            chosen[part, customer] = [slots[slot] for slot in sorted(slots)]
    return chosen


def test_lists_by_part_are_the_plain_reordering(sample_build: DbtRun) -> None:
    """The sample's own contenders, as if pets sold twice as well on evenings."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample_build.warehouse}' as shop (read_only)")
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_contexts__tests as "
            "select 'time_of_week' as test_id, true as is_on"
        )
        connection.execute(
            """
            create table intermediate.int_contexts__lifts as
            select * replace (
                case
                    when category = 'Pets' and situation like '%evening' then 2
                    else lift
                end as lift
            )
            from shop.intermediate.int_contexts__lifts
            where test_id = 'time_of_week' and fold_id = 'serving'
            """
        )
        for step in ("rules", "scenarios", "contenders", "caps", "ranked"):
            name = f"int_placements__part_{step}"
            (path,) = sample_build.target.glob(f"compiled/**/placements/{name}.sql")
            sql = re.sub(
                r'"warehouse"\.("intermediate"\."int_(contexts__|placements__part_))',
                r"\1",
                path.read_text(),
            ).replace('"warehouse"', "shop")
            connection.execute(f"create table intermediate.{name} as {sql}")
        found = {
            (part, customer): products
            for part, customer, products in connection.execute(
                "select week_part, customer_key, list(product_key order by slot) "
                "from intermediate.int_placements__part_ranked "
                "where slot <= 10 group by all"
            ).fetchall()
        }
        expected = plain_lists(connection)
    assert len(expected) > 1000
    assert {key: found[key] for key in expected} == expected
