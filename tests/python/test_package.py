"""The package as others install it: what it needs is declared, and BLAS is kept in."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from dbt_runner import ROOT

PACKAGE = ROOT / "python" / "aisle"
# Of the environment that runs on Spark alone.
OPTIONAL = {"pyspark"}


def imported() -> Iterator[str]:
    """Top-level names that the package imports."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "python" / "pyproject.toml").read_text())
    declared = {
        re.split(r"[<>=!~\[ ]", needed)[0]
        for needed in project["project"]["dependencies"]
    }
    own = {*sys.stdlib_module_names, "aisle"}
    assert set(imported()) - own - OPTIONAL == declared


@pytest.mark.parametrize(
    "module", ["als", "biased_mf", "calibration", "ease", "lifetime_value"]
)
def test_a_model_alone_keeps_blas_to_one_thread(module: str) -> None:
    """Whichever model is imported first: sums must not depend on processors."""
    code = (
        f"import aisle.{module}, threadpoolctl\n"
        "print({pool['num_threads'] for pool in threadpoolctl.threadpool_info()"
        " if pool['user_api'] == 'blas'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "{1}\n", done.stderr
