"""The sample shop after launch: what is shown, what it causes, and truth that holds."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from aisle.sample import SampleBlock, generate_blocks, write_sample
from aisle.sample.events import PURCHASE
from aisle.sample.launch import (
    CONTROL,
    DISCOVERY_SLOTS,
    EMAIL,
    EXAMINATION,
    EXPERIMENTS,
    FATIGUE,
    HOME,
    POLICIES,
    RANKED_SLOTS,
    RANKER_VS_POPULAR,
    SHELF,
    TREATMENT,
    Exposures,
    Launch,
    assigned_variant,
    policies_of_variants,
)
from aisle.sample.launch_truth import (
    GROUPS,
    LaunchTotals,
    expected_answers,
    launch_totals,
)
from aisle.sample.tables import ProductCodes, interactions_table
from aisle.sample.world import (
    DEFAULT_DAYS,
    Booleans,
    Floats,
    Integers,
    World,
    build_world,
)

SEEDS = Path(__file__).parents[2] / "seeds" / "sample_shop"
CUSTOMERS = 8_000
SEED = 11
NOTHING = np.empty(0, dtype=np.int64)


@dataclass
class Log:
    """What a large sample was shown, by row; and by customer what it caused."""

    placement: Integers
    slot: Integers
    policy: Integers
    pull: Floats
    count_unanswered: Integers
    is_clicked: Floats
    propensity: Floats
    variant: Integers  # customer x experiment
    clicks: Floats  # customer x placement
    orders: Floats  # customer x placement
    totals: dict[str, LaunchTotals]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(products=300, days=DEFAULT_DAYS, seed=SEED)


@pytest.fixture(scope="module")
def block(world: World) -> SampleBlock:
    return next(iter(generate_blocks(world, customers=1_000, seed=SEED)))


@pytest.fixture(scope="module")
def log(world: World) -> Log:
    rows: dict[str, list[Integers | Floats]] = {}
    totals: dict[str, LaunchTotals] = {}
    for part in generate_blocks(world, CUSTOMERS, SEED):
        launch, shown = part.launch, part.launch.shown
        by_customer = (part.people.count_customers, len(EXAMINATION))
        for name, values in (
            ("placement", shown.placement),
            ("slot", shown.slot),
            ("policy", policies_of_variants(launch.variant[:, 0])[shown.person]),
            ("pull", shown.pull),
            ("count_unanswered", launch.count_unanswered),
            ("is_clicked", launch.is_clicked.astype(np.float64)),
            ("propensity", shown.propensity),
            ("variant", launch.variant),
            ("clicks", per_customer(launch, by_customer, launch.is_clicked)),
            ("orders", per_customer(launch, by_customer, launch.is_bought)),
        ):
            rows.setdefault(name, []).append(values)
        for group in GROUPS:
            total = launch_totals(
                world, part.people, part.events, part.activity, launch, group
            )
            totals[group] = totals[group] + total if group in totals else total
    joined = {name: np.concatenate(parts) for name, parts in rows.items()}
    # The class has arrays of several types, the dictionary arrays of any.
    return Log(**joined, totals=totals)  # type: ignore[arg-type]


def per_customer(launch: Launch, shape: tuple[int, int], happened: Booleans) -> Floats:
    """Count what happened by customer and placement."""
    counts = np.zeros(shape)
    rows = np.flatnonzero(happened)
    np.add.at(counts, (launch.shown.person[rows], launch.shown.placement[rows]), 1)
    return counts


def deviations(values: Floats, expected: float) -> float:
    """Return how many standard errors a mean is away from what is expected."""
    error = values.std(ddof=1) / np.sqrt(values.size)
    return float(abs(values.mean() - expected) / error)


# --- Assignment ---------------------------------------------------------------------


def test_the_place_is_the_first_32_bits_of_the_hash() -> None:
    # md5(':same_list:c000001') begins with 13d253ab: a place of 0.077428.
    for share, variant in ((0.07742, "rest"), (0.07743, "control")):
        shares = [("control", share), ("rest", 1 - share)]
        assert assigned_variant("same_list", "c000001", shares) == variant


def test_who_is_beyond_the_shares_takes_no_part() -> None:
    assert assigned_variant("same_list", "c000001", [("control", 0.05)]) is None


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([("a", 0.6), ("b", 0.6)], "shares must add up to at most 1, but give 1.2"),
        ([("a", -0.1)], "share of a must be at least 0, but is -0.1"),
    ],
)
def test_bad_shares_are_named(shares: list[tuple[str, float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        assigned_variant("e", "c", shares)


@pytest.mark.parametrize("number", [0, 1])
def test_variants_have_their_shares(log: Log, number: int) -> None:
    variant = log.variant[:, number]
    variant = variant[variant >= 0]
    assert variant.size > 1_500
    for position, (_, share) in enumerate(EXPERIMENTS[number].shares):
        assert deviations((variant == position).astype(np.float64), share) < 3


def test_profiles_of_one_person_are_in_one_variant(block: SampleBlock) -> None:
    people, variant = block.people, block.launch.variant[:, 0]
    listed = people.is_listed[: people.count_customers] & (variant >= 0)
    identity = people.identity[: people.count_customers]
    pairs = 0
    for person in np.unique(identity[listed]):
        mine = variant[listed & (identity == person)]
        pairs += mine.size - 1
        assert np.unique(mine).size == 1
    assert pairs > 0


# --- Lists --------------------------------------------------------------------------


def test_the_holdout_is_shown_nothing_and_nobody_sees_the_shadow(log: Log) -> None:
    names = [name for name, _ in RANKER_VS_POPULAR.shares]
    is_holdout = log.variant[:, 0] == names.index("holdout")
    assert is_holdout.sum() > 300
    assert log.clicks[is_holdout].sum() == 0
    assert set(log.policy.tolist()) == {CONTROL, TREATMENT}


def test_propensities_are_known_where_a_slot_was_drawn(log: Log) -> None:
    is_ranked = (
        (log.placement == HOME)
        & (log.policy == TREATMENT)
        & np.isin(log.slot, RANKED_SLOTS)
    )
    assert np.isnan(log.propensity[is_ranked]).all()
    drawn = log.propensity[~is_ranked]
    assert drawn.min() > 0
    assert drawn.max() < 1


def test_propensities_are_the_chances_of_the_draws(block: SampleBlock) -> None:
    # The mean of 1 / chance is the number of products that could have been drawn.
    lists = block.launch.lists
    chances = lists.home_propensity[POLICIES.index("treatment")]
    for taken, slot in enumerate(DISCOVERY_SLOTS):
        eligible = SHELF - len(RANKED_SLOTS) - taken
        assert deviations(1 / chances[:, :, slot].ravel(), eligible) < 3


def test_lists_show_no_product_twice_and_sell_what_is_on_sale(
    world: World, block: SampleBlock
) -> None:
    home, first_day = block.launch.lists.home, block.launch.first_day
    ordered = np.sort(home, axis=-1)
    assert (np.diff(ordered, axis=-1) > 0).all()
    for week in range(home.shape[1]):
        products = home[:, week]
        day = np.full(products.shape, first_day + 7 * week)
        assert world.is_buyable(products, day).all()


# --- Answers ------------------------------------------------------------------------


def test_position_curve_is_recovered(log: Log) -> None:
    # The control group's lists are in random order: slots differ by position alone.
    mine = (log.placement == HOME) & (log.policy == CONTROL)
    rates = np.array(
        [log.is_clicked[mine & (log.slot == slot)].mean() for slot in range(5)]
    )
    shown = mine.sum() / 5
    errors = np.sqrt(1 / (rates * shown) + 1 / (rates[0] * shown))
    ratio = rates / rates[0]
    assert (np.abs(np.log(ratio / EXAMINATION[HOME])) < 3 * errors).all()


def test_fatigue_is_recovered(log: Log) -> None:
    for earlier in range(5):
        rows = log.count_unanswered == earlier
        clicks, untired = log.is_clicked[rows].sum(), log.pull[rows].sum()
        factor = clicks / untired
        assert abs(factor - FATIGUE**earlier) < 3 * factor / np.sqrt(clicks)


def showings(pull: float, buy_chance: float, *, once: bool, times: int) -> Exposures:
    """Show one product to one person several times."""
    nobody = np.zeros(times, dtype=np.int64)
    return Exposures(
        visit=np.arange(times),
        person=nobody,
        product=nobody,
        slot=nobody,
        placement=nobody,
        day=nobody,
        propensity=np.ones(times),
        is_discovery=np.zeros(times, dtype=np.bool_),
        pull=np.full(times, pull),
        buy_chance=np.full(times, buy_chance),
        is_bought_once=np.full(times, once),
    )


def test_expected_answers_follow_fatigue_and_clicks(world: World) -> None:
    # The second showing meets a half that clicked and a half that is tired:
    # 0.5 * 0.5 + 0.5 * 0.5 * 0.85.
    click, buy = expected_answers(world, showings(0.5, 0.4, once=False, times=2))
    assert click == pytest.approx([0.5, 0.4625])
    assert buy == pytest.approx([0.2, 0.185])


def test_what_is_bought_once_is_not_bought_again(world: World) -> None:
    # Of the half that clicked, 0.3 did not buy: (0.3 * 0.5 + 0.5 * 0.425) * 0.4.
    _, buy = expected_answers(world, showings(0.5, 0.4, once=True, times=2))
    assert buy == pytest.approx([0.2, 0.145])


def test_nothing_shown_is_nothing_expected(world: World) -> None:
    click, buy = expected_answers(world, showings(0.5, 0.4, once=True, times=0))
    assert click.size == buy.size == 0


@pytest.mark.parametrize("variant", ["control", "treatment"])
def test_truth_is_what_the_assigned_do(log: Log, variant: str) -> None:
    names = [name for name, _ in RANKER_VS_POPULAR.shares]
    mine = log.variant[:, 0] == names.index(variant)
    truth = log.totals[variant]
    for seen, expected in (
        (log.clicks[mine].sum(axis=1), truth.clicks.sum()),
        (log.orders[mine].sum(axis=1), truth.orders.sum()),
    ):
        assert deviations(seen, expected / truth.count_customers) < 3


def test_treatment_is_better_by_the_known_amount(log: Log) -> None:
    control, treatment, holdout = (
        log.totals[name] for name in ("control", "treatment", "holdout")
    )
    people = control.count_customers
    known = (treatment.orders.sum() - control.orders.sum()) / people
    orders = log.orders.sum(axis=1)
    arms = [orders[log.variant[:, 0] == arm] for arm in (0, 1)]
    found = arms[1].mean() - arms[0].mean()
    error = np.sqrt(sum(arm.var(ddof=1) / arm.size for arm in arms))
    assert known > 0.05
    assert abs(found - known) < 3 * error
    assert found > 3 * error
    assert treatment.click_rate() > 1.5 * control.click_rate()
    assert holdout.orders.sum() == 0
    assert log.totals["shadow"].click_rate() > treatment.click_rate()


def test_the_same_list_has_no_effect(log: Log) -> None:
    arms = [log.clicks[log.variant[:, 1] == arm, EMAIL] for arm in (0, 1)]
    error = np.sqrt(sum(arm.var(ddof=1) / arm.size for arm in arms))
    assert abs(arms[1].mean() - arms[0].mean()) < 3 * error
    expected = log.totals["same_list"]
    both = np.concatenate(arms)
    assert both.size == expected.count_customers
    assert deviations(both, expected.clicks[EMAIL].sum() / both.size) < 3


def test_an_unknown_group_is_named(world: World, block: SampleBlock) -> None:
    with pytest.raises(ValueError, match="group must be one of .* but is 'winner'"):
        launch_totals(
            world, block.people, block.events, block.activity, block.launch, "winner"
        )


# --- What showing causes ------------------------------------------------------------


def test_other_rows_do_not_know_of_recommendations(
    world: World, block: SampleBlock
) -> None:
    alone = interactions_table(
        world,
        block.people,
        block.events,
        ProductCodes(world),
        0,
        SEED,
        (block.caused.slice(0, 0), NOTHING),
        NOTHING,
    )
    caused = pc.is_in(
        block.interactions["interaction_id"],
        value_set=block.caused["interaction_id"].combine_chunks(),
    )
    assert block.interactions.filter(pc.invert(caused)).equals(alone)
    assert block.interactions.num_rows == alone.num_rows + block.caused.num_rows
    assert block.caused.num_rows > 300


def test_purchases_displace_later_ones_as_stated(world: World) -> None:
    substitution, displaced, expected = 1.0, 0, 0.0
    for part, organic in zip(
        generate_blocks(world, 3_000, SEED, substitution),
        generate_blocks(world, 3_000, SEED),
        strict=True,
    ):
        assert part.impressions.equals(organic.impressions)
        assert part.caused.equals(organic.caused)
        gone = part.launch.displaced
        displaced += gone.size
        assert (part.events.kind[gone] == PURCHASE).all()
        lost = organic.interactions.num_rows - part.interactions.num_rows
        assert gone.size <= lost < 2 * gone.size
        for arm, name in enumerate(("control", "treatment")):
            mine = (part.launch.variant[:, 0] == arm).mean()
            total = launch_totals(
                world,
                part.people,
                part.events,
                part.activity,
                part.launch,
                name,
                substitution,
            )
            came_by = total.count_customers / part.people.count_customers
            expected += total.displaced_lines * mine / came_by
            assert 0 < total.displaced_orders < total.displaced_lines
            assert total.displaced_margin < total.displaced_revenue
    assert expected > 40
    assert abs(displaced - expected) < 3 * np.sqrt(expected)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The committed shop as tables of text, with its truth."""
    folder = tmp_path_factory.mktemp("launch")
    write_sample(folder, truth=True)
    con = duckdb.connect()
    for name in ("impressions", "experiment_assignments", "interactions"):
        con.execute(
            f"create table {name} as select * from "
            f"read_csv('{SEEDS}/sample_{name}.csv', all_varchar = true)"
        )
    for path in folder.glob("truth_*.parquet"):
        con.execute(f"create view {path.stem} as select * from '{path}'")
    return con


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    return con.execute(query).fetchall()


