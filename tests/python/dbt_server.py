"""Run dbt in forks of a process that has imported it, and has read the project.

Half of what a small build takes is what dbt does before it runs anything: seconds to
import it, seconds more to read the project. Here both are done once. A fork knows
nothing of the forks before it, so that each run is one of a process of its own.

The process reads requests from its standard input, one JSON object a line, and answers
each with the exit status, a line as well.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import json
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from dbt.cli.main import cli, dbtRunner
from dbt.contracts.graph.manifest import Manifest

import lean
from dbt_runner import Request

# What Python models import.
PACKAGES = ("aisle.ease", "aisle.engine", "aisle.lifetime_value", "aisle.ranker")

# Vars that no model asks about before it runs, so that projects that differ in these
# alone read the same.
RUN_TIME_VARS = (
    "as_of",
    "backtest_folds",
    "bootstrap_replicates",
    "bot_events_per_day",
    "cohort_min_customers",
    "experiment_covariate_days",
    "files_path",
    "online_retail_path",
    "release_history",
    "train_folds",
)

# What a project is read from, below its folder.
SOURCES = ("dbt_project.yml", "selectors.yml", "macros", "models", "seeds", "tests/dbt")


def serve() -> None:
    """Answer requests until there are no more."""
    for name in PACKAGES:
        importlib.import_module(name)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    # What dbt prints while it reads a project is printed again by the run.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        request: Request = json.loads(line)
        os.environ.clear()
        # The parser that dbt asks first starts threads, which a fork would wait for.
        os.environ.update({**request["env"], "DBT_STATIC_PARSER": "false"})
        manifest = _manifest_of(request)
        child = os.fork()
        if child == 0:
            answers.close()
            _run(request, manifest)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers)


def _manifest_of(request: Request) -> Manifest | None:
    """What dbt knows of a project; None where the run has to find out by itself."""
    # dbt writes the artifact of what it has read, not of what it is given.
    is_written = request["env"].get("DBT_WRITE_JSON") == "true"
    if is_written or request["args"][0] in {"deps", "parse"}:
        return None
    variables = {
        name: value
        for name, value in request["variables"].items()
        if name not in RUN_TIME_VARS
    }
    project = Path(request["project"]).resolve()
    return _read(
        project, json.dumps(variables, sort_keys=True), tuple(_states(project))
    )


def _states(project: Path) -> Iterator[tuple[str, int, int]]:
    """Name, time of change and size of each file that a project is read from."""
    for name in SOURCES:
        source = project / name
        for path in sorted([source, *source.rglob("*")]):
            if path.is_file():
                state = path.stat()
                yield str(path), state.st_mtime_ns, state.st_size


@functools.lru_cache(maxsize=16)
def _read(
    project: Path, variables: str, _states: tuple[tuple[str, int, int], ...]
) -> Manifest | None:
    """Let dbt read a project; None where it finds a fault, which the run then tells."""
    with tempfile.TemporaryDirectory() as folder:
        done = dbtRunner().invoke(
            [
                *("--quiet", "--no-partial-parse", "--log-level-file", "none"),
                *("--log-path", folder, "parse", "--project-dir", str(project)),
                *("--target-path", folder, "--no-write-json", "--vars", variables),
            ]
        )
    return done.result if isinstance(done.result, Manifest) else None


def _run(request: Request, manifest: Manifest | None) -> NoReturn:
    """Become the run; ends this process."""
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(request["project"])
    if request["room_mib"]:
        size = request["room_mib"] * 2**20
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    sys.argv = ["dbt", *request["args"]]
    status: object = 1
    try:
        cli(request["args"], prog_name="dbt", obj={"manifest": manifest})
    except SystemExit as end:
        status = end.code or 0
    except BaseException:
        traceback.print_exc()
    # Freeing object by object what is shared with the server takes seconds.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    lean.slim()
    serve()
