"""A copy of the tree in which the README's commands run as a new user would type them.

`.venv` of the copy is the environment that runs the tests, so that setting up takes no
time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from dbt_runner import ROOT
from readme_blocks import Block, blocks

# That of the command `timeout`.
_TIMEOUT_STATUS = 124

README = ROOT / "README.md"
TEXT = README.read_text()
BLOCKS = [block for block in blocks(TEXT) if block.language in {"bash", "sql"}]


def block_that_ends(command: str) -> Block:
    """The README's one block with this command as its last line."""
    (found,) = (
        block for block in BLOCKS if block.code.rstrip().splitlines()[-1] == command
    )
    return found


def run_bash(
    code: str, folder: Path, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run commands with nothing of this session's environment in their way.

    `variables` of the environment they do get.
    """
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AISLE_", "DBT_", "PYTEST_", "MAKE", "MFLAGS"))
        and name not in {"VIRTUAL_ENV", "VENV", "PYTHONPATH"}
    }
    own = str(Path(sys.prefix) / "bin")
    paths = env["PATH"].split(os.pathsep)
    env["PATH"] = os.pathsep.join(path for path in paths if path != own)
    env.update(variables or {})
    try:
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
    except subprocess.TimeoutExpired as error:
        printed = (error.stdout or b"").decode(errors="replace")
        text = f"{printed}\nstopped after {error.timeout:.0f} seconds"
        return subprocess.CompletedProcess(error.cmd, _TIMEOUT_STATUS, text)


def make_clone(folder: Path) -> None:
    """Copy the tree, with an environment that is set up."""
    environment = Path(sys.prefix)
    ready = run_bash(f"make setup VENV={environment}", ROOT)
    assert ready.returncode == 0, ready.stdout
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