def test_the_log_has_the_promised_size(shop: duckdb.DuckDBPyConnection) -> None:
    ((count, customers, first, last),) = rows(
        shop,
        """
        select count(*), count(distinct customer_id), min(served_at), max(served_at)
        from impressions where served_at < '2099'
        """,
    )
    assert 10_000 < int(str(count)) < 15_000
    assert int(str(customers)) > 300
    assert "2025-04-22" <= str(first) < "2025-04-23"
    assert "2025-06-30" <= str(last) < "2025-07-01"


@pytest.mark.parametrize(
    ("kind", "query", "count"),
    [
        ("click before it was shown", "clicked_at < served_at", 2),
        ("in the future", "served_at like '2099%'", 2),
        ("click without its showing", "served_at is null", 2),
        ("propensity of 0", "cast(propensity as double) = 0", 2),
        ("propensity above 1", "cast(propensity as double) > 1", 1),
        ("discovery without propensity", "is_discovery and propensity is null", 1),
    ],
)
def test_dirty_impressions_are_there_but_few(
    shop: duckdb.DuckDBPyConnection, kind: str, query: str, count: int
) -> None:
    query = query.replace("is_discovery", "is_discovery = 'true'")
    found = rows(shop, f"select count(*) from impressions where {query}")
    assert found == [(count,)], kind


