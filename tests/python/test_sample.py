"""The sample shop: same seed same rows, dirt where it is promised, truth that holds."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from aisle.sample import (
    SampleBlock,
    generate_blocks,
    progress_bar,
    write_sample,
    write_seeds,
    write_truth,
)
from aisle.sample.world import DEFAULT_DAYS, World, build_world
from row_differences import rows_only_in

SEEDS = Path(__file__).parents[2] / "seeds" / "sample_shop"
INPUTS = (
    "customers",
    "experiment_assignments",
    "impressions",
    "interactions",
    "inventory",
    "products",
    "questionnaire_answers",
)


@pytest.fixture(scope="module")
def shop() -> duckdb.DuckDBPyConnection:
    """The committed seeds as tables of text, and `accepted` without the dirty rows."""
    con = duckdb.connect()
    for name in INPUTS:
        path = SEEDS / f"sample_{name}.csv"
        con.execute(
            f"create table {name} as select * from "
            f"read_csv('{path}', all_varchar = true, header = true)"
        )
    con.execute("""
        create table accepted as
        select
            interaction_id, customer_id, session_id, order_id, product_id,
            returned_interaction_id,
            split_part(product_id, '-', 1) as parent_id,
            lower(trim(interaction_type)) as kind,
            cast(occurred_at as timestamp) as happened_at
        from interactions
        where
            try_cast(occurred_at as timestamp) < timestamp '2025-07-01'
            and product_id in (select products.product_id from products)
            and coalesce(cast(unit_price as double), 0) >= 0
            and (quantity is null or try_cast(quantity as double) > 0)
            and coalesce(customer_id, session_id) is not null
            and (customer_id is null or customer_id like 'c%')
        qualify row_number() over (partition by interaction_id order by happened_at) = 1
    """)
    return con


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(products=300, days=DEFAULT_DAYS, seed=5)


@pytest.fixture(scope="module")
def blocks(world: World) -> list[SampleBlock]:
    return list(generate_blocks(world, customers=2_500, seed=5))


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The truth of the sample that `blocks` holds, and who bought without a list."""
    folder = tmp_path_factory.mktemp("truth")
    write_sample(folder, customers=2_500, products=300, seed=5, truth=True)
    con = duckdb.connect()
    for path in folder.glob("*.parquet"):
        con.execute(f"create view {path.stem} as select * from '{path}'")
    con.execute("""
        create table bought as
        select distinct
            customer_id,
            split_part(product_id, '-', 1) as product_id,
            order_id,
            cast(try_cast(occurred_at as timestamp) as date) as day
        from interactions
        anti join truth_caused using (interaction_id)
        where
            lower(trim(interaction_type)) = 'purchase'
            and try_cast(occurred_at as timestamp) < timestamp '2025-07-01'
            and try_cast(quantity as double) > 0
            and unit_price >= 0
            and product_id in (select products.product_id from products)
    """)
    return con


def number(con: duckdb.DuckDBPyConnection, query: str) -> float:
    """Return the one number that a query answers with."""
    row = con.execute(query).fetchone()
    assert row is not None
    return float(row[0])


def test_committed_seeds_are_what_the_generator_writes(tmp_path: Path) -> None:
    write_seeds(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in SEEDS.glob("*.csv")
    )
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (SEEDS / path.name).read_bytes(), path.name


