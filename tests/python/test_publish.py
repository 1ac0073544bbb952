"""Publishing: whole or not at all, only what was tested, and what changed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from aisle.publish import PublishError, publish, publish_release
from dbt_runner import ARTIFACTS, ROOT, DbtRun, run_dbt

TABLES = [("main", "releases"), ("marts", "lists")]
SCHEMAS = ("main", "marts")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            """
            create table releases as select 'r1' as release_id;
            create schema marts;
            create table marts.lists_table as
            select 'r1' as release_id, c as customer, s as slot
            from range(5) as customers (c), range(3) as slots (s);
            create view marts.lists as select * from marts.lists_table;
            """
        )
        yield connection


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "published" / "shop's.duckdb"


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_copies_tables_and_views(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    found = publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    assert found == [("main", "releases", 1, 1), ("marts", "lists", 15, 15)]
    assert read(target, "select release_id from releases") == [("r1",)]
    assert read(target, "select count(*) from marts.lists") == [(15,)]
    kinds = "select distinct table_type from information_schema.tables"
    assert read(target, kinds) == [("BASE TABLE",)]
    assert stat.S_IMODE(target.stat().st_mode) == 0o444
    # Names are what is compared, not paths.
    assert os.listdir(target.parent) == [target.name]  # noqa: PTH208


def test_file_is_readable_since_duckdb_1_0(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    # The header: eight bytes of checksum, "DUCK", then the format; 64 is that of 1.0.
    header = target.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_a_release_without_recommendations_replaces_none_that_has_some(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    tables = [*TABLES, ("recommendations", "customer_recommendations")]
    warehouse.execute("create schema recommendations")
    served = "recommendations.customer_recommendations"
    warehouse.execute(f"create table {served} as select 1 as slot where false")
    publish(warehouse.cursor(), tables, target, SCHEMAS)
    warehouse.execute(f"insert into {served} values (1)")
    publish(warehouse.cursor(), tables, target, SCHEMAS)
    warehouse.execute(f"delete from {served}")
    with pytest.raises(PublishError, match="has no recommendations, and .* has 1:"):
        publish(warehouse.cursor(), tables, target, SCHEMAS, history=[TABLES[0]])
    assert read(target, f"from {served}") == [(1,)]
    assert os.listdir(target.parent) == [target.name]  # noqa: PTH208


def test_counts_rows_added_and_removed(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    assert [row[3] for row in publish(warehouse.cursor(), TABLES, target, SCHEMAS)] == [
        0,
        0,
    ]
    warehouse.execute("update marts.lists_table set slot = 9 where customer = 1")
    warehouse.execute("delete from marts.lists_table where customer = 2")
    assert publish(warehouse.cursor(), TABLES, target, SCHEMAS)[1] == (
        *("marts", "lists"),
        *(12, 9),  # three removed, three removed and added again
    )


def test_repeated_rows_count(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    warehouse.execute("insert into marts.lists_table select * from marts.lists limit 2")
    assert (
        publish(warehouse.cursor(), TABLES, target, SCHEMAS)[1].count_rows_changed == 2
    )


def test_other_schemas_are_not_compared(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    found = publish(warehouse.cursor(), TABLES, target, ["marts"])
    assert [table.count_rows_changed for table in found] == [None, 15]


def test_a_new_release_id_alone_changes_nothing(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    warehouse.execute("update marts.lists_table set release_id = 'r2'")
    assert (
        publish(warehouse.cursor(), TABLES, target, SCHEMAS)[1].count_rows_changed == 0
    )


def test_other_columns_change_every_row(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    warehouse.execute("drop view marts.lists")
    warehouse.execute("create table marts.lists as select 1 as customer")
    assert publish(warehouse.cursor(), TABLES, target, SCHEMAS)[1][2:] == (1, 1)


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_an_unreadable_old_file_is_replaced(
    warehouse: duckdb.DuckDBPyConnection, target: Path, content: bytes
) -> None:
    target.parent.mkdir()
    target.write_bytes(content)
    assert publish(warehouse.cursor(), TABLES, target, SCHEMAS)[1][2:] == (15, 15)
    assert read(target, "select count(*) from marts.lists") == [(15,)]


def test_a_stale_log_is_not_replayed(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    target.parent.mkdir()
    log = target.with_name(target.name + ".wal")
    log.write_bytes(b"left from something else")
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    assert not log.exists()
    assert read(target, "select count(*) from marts.lists") == [(15,)]


def test_whoever_has_the_old_file_open_keeps_it(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    count = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
    count += (
        "q = lambda: print(*c.execute('from marts.lists').fetchall()[-1], flush=1);"
    )
    count += "q(); input(); q()"
    with subprocess.Popen(
        [sys.executable, "-c", count, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin
        assert reader.stdout
        before = reader.stdout.readline()
        warehouse.execute("update marts.lists_table set slot = 7")
        publish(warehouse.cursor(), TABLES, target, SCHEMAS)
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == before
    assert read(target, "select max(slot) from marts.lists") == [(7,)]


@pytest.mark.parametrize("moment", ["_compare", "_sync"])
def test_a_kill_in_the_middle_leaves_the_old_file_whole(
    warehouse: duckdb.DuckDBPyConnection, target: Path, moment: str
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    before = target.read_bytes()
    script = f"""
