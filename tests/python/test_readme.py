"""Every command and query of the README runs, in order, as a new user would type it.

The commands run in a copy of the tree, in which `.venv` is the environment that runs
the tests, so that setting up takes no time. A block is left out only where the README
says why, in a comment `<!-- not run: reason -->` above it, or where `LEFT_OUT` does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dbt_runner import ROOT
from readme_blocks import Block, blocks, links

README = ROOT / "README.md"
TEXT = README.read_text() if README.exists() else ""
BLOCKS = [block for block in blocks(TEXT) if block.language in {"bash", "sql"}]

# Commands by how they start, and why they are not run.
LEFT_OUT = {
    "make test": "it would run this test again",
    "make bench": "a benchmark, not a check",
    "git clone": "the copy stands for the clone",
    "cd aisle": "the copy stands for the clone",
}


def run_bash(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands with nothing of this session's environment in their way."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AISLE_", "DBT_", "PYTEST_", "MAKE", "MFLAGS"))
        and name not in {"VIRTUAL_ENV", "VENV", "PYTHONPATH"}
    }
    own = str(Path(sys.prefix) / "bin")
    paths = env["PATH"].split(os.pathsep)
    env["PATH"] = os.pathsep.join(path for path in paths if path != own)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with an environment that is set up."""
    environment = Path(sys.prefix)
    ready = run_bash(f"make setup VENV={environment}", ROOT)
    assert ready.returncode == 0, ready.stdout
    folder = tmp_path_factory.mktemp("readme") / "aisle"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(environment)
    return folder


@pytest.mark.parametrize(
    "block", BLOCKS, ids=[f"line {block.line}: {block.language}" for block in BLOCKS]
)
def test_block_runs(block: Block, clone: Path) -> None:
    if block.reason:
        pytest.skip(f"README line {block.line}: {block.reason}")
    if block.language == "sql":
        check_query(block, clone / "published" / "aisle.duckdb")
        return
    lines = block.code.splitlines()
    left_out = {
        start: why
        for start, why in LEFT_OUT.items()
        if any(line.strip().startswith(start) for line in lines)
    }
    kept = [line for line in lines if not line.strip().startswith(tuple(LEFT_OUT))]
    if not "".join(kept).strip():
        reasons = "; ".join(f"{start}: {why}" for start, why in left_out.items())
        pytest.skip(f"README line {block.line}: {reasons}")
    done = run_bash("\n".join(kept), clone)
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
