"""Rows that are wrong on purpose: a few of every kind that an audit must find.

Dirty rows are copies of good rows with one thing broken, so that rejecting them
leaves the known truth as it was. Three kinds change good rows in place: untidy
spelling of the type, one bulk order, and what :mod:`aisle.sample.tables` does to
products.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from aisle.sample.events import PURCHASE, RATING, VIEW, Events
from aisle.sample.world import STREAM_DIRT, Integers, World, random_generator

Row = dict[str, Any]

# Copies of each kind, as a share of the block's rows; at least two in the first block.
RATE_PER_KIND: Final = 0.00015
UNTIDY_RATE: Final = 0.001
BOT_EVENTS: Final = 330
BOT_EVERY_BLOCKS: Final = 10
BULK_QUANTITY: Final = 500.0
TEST_CUSTOMERS: Final = ("test_1", "qa-2")
UNKNOWN_PRODUCTS: Final = ("POSTAGE", "p99999-old", "BANK CHARGES")
UNKNOWN_TYPES: Final = ("page_ping", "purchse")
BAD_QUANTITIES: Final = ("two", "1x", "n/a")
BAD_TIMES: Final = ("yesterday", "2025-13-45 10:00:00", "31/31/2025")
FUTURE_TIME: Final = "2099-01-01 00:00:00"


def _set(column: str, *values: Any) -> Callable[[Row, int], Row]:
    """Return a change that puts the values into a column in turn."""
    return lambda row, turn: {**row, column: values[turn % len(values)]}


def _without_visitor(row: Row, _turn: int) -> Row:
    return {**row, "customer_id": None, "session_id": None}


def _as_test_account(row: Row, turn: int) -> Row:
    return {**row, "customer_id": TEST_CUSTOMERS[turn % len(TEST_CUSTOMERS)]}


def _negative_price(row: Row, _turn: int) -> Row:
    return {**row, "unit_price": -abs(row["unit_price"] or 1.0)}


# Kind: (type of the row that is copied, change, keeps the interaction_id).
KINDS: Final[dict[str, tuple[int, Callable[[Row, int], Row], bool]]] = {
    "bad_quantity": (PURCHASE, _set("quantity", *BAD_QUANTITIES), False),
    "bad_time": (VIEW, _set("occurred_at", *BAD_TIMES), False),
    "missing_time": (VIEW, _set("occurred_at", None), False),
    "missing_product": (VIEW, _set("product_id", None), False),
    "missing_type": (VIEW, _set("interaction_type", None), False),
    "missing_customer": (PURCHASE, _without_visitor, False),
    "unknown_product": (PURCHASE, _set("product_id", *UNKNOWN_PRODUCTS), False),
    "unknown_type": (VIEW, _set("interaction_type", *UNKNOWN_TYPES), False),
    "future_date": (PURCHASE, _set("occurred_at", FUTURE_TIME), False),
    "test_account": (PURCHASE, _as_test_account, False),
    "negative_price": (PURCHASE, _negative_price, False),
    "zero_quantity": (PURCHASE, _set("quantity", "0"), False),
    "negative_quantity": (PURCHASE, _set("quantity", "-3", "-1"), False),
    "bad_rating": (RATING, _set("rating", 11.0, -1.0), False),
    "exact_duplicate": (PURCHASE, lambda row, _turn: row, True),
    # Sent again with the same id, but another dwell time.
    "duplicate_id": (VIEW, _set("dwell_seconds", 1.0, 2.0), True),
}


def soil_events(events: Events, world: World, block: int, seed: int) -> Events:
    """Spell a few types untidily, and turn one purchase into a bulk order.

    Parameters
    ----------
    events
        A block's interactions.
    world
        The shop.
    block
        Number of the block.
    seed
        Seed of the sample.

    Returns
    -------
    Events
        The same rows, a few of them changed.
    """
    rng = random_generator(seed, STREAM_DIRT, 2 * block)
    untidy = rng.random(events.count) < UNTIDY_RATE
    spelling = np.select(
        [events.kind == PURCHASE, events.kind == VIEW], [10, 11], events.kind
    )
    kind = np.where(untidy, spelling, events.kind)
    quantity = events.quantity.copy()
    cheap = np.flatnonzero(
        (events.kind == PURCHASE) & world.is_replenished[events.product]
    )
    if block % BOT_EVERY_BLOCKS == 0 and cheap.size:
        quantity[cheap[cheap.size // 2]] = BULK_QUANTITY
    return replace(events, kind=kind, quantity=quantity)


def dirty_rows(
    clean: pa.Table,
    events: Events,
    world: World,
    block: int,
    seed: int,
    first_id: int,
    product_codes: Callable[[Integers], list[str]],
) -> tuple[list[Row], Integers]:
    """Return broken copies of a block's rows, and a time to sort each by.

    Parameters
    ----------
    clean
        The block's rows as they will be written.
    events
        The same rows as arrays.
    world
        The shop.
    block
        Number of the block.
    seed
        Seed of the sample.
    first_id
        Number of the first unused interaction id.
    product_codes
        Gives the ids of products by their numbers.

    Returns
    -------
    tuple of list of dict and array
        Rows in the columns of ``clean``, and seconds since 1970.
    """
    rng = random_generator(seed, STREAM_DIRT, 2 * block + 1)
    least = 2 if block == 0 else 0
    rows: list[Row] = []
    seconds: list[int] = []
    next_id = first_id
    for model, change, keeps_id in KINDS.values():
        sources = np.flatnonzero(events.kind == model)
        count = min(max(least, round(events.count * RATE_PER_KIND)), sources.size)
        chosen = np.sort(rng.choice(sources, count, replace=False))
        for turn, source in enumerate(chosen.tolist()):
            row = change(clean.slice(source, 1).to_pylist()[0], turn)
            if not keeps_id:
                row["interaction_id"] = f"i{next_id:07d}"
                next_id += 1
            rows.append(row)
            seconds.append(int(events.seconds[source]))

    if block % BOT_EVERY_BLOCKS == 0:
        day = world.calendar.days // 2
        opens_at = world.calendar.epoch_seconds + day * 86_400 + 3 * 3_600
        seen = product_codes(rng.integers(0, world.count_products, BOT_EVENTS))
        for turn, code in enumerate(seen):
            rows.append(
                {
                    **dict.fromkeys(clean.column_names),
                    "interaction_id": f"i{next_id:07d}",
                    "session_id": f"s-bot-{block + 1}",
                    "product_id": code,
                    "interaction_type": "view",
                    "channel": "web",
                    "dwell_seconds": 1.0,
                    "occurred_at": str(np.datetime64(opens_at + 2 * turn, "s")).replace(
                        "T", " "
                    ),
                }
            )
            seconds.append(opens_at + 2 * turn)
            next_id += 1
    return rows, np.array(seconds, dtype=np.int64)
