"""What the time of the week does is found where it is there, and only there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dbt_runner import DbtRun

MODELS = Path("models") / "intermediate" / "contexts"
STEPS = ("lifts", "gains", "tests")
PARTS = np.array([
    "weekday_morning", "weekday_afternoon", "weekday_evening",
    "weekend_morning", "weekend_afternoon", "weekend_evening",
])  # fmt: skip
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
    return (shares.cumsum(axis=1) > draw.random(len(shares))[:, None]).argmax(axis=1)


def visits(
    shop: int, draw: np.random.Generator, effect: float, drift: float
) -> pd.DataFrame:
    """Visits of 300 customers with about eight before the cutoff and two after it.

    One kind of customers likes category 1 and shops on working days' evenings, whatever
    the time does. With `drift` category 0 and the weekend's evenings grow together from
    visit to visit; with `effect` category 2 sells more at weekends.
    """
    customers = 300
    kind = draw.integers(0, 2, customers)
    taste = draw.dirichlet(np.full(CATEGORIES, 0.6), customers)
    taste[:, 1] += kind * 0.5
    habit = draw.dirichlet([2, 6, 3, 1, 3, 1.5], customers)
    habit[:, 2] += kind * 0.6
    known = 1 + draw.poisson(8, customers)
    counts = known + draw.poisson(2, customers)
    who = np.repeat(np.arange(customers), counts)
    number = np.concatenate([np.arange(count) for count in counts])
    when = np.minimum(number / known[who], 1)
    times = habit[who]
    times[:, 5] *= 1 + drift * when
    part = one_of(times, draw)
    wanted = taste[who]
    wanted[:, 0] *= 1 + drift * when
    wanted[:, 2] *= np.where(part >= 3, 1 + effect, 1)
    baskets = pd.concat(
        [
            pd.DataFrame(
                {
                    "fold_id": f"shop_{shop}",
                    "is_holdout": number >= known[who],
                    "customer_key": who,
                    "visit_date": pd.Timestamp("2025-01-01")
                    + pd.to_timedelta(number, unit="D"),
                    "week_part": PARTS[part],
                    "category": one_of(wanted, draw).astype(str),
                }
            )
            for _ in range(2)
        ]
    ).drop_duplicates()
    sizes = baskets.groupby(["customer_key", "visit_date"])["category"]
    return baskets.assign(share=1 / sizes.transform("count"))


def shown(
    steps: dict[str, str], count_shops: int, effect: float = 0, drift: float = 0
) -> pd.DataFrame:
    """The verdict on each of many shops, by the models' own SQL."""
    draw = np.random.default_rng(11)
    shops = pd.concat(
        [visits(shop, draw, effect, drift) for shop in range(count_shops)]
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


@pytest.mark.parametrize("drift", [0.0, 2.0])
def test_what_is_not_there_is_not_found(steps: dict[str, str], drift: float) -> None:
    """Each part errs as often as its level says, and both together hardly ever."""
    found = shown(steps, 150, drift=drift)
    assert len(found) == 150
    for p_value in (found["history_p_value"], found["holdout_p_value"]):
        # 1.5 and 7.5 are due; more than 6 and 16 come once in a thousand times.
        assert (p_value < 0.01).sum() <= 6
        assert (p_value < 0.05).sum() <= 16
    assert found["is_shown"].sum() == 0


def test_what_is_there_is_found(steps: dict[str, str]) -> None:
    found = shown(steps, 20, effect=3)
    assert found["is_shown"].mean() >= 0.9
    assert set(found["category"]) == {"2"}
