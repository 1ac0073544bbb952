"""How often intervals of experiments hold the truth, by the size of the experiment.

Run it with `make bench-experiments`. It simulates experiments with known effects,
builds the marts of experiments from their logs, all of one size in one build, and
writes `benchmarks/results/experiments.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
# Customers of an experiment, about 0.9 orders each.
SIZES = (44, 110, 220, 550, 1_100)
AS_OF = pd.Timestamp("2024-07-29")
EXPERIMENTS = 1_000
SEED = 20_261_128
MARTS = (
    "+experiment_checks",
    "+experiment_verdicts",
    "+variant_metrics",
    "+sequential_looks",
    "+cannibalisation",
)

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


def differences_with_truth(found: pd.DataFrame) -> pd.DataFrame:
    """`variant_differences` with what is true, and whether the interval holds it.

    Adds `experiment`, `truth`, `true_lift`, `is_covered` and `is_lift_covered`; metrics
    whose truth is not known are left out.
    """
    experiment = found["experiment_id"].str[1:].astype(int)
    truths = [simulated_kind(kind).truths() for kind in range(4)]
    pairs = zip(experiment % 4, found["metric"], strict=True)
    truth = pd.Series(
        [truths[kind].get(metric, np.nan) for kind, metric in pairs], index=found.index
    )
    lift = (experiment % 4).map({kind: truths[kind]["lift"] for kind in range(4)})
    return found.assign(
        experiment=experiment,
        truth=truth,
        true_lift=lift,
        is_covered=(found["ci_low"] <= truth) & (truth <= found["ci_high"]),
        is_lift_covered=(found["lift_ci_low"] <= lift)
        & (lift <= found["lift_ci_high"]),
    )[truth.notna()]


def _measured(customers: int, threads: int) -> dict[str, float]:
    """Coverage in experiments of one size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_simulated(folder / "files", EXPERIMENTS, customers, SEED)
        variables = {
            "connector": "files",
            "files_path": str(files),
            "as_of": AS_OF.isoformat(sep=" "),
        }
        command = [
            *(str(Path(sys.executable).parent / "dbt"), "--quiet", "build"),
            *(
                "--threads",
                str(threads),
                "--exclude-resource-type",
                "test",
                "unit_test",
            ),
            *("--target-path", str(folder / "target"), "--select", *MARTS),
            *("--vars", json.dumps(variables)),
        ]
        environment = {
            **os.environ,
            "DBT_PROFILES_DIR": str(ROOT / "profiles"),
            "AISLE_WAREHOUSE": str(folder / "warehouse.duckdb"),
        }
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            found = connection.execute(
                "select * from experiments.variant_differences"
                " where segment_type = 'all' and is_main_basis"
            ).df()
    known = differences_with_truth(found)
    rates = known.groupby(["metric", "method"])["is_covered"].mean()
    revenue = known[
        (known["metric"] == "revenue_per_customer") & (known["method"] == "unadjusted")
    ]
    return {
        "customers": customers,
        "orders": revenue[["base_orders", "count_orders"]].mean().mean(),
        "too few": revenue["has_too_few_orders"].mean(),
        "revenue": rates["revenue_per_customer", "unadjusted"],
        "revenue, CUPED": rates["revenue_per_customer", "cuped"],
        "lift of revenue": revenue["is_lift_covered"].mean(),
        "conversion": rates["conversion_rate", "unadjusted"],
        "order value": rates["average_order_value", "unadjusted"],
        "click-through": rates["click_through_rate", "unadjusted"],
    }


def main() -> None:
    """Measure every size and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "benchmarks/results/experiments.md"
    )
    settings = parser.parse_args()
    rows = [_measured(size, settings.threads) for size in SIZES]
    names = list(rows[0])
    lines = [
        "# Coverage of the intervals of experiments",
        "",
        f"{EXPERIMENTS:,} simulated experiments of each size, two variants of equal"
        f" share, seed {SEED}: how often the 95 % interval of the difference, or of the"
        " lift, holds the truth. `orders` are those of a variant, `too few` how often"
        " `has_too_few_orders` says so. Chance moves a figure by 0.014 either way.",
        "",
        "| " + " | ".join(names) + " |",
        "| " + " | ".join("---:" for _ in names) + " |",
    ]
    for row in rows:
        cells = [
            f"{row[name]:,.0f}"
            if name in ("customers", "orders")
            else f"{row[name]:.3f}"
            for name in names
        ]
        lines.append("| " + " | ".join(cells) + " |")
    text = "\n".join([*lines, ""])
    settings.out.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
