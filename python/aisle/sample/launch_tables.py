"""What happened after launch as Arrow tables in the columns of the input contract."""

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aisle.sample.events import ADD, CHANNELS, INTERACTION_TYPES, PURCHASE, VIEW
from aisle.sample.launch import (
    CAUSED_IDS,
    DRAW_DIRT,
    DRAW_DWELL,
    EMAIL,
    EXPERIMENTS,
    LAUNCH_WEEKS,
    PLACEMENTS,
    RANKER_VS_POPULAR,
    RELEASES,
    SAME_LIST,
    SCENARIO,
    STRATEGIES,
    Experiment,
    Launch,
    assigned_variant,
    launch_generator,
    policies_of_variants,
)
from aisle.sample.people import People
from aisle.sample.tables import (
    ASSIGNMENTS_SCHEMA,
    IDS_PER_BLOCK,
    IMPRESSIONS_SCHEMA,
    INSTANT,
    INTERACTIONS_SCHEMA,
    ProductCodes,
    customer_code,
    labels,
)
from aisle.sample.world import Integers, World

Row = dict[str, Any]

FUTURE_TIME: Final = datetime(2099, 1, 1)
NEVER_STARTED: Final = Experiment("new_banner", (("control", 0.5), ("treatment", 0.5)))


def impression_codes(block: int, number: Integers) -> pa.Array:
    """Return the ids of a block's impressions by number from 0."""
    nobody = np.zeros(number.size, dtype=np.bool_)
    return labels("m", block * IDS_PER_BLOCK + 1 + number, 7, nobody)


def impressions_table(
    people: People, launch: Launch, codes: ProductCodes, block: int, seed: int
) -> pa.Table:
    """Return what a block of people was shown, in order of time.

    Parameters
    ----------
    people, launch
        The block, and what happened after launch.
    codes
        Ids of the products.
    block
        Number of the block; the first holds a few rows that are wrong on purpose.
    seed
        Seed of the sample.

    Returns
    -------
    pyarrow.Table
        Columns of ``IMPRESSIONS_SCHEMA``.
    """
    shown, visits = launch.shown, launch.visits
    is_email = shown.placement == EMAIL
    policy = np.where(
        is_email, 0, policies_of_variants(launch.variant[:, 0])[shown.person]
    )
    variant = launch.variant[shown.person, is_email.astype(np.int64)]
    # Both experiments list control and treatment first.
    variant_names = [name for name, _ in RANKER_VS_POPULAR.shares]
    experiment_ids = [entry.experiment_id for entry in EXPERIMENTS]
    release = visits.week[shown.visit] * len(RELEASES) // LAUNCH_WEEKS
    nobody = np.zeros(shown.count, dtype=np.bool_)

    def names(values: tuple[str, ...] | list[str], number: Integers) -> pa.Array:
        return pa.array(values).take(pa.array(number))

    clean = pa.table(
        [
            impression_codes(block, np.arange(shown.count)),
            labels("c", people.first_number + shown.person + 1, 6, nobody),
            codes.of(shown.product, np.full(shown.count, -1)),
            names(PLACEMENTS, shown.placement),
            pa.array(shown.slot + 1),
            names(RELEASES, release),
            names(STRATEGIES, policy),
            pa.array([SCENARIO] * shown.count, pa.string()),
            names(experiment_ids, is_email.astype(np.int64)),
            names(variant_names, variant),
            pa.array(np.round(shown.propensity, 8), from_pandas=True),
            pa.array(shown.is_discovery),
            pa.array(visits.seconds[shown.visit]).cast(INSTANT),
            pa.array(launch.clicked_at, mask=~launch.is_clicked).cast(INSTANT),
        ],
        schema=IMPRESSIONS_SCHEMA,
    )
    return clean if block else _with_dirty_impressions(clean, seed)


def _with_dirty_impressions(clean: pa.Table, seed: int) -> pa.Table:
    """Break a few rows, none of which a figure should rest on, and add copies."""
    rng = launch_generator(seed, 0, DRAW_DIRT)
    rows: list[Row] = clean.to_pylist()
    next_id = len(rows)

    def some(count: int, *, clicked: bool, drawn: bool, discovery: bool) -> list[Row]:
        fitting = [
            row
            for row in rows
            if (row["clicked_at"] is not None) == clicked
            and (row["propensity"] is not None) == drawn
            and row["is_discovery"] == discovery
        ]
        chosen = rng.choice(
            len(fitting), min(count, len(fitting)), replace=False
        ).tolist()
        return [fitting[number] for number in sorted(chosen)]

    ranked = some(5, clicked=False, drawn=False, discovery=False)
    for row, propensity in zip(ranked[:3], (0.0, 1.7, 0.0), strict=False):
        row["propensity"] = propensity
    for row in ranked[3:]:
        row["clicked_at"] = row["served_at"] - timedelta(hours=1)
    for row in some(1, clicked=False, drawn=True, discovery=True):
        row["propensity"] = None

    copies: list[Row] = some(2, clicked=False, drawn=True, discovery=False)
    for change in ({"served_at": FUTURE_TIME}, {"served_at": None}):
        for row in some(2, clicked=True, drawn=True, discovery=False):
            copy = {**row, **change}
            copy["impression_id"] = impression_codes(0, np.array([next_id]))[0].as_py()
            if change["served_at"] is not None:
                copy["clicked_at"] = None
            copies.append(copy)
            next_id += 1
    return pa.Table.from_pylist([*rows, *copies], schema=IMPRESSIONS_SCHEMA)


