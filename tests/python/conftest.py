"""Fixtures that several files share, and the order of the files."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbt_runner import LEAN_DBT, NO_UNIT_TESTS, ROOT, DbtRun, inputs_project
from readme_clone import block_that_ends, make_clone, run_bash

REAL_DATA = Path(os.environ.get("AISLE_REAL_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Where a file of real data is; skips the test that asks for one that is not there.

    The data cannot be committed. It is looked for in `AISLE_REAL_DATA`, by default
    `../shared/data`.
    """

    def find(name: str) -> Path:
        path = REAL_DATA / name
        if not path.exists():
            pytest.skip(f"real data: there is no {path}")
        return path

    return find


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as far as its inputs; do not write to it."""
    return inputs_project(tmp_path_factory.mktemp("inputs_project"))


@pytest.fixture(scope="session")
def sample_build(tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    """The sample shop as the README's `make build` leaves it; do not write to it.

    By dbt as it is. The unit tests run in `rebuilt`.
    """
    return _built_once(
        tmp_path_factory, "sample_build", "make build", {}, NO_UNIT_TESTS
    )


@pytest.fixture(scope="session")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    """The sample shop as the README's `dbt build` leaves it, with other threads."""
    settings = {"threads": 3, "preserve_insertion_order": False}
    return _built_once(tmp_path_factory, "rebuilt", "dbt build", settings, LEAN_DBT)


def _built_once(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    command: str,
    settings: Mapping[str, Any],
    env: Mapping[str, str],
) -> DbtRun:
    """Run the block of the README that ends with a command in a copy of the tree.

    The workers of one test session share it: the first to come builds, the others wait.
    Settings of DuckDB go to the profile of the copy, where dbt has one thread.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    done = folder / "output.txt"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            clone = folder / "aisle"
            make_clone(clone)
            if settings:
                path = clone / "profiles" / "profiles.yml"
                profile = yaml.safe_load(path.read_text())
                output = profile["aisle"]["outputs"]["duckdb"]
                output["threads"] = 1
                output["settings"] |= settings
                path.write_text(yaml.safe_dump(profile))
            run = run_bash(block_that_ends(command).code, clone, env)
            if run.returncode == 0:
                # What comes after in the copy must not change what others read.
                (clone / "warehouse.duckdb").rename(folder / "warehouse.duckdb")
                published = clone / "published" / "aisle.duckdb"
                shutil.copy(published, folder / "published.duckdb")
                history = published.with_name("aisle_history")
                shutil.copytree(history, folder / "published_history")
                compiled = clone / "target" / "compiled"
                shutil.copytree(compiled, folder / "target" / "compiled")
            done.write_text(f"{run.returncode}\n{run.stdout}")
    code, _, text = done.read_text().partition("\n")
    return DbtRun(int(code), text, folder).succeeded()


# Files of tests that take minutes, the longest first, so that workers end together.
LONG = (
    "test_online_retail",
    "test_readme",
    "test_fallbacks",
    "test_daily",
    "test_leaks",
    "test_monitoring",
    "test_experiments",
    "test_rules",
    "test_bad_input",
    "test_studies",
    "test_determinism",
    "test_publish",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first."""
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether the tests on real data could run."""
    if REAL_DATA.exists():
        terminalreporter.write_line(f"Real data: found in {REAL_DATA}.")
    else:
        terminalreporter.write_line(
            f"Real data: there is no {REAL_DATA}, so the tests on it were skipped; "
            "AISLE_REAL_DATA names another folder."
        )
