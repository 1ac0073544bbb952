"""Fixtures shared by every test that runs dbt."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dbt_runner import ROOT, DbtRun, run_dbt

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
def sample_build(tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    """One whole `dbt build` of the sample shop; read it, do not write to it.

    The workers of one test session share it: the first to come builds, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "sample_build"
    return _built_once(folder)


def _built_once(folder: Path) -> DbtRun:
    folder.mkdir(exist_ok=True)
    done = folder / "output.txt"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            run = run_dbt(["build"], folder)
            done.write_text(f"{run.returncode}\n{run.output}")
    code, _, output = done.read_text().partition("\n")
    return DbtRun(int(code), output, folder).succeeded()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether the tests on real data could run."""
    if REAL_DATA.exists():
        terminalreporter.write_line(f"Real data: found in {REAL_DATA}.")
    else:
        terminalreporter.write_line(
            f"Real data: there is no {REAL_DATA}, so the tests on it were skipped; "
            "AISLE_REAL_DATA names another folder."
        )
