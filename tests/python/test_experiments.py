"""Experiments against published figures, another library and known truths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import tea_tasting

from dbt_runner import DbtRun, run_dbt
from experiments import (
    AS_OF,
    DISPLACED,
    EXPERIMENTS,
    MARTS,
    MOVED,
    SEED,
    SIZES,
    differences_with_truth,
    write_simulated,
)
from hillstrom_logs import HILLSTROM_DAY, HILLSTROM_VARIANTS, write_hillstrom


def build(
    folder: Path, files: Path, as_of: pd.Timestamp, covariate_days: int
) -> DbtRun:
    """The marts of experiments from a folder of logs."""
    arguments = [
        *("build", "--exclude-resource-type", "test", "unit_test", "--select"),
        *MARTS,
    ]
    variables = {
        "connector": "files",
        "files_path": str(files),
        "as_of": as_of.isoformat(sep=" "),
        "experiment_covariate_days": covariate_days,
    }
    return run_dbt(arguments, folder, variables).succeeded()


def frame(run: DbtRun, sql: str) -> pd.DataFrame:
    """Rows of a query on the warehouse as a frame."""
    with duckdb.connect(str(run.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(sql).df()


@pytest.fixture(scope="module")
def hillstrom_customers(real_data: Callable[[str], Path]) -> pd.DataFrame:
    return pd.read_parquet(real_data("hillstrom/customers.parquet"))


@pytest.fixture(scope="module")
def hillstrom(
    hillstrom_customers: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> DbtRun:
    folder = tmp_path_factory.mktemp("hillstrom")
    files = write_hillstrom(hillstrom_customers, folder / "files")
    return build(folder, files, HILLSTROM_DAY + pd.Timedelta(days=28), 400)


# Welch, normal 95 %: value, or difference with its interval.
HILLSTROM_RATES = {
    ("mens", "visit_rate"): 0.182757,
    ("mens", "conversion_rate"): 0.012531,
    ("mens", "revenue_per_customer"): 1.422617,
    ("womens", "visit_rate"): 0.151400,
    ("womens", "conversion_rate"): 0.008837,
    ("womens", "revenue_per_customer"): 1.077202,
    ("control", "visit_rate"): 0.106167,
    ("control", "conversion_rate"): 0.005726,
    ("control", "revenue_per_customer"): 0.652789,
}
HILLSTROM_DIFFERENCES = {
    ("control", "mens", "visit_rate"): (0.076590, 0.069953, 0.083226),
    ("control", "mens", "conversion_rate"): (0.006805, 0.005000, 0.008610),
    ("control", "mens", "revenue_per_customer"): (0.769827, 0.485149, 1.054505),
    ("control", "womens", "visit_rate"): (0.045233, 0.038894, 0.051573),
    ("control", "womens", "conversion_rate"): (0.003111, 0.001499, 0.004723),
    ("control", "womens", "revenue_per_customer"): (0.424412, 0.168965, 0.679860),
    ("mens", "womens", "visit_rate"): (-0.031356, -0.038428, -0.024285),
    ("mens", "womens", "conversion_rate"): (-0.003694, -0.005644, -0.001743),
    ("mens", "womens", "revenue_per_customer"): (-0.345415, -0.658259, -0.032571),
}


def test_hillstrom_to_six_digits(hillstrom: DbtRun) -> None:
    rates = frame(
        hillstrom,
        "select variant, metric, round(value, 6) as value"
        " from experiments.variant_metrics"
        " where segment_type = 'all' and basis = 'assigned'",
    )
    found = rates.set_index(["variant", "metric"])["value"]
    assert {key: found[key] for key in HILLSTROM_RATES} == HILLSTROM_RATES
    differences = frame(
        hillstrom,
        "select base_variant, variant, metric, round(difference, 6) as difference,"
        " round(ci_low, 6) as ci_low, round(ci_high, 6) as ci_high"
        " from experiments.variant_differences"
        " where segment_type = 'all' and method = 'unadjusted'",
    )
    found_differences = {
        (row.base_variant, row.variant, row.metric): (
            row.difference,
            row.ci_low,
            row.ci_high,
        )
        for row in differences.itertuples()
    }
    for key, expected in HILLSTROM_DIFFERENCES.items():
        assert found_differences[key] == pytest.approx(expected, abs=1e-9), key


def test_another_library_agrees(
    hillstrom: DbtRun, hillstrom_customers: pd.DataFrame
) -> None:
    data = hillstrom_customers.assign(
        variant=hillstrom_customers["segment"].map(HILLSTROM_VARIANTS)
    )
    columns = {
        "visit_rate": "visit",
        "conversion_rate": "conversion",
        "revenue_per_customer": "spend",
    }
    experiment = tea_tasting.Experiment(
        {
            **{
                name: tea_tasting.Mean(column, use_t=False)
                for name, column in columns.items()
            },
            "cuped": tea_tasting.Mean("spend", "history", use_t=False),
        },
        variant="variant",
    )
    results = experiment.analyze(data, all_variants=True)
    # Holm's steps over nine figures; the library's own are Hochberg's.
    values = sorted(
        (results[pair][name].pvalue, pair, name) for pair in results for name in columns
    )
    raised = np.maximum.accumulate(
        [value * (len(values) - place) for place, (value, *_) in enumerate(values)]
    )
    adjusted = {
        (*pair, name): min(value, 1.0)
        for value, (_, pair, name) in zip(raised, values, strict=True)
    }
    assert len(adjusted) == 9
    found = frame(
        hillstrom,
        "select * from experiments.variant_differences"
        " where segment_type = 'all' and basis = 'assigned'",
    )
    compared = 0
    for row in found.itertuples():
        pair = (str(row.base_variant), str(row.variant))
        theirs = None
        if row.metric in columns and row.method == "unadjusted":
            theirs = results[pair][row.metric]
            assert row.p_value_holm == pytest.approx(
                adjusted[*pair, str(row.metric)], abs=1e-6
            )
        elif row.metric == "revenue_per_customer":
            theirs = results[pair]["cuped"]
        if theirs is None:
            continue
        compared += 1
        # One slope for each arm here, one for both there: alike where arms are.
        close = 1e-6 if row.method == "unadjusted" else 1e-3
        assert row.difference == pytest.approx(theirs.effect_size, rel=close)
        assert row.ci_low == pytest.approx(theirs.effect_size_ci_lower, rel=3 * close)
        assert row.lift == pytest.approx(theirs.rel_effect_size, rel=2 * close)
        assert row.lift_ci_low == pytest.approx(
            theirs.rel_effect_size_ci_lower, rel=5 * close
        )
    assert compared == 12


def test_checks_and_verdicts_of_hillstrom(hillstrom: DbtRun) -> None:
    checks = frame(hillstrom, "from experiments.experiment_checks").set_index(
        "check_name"
    )
    ratio = checks.loc["sample_ratio_assigned"]
    assert round(ratio["value"], 4) == 0.2025
    assert round(ratio["p_value"], 3) == 0.904
    # An e-mail leaves no impressions.
    assert checks.index[~checks["is_passed"]].tolist() == ["has_impressions"]
    assert "balance_revenue" in checks.index
    verdicts = hillstrom.query(
        "select variant, verdict, is_provisional from experiments.experiment_verdicts"
        " where experiment_id = 'hillstrom' order by variant"
    )
    # One day's e-mail is over 28 days later.
    assert verdicts == [("mens", "better", False), ("womens", "better", False)]
    # What customers had spent explains next to nothing of what they spend afterwards.
    widths = frame(
        hillstrom,
        "select method, ci_high - ci_low as width from experiments.variant_differences"
        " where metric = 'revenue_per_customer' and segment_type = 'all'"
        " and variant = 'mens'",
    ).set_index("method")["width"]
    assert 0.995 < (widths["cuped"] / widths["unadjusted"]) ** 2 <= 1.0


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    folder = tmp_path_factory.mktemp("simulated")
    files = write_simulated(folder / "files", EXPERIMENTS, SIZES[-1], SEED)
    return build(folder, files, AS_OF, 28)


@pytest.fixture(scope="module")
def differences(simulated: DbtRun) -> pd.DataFrame:
    """One row per experiment, metric and method, with what is true."""
    found = frame(
        simulated,
        "select * from experiments.variant_differences"
        " where segment_type = 'all' and is_main_basis",
    )
    return differences_with_truth(found)


def test_intervals_cover_the_truth(differences: pd.DataFrame) -> None:
    known = differences
    assert known[["base_orders", "count_orders"]].min().min() >= 400
    assert not known["has_too_few_orders"].any()
    coverage = known.groupby(["metric", "method"])["is_covered"].agg(["mean", "size"])
    # Seven metrics, of which five have a past.
    assert len(coverage) == 12
    assert (coverage["size"] == EXPERIMENTS).all()
    assert coverage["mean"].between(0.93, 0.97).all(), coverage
    revenue = known[known["metric"] == "revenue_per_customer"]
    lifts = revenue.groupby("method")["is_lift_covered"].mean()
    assert lifts.between(0.93, 0.97).all(), lifts


def test_nothing_is_found_where_nothing_is(differences: pd.DataFrame) -> None:
    null = differences[
        (differences["experiment"] % 2 == 0)
        & differences["metric"].isin(
            ["conversion_rate", "revenue_per_customer", "average_order_value"]
        )
    ]
    false = (null["ci_low"] > 0) | (null["ci_high"] < 0)
    rates = false.groupby([null["metric"], null["method"]]).mean()
    assert len(rates) == 5
    assert rates.between(0.03, 0.07).all(), rates


def test_cuped_narrows_by_what_the_past_explains(differences: pd.DataFrame) -> None:
    """What is bought without a recommendation correlates with its past by 0.5."""
    organic = differences[differences["metric"] == "organic_revenue_per_customer"]
    widths = organic.assign(width=organic["ci_high"] - organic["ci_low"]).pivot(
        index="experiment", columns="method", values="width"
    )
    ratio = (widths["cuped"] / widths["unadjusted"]).mean()
    assert ratio == pytest.approx(np.sqrt(1 - 0.5**2), abs=0.02)


def test_looking_every_day_finds_nothing_that_is_not_there(simulated: DbtRun) -> None:
    looks = frame(
        simulated,
        "select * from experiments.sequential_looks"
        " where basis = 'exposed' and metric = 'revenue_per_customer'",
    )
    looks["experiment"] = looks["experiment_id"].str[1:].astype(int)
    null = looks[looks["experiment"] % 2 == 0]
    assert (null.groupby("experiment").size() == 28).all()

    def ever_without_zero(low: str, high: str) -> float:
        is_outside = (null[low] > 0) | (null[high] < 0)
        return float(is_outside.groupby(null["experiment"]).any().mean())

    assert ever_without_zero("ci_low", "ci_high") >= 0.15
    assert ever_without_zero("anytime_ci_low", "anytime_ci_high") <= 0.05
    last = looks.loc[looks.groupby("experiment")["looked_on"].idxmax()]
    widths = (last["anytime_ci_high"] - last["anytime_ci_low"]) / (
        last["ci_high"] - last["ci_low"]
    )
    assert 1 < widths.max() <= 1.7


def test_moved_sales_are_found(simulated: DbtRun) -> None:
    """A quarter of what treated customers bought otherwise is lost in every fourth."""
    assert DISPLACED == 0.25
    found = frame(simulated, "from experiments.cannibalisation where scope = 'all'")
    kinds = found["experiment_id"].str[1:].astype(int) % 4
    rates = found["is_displacing"].groupby(kinds).mean()
    assert rates[3] >= 0.80
    assert rates[[0, 1, 2]].max() <= 0.065
    displaced = found.loc[kinds == 3, "displaced_rate"]
    truths = MOVED.truths()
    assert displaced.median() == pytest.approx(
        -truths["organic_revenue_per_customer"]
        / truths["attributed_revenue_per_customer"],
        rel=0.1,
    )


def test_wrong_logs_are_found_and_counted(sample_build: DbtRun) -> None:
    """The sample's logs have a few wrong rows of every kind."""
    found = dict(
        sample_build.query(
            "select check_id, count_rows from audit.findings"
            " where dataset in ('impressions', 'experiment_assignments')",
            published=True,
        )
    )
    expected = {
        "impression_incomplete": 2,
        "click_without_impression": 2,
        "click_before_impression": 2,
        "impression_in_future": 2,
        "duplicate_impressions": 2,
        "propensity_invalid": 3,
        "propensity_missing": 1,
        "customers_in_two_variants": 2,
        "experiment_not_shown": 1,
    }
    assert {name: found.get(name) for name in expected} == expected
