"""What is true of the weeks after launch, whatever the draws happened to be.

Every figure is an expectation over clicks and purchases, given the visits, the lists
and what customers do of their own accord. Each policy is applied to *all* customers who
came by, not to those who happened to be assigned to it: differences are true effects.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from aisle.sample.events import PURCHASE, Activity, Events
from aisle.sample.launch import (
    BUY_RATE,
    EMAIL,
    EXAMINATION,
    FATIGUE,
    HOME,
    MOST_FATIGUE,
    PLACEMENTS,
    POLICIES,
    RANKER_VS_POPULAR,
    SAME_LIST,
    SUBSTITUTION_DAYS,
    Exposures,
    Launch,
    attraction,
    expose,
    next_purchases,
    pairs_and_turns,
    policies_of_variants,
    rows_by_turn,
)
from aisle.sample.people import People
from aisle.sample.world import Floats, World

POSITIONS_SCHEMA: Final = pa.schema(
    [
        ("variant", pa.string()),
        ("placement", pa.string()),
        ("slot", pa.int64()),
        ("examination", pa.float64()),
        ("click_rate", pa.float64()),
    ]
)
VARIANTS_SCHEMA: Final = pa.schema(
    [
        ("experiment_id", pa.string()),
        ("variant", pa.string()),
        ("count_customers", pa.int64()),
        ("click_rate", pa.float64()),
        ("clicks_per_customer", pa.float64()),
        ("orders_per_customer", pa.float64()),
        ("revenue_per_customer", pa.float64()),
        ("margin_per_customer", pa.float64()),
        ("displaced_lines_per_customer", pa.float64()),
        ("displaced_orders_per_customer", pa.float64()),
        ("displaced_revenue_per_customer", pa.float64()),
        ("displaced_margin_per_customer", pa.float64()),
    ]
)
IMPRESSIONS_TRUTH_SCHEMA: Final = pa.schema(
    [
        ("impression_id", pa.string()),
        ("examination", pa.float64()),
        ("attraction", pa.float64()),
        ("count_unanswered", pa.int64()),
        ("click_chance", pa.float64()),
        ("buy_chance", pa.float64()),
    ]
)
LISTS_SCHEMA: Final = pa.schema(
    [
        ("policy", pa.string()),
        ("customer_id", pa.string()),
        ("slot", pa.int64()),
        ("product_id", pa.string()),
        ("attraction", pa.float64()),
        ("week_starts_at", pa.timestamp("s")),
    ]
)
CAUSED_SCHEMA: Final = pa.schema(
    [
        ("interaction_id", pa.string()),
        ("impression_id", pa.string()),
        ("is_displacing", pa.bool_()),
    ]
)
# Whom totals are of; see launch_totals.
GROUPS: Final = (*POLICIES, "holdout", SAME_LIST.experiment_id)
PARAMETERS_SCHEMA: Final = pa.schema([("name", pa.string()), ("value", pa.float64())])


@dataclass(frozen=True)
class LaunchTotals:
    """Expected sums over some customers, under given policies.

    Attributes
    ----------
    count_customers
        Who is counted, those who are shown nothing included.
    impressions, clicks
        By placement and slot.
    orders, revenue, margin
        By placement, of purchases after a click; each is an order of its own.
    displaced_lines, displaced_orders, displaced_revenue, displaced_margin
        Of later purchases that these came instead of, to be taken off. An order is gone
        when all its lines are.
    """

    count_customers: int
    impressions: Floats
    clicks: Floats
    orders: Floats
    revenue: Floats
    margin: Floats
    displaced_lines: float
    displaced_orders: float
    displaced_revenue: float
    displaced_margin: float

    def __add__(self, other: "LaunchTotals") -> "LaunchTotals":
        """Return the sums over both groups of customers."""
        return LaunchTotals(
            **{
                name: getattr(self, name) + getattr(other, name)
                for name in self.__dataclass_fields__
            }
        )

    def click_rate(self, placement: int = HOME) -> float:
        """Return the expected share of a placement's impressions that are clicked."""
        shown = self.impressions[placement].sum()
        return float(self.clicks[placement].sum() / shown) if shown else 0.0


def expected_answers(world: World, shown: Exposures) -> tuple[Floats, Floats]:
    """Return the chance of a click and of a purchase after it for each showing.

    Exact: for each pair of customer and product it follows the distribution of the
    number of unanswered showings from one showing to the next.

    Parameters
    ----------
    world
        The shop.
    shown
        All that its customers are shown, from :func:`aisle.sample.launch.expose`.

    Returns
    -------
    tuple of arrays
        Of the length of ``shown``.
    """
    pair, turn = pairs_and_turns(world, shown)
    count_pairs = int(pair.max(initial=-1)) + 1
    tired = np.zeros((count_pairs, MOST_FATIGUE + 1))
    tired[:, 0] = 1.0
    # The same among those who have not bought yet what is bought once.
    open_to_buy = tired.copy()
    factor = FATIGUE ** np.arange(MOST_FATIGUE + 1)
    click, buy = np.zeros(shown.count), np.zeros(shown.count)
    for rows in rows_by_turn(turn):
        pairs = pair[rows]
        chance = shown.pull[rows, np.newaxis] * factor
        leaves = np.where(shown.is_bought_once[rows], shown.buy_chance[rows], 0.0)
        click[rows] = (tired[pairs] * chance).sum(axis=1)
        can_buy = (open_to_buy[pairs] * chance).sum(axis=1)
        buy[rows] = can_buy * shown.buy_chance[rows]
        tired[pairs] = _after(tired[pairs], chance, click[rows])
        open_to_buy[pairs] = _after(open_to_buy[pairs], chance, can_buy * (1 - leaves))
    return click, buy