def test_same_seed_gives_the_same_bytes_and_another_seed_another_shop(
    tmp_path: Path,
) -> None:
    for folder, seed in (("first", 3), ("again", 3), ("other", 4)):
        write_sample(tmp_path / folder, customers=80, seed=seed)
    for name in INPUTS:
        first, again, other = (
            (tmp_path / folder / f"{name}.parquet").read_bytes()
            for folder in ("first", "again", "other")
        )
        assert first == again
        assert first != other


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    for file_format in ("csv", "parquet"):
        folder = tmp_path / file_format
        write_sample(folder, customers=60, days=120, file_format=file_format)
    con = duckdb.connect()
    for name in INPUTS:
        parquet = f"(from '{tmp_path}/parquet/{name}.parquet')"
        columns = [
            f"cast({column} as {kind}) as {column}"
            for column, kind, *_ in con.execute(f"describe {parquet}").fetchall()
        ]
        csv = (
            f"(select {', '.join(columns)} from "
            f"read_csv('{tmp_path}/csv/{name}.csv', all_varchar = true, header = true))"
        )
        assert number(con, f"select count(*) from {parquet}") > 0
        for left, right in ((parquet, csv), (csv, parquet)):
            assert rows_only_in(con, f"from {left}", f"from {right}") == 0, name


def test_a_block_does_not_depend_on_the_others(
    world: World, blocks: list[SampleBlock]
) -> None:
    fewer = generate_blocks(world, customers=1_400, seed=5)
    first = next(fewer)
    assert first.interactions.equals(blocks[0].interactions)
    assert first.customers.equals(blocks[0].customers)
    assert first.impressions.equals(blocks[0].impressions)
    assert first.experiment_assignments.equals(blocks[0].experiment_assignments)
    assert next(fewer).people.count_customers == 400