import os, signal, sys, duckdb
from aisle import publish
publish.{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
other = duckdb.connect(); other.execute("create table releases as select 2 as a")
publish.publish(other.cursor(), [("main", "releases")], sys.argv[1])
"""
    killed = subprocess.run(
        [sys.executable, "-c", script, str(target)], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == before
    assert len(list(target.parent.iterdir())) == 2

    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    assert list(target.parent.iterdir()) == [target]


def test_a_disk_that_fills_up_leaves_the_old_file(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    """A release of some 16 MB, where no file can grow beyond 4."""
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    before = target.read_bytes()
    script = """
import resource, signal, sys, duckdb
from aisle.publish import PublishError, publish
other = duckdb.connect()
rows = "select hash(n) as a from range(2000000) as numbers (n)"
other.execute(f"create table releases as {rows}")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
room = int(sys.argv[2]) * 2**20
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    publish(other.cursor(), [("main", "releases")], sys.argv[1])
except PublishError as error:
    print(error)
"""

    def attempt(room_mib: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", script, str(target), str(room_mib)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    assert f"cannot publish to {target}" in attempt(4)
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]
    # With room for it, the same release is published.
    assert attempt(64) == ""
    assert read(target, "select count(*) from releases") == [(2_000_000,)]


def test_a_missing_table_leaves_the_old_file(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)
    before = target.read_bytes()
    with pytest.raises(PublishError, match="nowhere"):
        publish(warehouse.cursor(), [*TABLES, ("main", "nowhere")], target)
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]
    # Nothing stays attached: the next publication works.
    publish(warehouse.cursor(), TABLES, target, SCHEMAS)


def test_factors_become_a_parquet_file_for_the_next_release(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    warehouse.execute("create table marts.als_factors as select 'c1' as entity_id")
    history = [("marts", "als_factors")]
    publish(warehouse.cursor(), TABLES, target, history=history)
    warehouse.execute("update marts.als_factors set entity_id = 'c2'")
    publish(warehouse.cursor(), TABLES, target, history=history)
    publish(warehouse.cursor(), TABLES, target)
    (path,) = (target.parent / "shop's_history").iterdir()
    assert path.name == "als_factors.parquet"
    assert pq.read_table(path).to_pylist() == [{"entity_id": "c2"}]
    assert sorted(path.name for path in target.parent.iterdir()) == [
        "shop's.duckdb",
        "shop's_history",
    ]


def test_links_lead_to_what_is_replaced(
    warehouse: duckdb.DuckDBPyConnection, target: Path, tmp_path: Path
) -> None:
    """Readers of the file itself see the release, and the history stays where it is."""
    real, kept = tmp_path / "disk" / "real.duckdb", tmp_path / "disk" / "kept"
    kept.mkdir(parents=True)
    target.parent.mkdir(exist_ok=True)
    target.symlink_to(real)
    linked = target.parent / "shop's_history"
    linked.symlink_to(kept)
    warehouse.execute("create table marts.als_factors as select 'c1' as entity_id")
    for _ in range(3):
        publish(warehouse.cursor(), TABLES, target, history=[("marts", "als_factors")])
    assert target.is_symlink()
    assert linked.is_symlink()
    with duckdb.connect(str(real), read_only=True) as reader:
        assert reader.execute("show all tables").fetchall()
    assert [path.name for path in kept.iterdir()] == ["als_factors.parquet"]
    assert sorted(path.name for path in kept.parent.iterdir()) == [
        "kept",
        "real.duckdb",
    ]


def test_the_history_keeps_the_lists_of_several_releases(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    """A week apart, until 120 days are over; each build replaces its own day."""
    folder = target.parent / "shop's_history"
    served = [("marts", "served")]

    def released(day: str, release: str, *, full: bool = False) -> list[str]:
        warehouse.execute(
            "create or replace table marts.served as "
            f"select '{release}' as release_id, timestamp '{day}' as as_of"
        )
        history = [("main", "releases")] if full else []
        publish(warehouse.cursor(), TABLES, target, history=history, logged=served)
        return sorted(path.name[7:15] for path in folder.glob("served_*.parquet"))

    assert released("2026-01-01", "d0") == []
    assert released("2026-01-01", "f1", full=True) == ["20260101"]
    assert released("2026-01-01", "d1") == ["20260101"]
    (row,) = pq.read_table(folder / "served_20260101000000.parquet").to_pylist()
    assert row["release_id"] == "d1"
    assert released("2026-01-07", "d2") == ["20260101"]
    assert released("2026-01-08", "d3") == ["20260101", "20260108"]
    assert released("2026-01-08", "f2", full=True) == ["20260101", "20260108"]
    (row,) = pq.read_table(folder / "served_20260108000000.parquet").to_pylist()
    assert row["release_id"] == "f2"
    assert released("2026-05-08", "d4") == ["20260108", "20260508"]
    assert (folder / "releases.parquet").is_file()


def test_the_history_notes_what_every_release_was(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    """Two of one day too: customers may have been served from either."""
    folder = target.parent / "shop's_history"
    settings = [("marts", "settings")]

    def released(day: str, release: str, *, full: bool = False) -> list[str]:
        warehouse.execute(
            "create or replace table marts.settings as "
            f"select '{release}' as release_id, timestamp '{day}' as as_of"
        )
        history = [("main", "releases")] if full else []
        publish(warehouse.cursor(), TABLES, target, history=history, noted=settings)
        return sorted(path.stem[9:] for path in folder.glob("settings_*.parquet"))

    first, second = "20260101000000_f1", "20260101000000_d1"
    assert released("2026-01-01", "f1", full=True) == [first]
    assert released("2026-01-01", "d1") == [second, first]
    assert released("2026-01-01", "d1") == [second, first]
    # A full build of an earlier day leaves what was served on later ones.
    third = "20251231000000_f2"
    assert released("2025-12-31", "f2", full=True) == [third, second, first]
    assert released("2028-01-01", "f3") == [second, first, "20280101000000_f3"]


def test_a_damaged_file_of_the_history_is_named_where_it_is(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    folder = target.parent / "shop's_history"
    warehouse.execute(
        "create table marts.settings as "
        "select 'r1' as release_id, timestamp '2026-01-01' as as_of"
    )

    def released(*, full: bool) -> None:
        history = [("main", "releases")] if full else []
        noted = [("marts", "settings")]
        publish(warehouse.cursor(), TABLES, target, history=history, noted=noted)

    released(full=True)
    earlier = folder / "settings_20251231000000_r0.parquet"
    earlier.write_bytes((folder / "releases.parquet").read_bytes()[:50])
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for full in (True, False):
        message = f"cannot publish: the file {earlier} of earlier releases cannot"
        with pytest.raises(PublishError, match=re.escape(message)):
            released(full=full)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_customers_who_have_left_leave_the_history(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    """A full build forgets them, and a daily one, in what it carries over too."""
    warehouse.execute(
        """
        create table marts.customers as
        select unnest(['ann', 'bob', 'cid']) as customer_id;
        create table marts.served as
        select customer_id, timestamp '2026-01-01' as as_of from marts.customers;
        create table marts.als_factors as
        select 'customer' as entity_type, customer_id as entity_id from marts.customers
        union all select 'product', 'bob';
        create table marts.evaluated as select customer_id from marts.customers
        union all select null;
        create table marts.folds as
        select
            'test' as fold_id,
            customer_id,
            if(customer_id = 'cid', 'bob', 'ann') as neighbour_customer_id
        from marts.customers;
        """
    )
    folder = target.parent / "shop's_history"
    evaluated = [("marts", "evaluated")]

    def published(*, full: bool) -> list[set[str]]:
        daily = [*TABLES, ("marts", "folds")]
        publish(
            warehouse.cursor(),
            daily + evaluated if full else daily,
            target,
            history=[("marts", "als_factors")] if full else [],
            logged=[("marts", "served")],
            carried=[] if full else evaluated,
            customers=("marts", "customers"),
        )
        (served,) = folder.glob("served_*.parquet")
        factors = pq.read_table(folder / "als_factors.parquet").to_pylist()
        assert {"entity_type": "product", "entity_id": "bob"} in factors
        return [
            set(pq.read_table(served).column("customer_id").to_pylist()),
            {row["entity_id"] for row in factors if row["entity_type"] == "customer"},
            {row[0] for row in read(target, "select customer_id from marts.evaluated")},
            {row[0] for row in read(target, "select customer_id from marts.folds")},
        ]

    everybody = {"ann", "bob", "cid"}
    assert published(full=True) == [
        everybody,
        everybody,
        {*everybody, None},
        everybody,
    ]
    warehouse.execute("delete from marts.customers where customer_id = 'bob'")
    before = {path.name for path in folder.iterdir()}
    warehouse.execute("delete from marts.folds")
    left = {"ann", "cid"}
    # Of neighbours neither may have left.
    assert published(full=False) == [left, left, {*left, None}, {"ann"}]
    assert {path.name for path in folder.iterdir()} == before
    # The lists that are kept are those of the week before.
    warehouse.execute(
        """
        delete from marts.customers where customer_id = 'cid';
        update marts.served set as_of = timestamp '2026-01-02';
        """
    )
    assert published(full=True)[:2] == [{"ann"}, {"ann"}]


def served_since(
    warehouse: duckdb.DuckDBPyConnection, target: Path, day: str, customers: str
) -> Path:
    """Publish the lists of a day, by a full build, and return the history's folder."""
    warehouse.execute(
        f"""
        create or replace table marts.customers as
        select unnest([{customers}]::varchar[]) as customer_id;
        create or replace table marts.served as
        select customer_id, timestamp '{day}' as as_of from marts.customers;
        """
    )
    publish(
        warehouse.cursor(),
        TABLES,
        target,
        history=[("main", "releases")],
        logged=[("marts", "served")],
        customers=("marts", "customers"),
    )
    return target.with_name(f"{target.stem}_history")


def test_an_empty_load_says_of_nobody_that_they_left(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    served_since(warehouse, target, "2026-01-01", "'ann'")
    folder = served_since(warehouse, target, "2026-01-09", "")
    (path,) = folder.glob("served_*.parquet")
    assert pq.read_table(path).column("customer_id").to_pylist() == ["ann"]


def test_a_kill_between_two_histories_leaves_the_earlier_one(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    folder = served_since(warehouse, target, "2026-01-01", "'ann'")
    folder.rename(folder.with_name(f".{folder.name}.old"))
    folder = served_since(warehouse, target, "2026-01-09", "'ann'")
    assert len(list(folder.glob("served_*.parquet"))) == 2
    assert sorted(path.name for path in target.parent.iterdir()) == sorted(
        [folder.name, target.name]
    )


def test_a_history_that_cannot_be_written_leaves_no_part_of_it(
    warehouse: duckdb.DuckDBPyConnection,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = served_since(warehouse, target, "2026-01-01", "'ann'")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("aisle.publish.shutil.copy2", fail)
    with pytest.raises(PublishError, match="No space left"):
        served_since(warehouse, target, "2026-01-09", "'ann'")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(path.name for path in target.parent.iterdir()) == sorted(
        [folder.name, target.name]
    )


def test_a_daily_build_carries_over_what_it_does_not_make(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    warehouse.execute(
        """
        create table marts.metrics as select 'test' as fold_id, 0.4 as value;
        create table marts.folds as
        select * from (values ('serving', 1), ('test', 0)) as t (fold_id, day);
        """
    )
    daily, full = [*TABLES, ("marts", "folds")], [("marts", "metrics")]
    publish(warehouse.cursor(), daily + full, target)
    warehouse.execute(
        """
        drop table marts.metrics;
        create or replace table marts.folds as select 'serving' as fold_id, 2 as day;
        """
    )
    found = publish(warehouse.cursor(), daily, target, carried=full)
    assert [table.table_name for table in found] == [
        "releases",
        "folds",
        "lists",
        "metrics",
    ]
    assert read(target, "select * from marts.metrics") == read(
        target, "select 'test', 0.4"
    )
    assert read(target, "select * from marts.folds order by all") == [
        ("serving", 2),
        ("test", 0),
    ]


def test_nothing_stays_in_the_file_of_whoever_has_left(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    """Neither in the rows that are carried over nor in what was deleted before them."""
    name = "somebody-who-has-left"
    warehouse.execute(
        f"""
        create table marts.customers as
        select unnest(['ann', '{name}']) as customer_id;
        create table marts.served as from marts.customers;
        create table marts.evaluated as from marts.customers;
        """
    )
    daily, evaluated = [*TABLES, ("marts", "served")], [("marts", "evaluated")]

    def publish_daily() -> bytes:
        customers = ("marts", "customers")
        publish(
            warehouse.cursor(), daily, target, carried=evaluated, customers=customers
        )
        return target.read_bytes()

    publish(warehouse.cursor(), daily + evaluated, target)
    assert name.encode() in publish_daily()
    for table in ("customers", "served"):
        warehouse.execute(f"delete from marts.{table} where customer_id = '{name}'")
    assert name.encode() not in publish_daily()
    assert read(target, "select * from marts.evaluated") == [("ann",)]


def test_daily_builds_do_not_make_the_file_larger(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    warehouse.execute(
        """
        create table marts.served as
        select i, hash(i) as noise from range(200000) as numbers (i);
        create table marts.evaluated as from marts.served;
        """
    )
    daily, evaluated = [*TABLES, ("marts", "served")], [("marts", "evaluated")]
    publish(warehouse.cursor(), daily + evaluated, target)
    sizes = [target.stat().st_size]
    for day in range(4):
        warehouse.execute(f"update marts.served set noise = hash(i + {day})")
        publish(warehouse.cursor(), daily, target, carried=evaluated)
        sizes.append(target.stat().st_size)
    assert max(sizes) <= 1.1 * sizes[0]
    assert read(target, "select count(*), count(distinct i) from marts.served") == [
        (200_000, 200_000)
    ]


def test_nothing_is_carried_over_from_another_full_build(
    warehouse: duckdb.DuckDBPyConnection, target: Path
) -> None:
    warehouse.execute(
        """
        create table marts.metrics as select 0.4 as value;
        alter table releases add column evaluated_release_id varchar;
        update releases set evaluated_release_id = 'r1';
        create table gate as
        select
            true as may_publish, false as is_published,
            cast(null as varchar) as reason, cast(? as varchar) as published_path,
            '[["main", "releases"]]' as tables, '[]' as history,
            '[]' as logged, '[]' as noted, '[["marts", "metrics"]]' as carried,
            '[]' as customers
        """.replace("?", "'" + str(target).replace("'", "''") + "'")
    )
    for release in ("r1", "r2"):
        publish(
            warehouse.cursor(), [("main", "releases"), ("marts", "metrics")], target
        )
        before = target.read_bytes()
        warehouse.execute("update gate set is_published = false")
        found = publish_release(warehouse.cursor(), "gate", "d1", release)
        (outcome,) = warehouse.execute(
            "select is_published, reason from gate"
        ).fetchall()
        if release == "r1":
            assert outcome == (True, None)
            assert found.column("table_name").to_pylist() == ["releases", "metrics"]
        else:
            assert found.num_rows == 0
            assert "the figures there are not of the full build r2" in outcome[1]
            assert target.read_bytes() == before
    for content, message in ((b"x" * 9_999, "cannot be read"), (None, "is no file")):
        target.unlink()
        if content:
            target.write_bytes(content)
        publish_release(warehouse.cursor(), "gate", "d1", "r1")
        ((reason,),) = warehouse.execute("select reason from gate").fetchall()
        assert message in reason
        assert "publish a full build" in reason


def test_a_folder_in_the_way_is_named(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(
        PublishError, match=f"{re.escape(str(tmp_path))}: it is a folder"
    ):
        publish(warehouse.cursor(), TABLES, tmp_path)


# The gate, in a project of one mart and one test: the real one takes minutes.


@pytest.fixture(scope="module")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("small_project")
    (project / "models").mkdir()
    shutil.copytree(ROOT / "macros" / "checks", project / "macros")
    shutil.copy(ROOT / "macros" / "generate_schema_name.sql", project / "macros")
    for unrelated in ("code_hash.sql", "release_vars.sql"):
        (project / "macros" / unrelated).unlink()
    for needed in (
        "is_daily",
        "full_build_models",
        "enabled_models",
        "history_models",
        "logged_models",
        "noted_models",
    ):
        shutil.copy(ROOT / "macros" / "releases" / f"{needed}.sql", project / "macros")
    shutil.copytree(ROOT / "macros" / "engine", project / "macros" / "engine")

    hook = "{{ aisle.print_summary(results) }}"
    write_yaml(
        project / "dbt_project.yml",
        {
            "name": "aisle",
            "profile": "aisle",
            "vars": {
                "connector": "sample_shop",
                "folds_to_build": "all",
                "live_strategy": "blend",
                "slots": 3,
            },
            "on-run-end": [hook],
            "models": {"+materialized": "table"},
        },
    )
    entries = yaml.safe_load((ROOT / "models/marts/_marts__models.yml").read_text())
    (published,) = (each for each in entries["models"] if each["name"] == "published")
    slots = {"accepted_values": {"arguments": {"values": [1, 2, 3], "quote": False}}}
    lists = {
        "name": "lists",
        "config": {"schema": "recommendations"},
        "columns": [{"name": "slot", "data_tests": [slots]}],
    }
    write_yaml(project / "models/models.yml", {"models": [published, lists]})

    models = {
        "lists.sql": "select slot from range(1, {{ var('slots') }} + 1) as t (slot)",
        "releases.sql": "select 'r1' as release_id, 'r1' as evaluated_release_id "
        "from {{ ref('lists') }} limit 1",
        "published.py": re.sub(
            r'_ = \((\s*dbt\.ref\("\w+"\),)+\s*\)',
            '_ = (dbt.ref("lists"),)',
            (ROOT / "models/marts/published.py").read_text(),
        ),
    }
    for name, content in models.items():
        (project / "models" / name).write_text(content)
    return project


def write_yaml(path: Path, content: dict[str, object]) -> None:
    path.write_text(yaml.safe_dump(content))


def slots(run: DbtRun) -> list[tuple[object, ...]]:
    return run.query("select max(slot) from recommendations.lists", published=True)


def test_publishes_only_what_a_whole_build_has_tested(
    small_project: Path, tmp_path: Path
) -> None:
    run = run_dbt(["build"], tmp_path, project=small_project).succeeded()
    assert f"Published: {run.published}" in run.output
    assert (
        "2 tables; rows of recommendations added or removed since the last release: 3"
        in run.output
    )
    assert slots(run) == [(3,)]
    assert run.query("select * from operations.published order by all") == [
        ("r1", "main", "releases", 1, None),
        ("r1", "recommendations", "lists", 3, 3),
    ]

    run = run_dbt(["run"], tmp_path, {"slots": 2}, project=small_project).succeeded()
    assert "Not published: dbt run does not test; dbt build publishes" in run.output
    assert slots(run) == [(3,)]

    without = ["build", "--exclude", "test_type:generic"]
    run = run_dbt(without, tmp_path, {"slots": 2}, project=small_project).succeeded()
    assert "Not published: 1 of 4 models, seeds and tests were not" in run.output
    assert slots(run) == [(3,)]


def test_a_failed_test_skips_publishing(small_project: Path, tmp_path: Path) -> None:
    run = run_dbt(["build"], tmp_path, {"slots": 4}, project=small_project)
    assert run.returncode == 1
    assert "Not published: something before it failed." in run.output
    assert re.search("Failed: accepted_values_lists_slot", run.output)
    assert not run.published.exists()


def test_a_file_that_cannot_be_written_fails_in_one_sentence(
    small_project: Path, tmp_path: Path
) -> None:
    env = {**ARTIFACTS, "AISLE_PUBLISHED": str(tmp_path)}
    run = run_dbt(["build"], tmp_path, env=env, project=small_project)
    assert run.returncode == 1
    assert f"Not published: cannot publish to {tmp_path}: it is a folder" in run.output
    assert "Traceback" not in run.output

    run = run_dbt(["retry"], tmp_path, env=ARTIFACTS, project=small_project)
    assert run.succeeded().output.count("Not published: ") == 1
    assert "Not published: dbt retry does not publish; run dbt build" in run.output
    assert not run.published.exists()