def _after(state: Floats, chance: Floats, clicked: Floats) -> Floats:
    """Return the distribution after a showing: one more unanswered, or none."""
    left = state * (1 - chance)
    after = np.empty_like(state)
    after[:, 0] = clicked
    after[:, 1:] = left[:, :-1]
    after[:, -1] += left[:, -1]
    return after


def launch_totals(
    world: World,
    people: People,
    events: Events,
    activity: Activity,
    launch: Launch,
    group: str,
    substitution: float = 0.0,
) -> LaunchTotals:
    """Return what is to be expected of a group of a block's customers.

    Parameters
    ----------
    world, people, events, activity, launch
        The block.
    group
        ``control``, ``treatment``, ``shadow`` or ``holdout``: all who came by, if all
        of them were shown the lists of that policy (the holdout: none); ``same_list``:
        who is sent newsletters, shown on the home page what they are.
    substitution
        As the block was drawn with.

    Returns
    -------
    LaunchTotals
        Exact but for the displaced purchases, which take the purchases before them
        for independent.

    Raises
    ------
    ValueError
        If there is no such group.
    """
    if group not in GROUPS:
        raise ValueError(f"group must be one of {', '.join(GROUPS)}, but is {group!r}")
    is_second = group == SAME_LIST.experiment_id
    is_counted = launch.variant[:, int(is_second)] >= 0
    policy = POLICIES.index(group) if group in POLICIES else -1
    policies = policies_of_variants(launch.variant[:, 0]) if is_second else policy
    shown = expose(
        world,
        people,
        activity,
        launch.visits,
        launch.lists,
        np.where(is_counted, policies, -1),
    )
    click, buy = expected_answers(world, shown)
    price = world.price(shown.product, shown.day)
    margin = price - world.unit_cost[shown.product]
    placements, slots = EXAMINATION.shape
    place = shown.placement * slots + shown.slot

    def by_slot(weight: Floats) -> Floats:
        sums = np.bincount(place, weight, minlength=EXAMINATION.size)
        return np.asarray(sums.reshape(EXAMINATION.shape), dtype=np.float64)

    def by_placement(weight: Floats) -> Floats:
        sums = np.bincount(shown.placement, weight, minlength=placements)
        return np.asarray(sums, dtype=np.float64)

    # The chance that a line stays is that of no purchase coming instead of it.
    line = next_purchases(world, events, shown)
    log_stays = np.zeros(events.count)
    np.add.at(log_stays, line[line >= 0], np.log1p(-substitution * buy[line >= 0]))
    gone = -np.expm1(log_stays)
    lines = np.flatnonzero(events.kind == PURCHASE)
    order = np.unique(events.session[lines], return_inverse=True)[1]
    with np.errstate(divide="ignore"):
        orders_gone = np.exp(np.bincount(order, np.log(gone[lines])))
    units_gone = gone[lines] * events.quantity[lines]
    paid = events.unit_price[lines]
    return LaunchTotals(
        count_customers=int(is_counted.sum()),
        impressions=by_slot(np.ones(shown.count)),
        clicks=by_slot(click),
        orders=by_placement(buy),
        revenue=by_placement(buy * price),
        margin=by_placement(buy * margin),
        displaced_lines=float(gone[lines].sum()),
        displaced_orders=float(orders_gone.sum()),
        displaced_revenue=float((units_gone * paid).sum()),
        displaced_margin=float(
            (units_gone * (paid - world.unit_cost[events.product[lines]])).sum()
        ),
    )


