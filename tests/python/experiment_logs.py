"""Logs of experiments as folders of the input contract."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

HILLSTROM_VARIANTS = {
    "Mens E-Mail": "mens",
    "Womens E-Mail": "womens",
    "No E-Mail": "control",
}
HILLSTROM_DAY = pd.Timestamp("2008-03-01")


def write_hillstrom(customers: pd.DataFrame, folder: Path) -> Path:
    """Hillstrom's e-mail experiment: 64,000 customers, two weeks after the e-mail.

    A visit is a view and a conversion a purchase, on the third day; what was spent in
    the year before is one purchase, as many months ago as the last one was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ids = pd.Series([f"c{n}" for n in range(len(customers))])
    recency = pd.to_timedelta(30 * customers["recency"], unit="D")

    def events(
        chosen: pd.Series[bool], kind: str, amounts: pd.Series, times: pd.Series
    ) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "customer_id": ids[chosen],
                "product_id": "catalogue",
                "interaction_type": kind,
                "quantity": 1.0,
                "unit_price": amounts[chosen],
                "occurred_at": times[chosen],
            }
        )

    everyone = pd.Series(np.ones(len(customers), dtype=bool))
    third_day = pd.Series(HILLSTROM_DAY + pd.Timedelta(days=3), index=ids.index)
    nothing = pd.Series(np.nan, index=ids.index)
    interactions = pd.concat(
        [
            events(everyone, "purchase", customers["history"], HILLSTROM_DAY - recency),
            events(customers["visit"] == 1, "view", nothing, third_day),
            events(
                customers["conversion"] == 1,
                "purchase",
                customers["spend"],
                third_day + pd.Timedelta(hours=1),
            ),
        ]
    )
    interactions.to_parquet(folder / "interactions.parquet", index=False)
    assignments = pd.DataFrame(
        {
            "experiment_id": "hillstrom",
            "customer_id": ids,
            "variant": customers["segment"].map(HILLSTROM_VARIANTS),
            "assigned_at": HILLSTROM_DAY,
        }
    )
    assignments.to_parquet(folder / "experiment_assignments.parquet", index=False)
    return folder


FIRST_DAY = pd.Timestamp("2024-03-04")
ENTRY_DAYS = 28
MEAN_PRICE = 50.0
PRICE_SIGMA = 0.4
RATE = 0.9
# Gamma shape of customers' rates: half of the variance of what they spend is theirs, so
# that two periods correlate by 0.5. Of prices, E[p^2] / E[p]^2 = exp(sigma^2).
SHAPE = RATE / np.exp(PRICE_SIGMA**2)
CLICK_RATES = {"control": 0.3, "treatment": 0.55}
OTHER_CLICK_RATE = 0.1
BOUGHT_AFTER_CLICK = 0.7
DISPLACED = 0.25


@dataclass(frozen=True)
class Simulated:
    """What is true of one kind of experiment.

    Attributes
    ----------
    clicks : float
        Probability that the treatment's first impression is clicked.
    rate : float
        Orders without a recommendation in the window, of the treatment.
    """

    clicks: float
    rate: float

    def truths(self) -> dict[str, float]:
        """Treatment less control, by metric; `lift` of revenue per customer."""
        values = [
            _values(CLICK_RATES["control"], RATE),
            _values(self.clicks, self.rate),
        ]
        control, treatment = values
        differences = {name: treatment[name] - control[name] for name in control}
        revenue = "revenue_per_customer"
        return {**differences, "lift": treatment[revenue] / control[revenue] - 1}


def _values(clicks: float, rate: float) -> dict[str, float]:
    bought = clicks * BOUGHT_AFTER_CLICK
    # Poisson orders whose rate is gamma distributed: none with (1 + rate / k)^-k.
    none = (1 + rate / SHAPE) ** -SHAPE
    orders = rate + bought
    return {
        "revenue_per_customer": MEAN_PRICE * (rate + 1.2 * bought),
        "organic_revenue_per_customer": MEAN_PRICE * rate,
        "attributed_revenue_per_customer": MEAN_PRICE * 1.2 * bought,
        "orders_per_customer": orders,
        "conversion_rate": 1 - none * (1 - bought),
        "average_order_value": MEAN_PRICE * (rate + 1.2 * bought) / orders,
        # One, two or three impressions, the first of which is looked at.
        "click_through_rate": (clicks + OTHER_CLICK_RATE) / 2,
    }