def test_every_block_is_written_by_itself(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_sample(
        tmp_path,
        customers=2_100,
        products=80,
        days=70,
        progress=lambda done, total: seen.append((done, total)),
    )
    for name in ("interactions", "impressions", "experiment_assignments"):
        assert pq.ParquetFile(tmp_path / f"{name}.parquet").num_row_groups == 3, name
    assert seen == [(1_000, 2_100), (2_000, 2_100), (2_100, 2_100)]


def test_ids_are_unique_over_blocks(blocks: list[SampleBlock]) -> None:
    ids = [
        row
        for block in blocks
        for row in set(block.interactions["interaction_id"].to_pylist())
    ]
    assert len(ids) == len(set(ids))


def test_a_failure_leaves_no_half_file(tmp_path: Path) -> None:
    def fail(done: int, total: int) -> None:
        raise RuntimeError(f"{done} of {total}")

    with pytest.raises(RuntimeError, match="10 of 10"):
        write_sample(tmp_path, customers=10, progress=fail)
    assert {path.stem for path in tmp_path.iterdir()} == {"products", "inventory"}


def test_progress_bar_takes_reports() -> None:
    with progress_bar() as report:
        report(1, 2)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda out: write_sample(out, customers=0), "customers must be .* but is 0"),
        (lambda out: write_sample(out, products=5), "products must be .* but is 5"),
        (lambda out: write_sample(out, days=10), "days must be .* but is 10"),
        (lambda out: write_sample(out, days=4000), "at most 3650, but is 4000"),
        (lambda out: write_sample(out, seed=-1), "seed must be .* but is -1"),
        (
            lambda out: write_sample(out, file_format="xlsx"),
            "file_format must be one of parquet, csv, but is 'xlsx'",
        ),
        (lambda out: write_truth(out, cutoff_day=999), "cutoff_day must .* is 999"),
        (
            lambda out: write_sample(out, substitution=1.5),
            "substitution must be from 0 to 1, but is 1.5",
        ),
    ],
)
def test_bad_arguments_are_named(
    write: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        write(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_customer_is_enough(tmp_path: Path) -> None:
    write_sample(tmp_path, customers=1, products=60, days=60, truth=True)
    assert (tmp_path / "truth.parquet").exists()


def test_seeds_have_the_promised_size(shop: duckdb.DuckDBPyConnection) -> None:
    assert 38_000 < number(shop, "select count(*) from interactions") < 43_000
    assert number(shop, "select count(*) from customers") > 590
    parents = "from products where parent_product_id is null and valid_from is null"
    assert number(shop, f"select count(distinct product_id) {parents}") == 150
    bought = number(shop, "select count(*) from accepted where kind = 'purchase'")
    assert 7_500 < bought < 10_000
    assert sum(path.stat().st_size for path in SEEDS.glob("*.csv")) < 5_000_000


@pytest.mark.parametrize("windows_back", [1, 2, 3, 4])
def test_every_holdout_has_enough_buyers(
    shop: duckdb.DuckDBPyConnection, windows_back: int
) -> None:
    buyers = number(
        shop,
        f"""
        select count(distinct customer_id) from accepted
        where
            kind = 'purchase'
            and happened_at >= date '2025-07-01' - {30 * windows_back}
            and happened_at < date '2025-07-01' - {30 * (windows_back - 1)}
        """,
    )
    assert buyers >= 150


def test_hard_gates_pass_ninety_days_before_the_end(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    shop.execute("""
        create or replace temp view early as
        select * from accepted where happened_at < date '2025-07-01' - 90
    """)
    assert number(shop, "select count(*) from early") >= 1_000
    assert number(shop, "select count(distinct customer_id) from early") >= 100
    assert number(shop, "select count(distinct parent_id) from early") >= 50
    twice = """
        select count(*) from (
            select customer_id from early where kind = 'purchase'
            group by customer_id having count(distinct order_id) >= 2
        )
    """
    assert number(shop, twice) >= 25


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        (
            "bad quantity",
            "quantity is not null and try_cast(quantity as double) is null",
        ),
        (
            "bad time",
            "occurred_at is not null and try_cast(occurred_at as timestamp) is null",
        ),
        ("missing time", "occurred_at is null"),
        ("missing product", "product_id is null"),
        ("missing type", "interaction_type is null"),
        ("neither customer nor session", "customer_id is null and session_id is null"),
        (
            "unknown product",
            "product_id not in (select products.product_id from products)",
        ),
        ("unknown type", "interaction_type in ('page_ping', 'purchse')"),
        ("untidy type", "interaction_type in ('Purchase', ' view ')"),
        ("future", "occurred_at like '2099-%'"),
        ("test account", "customer_id in ('test_1', 'qa-2')"),
        ("negative price", "cast(unit_price as double) < 0"),
        ("zero quantity", "quantity = '0'"),
        ("negative quantity", "quantity like '-%'"),
        ("bad rating", "cast(rating as double) not between 1 and 5"),
        ("unlisted customer", "customer_id not in (select customer_id from customers)"),
        ("anonymous purchase", "customer_id is null and order_id is not null"),
        (
            "return without its purchase named",
            "interaction_type = 'return' and returned_interaction_id is null",
        ),
    ],
)
def test_dirty_rows_are_there_but_few(
    shop: duckdb.DuckDBPyConnection, kind: str, condition: str
) -> None:
    count = number(shop, f"select count(*) from interactions where {condition}")
    assert 2 <= count < 600, kind


def test_duplicates_bots_and_bulk_orders_are_there(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    repeated = """
        select count(*) from (
            select interaction_id from interactions
            group by interaction_id having count(*) > 1
        )
    """
    exact = """
        select count(*) from (
            select *, count(*) as n from interactions group by all having n > 1
        )
    """
    assert number(shop, exact) >= 2
    assert number(shop, repeated) >= number(shop, exact) + 2
    bot = """
        select max(n) from (
            select count(*) as n from interactions
            group by coalesce(customer_id, session_id), left(occurred_at, 10)
        )
    """
    assert 300 < number(shop, bot) < 340
    bulk = "select count(*) from interactions where quantity = '500'"
    assert number(shop, bulk) == 1


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        (
            "category variants",
            """
            select count(distinct category) - 1 from products
            where lower(trim(category)) = 'garden'
            """,
        ),
        ("missing category", "select count(*) from products where category is null"),
        ("missing brand", "select count(*) from products where brand is null"),
        (
            "title in two categories",
            """
            select count(*) from (
                select title from products group by title
                having count(distinct lower(trim(category))) > 1
            )
            """,
        ),
        (
            "single-product category",
            """
            select count(*) from (
                select category from products group by category having count(*) = 1
            )
            """,
        ),
        (
            "duplicate row",
            """
            select count(*) from (
                select product_id from products group by product_id, valid_from
                having count(*) > 1
            )
            """,
        ),
        (
            "never sold",
            """
            select count(*) from products
            where parent_product_id is null and product_id not in (
                select parent_id from accepted where kind = 'purchase'
            )
            """,
        ),
        (
            "price versions",
            "select count(*) from products where valid_from is not null",
        ),
        (
            "discontinued",
            "select count(*) from products where discontinued_at > '2024'",
        ),
        (
            "second profiles",
            """
            select count(identity_hash) - count(distinct identity_hash) from customers
            """,
        ),
        (
            "no consent",
            "select count(*) from customers where has_consented = 'false'",
        ),
        (
            "consent not stated",
            "select count(*) from customers where has_consented is null",
        ),
        (
            "customers without events",
            """
            select count(*) from customers where customer_id not in (
                select customer_id from interactions where customer_id is not null
            )
            """,
        ),
    ],
)
def test_untidy_products_and_customers_are_there(
    shop: duckdb.DuckDBPyConnection, kind: str, query: str
) -> None:
    assert number(shop, query) >= 1, kind


