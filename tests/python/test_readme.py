"""Every command and query of the README runs, in order, as a new user would type it.

The commands run in a copy of the tree. A block is left out only where the README says
why, in a comment `<!-- not run: reason -->` above it, or where `LEFT_OUT` does. The two
that build the sample shop are run once for all tests, each in a copy of its own; after
the first, `make build`, dbt is lean and runs no unit tests.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dbt_runner import LEAN_DBT, NO_UNIT_TESTS, ROOT, DbtRun
from readme_blocks import Block, links
from readme_clone import BLOCKS, TEXT, run_bash

# Commands by how they start, and why they are not run.
LEFT_OUT = {
    "make test": "it would run this test again",
    "make bench": "a benchmark, not a check",
    "git clone": "the copy stands for the clone",
    "cd aisle": "the copy stands for the clone",
}

# The last line of a block, and the fixture that has run it.
BUILDS = {"make build": "sample_build", "dbt build": "rebuilt"}


@pytest.fixture(scope="module")
def clone(sample_build: DbtRun) -> Path:
    """The copy of the tree in which `make build` has run."""
    return sample_build.folder / "aisle"


@pytest.mark.parametrize(
    "block", BLOCKS, ids=[f"line {block.line}: {block.language}" for block in BLOCKS]
)
def test_block_runs(block: Block, clone: Path, request: pytest.FixtureRequest) -> None:
    if block.reason:
        pytest.skip(f"README line {block.line}: {block.reason}")
    if block.language == "sql":
        check_query(block, clone / "published" / "aisle.duckdb")
        return
    lines = block.code.splitlines()
    if lines[-1] in BUILDS:
        build: DbtRun = request.getfixturevalue(BUILDS[lines[-1]])
        assert build.output.strip(), "printed nothing"
        return
    left_out = {
        start: why
        for start, why in LEFT_OUT.items()
        if any(line.strip().startswith(start) for line in lines)
    }
    kept = [line for line in lines if not line.strip().startswith(tuple(LEFT_OUT))]
    if not "".join(kept).strip():
        reasons = "; ".join(f"{start}: {why}" for start, why in left_out.items())
        pytest.skip(f"README line {block.line}: {reasons}")
    done = run_bash("\n".join(kept), clone, {**LEAN_DBT, **NO_UNIT_TESTS})
    assert done.returncode == 0, done.stdout[-6000:]
    assert done.stdout.strip(), "printed nothing"


def check_query(block: Block, published: Path) -> None:
    """Every statement of a query block returns rows."""
    with duckdb.connect(str(published), read_only=True) as connection:
        for statement in connection.extract_statements(block.code):
            rows = connection.execute(statement).fetchall()
            assert rows, f"no rows: {block.code}"


def test_readme_has_the_commands_and_five_queries() -> None:
    commands = "\n".join(block.code for block in BLOCKS if block.language == "bash")
    assert "make build" in commands
    assert "make test" in commands
    assert "aisle sample" in commands
    assert "files_path" in commands
    assert len([block for block in BLOCKS if block.language == "sql"]) >= 5


def test_readme_links_lead_somewhere() -> None:
    assert [link for link in links(TEXT) if not (ROOT / link).exists()] == []
