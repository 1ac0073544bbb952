"""What goes wrong outside the project costs the build, not what is published."""

from __future__ import annotations

import shutil
from pathlib import Path

from dbt_runner import DbtRun, run_dbt

BUILD = ["build", "--exclude-resource-type", "test", "unit_test"]
# The sample shop's warehouse grows to several times as much.
ROOM_MIB = 40


def test_a_full_disk_leaves_what_is_published(
    sample_build: DbtRun, tmp_path: Path
) -> None:
    """No file can grow beyond what the disk has room for."""
    published = tmp_path / "published.duckdb"
    shutil.copy(sample_build.published, published)
    before = published.read_bytes()
    run = run_dbt(BUILD, tmp_path, room_mib=ROOM_MIB)
    assert run.returncode != 0
    assert "Could not write" in run.output, run.output[-3000:]
    # Where DuckDB was writing a checkpoint it gives up the database, and dbt, which
    # then cannot end its transaction, shows where it was.
    is_given_up = "database has been invalidated" in run.output
    assert is_given_up or "Traceback" not in run.output
    assert published.read_bytes() == before
    # What was committed before can still be read.
    assert run.query("select count(*) > 0 from inputs.input_interactions") == [(True,)]
