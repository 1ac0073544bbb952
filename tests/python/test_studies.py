"""Customers kept out of every fit change no model, and studies show what they say.

A small shop is built twice: as it is, and with the latest purchases of the customers
who are kept out exchanged among them. What is learnt must be the same to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aisle.sample import write_sample
from dbt_runner import DbtRun, run_dbt
from row_differences import differing_rows

AS_OF = datetime(2025, 7, 1)
CUTOFF = AS_OF - timedelta(days=30)
VARIABLES = {
    "connector": "files",
    "as_of": str(AS_OF),
    "bootstrap_replicates": 3,
    "backtest_folds": 0,
    "train_folds": 2,
    "unseen_customer_rate": 0.4,
    "cold_start_orders": [0, 1, 3],
    "history_days": [60],
}
# What is learnt: its columns that have nothing to do with one customer.
LEARNT = {
    "int_features__quantity_caps": "*",
    "int_features__products": "*",
    "int_features__product_months": "*",
    "int_features__attribute_lifts": "*",
    "int_candidates__biased_mf_models": "*",
    "int_similarity__product_neighbours": "*",
    "int_similarity__basket_neighbours": "*",
    "int_candidates__als_models": "fold_id, losses, product_factors",
    "int_ranking__ranker_models": "shelf, target, rounds, model",
}


@dataclass(frozen=True)
class Builds:
    """The whole build, and the warehouse of the altered shop."""

    run: DbtRun
    altered: Path


def exchange_purchases(shop: Path, customers: set[str]) -> None:
    """Exchange the customers' last purchases before the cutoff among them."""
    path = shop / "interactions.parquet"
    table = pq.read_table(path)
    rows = table.to_pandas()
    at = pd.to_datetime(rows["occurred_at"], errors="coerce")
    first = at.groupby(rows["product_id"]).transform("min")
    chosen = rows.index[
        (at >= CUTOFF - timedelta(days=60))
        & (at < CUTOFF)
        & (rows["interaction_type"] == "purchase")
        & rows["customer_id"].isin(customers)
        # No product may be known earlier or later than it was, by whoever has it now.
        & (first < CUTOFF - timedelta(days=60))
    ]
    assert len(chosen) > 50
    for column in ("product_id", "unit_price"):
        rows.loc[chosen, column] = rows.loc[chosen, column].to_numpy()[::-1]
    pq.write_table(
        pa.Table.from_pandas(rows, schema=table.schema, preserve_index=False), path
    )


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """Both builds; the second ends with the rankers."""
    base = tmp_path_factory.mktemp("studies")
    shop = base / "shop"
    write_sample(shop, customers=200, products=70, days=240)
    variables = {**VARIABLES, "files_path": str(shop)}
    excluded = ["--exclude", "resource_type:test"]
    run = run_dbt(
        ["build", "--select", "+studies", "+metrics", *excluded],
        base / "one",
        variables,
    ).succeeded()
    unseen = run.query(
        """
        select customer_id
        from intermediate.int_folds__customers
        where fold_id = 'test' and unseen_customer_key is not null
        """
    )
    exchange_purchases(shop, {customer for (customer,) in unseen})
    other = run_dbt(
        ["build", "--select", "+int_ranking__ranker_models", *excluded],
        base / "other",
        variables,
    ).succeeded()
    return Builds(run, other.warehouse)


def compare(builds: Builds, query: str) -> tuple[int, int]:
    """Rows of a query on the first build, and rows that only one build has.

    `{side}` stands in place of the warehouse.
    """
    one, other = query.format(side="one"), query.format(side="other")
    with duckdb.connect() as connection:
        for name, path in {
            "one": builds.run.warehouse,
            "other": builds.altered,
        }.items():
            connection.execute(f"attach '{path}' as {name} (read_only)")
        [(rows,)] = connection.execute(f"select count(*) from ({one})").fetchall()
        return int(rows), differing_rows(connection, one, other)


def differences(builds: Builds, table: str, columns: str) -> int:
    return compare(builds, f"select {columns} from {{side}}.intermediate.{table}")[1]


@pytest.mark.parametrize("table", LEARNT)
def test_customers_kept_out_teach_nothing(builds: Builds, table: str) -> None:
    assert differences(builds, table, LEARNT[table]) == 0


def test_their_own_histories_were_exchanged(builds: Builds) -> None:
    columns = "fold_id, customer_key, product_key, weight"
    assert differences(builds, "int_features__customer_products", columns) > 50


@pytest.mark.parametrize("source", ["als", "ease", "product_neighbours"])
def test_others_have_the_same_lists(builds: Builds, source: str) -> None:
    rows, differing = compare(
        builds,
        f"""
        select * exclude (unseen_customer_key)
        from {{side}}.intermediate.int_candidates__{source}_scored
        left join (
            select distinct fold_id, customer_key, unseen_customer_key
            from {{side}}.intermediate.int_folds__customers
        ) using (fold_id, customer_key)
        where unseen_customer_key is null
        """,
    )
    assert rows > 0
    assert differing == 0


def test_nobody_kept_out_is_learnt_or_chosen_from(builds: Builds) -> None:
    counts = dict(
        builds.run.query(
            """
            select
                folds.fold_role,
                count(unseen.customer_key)
            from intermediate.int_folds__listed_customers as scored
            inner join evaluation.folds using (fold_id)
            left join intermediate.int_folds__unseen_customers as unseen
                using (customer_key)
            group by folds.fold_role
            """
        )
    )
    assert counts["train"] == counts["validation"] == 0
    assert counts["test"] > 0
    assert counts["cold_start"] > 0


def test_seen_and_unseen_are_reported_apart(builds: Builds) -> None:
    segments = builds.run.query(
        """
        select distinct segment
        from evaluation.metrics
        where segment_type = 'training' and fold_id = 'test'
        order by segment
        """
    )
    assert segments == [("seen",), ("unseen",)]


def test_who_shows_more_orders_is_the_same_customer(builds: Builds) -> None:
    rows = builds.run.query(
        """
        select variant, count_customers, ndcg
        from evaluation.studies
        where
            study = 'cold_start'
            and strategy = 'blend'
            and scenario_id = 'relevance_only'
        """
    )
    live = builds.run.query(
        """
        select variant
        from evaluation.studies
        where study = 'cold_start' and scenario_id = 'live'
        """
    )
    counts = {variant: count for variant, count, _ in rows}
    ndcg = {variant: value for variant, _, value in rows}
    assert set(counts) == {
        "orders_0_unasked",
        "orders_0",
        "orders_1",
        "orders_3",
        "orders_all",
    }
    assert {variant for (variant,) in live} == set(counts)
    assert len(set(counts.values())) == 1
    assert ndcg["orders_0"] < ndcg["orders_3"]


def test_shown_histories_hold_so_many_orders(builds: Builds) -> None:
    rows = builds.run.query(
        """
        select folds.history_orders, min(shown.count_orders), max(shown.count_orders)
        from evaluation.folds
        left join (
            select
                shown.fold_id,
                customer_key,
                count(distinct basket_key) as count_orders
            from intermediate.int_folds__shown_histories as shown
            inner join intermediate.int_folds__train_interactions as events
                using (fold_id, customer_key)
            where interaction_type = 'purchase'
            group by all
        ) as shown using (fold_id)
        where history_orders is not null and has_answers
        group by all
        order by all
        """
    )
    assert rows == [(0, None, None), (1, 1, 1), (3, 3, 3)]