def test_days_are_busy_but_for_the_outage(shop: duckdb.DuckDBPyConnection) -> None:
    daily = shop.execute("""
        select cast(happened_at as date) as day, count(*) as n from accepted
        group by day order by day
    """).fetchall()
    volume = np.array([count for _, count in daily])
    assert len(daily) >= DEFAULT_DAYS - 2
    assert str(daily[-1][0]) == "2025-06-30"
    assert volume[-1] > 0.4 * np.median(volume)
    quiet = [str(day) for day, count in daily if count < 0.2 * np.median(volume)]
    days = {str(day) for day, _ in daily}
    for day in ("2025-02-11", "2025-02-12"):
        assert day in quiet or day not in days
    assert len(quiet) <= 2


def test_returns_name_an_earlier_purchase_of_the_same_product(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    wrong = """
        select count(*)
        from accepted as returned
        left join accepted as bought
            on returned.returned_interaction_id = bought.interaction_id
        where
            returned.kind = 'return'
            and returned.returned_interaction_id is not null
            and not coalesce(
                bought.kind = 'purchase'
                and bought.product_id = returned.product_id
                and bought.customer_id = returned.customer_id
                and bought.happened_at < returned.happened_at,
                false
            )
    """
    assert number(shop, wrong) <= 2  # a purchase itself may be a dirty row


def test_nothing_is_bought_while_out_of_stock(shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute("""
        create or replace temp view counted as
        select
            product_id, cast(observed_at as timestamp) as happened_at,
            cast(units_on_hand as double) as units
        from inventory
    """)
    assert number(shop, "select count(*) from counted where units = 0") > 50
    known = """
        select {} from accepted
        asof join counted
            on
                accepted.product_id = counted.product_id
                and accepted.happened_at >= counted.happened_at
        where accepted.kind = 'purchase'
    """
    assert number(shop, known.format("count(*)")) > 7_000
    assert number(shop, known.format("min(units)")) > 0


def test_nothing_is_bought_before_registration(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    early = """
        select count(*) from accepted inner join customers using (customer_id)
        where happened_at < cast(registered_at as timestamp)
    """
    assert number(shop, early) == 0


def test_replenished_goods_come_back_near_their_interval(
    world: World, blocks: list[SampleBlock]
) -> None:
    ratios = []
    for block in blocks:
        people, bought = block.people, block.activity.purchases
        for need in range(people.need_person.size):
            if people.loyalty[people.need_person[need]] < 0.8:
                continue
            mine = (bought.person == people.need_person[need]) & (
                world.subcategory[bought.product] == people.need_subcategory[need]
            )
            gaps = np.diff(np.unique(bought.day[mine]))
            ratios.extend(gaps / people.need_interval[need])
    near = np.abs(np.array(ratios) - 1) < 0.35
    assert len(ratios) > 500
    assert abs(np.median(ratios) - 1) < 0.15
    assert near.mean() > 0.5


def test_complements_are_bought_together(truth: duckdb.DuckDBPyConnection) -> None:
    lift = """
        with pairs as (
            select a.product_id as a, b.product_id as b, count(*) as n
            from bought as a
            inner join bought as b
                on a.order_id = b.order_id and a.product_id <> b.product_id
            group by all having n >= 3
        ),
        sold as (
            select product_id, count(distinct order_id) as n from bought group by all
        )
        select
            median(pairs.n / sa.n / sb.n)
            * (select count(distinct order_id) from bought)
        from pairs
        inner join sold as sa on pairs.a = sa.product_id
        inner join sold as sb on pairs.b = sb.product_id
        left join truth_complements as known
            on
                known.product_id in (pairs.a, pairs.b)
                and known.complement_product_id in (pairs.a, pairs.b)
        where known.product_id is {} null
    """
    assert number(truth, lift.format("not")) > 3 * number(truth, lift.format(""))


def test_customers_buy_what_they_like(world: World, blocks: list[SampleBlock]) -> None:
    taken, expected = [], []
    for block in blocks:
        bought = block.activity.purchases
        subcategory = world.subcategory[bought.product]
        taken.append(block.people.taste[bought.person, subcategory])
        average = block.people.taste.mean(axis=0)
        expected.append(average[subcategory])
    assert np.concatenate(taken).mean() > 2 * np.concatenate(expected).mean()


def test_true_probabilities_are_calibrated(truth: duckdb.DuckDBPyConnection) -> None:
    rows = truth.execute("""
        with window_bought as (
            select distinct customer_id, product_id from bought
            where day >= '2025-06-01'
        )
        select
            floor(least(probability, 0.79) * 5) as bin,
            sum(probability) as expected,
            count(window_bought.product_id) as actual
        from truth
        left join window_bought using (customer_id, product_id)
        group by bin order by bin
    """).fetchall()
    assert len(rows) == 4
    for _, expected, actual in rows:
        assert abs(actual - expected) < 0.12 * expected + 3 * np.sqrt(expected)
    expected, actual = (sum(row[column] for row in rows) for column in (1, 2))
    assert abs(actual - expected) < 0.1 * expected


def test_history_beats_popularity_and_the_truth_beats_history(
    truth: duckdb.DuckDBPyConnection,
) -> None:
    truth.execute("""
        create or replace temp table relevant as
        select distinct customer_id, product_id from bought
        where
            day >= '2025-06-01' and customer_id in (
                select customer_id from bought where day < '2025-06-01'
            );
        create or replace temp table popular as
        select product_id, count(distinct customer_id) as score from bought
        where day >= '2025-05-02' and day < '2025-06-01' group by all;
        create or replace temp table own as
        select customer_id, product_id, count(distinct order_id) as score from bought
        where day < '2025-06-01' group by all
    """)

    def hits(scores: str) -> float:
        return number(
            truth,
            f"""
            with ranked as (
                select customer_id, product_id from ({scores})
                qualify row_number() over (
                    partition by customer_id order by score desc, product_id
                ) <= 10
            )
            select count(*) from ranked
            inner join relevant using (customer_id, product_id)
            """,
        )

    customers = "(select distinct customer_id from relevant)"
    random = hits(
        f"select customer_id, product_id, hash(customer_id || product_id) as score "
        f"from {customers}, popular"
    )
    popularity = hits(f"select * from {customers}, popular")
    personal = hits(
        f"""
        select customer_id, product_id,
            1000000 * coalesce(own.score, 0) + popular.score as score
        from ({customers} cross join popular)
        left join own using (customer_id, product_id)
        """
    )
    oracle = hits("select customer_id, product_id, probability as score from truth")
    assert 2 * random < popularity
    assert 1.5 * popularity < personal
    assert 1.1 * personal < oracle
