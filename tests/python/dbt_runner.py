"""Run dbt, each time with a folder of its own for all that it writes."""

from __future__ import annotations

import functools
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import duckdb

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CHECKS = ROOT / "tests" / "checks"

# What of the session's environment dbt gets: it looks through all of it at every line
# that it logs.
KEPT = re.compile(
    r"(HOME|LANG|PATH|TMPDIR|TZ|LD_LIBRARY_PATH|LC_.*|PYTHON.*|OMP_.*|OPENBLAS_.*"
    r"|AISLE_MEMORY_LIMIT)"
)

# In the environment of a run whose artifacts are read: writing them takes seconds.
ARTIFACTS = {"DBT_WRITE_JSON": "true"}

# In the environment of a run: unit tests look at no data, and run where the README's
# `dbt build` builds, and on Spark.
NO_UNIT_TESTS = {"DBT_EXCLUDE_RESOURCE_TYPES": "unit_test"}
UNIT_TESTS = {"DBT_EXCLUDE_RESOURCE_TYPES": ""}

# In the environment of commands that run dbt by themselves, after `make build` has.
LEAN_DBT = {"PYTHONPATH": str(CHECKS)}

# On a small shop dbt's own work, which Python does one thread at a time, is most of a
# run; a second thread costs a tenth more, and the tests' workers use all processors.
ONE_THREAD = ("build", "run", "seed", "test")


class Request(TypedDict):
    """A run of dbt.

    Attributes
    ----------
    args : list of str
        The command's arguments.
    variables : dict
        The vars among them.
    project : str
        The project's folder.
    output : str
        The file that gets what the run prints.
    env : dict
        The whole environment of the run.
    room_mib : int, optional
        MiB beyond which no file can grow.
    """

    args: list[str]
    variables: dict[str, object]
    project: str
    output: str
    env: dict[str, str]
    room_mib: int | None


@dataclass(frozen=True)
class DbtRun:
    """What one run of dbt left behind.

    Attributes
    ----------
    returncode : int
        Exit status; 0 where everything passed.
    output : str
        Standard output and standard error together.
    folder : Path
        Holds the warehouse, the published file, `target` and `logs`.
    """

    returncode: int
    output: str
    folder: Path

    @property
    def warehouse(self) -> Path:
        """The file that the build writes."""
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The file that readers open."""
        return self.folder / "published.duckdb"

    @property
    def target(self) -> Path:
        """The folder of `manifest.json` and `run_results.json`."""
        return self.folder / "target"

    def artifact(self, name: str) -> dict[str, Any]:
        """Read one of dbt's JSON artifacts; for these run it with `ARTIFACTS`."""
        content: dict[str, Any] = json.loads((self.target / name).read_text())
        return content

    def query(self, sql: str, *, published: bool = False) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse, or on the published file."""
        path = self.published if published else self.warehouse
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def succeeded(self) -> DbtRun:
        """Itself; fails with the end of the output where the run failed."""
        assert self.returncode == 0, self.output[-6000:]
        return self


def dbt_environment(
    folder: Path, env: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The environment of a dbt run that writes to nothing outside `folder`."""
    kept = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    return {
        **kept,
        "DBT_PROFILES_DIR": str(ROOT / "profiles"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        # `output` has what a person reads; nothing reads a second log.
        "DBT_LOG_LEVEL_FILE": "none",
        **NO_UNIT_TESTS,
        "DBT_WRITE_JSON": "false",
        "DBT_USE_COLORS": "false",
        "AISLE_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "AISLE_PUBLISHED": str(folder / "published.duckdb"),
        "AISLE_TEMP_DIRECTORY": str(folder / "spill"),
        **(env or {}),
    }


def inputs_project(folder: Path) -> Path:
    """The project as far as its inputs, parsed in half the time of the whole.

    For what is said before any later model is looked at.
    """
    for name in ("models/docs", "models/staging", "models/inputs", "tests/dbt/generic"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "selectors.yml", "macros", "seeds"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def run_dbt(
    args: Sequence[str],
    folder: Path,
    variables: Mapping[str, Any] | None = None,
    env: Mapping[str, str] | None = None,
    project: Path = ROOT,
    timeout: float = 900,
    room_mib: int | None = None,
) -> DbtRun:
    """Run `dbt <args>` on a project.

    Parameters
    ----------
    args : sequence of str
        For example `["build"]` or `["build", "--select", "folds"]`.
    folder : Path
        Where this run keeps its files; the same folder continues a warehouse.
    variables : mapping, optional
        Passed as `--vars`.
    env : mapping, optional
        Added to the environment.
    project : Path
        The project's folder.
    timeout : float
        Seconds before the run is ended and the test fails.
    room_mib : int, optional
        MiB beyond which no file can grow, as on a disk that is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [*args]
    if args[0] in ONE_THREAD:
        arguments += ["--threads", "1"]
    if variables:
        arguments += ["--vars", json.dumps(dict(variables))]
    output = folder / "output.txt"
    request = Request(
        args=arguments,
        variables=dict(variables or {}),
        project=str(project),
        output=str(output),
        env=dbt_environment(folder, env),
        room_mib=room_mib,
    )
    # Spark's driver keeps each plan for as long as Python has an object of it.
    status = (_run_by_itself if "spark" in args else _run_forked)(request, timeout)
    return DbtRun(status, output.read_text(), folder)


def _run_by_itself(request: Request, timeout: float) -> int:
    """Run dbt as a user does, and return its exit status."""
    with Path(request["output"]).open("w") as output:
        done = subprocess.run(
            [str(BIN / "dbt"), *request["args"]],
            cwd=request["project"],
            env=request["env"],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
        )
    return done.returncode


def _run_forked(request: Request, timeout: float) -> int:
    """Let this session's server run dbt, and return the exit status."""
    server = _server()
    assert server.stdin
    assert server.stdout
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    if not select.select([server.stdout], [], [], timeout)[0]:
        os.killpg(server.pid, signal.SIGKILL)
        _server.cache_clear()
        raise subprocess.TimeoutExpired(request["args"], timeout)
    answer = server.stdout.readline()
    assert answer, "dbt_server.py has ended, see its standard error"
    return int(answer)


@functools.cache
def _server() -> subprocess.Popen[str]:
    """A process that forks runs of dbt for as long as this one lives."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("dbt_server.py"))],
        env={**os.environ, **LEAN_DBT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
