"""The whole build on a standalone cluster: a master and two worker processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyspark
import pytest

from aisle.publish_folder import read_manifest
from dbt_runner import ARTIFACTS, UNIT_TESTS, DbtRun, run_dbt
from parity import compare_published, table_text

# On two cores the build took 22 minutes.
BUDGET_SECONDS = 3_600


class Daemon(NamedTuple):
    """One of Spark's daemons, and the log that it writes."""

    process: subprocess.Popen[bytes]
    log: Path


class Cluster(NamedTuple):
    """Where the master listens, and the workers."""

    url: str
    workers: tuple[Daemon, Daemon]


@contextmanager
def started(folder: Path, name: str, *arguments: str) -> Iterator[Daemon]:
    """Run one of Spark's daemons."""
    home = Path(pyspark.__file__).parent
    log = folder / f"{name}.log"
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / name),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), *arguments],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Daemon(process, log)
        finally:
            process.terminate()
            process.wait(timeout=60)


def folders_under(root: Path) -> set[str]:
    """The names of all folders, while a build makes and deletes some of them."""
    # `os.walk` passes over a folder that went meanwhile; `Path.rglob` raises.
    return {name for _, folders, _ in os.walk(root) for name in folders}


def found_in(daemon: Daemon, pattern: str, seconds: float = 120) -> str:
    """The first match in a log that is still being written."""
    log = daemon.log
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        match = re.search(pattern, log.read_text())
        if match:
            return match.group(0)
        time.sleep(0.5)
    raise AssertionError(f"{pattern} is not in {log}:\n{log.read_text()}")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    local = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    package = "org.apache.spark.deploy"
    with started(folder, "master", f"{package}.master.Master", *local) as master:
        url = found_in(master, r"spark://127\.0\.0\.1:\d+")
        size = ("--cores", "1", "--memory", "1g")
        worker = (f"{package}.worker.Worker", *local, *size, url)
        with (
            started(folder, "worker_1", *worker) as first,
            started(folder, "worker_2", *worker) as second,
        ):
            for each in (first, second):
                found_in(each, "Successfully registered with master")
            yield Cluster(url, (first, second))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("builds")


@pytest.fixture(scope="module")
def environment(cluster: Cluster, folder: Path) -> dict[str, str]:
    return {
        "AISLE_SPARK_MASTER": cluster.url,
        "AISLE_SPARK_MEMORY": "3g",
        "AISLE_SPARK_EXECUTOR_MEMORY": "1g",
        "AISLE_SPARK_WAREHOUSE": str(folder / "warehouse"),
        "AISLE_SPARK_PUBLISHED": str(folder / "published"),
        # One tier of the compiler has a cache of 48 MB, which a whole build fills;
        # then nothing more is compiled.
        "AISLE_SPARK_JAVA_OPTIONS": (
            "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
        ),
        "SPARK_LOCAL_IP": "127.0.0.1",
        **ARTIFACTS,
        **UNIT_TESTS,
    }


@pytest.fixture(scope="module")
def on_cluster(environment: dict[str, str], folder: Path) -> DbtRun:
    return run_dbt(
        ["build", "--target", "spark"],
        folder / "spark",
        env=environment,
        timeout=BUDGET_SECONDS,
    )


def test_the_whole_build_passes_and_publishes(on_cluster: DbtRun, folder: Path) -> None:
    on_cluster.succeeded()
    release = read_manifest(str(folder / "published"))
    assert release is not None
    results = on_cluster.artifact("run_results.json")["results"]
    assert {row["status"] for row in results} <= {"success", "pass"}
    # A leftover of nothing: what the manifest names is all there is.
    (only,) = (folder / "published" / "releases").iterdir()
    assert release["folder"] == f"releases/{only.name}"


def test_both_engines_publish_the_same(
    on_cluster: DbtRun, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_cluster.succeeded()
    embedded = run_dbt(["build"], folder / "duckdb", env=ARTIFACTS).succeeded()
    found = compare_published(
        embedded.published, folder / "published", embedded.artifact("manifest.json")
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{table_text(found)}\n")
    missed = [row for row in found if not row.is_met]
    assert not missed, table_text(missed)


def test_a_killed_worker_costs_time_alone(
    cluster: Cluster, environment: dict[str, str], folder: Path
) -> None:
    """The other worker does again what was lost; what is published stays as it is."""
    published = read_manifest(str(folder / "published"))
    warehouse = folder / "killed_warehouse"
    is_killed = threading.Event()

    def kill() -> None:
        # In the middle: some of the selected tables are there, most are not.
        until = time.monotonic() + BUDGET_SECONDS
        while time.monotonic() < until:
            if "int_audit__accepted_interactions" in folders_under(warehouse):
                cluster.workers[0].process.kill()
                is_killed.set()
                return
            time.sleep(0.2)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    arguments = [
        *("build", "--target", "spark", "--select", "+int_features__orders"),
        *("--exclude-resource-type", "test", "unit_test"),
    ]
    settings = {**environment, "AISLE_SPARK_WAREHOUSE": str(warehouse)}
    run = run_dbt(arguments, folder / "killed", env=settings, timeout=BUDGET_SECONDS)
    assert is_killed.is_set(), run.output[-3000:]
    assert cluster.workers[0].process.wait(timeout=60) != 0
    run.succeeded()
    assert read_manifest(str(folder / "published")) == published