def test_duplicates_and_untidy_assignments_are_there(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        shop, "select count(*) - count(distinct impression_id) from impressions"
    ) == [(2,)]
    assert rows(
        shop,
        """
        select count(*) from (
            select customer_id from experiment_assignments
            group by experiment_id, customer_id having count(distinct variant) > 1
        )
        """,
    ) == [(2,)]
    assert rows(
        shop,
        """
        select distinct experiment_id from experiment_assignments
        anti join impressions using (experiment_id)
        """,
    ) == [("new_banner",)]


def test_what_is_caused_follows_its_click(shop: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        shop,
        """
        select
            count(*) > 300,
            count(*) filter (interaction_type = 'purchase') > 30,
            bool_and(interactions.customer_id = impressions.customer_id),
            bool_and(split_part(interactions.product_id, '-', 1)
                = impressions.product_id),
            bool_and(occurred_at >= clicked_at),
            bool_and(left(occurred_at, 10) = left(served_at, 10))
        from truth_caused
        inner join interactions using (interaction_id)
        inner join impressions using (impression_id)
        where served_at < '2099'
        """,
    ) == [(True, True, True, True, True, True)]
    # A click that is bought is a view, a cart and a purchase of one session.
    assert rows(
        shop,
        """
        select distinct count(distinct session_id), count(*) from truth_caused
        inner join interactions using (interaction_id)
        group by impression_id
        order by all
        """,
    ) == [(1, 1), (1, 3)]