def positions_table(totals: dict[str, LaunchTotals]) -> pa.Table:
    """Return the expected click rate by group, placement and slot.

    Parameters
    ----------
    totals
        By group; see :func:`launch_totals`.

    Returns
    -------
    pyarrow.Table
        Columns of ``POSITIONS_SCHEMA``. The newsletter shows all groups the same, but
        they may be tired of it from the home page.
    """
    rows = [
        {
            "variant": group,
            "placement": PLACEMENTS[placement],
            "slot": slot + 1,
            "examination": float(EXAMINATION[placement, slot]),
            "click_rate": float(
                total.clicks[placement, slot] / total.impressions[placement, slot]
            ),
        }
        for group, total in totals.items()
        if group != SAME_LIST.experiment_id
        for placement, slot in zip(*np.nonzero(total.impressions), strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=POSITIONS_SCHEMA)


def variants_table(totals: dict[str, LaunchTotals]) -> pa.Table:
    """Return the expected outcome per customer by variant; effects are differences.

    Parameters
    ----------
    totals
        By group; see :func:`launch_totals`.

    Returns
    -------
    pyarrow.Table
        Columns of ``VARIANTS_SCHEMA``. Orders, revenue and margin are what lists cause
        on top of what customers do anyway; ``displaced_*`` is to be taken off. The row
        ``shadow`` is what that policy would cause if it were shown. In the experiment
        of the newsletter, figures are of the newsletter, and both variants have the
        same.
    """
    rows: list[dict[str, Any]] = []
    for group, total in totals.items():
        is_second = group == SAME_LIST.experiment_id
        placements = [EMAIL] if is_second else list(range(len(PLACEMENTS)))
        count = max(total.count_customers, 1)
        experiment = SAME_LIST if is_second else RANKER_VS_POPULAR
        variants = [name for name, _ in SAME_LIST.shares] if is_second else [group]
        rows.extend(
            {
                "experiment_id": experiment.experiment_id,
                "variant": variant,
                "count_customers": total.count_customers,
                "click_rate": total.click_rate(EMAIL if is_second else HOME),
                "clicks_per_customer": float(total.clicks[placements].sum()) / count,
                **{
                    f"{name}_per_customer": float(
                        getattr(total, name)[placements].sum() / count
                    )
                    for name in ("orders", "revenue", "margin")
                },
                **{
                    f"{name}_per_customer": (
                        None if is_second else getattr(total, name) / count
                    )
                    for name in (
                        "displaced_lines",
                        "displaced_orders",
                        "displaced_revenue",
                        "displaced_margin",
                    )
                },
            }
            for variant in variants
        )
    return pa.Table.from_pylist(rows, schema=VARIANTS_SCHEMA)


def parameters_table(substitution: float) -> pa.Table:
    """Return the constants of the simulation by name."""
    values = {
        "fatigue": FATIGUE,
        "most_fatigue": MOST_FATIGUE,
        "buy_rate": BUY_RATE,
        "substitution": substitution,
        "substitution_days": SUBSTITUTION_DAYS,
    }
    return pa.table(
        {"name": list(values), "value": [float(one) for one in values.values()]},
        schema=PARAMETERS_SCHEMA,
    )


def impressions_truth(
    world: World, people: People, launch: Launch, impression_ids: pa.Array
) -> pa.Table:
    """Return how likely each showing of a block was to be clicked, and why.

    Parameters
    ----------
    world, people, launch
        The block.
    impression_ids
        Of the rows of ``launch.shown``.

    Returns
    -------
    pyarrow.Table
        Columns of ``IMPRESSIONS_TRUTH_SCHEMA``; ``click_chance`` is given what was
        clicked before.
    """
    shown = launch.shown
    tired = np.minimum(launch.count_unanswered, MOST_FATIGUE)
    return pa.table(
        [
            impression_ids,
            pa.array(EXAMINATION[shown.placement, shown.slot]),
            pa.array(attraction(world, people, shown.person, shown.product)),
            pa.array(launch.count_unanswered),
            pa.array(shown.pull * FATIGUE**tired),
            pa.array(shown.buy_chance),
        ],
        schema=IMPRESSIONS_TRUTH_SCHEMA,
    )


def lists_truth(
    world: World,
    people: People,
    launch: Launch,
    customer_ids: pa.Array,
    product_ids: pa.Array,
) -> pa.Table:
    """Return the home list of every policy for who came by in a week.

    Those of the shadow policy were never shown. Lists change weekly.

    Parameters
    ----------
    world, people, launch
        The block.
    customer_ids, product_ids
        Of the block's customers and of all products, by number.

    Returns
    -------
    pyarrow.Table
        Columns of ``LISTS_SCHEMA``.
    """
    is_home = launch.visits.placement == HOME
    came = np.unique(
        np.stack([launch.visits.person[is_home], launch.visits.week[is_home]]), axis=1
    )
    person, week = came
    slots = EXAMINATION.shape[1]
    parts = []
    for policy, name in enumerate(POLICIES):
        product = launch.lists.home[policy, week, person].ravel()
        who = np.repeat(person, slots)
        starts = launch.first_day + 7 * np.repeat(week, slots)
        seconds = world.calendar.epoch_seconds + 86_400 * starts
        parts.append(
            pa.table(
                [
                    pa.array([name] * who.size, pa.string()),
                    customer_ids.take(pa.array(who)),
                    pa.array(np.tile(np.arange(1, slots + 1), person.size)),
                    product_ids.take(pa.array(product)),
                    pa.array(attraction(world, people, who, product)),
                    pa.array(seconds).cast(pa.timestamp("s")),
                ],
                schema=LISTS_SCHEMA,
            )
        )
    return pa.concat_tables(parts)
