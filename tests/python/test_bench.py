"""What the benchmark adds up, compares and switches off."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from bench import markdown, stage_of
from compare import (
    ALS,
    EQUAL_WORK,
    NDCG,
    OVERLAP,
    OWN,
    PAIRED,
    PEERS,
    SOURCES,
    Cost,
    cost_of,
    ratios,
    switches,
)
from dbt_runner import ROOT
from watch import MIB, MemoryWatch, Run

# Ten seconds, in which half of one core was busy, then all of it.
WATCH = MemoryWatch(0, [(0.0, 1 * MIB, 0.0), (5.0, 9 * MIB, 2.5), (10.0, MIB, 7.5)])


def test_cpu_and_memory_between_two_moments() -> None:
    assert WATCH.cpu() == 7.5
    assert WATCH.cpu(2.0, 6.0) == pytest.approx(1.5 + 1.0)
    assert WATCH.peak(6.0) == MIB


def test_costs_of_several_spans_add_up_and_peaks_do_not() -> None:
    run = Run(0, 0.0, 10.0, WATCH)
    cost = cost_of(ALS, OWN, 2, run, [(0.0, 2.0), (4.0, 7.0)], {"all": 0.25})
    assert cost.row() == [ALS, OWN, "2", "5.0", "3.5", "9", "0.2500", ""]


def test_equal_work_leaves_other_sources_out() -> None:
    values = switches((ROOT / "dbt_project.yml").read_text())
    enabled = {name for name, value in values.items() if value is True}
    assert enabled == {f"is_{source}_enabled" for source in SOURCES}
    assert values["is_ease_enabled"] is False


def test_ratios_are_by_fold_but_for_equal_work() -> None:
    costs = [
        Cost(EQUAL_WORK, OWN, 4, 20.0, 0.0, 1, {}),
        Cost(EQUAL_WORK, "peer", 1, 40.0, 0.0, 2, {}),
        Cost(ALS, OWN, 4, 20.0, 0.0, 1, {}),
        Cost(ALS, "peer", 1, 40.0, 0.0, 2, {}),
    ]
    whole, by_fold = ratios(costs)
    assert "0.50 times the time and 0.50 times the memory" in whole
    assert "0.12 times the time a fold" in by_fold


def test_make_bench_runs_every_peer() -> None:
    (names,) = re.findall(
        r"^PEERS \?= (.+)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE
    )
    assert set(names.split()) == set(PEERS)
    for name in PEERS:
        assert (ROOT / "benchmarks" / "peers" / f"{name}.py").exists()


def test_stage_is_the_folder_below_intermediate() -> None:
    path = "models/marts/audit/findings.sql"
    assert stage_of({"resource_type": "model", "original_file_path": path}) == (
        "marts/audit"
    )
    assert stage_of({"resource_type": "test"}) == "data tests"


def test_numbers_stand_on_the_right_of_a_table() -> None:
    assert markdown(["a", "b", "c"], [["x", "y", "1"]], texts=2).splitlines() == [
        "| a | b | c |",
        "| --- | --- | ---: |",
        "| x | y | 1 |",
    ]


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema intermediate")
    connection.execute("create schema evaluation")
    return connection


def test_ndcg_of_a_peer_counts_what_is_on_sale_then_what_is_new(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Customer 1 bought 10 before and now 10 and 12; customer 2, without a list, 11."""
    warehouse.execute(
        """
        create table intermediate.int_ranking__relevant_products as
        from (values ('test', 1, 10, true, true), ('test', 1, 12, true, false),
            ('test', 2, 11, true, false), ('test', 3, 11, false, false),
            ('validation', 1, 11, true, false))
        as rows(fold_id, customer_key, product_key, has_history, is_bought_before);
        create table intermediate.int_features__products as
        from (values ('test', 10, true), ('test', 11, true), ('test', 12, true),
            ('test', 13, false)) as rows(fold_id, product_key, is_sellable);
        create table intermediate.int_features__customer_products as
        from (values ('test', 1, 10, true), ('test', 1, 12, false))
        as rows(fold_id, customer_key, product_key, is_bought);
        """
    )
    lists = tmp_path / "lists.parquet"
    warehouse.execute(
        f"""copy (from (values (1, 13, 1), (1, 11, 2), (1, 10, 3), (1, 12, 4))
        as rows(customer_key, product_key, rank)) to '{lists}'"""
    )
    found = dict(warehouse.execute(NDCG.format(lists=lists)).fetchall())
    # 13 is not on sale, so 10 and 12 stand at 2 and 3 of two that could be hit; of what
    # is new, 12 stands at 2. Both are halved by the customer without a list.
    second, third = 0.6309297535714575, 0.5
    assert found["all"] == pytest.approx((second + third) / (1 + second) / 2)
    assert found["new_to_customer"] == pytest.approx(second / 2)
    warehouse.execute(
        """
        create table intermediate.int_ranking__list_ndcg as
        from (values ('test', 'ranker', 'all', 1, 1.0), ('test', 'als', 'all', 1, 0.0),
            ('test', 'ranker', 'all', 2, 0.5), ('serving', 'ranker', 'all', 1, 0.0))
        as rows(fold_id, strategy, task, customer_key, ndcg)
        """
    )
    query = PAIRED.format(lists=lists, strategy="ranker")
    ((task, difference, half_width, customers),) = warehouse.execute(query).fetchall()
    gaps = (1 - (second + third) / (1 + second), 0.5)
    assert (task, customers) == ("all", 2)
    assert difference == pytest.approx(sum(gaps) / 2)
    # Of two the standard error is half of what lies between them.
    assert half_width == pytest.approx(1.96 * abs(gaps[0] - gaps[1]) / 2)


def test_overlap_ignores_pairs_without_support(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Product 1 has neighbours 2 and 3 here; there 4, unsupported, comes first."""
    warehouse.execute(
        """
        create table intermediate.int_similarity__histories as
        from (values ('test', 1, null, 1), ('test', 1, null, 2), ('test', 1, null, 3),
            ('test', 2, null, 1), ('test', 2, null, 2), ('test', 2, null, 3),
            ('test', 3, null, 1), ('test', 3, null, 4),
            ('test', 4, 4, 1), ('test', 4, 4, 4))
        as rows(fold_id, customer_key, unseen_customer_key, product_key);
        create table intermediate.int_similarity__product_neighbours as
        from (values ('test', 1, 2), ('test', 1, 3), ('test', 3, 1))
        as rows(fold_id, product_key, neighbour_key);
        """
    )
    neighbours = tmp_path / "neighbours.parquet"
    warehouse.execute(
        f"""copy (from (values (1, 1, 1.0), (1, 4, 0.9), (1, 3, 0.8), (1, 2, 0.7),
            (3, 3, 1.0), (3, 2, 0.6), (3, 1, 0.5))
        as rows(product_key, neighbour_key, similarity)) to '{neighbours}'"""
    )
    query = OVERLAP.format(neighbours=neighbours, support=2)
    # Both of product 1; of product 3 the one that is kept there is 2.
    assert warehouse.execute(query).fetchall() == [(0.5, 2)]
