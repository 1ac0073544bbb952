"""Presents that are planted in a shop are found and acted on, and only there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from aisle.sample import write_sample
from aisle.sample.events import GIFT_CATEGORIES
from dbt_runner import DbtRun, run_dbt

MARK = "attributes.occasion=gift"


@pytest.fixture(scope="module", params=[0.5, 0.0], ids=["planted", "plain"])
def build(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[float, DbtRun]:
    """A shop as far as its carts, with presents and without."""
    folder = tmp_path_factory.mktemp("gifts")
    write_sample(
        folder / "shop", customers=500, products=100, days=300, gift_rate=request.param
    )
    arguments = [
        *("build", "--select", "+int_placements__anchored_slots", "+context_tests"),
        *("--exclude", "resource_type:test", "resource_type:unit_test"),
    ]
    variables = {"connector": "files", "files_path": str(folder / "shop")}
    return request.param, run_dbt(arguments, folder / "dbt", variables).succeeded()
