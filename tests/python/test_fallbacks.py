"""Odd input costs its rows, not the build: that ends with fallback lists."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dbt_runner import DbtRun, run_dbt
from tiny_shop import Shop, write_shop

# Each of these runs a whole build. Those with vars of their own come last.
FALLBACKS: dict[str, tuple[pd.DataFrame, dict[str, Any], str, bool]] = {
    "empty_table": (
        Shop(customers=0).interactions(),
        {},
        "no_interactions",
        False,
    ),
    "one_customer": (Shop(customers=1).interactions(), {}, "hard_gate_failed", True),
    # The squares of prices in rupiah have more digits than most decimals.
    "one_product_at_millions": (
        Shop(products=1, currency_unit=1e6).interactions(),
        {},
        "hard_gate_failed",
        True,
    ),
    "one_day": (Shop(days=1).interactions(), {}, "hard_gate_failed", True),
    "no_purchases": (
        Shop(interaction_types=("view",)).interactions(),
        {},
        "no_purchases",
        True,
    ),
    "as_of_before_the_data": (
        Shop().interactions(),
        {"as_of": "2020-01-01"},
        "as_of_before_data",
        False,
    ),
}


@pytest.fixture(scope="module")
def fallback_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One place for all of them, so that dbt parses once for the same vars."""
    return tmp_path_factory.mktemp("fallbacks")


@pytest.mark.parametrize("case", FALLBACKS)
def test_odd_input_builds_with_fallback_lists_and_a_finding(
    case: str, fallback_folder: Path
) -> None:
    interactions, variables, check_id, has_lists = FALLBACKS[case]
    for name in ("warehouse", "published"):
        (fallback_folder / "run" / f"{name}.duckdb").unlink(missing_ok=True)
    shutil.rmtree(fallback_folder / "shop", ignore_errors=True)
    shop = write_shop(fallback_folder / "shop", interactions)
    run = run_dbt(
        ["build"],
        fallback_folder / "run",
        variables={"connector": "files", "files_path": str(shop), **variables},
    ).succeeded()
    assert_has_finding(run, check_id)
    assert (count_slots(run) > 0) == has_lists
    # Whatever ranks best, none of it is served where nobody has a list of their own.
    served = run.query(
        "select placement, bool_or(is_live) from evaluation.champion group by all",
        published=True,
    )
    assert sorted(served) == [
        ("buy_again", False),
        ("home", False),
        ("new_for_you", False),
    ]


def test_interactions_of_unknown_types_cost_their_rows(sample_build: DbtRun) -> None:
    """The sample shop has a few."""
    assert_has_finding(sample_build, "unknown_interaction_type")
    assert count_slots(sample_build) > 0
    reasons = sample_build.query(
        "select count(*) from audit.rejected_rows"
        " where reason = 'unknown_interaction_type'",
        published=True,
    )
    assert reasons[0][0] > 0


def assert_has_finding(run: DbtRun, check_id: str) -> None:
    checks = run.query("select distinct check_id from audit.findings", published=True)
    assert (check_id,) in checks


def count_slots(run: DbtRun) -> int:
    """Rows of the published lists of customers."""
    [(count,)] = run.query(
        "select count(*) from recommendations.customer_recommendations", published=True
    )
    return int(count)