NOTHING = Simulated(CLICK_RATES["control"], RATE)
MORE = Simulated(CLICK_RATES["treatment"], RATE)
MOVED = Simulated(CLICK_RATES["treatment"], RATE * (1 - DISPLACED))


def simulated_kind(experiment: int) -> Simulated:
    """Every second experiment is A/A; the others add sales, half of them move some."""
    return (NOTHING, MORE, NOTHING, MOVED)[experiment % 4]


def write_simulated(folder: Path, experiments: int, customers: int, seed: int) -> Path:
    """Logs of so many experiments with so many customers each, no customer in two.

    Customers enter on one of 28 days, see one to three products on that day and buy
    what they click at a known rate; what they buy otherwise follows a rate of their
    own, before and after. The kinds take turns: see `simulated_kind`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    count = experiments * customers
    experiment = np.repeat(np.arange(experiments), customers)
    customer = np.arange(count)
    treated = rng.random(count) < 0.5
    kinds = [simulated_kind(n) for n in range(experiments)]
    clicks = np.where(
        treated,
        np.array([kind.clicks for kind in kinds])[experiment],
        CLICK_RATES["control"],
    )
    change = np.array([kind.rate / RATE for kind in kinds])[experiment]
    own_rate = rng.gamma(SHAPE, RATE / SHAPE, count)
    start = rng.random(count) * ENTRY_DAYS

    def orders(
        who: npt.NDArray[np.int64],
        days: npt.NDArray[np.float64],
        kind: str,
        mean: float,
    ) -> pd.DataFrame:
        prices = rng.lognormal(np.log(mean) - PRICE_SIGMA**2 / 2, PRICE_SIGMA, len(who))
        return pd.DataFrame(
            {
                "customer": who,
                "product_id": kind,
                "unit_price": np.round(prices, 2),
                "day": days,
            }
        )

    before = np.repeat(customer, rng.poisson(own_rate))
    after = np.repeat(customer, rng.poisson(own_rate * np.where(treated, change, 1.0)))
    clicked = rng.random(count) < clicks
    buyers = customer[clicked & (rng.random(count) < BOUGHT_AFTER_CLICK)]
    bought = pd.concat(
        [
            orders(before, start[before] - 28 * rng.random(len(before)), "other", 50.0),
            orders(after, start[after] + 14 * rng.random(len(after)), "other", 50.0),
            orders(buyers, start[buyers] + rng.random(len(buyers)), "shown", 60.0),
        ],
        ignore_index=True,
    )
    _purchases(bought).to_parquet(folder / "interactions.parquet", index=False)
    shown = np.repeat(customer, rng.integers(1, 4, count))
    first = np.r_[True, shown[1:] != shown[:-1]]
    is_clicked = np.where(
        first, clicked[shown], rng.random(len(shown)) < OTHER_CLICK_RATE
    )
    served = _instants(start[shown]) + pd.to_timedelta(np.where(first, 0, 2), unit="s")
    log = pd.DataFrame(
        {
            "impression_id": [f"i{n}" for n in range(len(shown))],
            "customer_id": pd.Series(shown).map("c{}".format),
            # Only what was looked at can be bought from here.
            "product_id": np.where(first, "shown", "beside"),
            "served_at": served,
            "placement": "home",
            "experiment_id": pd.Series(experiment[shown]).map("e{}".format),
            "variant": np.where(treated[shown], "treatment", "control"),
            "clicked_at": pd.Series(served).where(is_clicked),
        }
    )
    log.to_parquet(folder / "impressions.parquet", index=False)
    return folder


def _instants(days: npt.NDArray[np.float64]) -> pd.DatetimeIndex:
    seconds = np.round(days * 86_400).astype("timedelta64[s]")
    return pd.DatetimeIndex(np.datetime64(FIRST_DAY, "s") + seconds)


def _purchases(bought: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "interaction_id": [f"b{n}" for n in range(len(bought))],
            "order_id": [f"o{n}" for n in range(len(bought))],
            "customer_id": bought["customer"].map("c{}".format),
            "product_id": bought["product_id"],
            "interaction_type": "purchase",
            "quantity": 1.0,
            "unit_price": bought["unit_price"],
            "occurred_at": _instants(bought["day"].to_numpy()),
        }
    )
