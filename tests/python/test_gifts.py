"""Presents that are planted in a shop are found and acted on, and only there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from aisle.sample import write_sample
from aisle.sample.events import GIFT_CATEGORIES
from dbt_runner import DbtRun, run_dbt


@dataclass(frozen=True)
class Shop:
    """A build as far as carts, and what is true of the customers."""

    run: DbtRun
    folder: Path


def build(folder: Path, gift_rate: float) -> Shop:
    write_sample(
        folder / "shop",
        customers=500,
        products=100,
        days=300,
        truth=True,
        gift_rate=gift_rate,
    )
    run = run_dbt(
        [
            *("build", "--select", "+int_placements__anchored_slots", "+context_tests"),
            *("--exclude", "resource_type:test", "resource_type:unit_test"),
        ],
        folder / "dbt",
        {"connector": "files", "files_path": str(folder / "shop")},
    )
    return Shop(run.succeeded(), folder / "shop")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One visit for a present to two shopping trips."""
    return build(tmp_path_factory.mktemp("planted"), 0.5)


def verdicts(shop: Shop) -> dict[tuple[str, str], bool]:
    rows = shop.run.query(
        "select test_id, fold_role, is_shown from intermediate.int_contexts__tests"
    )
    return {(test, role): is_shown for test, role, is_shown in rows}


def test_without_presents_nothing_is_acted_on(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Gift cards are sold there too, to customers with the taste they have."""
    shop = build(tmp_path_factory.mktemp("plain"), 0)
    assert shop.run.query("from intermediate.int_contexts__gift_days")
    assert not any(verdicts(shop).values())
    for table in ("gift_carts", "own_shares"):
        assert shop.run.query(f"from intermediate.int_contexts__{table}") == []
    multiplied = "context_multiplier is not null"
    assert (
        shop.run.query(f"from intermediate.int_placements__anchored where {multiplied}")
        == []
    )


def test_planted_presents_are_found(planted: Shop) -> None:
    """On validation, which decides, and on test; the time of the week stays off."""
    assert verdicts(planted) == {
        (test, role): test != "time_of_week"
        for test in ("gift_intent", "gift_taste", "time_of_week")
        for role in ("validation", "test")
    }
    lifted = planted.run.query(
        """
        select category
        from intermediate.int_contexts__lifts
        where fold_id = 'serving' and situation = 'gift' and lift > 1
        """
    )
    assert {category for (category,) in lifted} == set(GIFT_CATEGORIES)


def test_carts_with_a_present_show_what_presents_hold(planted: Shop) -> None:
    """More of their first three companions are presents than by the baskets alone."""
    rows = planted.run.query(
        """
        with

        companions as (

            select
                anchored.customer_key,
                products.category,
                row_number() over (
                    partition by anchored.list_key
                    order by anchored.score desc, anchored.popularity_rank
                ) as basket_place,
                row_number() over (
                    partition by anchored.list_key
                    order by
                        anchored.score * anchored.context_multiplier desc,
                        anchored.popularity_rank
                ) as gift_place
            from intermediate.int_placements__anchored as anchored
            inner join intermediate.int_features__products as products
                using (product_key)
            where
                anchored.context_multiplier is not null
                and anchored.tier = 1
                and products.fold_id = 'serving'

        )

        select
            count(distinct customer_key),
            count(*) filter (basket_place <= 3 and category in $gifts),
            count(*) filter (gift_place <= 3 and category in $gifts),
            count(*) filter (gift_place <= 3)
        from companions
        """.replace("$gifts", str(GIFT_CATEGORIES))
    )
    [(carts, by_basket, by_gift, shown)] = rows
    [(marked,)] = planted.run.query(
        """
        select count(distinct customer_key)
        from intermediate.int_features__open_carts
        inner join intermediate.int_contexts__gift_products using (fold_id, product_key)
        """
    )
    assert carts >= marked > 5
    assert by_basket < by_gift <= shown


def test_presents_teach_less_and_taste_is_told_better(planted: Shop) -> None:
    """Shares of categories come nearer to the true tastes than with full weights."""
    (path,) = planted.run.target.glob("compiled/**/int_features__customer_products.sql")
    sql = path.read_text()
    shares = '"warehouse"."intermediate"."int_contexts__own_shares"'
    assert shares in sql
    with duckdb.connect() as connection:
        connection.execute(f"attach '{planted.run.warehouse}' as warehouse (read_only)")
        distances = [
            connection.execute(
                f"""
                with

                weights as (

                    select
                        customers.customer_id,
                        products.category,
                        sum(greatest(weighted.weight, 0)) as weight
                    from ({weighted}) as weighted
                    inner join warehouse.intermediate.int_folds__customers as customers
                        using (fold_id, customer_key)
                    inner join warehouse.intermediate.int_folds__products as products
                        using (fold_id, product_key)
                    where
                        fold_id = 'serving'
                        and category not in ('Gift cards', 'unknown')
                    group by all

                ),

                shares as (

                    select
                        *,
                        weight / sum(weight) over (partition by customer_id) as share
                    from weights

                )

                select avg(abs(coalesce(share, 0) - taste))
                from '{planted.folder}/truth_customers.parquet' as truth
                left join shares using (customer_id, category)
                where
                    customer_id in (select customer_id from shares)
                    and category != 'Gift cards'
                """
            ).fetchall()[0][0]
            for weighted in (sql, sql.replace(shares, f"(from {shares} where false)"))
        ]
    with_shares, in_full = distances
    assert with_shares < 0.97 * in_full
