"""MMR is what the paper says, and discoveries are what they promise to be."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from dbt_runner import DbtRun

MODELS = Path("models") / "intermediate" / "diversity"
STEPS = 10

Pool = list[tuple[int, int, float]]


def plain_mmr(
    pool: Pool,
    similarities: dict[tuple[int, int], float],
    diversity_lambda: float,
    means: tuple[float, float],
) -> list[int]:
    """Choose as Carbonell and Goldstein (1998) do, one product after the other.

    A pool has a product, its category and its score, in the order that breaks ties; a
    pair without a similarity has the mean of its category, or of all others.
    """

    def likeness(one: tuple[int, int, float], other: tuple[int, int, float]) -> float:
        default = means[0] if one[1] == other[1] else means[1]
        return similarities.get((one[0], other[0]), default)

    left = list(pool)
    chosen: Pool = []
    while left and len(chosen) < STEPS:
        values = [
            round(
                diversity_lambda * item[2]
                - (1 - diversity_lambda)
                * max((likeness(item, taken) for taken in chosen), default=0.0),
                9,
            )
            for item in left
        ]
        chosen.append(left.pop(values.index(max(values))))
    return [item[0] for item in chosen]


@pytest.fixture(scope="module")
def mmr_sql(sample_build: DbtRun) -> str:
    return (
        next(sample_build.target.rglob(str(MODELS / "int_diversity__mmr.sql")))
        .read_text()
        .replace('"warehouse".', "")
    )


def test_mmr_is_the_plain_greedy_choice(mmr_sql: str) -> None:
    """On 400 random lists of 1 to 50 products, every fourth with many ties."""
    draw = np.random.default_rng(7)
    pools: dict[int, Pool] = {}
    lambdas, means = {}, (0.3, 0.1)
    for key in range(400):
        products = draw.choice(120, draw.integers(1, 51), replace=False).tolist()
        digits = 1 if key % 4 == 0 else 9
        pools[key] = [
            (product, product % 7 + 1, round(draw.random(), digits))
            for product in products
        ]
        lambdas[key] = [0.0, 0.3, 0.5, 0.7, 0.9][key % 5]
    similarities = {}
    for one in range(1, 120):
        for other in draw.choice(one, one // 3, replace=False).tolist():
            similarities[one, other] = similarities[other, one] = round(
                draw.random(), 6
            )
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_diversity__pools ("
            "fold_key integer, list_key bigint, product_key integer, "
            "category_number integer, personal_place integer, "
            "diversity_lambda double, scaled_score double, category_similarity double, "
            "other_similarity double, diversity varchar)"
        )
        connection.executemany(
            "insert into intermediate.int_diversity__pools "
            "values (1, ?, ?, ?, ?, ?, ?, ?, ?, 'mmr')",
            [
                (key, product, category, place, lambdas[key], score, *means)
                for key, pool in pools.items()
                for place, (product, category, score) in enumerate(pool, 1)
            ],
        )
        connection.execute(
            "create table intermediate.int_similarity__mixed_pairs ("
            "fold_key integer, product_key integer, other_product_key integer, "
            "similarity double)"
        )
        connection.executemany(
            "insert into intermediate.int_similarity__mixed_pairs values (1, ?, ?, ?)",
            [(*pair, value) for pair, value in similarities.items()],
        )
        rows = connection.execute(
            f"select list_key, list(product_key order by step) from ({mmr_sql}) "
            "group by list_key"
        ).fetchall()
    found = dict(rows)
    for key, pool in pools.items():
        expected = plain_mmr(pool, similarities, lambdas[key], means)
        assert found[key] == expected, (key, lambdas[key])


def test_the_sample_is_chosen_by_the_plain_greedy_choice(sample_build: DbtRun) -> None:
    """What the warehouse holds is what its own pools and similarities give."""
    with duckdb.connect(str(sample_build.warehouse), read_only=True) as connection:
        similarities = {
            (fold, one, other): value
            for fold, one, other, value in connection.execute(
                "select fold_key, product_key, other_product_key, similarity "
                "from intermediate.int_similarity__mixed_pairs"
            ).fetchall()
        }
        pools = connection.execute(
            """
            select
                list_key,
                any_value(fold_key),
                any_value(diversity_lambda),
                list(product_key order by personal_place),
                list(category_number order by personal_place),
                list(scaled_score order by personal_place),
                list(category_similarity order by personal_place),
                any_value(other_similarity)
            from intermediate.int_diversity__pools
            where diversity = 'mmr' and list_key % 3 = 0
            group by list_key
            """
        ).fetchall()
        chosen = dict(
            connection.execute(
                "select list_key, list(product_key order by step) "
                "from intermediate.int_diversity__mmr group by list_key"
            ).fetchall()
        )
    assert len(pools) > 200
    for key, fold, share, products, categories, scores, own, other in pools:
        values = {
            (one, two): similarities.get(
                (fold, one, two),
                own[i] if categories[i] == categories[j] else other,
            )
            for i, one in enumerate(products)
            for j, two in enumerate(products)
        }
        pool = list(zip(products, categories, scores, strict=True))
        assert chosen[key] == plain_mmr(pool, values, share, (0.0, 0.0)), key


def test_discoveries_are_new_reachable_and_logged(sample_build: DbtRun) -> None:
    """New to the customer, within the bounds, with the share of a draw that adds up."""
    with duckdb.connect(str(sample_build.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        figures = connection.execute(
            """
            select
                count(*),
                count_if(is_bought),
                min(distance),
                max(distance),
                count_if(propensity not between 0.0001 and 1)
            from intermediate.int_slots__lists
            where is_discovery
            """
        ).fetchone()
        assert figures is not None
        discovered, bought, near, far, short = figures
        assert discovered > 1000
        assert bought == 0
        assert near >= 0.3
        assert far <= 0.95
        assert short == 0
        kinds = connection.execute(
            "select distinct discovery_kind "
            "from recommendations.customer_recommendations where is_discovery"
        ).fetchall()
        assert len(kinds) >= 3
        others = connection.execute(
            "select count(*) from recommendations.customer_recommendations "
            "where (not is_discovery and propensity != 1) "
            "or is_discovery != (discovery_kind is not null)"
        ).fetchone()
        assert others == (0,)


def test_a_draw_falls_as_often_as_its_propensity_says(sample_build: DbtRun) -> None:
    """Over all lists, the drawn have as many first choices as their shares promise.

    The first of a set has the largest share p: over n draws it is drawn sum(p) times,
    give or take three times sqrt(sum(p (1 - p))).
    """
    with duckdb.connect(str(sample_build.warehouse), read_only=True) as connection:
        expected, variance, found = connection.execute(
            """
            with eligible as (
                select
                    openings.list_key,
                    openings.product_key,
                    openings.relevance,
                    openings.place,
                    (row_number() over (
                        partition by openings.list_key order by openings.place
                    ) - 1) % openings.count_discoveries as draw
                from intermediate.int_diversity__openings as openings
                inner join intermediate.int_diversity__distances as distances
                    using (fold_id, customer_key, product_key)
                inner join intermediate.int_rules__contexts as contexts
                    on openings.list_key // 1000000000 = contexts.context_key
                where
                    discovery_kind is not null
                    and distance between 0.3 and 0.95
                    and contexts.scenario_id = 'live'
            ),
            shares as (
                select
                    *,
                    exp((relevance / most - 1) / 0.5)
                    / sum(exp((relevance / most - 1) / 0.5)) over sets as share,
                    row_number() over (sets order by place) as number
                from (
                    select *, max(relevance) over (partition by list_key, draw) as most
                    from eligible
                )
                window sets as (partition by list_key, draw)
            )
            select
                sum(share),
                sum(share * (1 - share)),
                count(discoveries.product_key)
            from shares
            left join intermediate.int_diversity__discoveries as discoveries
                using (list_key, product_key)
            where number = 1
            """
        ).fetchone() or (0, 0, 0)
    assert expected > 500
    assert abs(found - expected) <= 3 * variance**0.5