def test_the_truth_of_impressions_adds_up(shop: duckdb.DuckDBPyConnection) -> None:
    ((clicks, expected, shown, known),) = rows(
        shop,
        """
        select
            count(distinct impression_id) filter (clicked_at >= served_at),
            (select sum(click_chance) from truth_impressions),
            count(distinct impression_id) filter (served_at < '2099'),
            (select count(*) from truth_impressions)
        from impressions
        """,
    )
    assert shown == known
    mean = float(str(expected))
    assert abs(float(str(clicks)) - mean) < 3 * np.sqrt(mean)


def test_the_truth_has_every_variant_and_the_shadow(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(
        shop,
        """
        select experiment_id, variant, orders_per_customer > 0 from truth_variants
        order by all
        """,
    )
    assert found == [
        ("ranker_vs_popular", "control", True),
        ("ranker_vs_popular", "holdout", False),
        ("ranker_vs_popular", "shadow", True),
        ("ranker_vs_popular", "treatment", True),
        ("same_list", "control", True),
        ("same_list", "treatment", True),
    ]
    assert rows(
        shop, "select distinct policy, max(slot) from truth_lists group by 1 order by 1"
    ) == [("control", 5), ("shadow", 5), ("treatment", 5)]
    assert rows(shop, "select value from truth_parameters where name = 'fatigue'") == [
        (FATIGUE,)
    ]


def test_lists_of_the_truth_are_what_was_shown(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        shop,
        """
        select count(*) > 8000, bool_and(truth_lists.product_id = shown.product_id)
        from impressions as shown
        inner join truth_lists
            on
                shown.customer_id = truth_lists.customer_id
                and shown.variant = truth_lists.policy
                and cast(shown.slot as bigint) = truth_lists.slot
                and cast(shown.served_at as timestamp) >= week_starts_at
                and cast(shown.served_at as timestamp)
                    < week_starts_at + interval 7 day
        where placement = 'home'
        """,
    ) == [(True, True)]


def test_a_short_sample_has_a_short_launch(tmp_path: Path) -> None:
    write_sample(tmp_path, customers=40, products=60, days=60, truth=True)
    table = pq.read_table(tmp_path / "impressions.parquet")
    served = pc.min(table["served_at"]).as_py()
    assert str(served) >= "2025-06-03"