def assignments_table(people: People, launch: Launch, block: int) -> pa.Table:
    """Return who of a block belongs to which variant, in order of time.

    Parameters
    ----------
    people, launch
        The block, and what happened after launch.
    block
        Number of the block; in the first, two customers are in two variants and an
        experiment has assignments that never started.

    Returns
    -------
    pyarrow.Table
        Columns of ``ASSIGNMENTS_SCHEMA``.
    """
    person, number = np.nonzero(launch.variant >= 0)
    order = np.argsort(launch.assigned_at[person, number], kind="stable")
    rows: list[Row] = [
        {
            "experiment_id": EXPERIMENTS[experiment].experiment_id,
            "customer_id": customer_code(people.first_number + one),
            "variant": EXPERIMENTS[experiment].shares[variant][0],
            "assigned_at": seconds,
        }
        for one, experiment, variant, seconds in zip(
            person[order].tolist(),
            number[order].tolist(),
            launch.variant[person, number][order].tolist(),
            launch.assigned_at[person, number][order].tolist(),
            strict=True,
        )
    ]
    if block == 0:
        rows.extend(_dirty_assignments(rows))
    return pa.Table.from_pylist(rows, schema=ASSIGNMENTS_SCHEMA)


def _dirty_assignments(rows: list[Row]) -> list[Row]:
    name = SAME_LIST.experiment_id
    controls = [
        row
        for row in rows
        if row["experiment_id"] != name and row["variant"] == "control"
    ]
    return [
        {**row, "variant": "treatment", "assigned_at": row["assigned_at"] + 86_400}
        for row in controls[:2]
    ] + [
        {
            **row,
            "experiment_id": NEVER_STARTED.experiment_id,
            "variant": assigned_variant(
                NEVER_STARTED.experiment_id, row["customer_id"], NEVER_STARTED.shares
            ),
        }
        for row in controls[2:5]
    ]


def caused_interactions(
    world: World,
    people: People,
    launch: Launch,
    codes: ProductCodes,
    block: int,
    seed: int,
) -> tuple[pa.Table, Integers, Integers]:
    """Return the interactions that recommendations caused, in order of time.

    Parameters
    ----------
    world, people, launch
        The block, and what happened after launch.
    codes
        Ids of the products.
    block
        Number of the block.
    seed
        Seed of the sample.

    Returns
    -------
    tuple of pyarrow.Table and arrays
        Columns of ``INTERACTIONS_SCHEMA``; seconds since 1970; and the row of what was
        shown that caused each. A purchase is an order of its own.
    """
    rng = launch_generator(seed, block, DRAW_DWELL)
    shown, visits = launch.shown, launch.visits
    clicked, bought = (
        np.flatnonzero(launch.is_clicked),
        np.flatnonzero(launch.is_bought),
    )
    paid_at = np.where(
        shown.placement == EMAIL, launch.clicked_at + 120, visits.checkout[shown.visit]
    )
    source = np.concatenate([clicked, bought, bought])
    kind = np.repeat([VIEW, ADD, PURCHASE], [clicked.size, bought.size, bought.size])
    seconds = np.concatenate(
        [launch.clicked_at[clicked], paid_at[bought] - 15, paid_at[bought]]
    )
    order = np.lexsort((kind, source, seconds))
    source, kind, seconds = source[order], kind[order], seconds[order]

    person, product = shown.person[source], shown.product[source]
    visit = shown.visit[source]
    suits = people.fit(world, person, product)
    dwell = (
        np.round(np.exp(rng.normal(3.1, 0.7, source.size)) * (0.6 + 1.4 * suits)) + 1
    )
    sizes = world.count_variants[product]
    own_size = np.floor(people.size_preference[person] * sizes).astype(np.int64)
    start = block * IDS_PER_BLOCK + 1
    number = start + CAUSED_IDS + np.arange(source.size)
    nobody = np.zeros(source.size, dtype=np.bool_)
    is_view, is_purchase = kind == VIEW, kind == PURCHASE
    table = pa.table(
        [
            labels("i", number, 7, nobody),
            labels("c", people.first_number + person + 1, 6, nobody),
            labels("s", start + visits.session[visit], 7, nobody),
            codes.of(product, np.where(sizes > 0, own_size, -1)),
            labels("o", number, 7, ~is_purchase),
            pa.nulls(source.size, pa.string()),
            pa.array(INTERACTION_TYPES).take(pa.array(kind)),
            pa.array(CHANNELS).take(pa.array(visits.channel[visit])),
            pc.cast(
                pa.array(np.ones(source.size, dtype=np.int64), mask=is_view), "string"
            ),
            pa.array(world.price(product, shown.day[source]), mask=is_view),
            pa.nulls(source.size, pa.float64()),
            pa.array(dwell, mask=~is_view),
            pc.cast(pa.array(seconds).cast(INSTANT), pa.string()),
        ],
        schema=INTERACTIONS_SCHEMA,
    )
    return table, seconds, source
