"""What a block of people does in the shop: visits, purchases, and what follows them.

Everything a person does depends on that person and the shop alone, never on other
people, so blocks are independent and memory does not grow with the sample.

A purchase has one of four causes, all of them known to :mod:`aisle.sample.truth`:

``trip``
    On a shopping trip the person looks at products of a taste-drawn subcategory,
    drawn by popularity, and buys what suits.
``carried``
    A product put aside on an earlier visit is bought on the next trip.
``renewal``
    A replenished product has run out.
``complement``
    It goes with something else in the basket.

With a ``gift_rate`` there are presents besides, of which the truth knows nothing.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from aisle.sample.people import People
from aisle.sample.world import (
    STREAM_EVENTS,
    STREAM_GIFTS,
    Booleans,
    Floats,
    Integers,
    World,
    random_generator,
)

INTERACTION_TYPES: Final = (
    "view", "add_to_cart", "remove_from_cart", "wishlist", "purchase", "return",
    "review", "rating", "dismiss", "complaint",
    # Spellings of an untidy source: staging lowers and trims them.
    "Purchase", " view ",
)  # fmt: skip
VIEW, ADD, REMOVE, WISHLIST, PURCHASE, RETURN, REVIEW, RATING, DISMISS, COMPLAINT = (
    range(10)
)
CHANNELS: Final = ("web", "app", "email")

LOOKED_AT_ANYWAY: Final = 0.15  # of what is come across but does not suit
TRIP_CONVERSION: Final = 1.0  # of what is come across on a trip and suits perfectly
REPLENISHED_CONVERSION: Final = 0.6  # the same for replenished goods, relatively
DURABLE_CONVERSION: Final = 0.3
SET_ASIDE_RATE: Final = 0.3  # on a visit without intent
CARRIED_RATE: Final = 0.4  # of what was set aside
CARRIED_DAYS: Final = 21
ANONYMOUS_TRIP_RATE: Final = 0.45
FAVOURITE_RATE: Final = 0.6  # of renewals
SUBSTITUTES_TRIED: Final = 6  # where it is not the favourite
RENEWAL_SHAPE: Final = 14.0  # of the gamma gaps between renewals
OWN_VIEW_RATE: Final = 0.35  # renewals and complements that are looked at first
OUTAGE_KEPT: Final = 0.04
GIFT_CATEGORIES: Final = ("Beauty", "Baby", "Home")  # presents are chosen from these
ABANDONED_GIFT_RATE: Final = 0.4


@dataclass(frozen=True)
class Purchases:
    """One row per purchase line, ordered by person and day."""

    person: Integers
    day: Integers
    product: Integers
    is_viewed: Booleans  # the line came from a view that is already among the views

    def take(self, rows: Integers | Booleans) -> "Purchases":
        """Return the given rows."""
        return Purchases(
            self.person[rows], self.day[rows], self.product[rows], self.is_viewed[rows]
        )


@dataclass(frozen=True)
class Views:
    """One row per product looked at."""

    person: Integers
    day: Integers
    product: Integers
    is_set_aside: Booleans


@dataclass(frozen=True)
class Activity:
    """What happened in a block, before it is written down as rows.

    Trips and renewals are kept for the truth: the state of a customer on a day
    follows from them.
    """

    views: Views
    purchases: Purchases
    trip_person: Integers
    trip_day: Integers
    renewal_need: Integers
    renewal_day: Integers


@dataclass(frozen=True)
class Events:
    """One row per interaction of a block, in the order of time.

    ``session`` is -1 outside sessions, ``reference`` the row of the purchase that a
    return names (-1 for none); ``seconds`` count from 1970.
    """

    person: Integers
    session: Integers
    product: Integers
    variant: Integers  # -1 where the product has none
    kind: Integers
    channel: Integers
    seconds: Integers
    quantity: Floats
    unit_price: Floats
    rating: Floats
    dwell_seconds: Floats
    reference: Integers

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.person.shape[0])


def simulate(world: World, people: People, rng: np.random.Generator) -> Activity:
    """Return the views and purchases of a block of people.

    Parameters
    ----------
    world
        The shop.
    people
        One block of people.
    rng
        The generator of the block's events.

    Returns
    -------
    Activity
        Purchases respect stock, and a one-off product is bought once.
    """
    visits_person, visits_day, is_trip = _visits(world, people, rng)

    # What a visit comes across: a subcategory by taste and season, then a product by
    # popularity.
    count = 1 + rng.poisson(people.finds_per_visit[visits_person])
    person = np.repeat(visits_person, count)
    day = np.repeat(visits_day, count)
    on_trip = np.repeat(is_trip, count)
    weight = np.cumsum(
        people.taste[person] * world.season[world.calendar.month[day]], axis=1
    )
    point = rng.random((person.size, 1)) * weight[:, -1:]
    subcategory = np.minimum(
        (weight <= point).sum(axis=1), len(world.subcategories) - 1
    )
    product = world.draw_products(subcategory, rng.random(person.size))
    # One draw decides how far it goes: passed by, looked at, put aside or bought.
    suits = people.fit(world, person, product)
    eagerness = rng.random(person.size)
    is_seen = (
        world.is_listed(product, day)
        & (rng.random(person.size) < world.trend(product, day))
        & (eagerness < LOOKED_AT_ANYWAY + (1 - LOOKED_AT_ANYWAY) * suits)
    )
    seen = np.flatnonzero(is_seen)
    person, day, product = person[seen], day[seen], product[seen]
    on_trip, suits, eagerness = on_trip[seen], suits[seen], eagerness[seen]
    is_bought = (
        on_trip
        & (eagerness < suits * conversion(world)[product])
        & world.is_buyable(product, day)
    )
    is_set_aside = ~on_trip & (eagerness < suits * SET_ASIDE_RATE)
    is_set_aside &= person < people.count_customers
    views = Views(person, day, product, is_set_aside)

    # What was set aside is bought on the next trip, if that comes soon.
    horizon = world.calendar.days + CARRIED_DAYS + 1
    trips = np.unique(visits_person[is_trip] * horizon + visits_day[is_trip])
    aside = np.flatnonzero(is_set_aside)
    wanted = person[aside] * horizon + day[aside]
    position = np.searchsorted(trips, wanted, side="right")
    next_trip = np.concatenate([trips, [np.iinfo(np.int64).max]])[position]
    is_carried = (next_trip - wanted <= CARRIED_DAYS) & (
        rng.random(aside.size) < CARRIED_RATE
    )
    carried_product = product[aside][is_carried]
    carried_day = (next_trip % horizon)[is_carried]
    is_there = world.is_buyable(carried_product, carried_day)

    need, renewal_day, renewal_product = _renewals(world, people, rng)
    is_made = (renewal_product >= 0) & (
        rng.random(need.size) < people.loyalty[people.need_person[need]]
    )

    chosen = Purchases(
        person=np.concatenate(
            [
                person[is_bought],
                person[aside][is_carried][is_there],
                people.need_person[need][is_made],
            ]
        ),
        day=np.concatenate(
            [day[is_bought], carried_day[is_there], renewal_day[is_made]]
        ),
        product=np.concatenate(
            [
                product[is_bought],
                carried_product[is_there],
                renewal_product[is_made],
            ]
        ),
        is_viewed=np.concatenate(
            [
                np.ones(int(is_bought.sum()), dtype=np.bool_),
                np.zeros(int(is_there.sum() + is_made.sum()), dtype=np.bool_),
            ]
        ),
    )
    chosen = _without_repeats(world, chosen)

    complement = world.complement[chosen.product]
    is_added = (
        rng.random(complement.size) < world.complement_probability[chosen.product]
    ) & world.is_buyable(complement, chosen.day)
    purchases = Purchases(
        person=np.concatenate([chosen.person, chosen.person[is_added]]),
        day=np.concatenate([chosen.day, chosen.day[is_added]]),
        product=np.concatenate([chosen.product, complement[is_added]]),
        is_viewed=np.concatenate(
            [chosen.is_viewed, np.zeros(int(is_added.sum()), dtype=np.bool_)]
        ),
    )
    return Activity(
        views=views,
        purchases=_without_repeats(world, purchases),
        trip_person=trips // horizon,
        trip_day=trips % horizon,
        renewal_need=need,
        renewal_day=renewal_day,
    )


def conversion(world: World) -> Floats:
    """Chance by product that what suits perfectly is bought on a trip."""
    return TRIP_CONVERSION * np.where(
        world.is_replenished,
        REPLENISHED_CONVERSION,
        np.where(world.is_durable, DURABLE_CONVERSION, 1.0),
    )


def _visits(
    world: World, people: People, rng: np.random.Generator
) -> tuple[Integers, Integers, Booleans]:
    """Return person, day and intent of all visits but those of renewals."""
    calendar = world.calendar
    edges = np.arange(calendar.days + 1, dtype=np.float64)
    count_people = people.taste.shape[0]
    is_customer = np.arange(count_people) < people.count_customers
    opens = np.interp(people.from_day, edges, calendar.cumulative_weight)
    closes = np.interp(people.to_day, edges, calendar.cumulative_weight)

    persons, days, intents = [], [], []
    for rate, intent in ((people.trips_per_day, 1), (people.browses_per_day, 0)):
        expected = np.where(is_customer, rate * (closes - opens), 0.0)
        person = np.repeat(np.arange(count_people), rng.poisson(expected))
        moment = opens[person] + rng.random(person.size) * (closes - opens)[person]
        day = np.interp(moment, calendar.cumulative_weight, edges).astype(np.int64)
        day = np.minimum(day, calendar.days - 1)
        # Half of the visits move to the weekday the customer likes to shop on.
        moved = day + (people.preferred_weekday[person] - calendar.weekday[day]) % 7
        is_moved = (rng.random(person.size) < 0.5) & (moved < people.to_day[person])
        persons.append(person)
        days.append(np.where(is_moved, moved, day))
        intents.append(np.full(person.size, intent == 1))

    visitors = np.flatnonzero(~is_customer)
    moment = rng.random(visitors.size) * calendar.cumulative_weight[-1]
    day = np.interp(moment, calendar.cumulative_weight, edges).astype(np.int64)
    persons.append(visitors)
    days.append(np.minimum(day, calendar.days - 1))
    intents.append(rng.random(visitors.size) < ANONYMOUS_TRIP_RATE)
    return np.concatenate(persons), np.concatenate(days), np.concatenate(intents)


def _renewals(
    world: World, people: People, rng: np.random.Generator
) -> tuple[Integers, Integers, Integers]:
    """Return need, day and product (-1 for none) of everything that ran out."""
    calendar = world.calendar
    needs = np.arange(people.need_person.size)
    due = people.need_from_day.copy()
    out_need, out_day, out_product = [], [], []
    while needs.size:
        person = people.need_person[needs]
        # Bought on the next preferred weekday: dues of a week share a basket.
        whole = np.floor(due).astype(np.int64)
        inside = np.minimum(whole, calendar.days - 1)
        day = whole + (people.preferred_weekday[person] - calendar.weekday[inside]) % 7
        is_alive = day < np.minimum(people.to_day[person], calendar.days)
        needs, person, day = needs[is_alive], person[is_alive], day[is_alive]
        product = people.need_favourite[needs]
        is_other = (rng.random(needs.size) >= FAVOURITE_RATE) | ~world.is_buyable(
            product, day
        )
        substitute = np.full(needs.size, -1, dtype=np.int64)
        for _ in range(SUBSTITUTES_TRIED):
            proposal = world.draw_products(
                people.need_subcategory[needs], rng.random(needs.size)
            )
            suits = people.fit(world, person, proposal)
            is_taken = (
                (substitute < 0)
                & (rng.random(needs.size) < suits)
                & world.is_buyable(proposal, day)
            )
            substitute = np.where(is_taken, proposal, substitute)
        out_need.append(needs)
        out_day.append(day)
        out_product.append(np.where(is_other, substitute, product))
        gap = people.need_interval[needs] * (
            rng.gamma(RENEWAL_SHAPE, size=needs.size) / RENEWAL_SHAPE
        )
        # Three days early: what is nearly empty goes on the list.
        due = day + np.maximum(gap - 3.0, 1.0)
        is_open = due < calendar.days
        needs, due = needs[is_open], due[is_open]
    empty = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([empty, *out_need]),
        np.concatenate([empty, *out_day]),
        np.concatenate([empty, *out_product]),
    )


def _without_repeats(world: World, purchases: Purchases) -> Purchases:
    """Keep one line per basket and product, and the first of what is bought once."""
    order = np.lexsort((~purchases.is_viewed, purchases.day, purchases.person))
    rows = purchases.take(order)
    products = world.count_products
    by_basket = (rows.person * world.calendar.days + rows.day) * products + rows.product
    rows = rows.take(np.sort(np.unique(by_basket, return_index=True)[1]))

    # Ids of things a person buys once: a one-off product, a durable's subcategory.
    thing = np.where(
        world.is_durable[rows.product],
        products + world.subcategory[rows.product],
        rows.product,
    )
    once = world.is_one_off[rows.product] | world.is_durable[rows.product]
    bought = rows.person * (products + len(world.subcategories)) + thing
    bought = np.where(once, bought, -1 - np.arange(bought.size))
    return rows.take(np.sort(np.unique(bought, return_index=True)[1]))


def _with_gifts(
    world: World,
    people: People,
    activity: Activity,
    gift_rate: float,
    rng: np.random.Generator,
) -> Activity:
    """Add visits for presents: a gift card, and what suits somebody else."""
    trips = np.bincount(activity.trip_person, minlength=people.count_customers)
    expected = gift_rate * trips[: people.count_customers]
    giver = np.repeat(np.arange(people.count_customers), rng.poisson(expected))
    opens, closes = people.from_day[giver], people.to_day[giver]
    day = np.floor(opens + rng.random(giver.size) * (closes - opens)).astype(np.int64)
    day = np.clip(day, 0, world.calendar.days - 1)

    kinds = np.flatnonzero(
        [entry.category in GIFT_CATEGORIES for entry in world.subcategories]
    )
    visit = np.repeat(np.arange(giver.size), 2 + rng.poisson(1.0, giver.size))
    present = world.draw_products(
        kinds[rng.integers(0, kinds.size, visit.size)], rng.random(visit.size)
    )
    card = np.full(giver.size, np.argmax(world.subcategory), dtype=np.int64)
    visit = np.concatenate([np.arange(giver.size), visit])
    product = np.concatenate([card, present])
    is_there = world.is_buyable(product, day[visit])
    visit, product = visit[is_there], product[is_there]
    is_abandoned = (rng.random(giver.size) < ABANDONED_GIFT_RATE)[visit]
    bought = ~is_abandoned
    person, day = giver[visit], day[visit]
    views, purchases = activity.views, activity.purchases
    return replace(
        activity,
        views=Views(
            person=np.concatenate([views.person, person]),
            day=np.concatenate([views.day, day]),
            product=np.concatenate([views.product, product]),
            is_set_aside=np.concatenate([views.is_set_aside, is_abandoned]),
        ),
        purchases=_without_repeats(
            world,
            Purchases(
                person=np.concatenate([purchases.person, person[bought]]),
                day=np.concatenate([purchases.day, day[bought]]),
                product=np.concatenate([purchases.product, product[bought]]),
                is_viewed=np.concatenate(
                    [purchases.is_viewed, np.ones(int(bought.sum()), dtype=np.bool_)]
                ),
            ),
        ),
    )


def draw_events(
    world: World, people: People, block: int, seed: int, gift_rate: float = 0.0
) -> tuple[Events, Activity]:
    """Return a block's interactions and the activity they were written from.

    Parameters
    ----------
    world
        The shop.
    people
        The block's people.
    block
        Number of the block; with ``seed`` it decides every draw.
    seed
        Seed of the sample.
    gift_rate
        Visits for presents to each trip of a customer.

    Returns
    -------
    tuple of Events and Activity
        The activity holds what happened, the events what tracking saw of it.
    """
    rng = random_generator(seed, STREAM_EVENTS, block)
    activity = simulate(world, people, rng)
    if gift_rate:
        gifts = random_generator(seed, STREAM_GIFTS, block)
        activity = _with_gifts(world, people, activity, gift_rate, gifts)
    return _write_down(world, people, activity, rng), activity


@dataclass
class _Rows:
    """Interactions under construction: one array per column and part."""

    person: list[Integers]
    day: list[Integers]
    product: list[Integers]
    kind: list[Integers]
    phase: list[Integers]

    def add(
        self,
        person: Integers,
        day: Integers,
        product: Integers,
        kind: int,
        phase: int,
    ) -> None:
        self.person.append(person)
        self.day.append(day)
        self.product.append(product)
        self.kind.append(np.full(person.size, kind, dtype=np.int64))
        self.phase.append(np.full(person.size, phase, dtype=np.int64))


def _write_down(
    world: World, people: People, activity: Activity, rng: np.random.Generator
) -> Events:
    """Turn views and purchases into sessions of timed rows, and add what follows."""
    calendar = world.calendar
    views, bought = activity.views, activity.purchases
    rows = _Rows([], [], [], [], [])
    rows.add(views.person, views.day, views.product, VIEW, 0)
    looked = ~bought.is_viewed & (rng.random(bought.person.size) < OWN_VIEW_RATE)
    rows.add(bought.person[looked], bought.day[looked], bought.product[looked], VIEW, 0)
    in_cart = rng.random(bought.person.size) < 0.72
    rows.add(
        bought.person[in_cart], bought.day[in_cart], bought.product[in_cart], ADD, 1
    )

    whim = rng.random(views.person.size)
    aside = views.is_set_aside
    parts = (
        (ADD, 1, (aside & (whim < 0.6)) | (~aside & (whim < 0.055))),
        (REMOVE, 2, ~aside & (whim < 0.024)),
        (WISHLIST, 1, (aside & (whim >= 0.6)) | (~aside & (whim > 0.985))),
        (DISMISS, 1, ~aside & (whim > 0.972) & (whim < 0.98)),
    )
    for act, moment, chosen in parts:
        rows.add(
            views.person[chosen], views.day[chosen], views.product[chosen], act, moment
        )
    rows.add(bought.person, bought.day, bought.product, PURCHASE, 3)

    person, day, product, kind, phase = (
        np.concatenate(part)
        for part in (rows.person, rows.day, rows.product, rows.kind, rows.phase)
    )
    visit, session = np.unique(person * calendar.days + day, return_inverse=True)
    opens_at = np.floor((8.0 + 13.0 * rng.beta(2.4, 1.7, visit.size)) * 3600)
    channel_of = rng.choice(3, visit.size, p=[0.62, 0.28, 0.1])
    discount = rng.choice([0.0, 0.05, 0.1, 0.2], visit.size, p=[0.8, 0.08, 0.08, 0.04])
    is_tracked = ~calendar.is_outage[visit % calendar.days] | (
        rng.random(visit.size) < OUTAGE_KEPT
    )

    order = np.lexsort((rng.random(session.size), phase, session))
    size = np.bincount(session, minlength=visit.size)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    rank = np.empty(session.size, dtype=np.int64)
    rank[order] = np.arange(session.size) - first[session[order]]
    # One checkout: all purchases of a session carry the same time.
    step = np.where(kind == PURCHASE, size[session], rank)
    wobble = np.where(kind == PURCHASE, 0.0, rng.random(session.size) * 25)
    seconds = (
        calendar.epoch_seconds
        + day * 86_400
        + (opens_at[session] + step * 37 + wobble).astype(np.int64)
    )

    suits = people.fit(world, person, product)
    quantity = _quantities(world, product, kind, rng)
    unit_price = np.where(
        kind == PURCHASE,
        np.round(world.price(product, day) * (1 - discount[session]), 2),
        np.nan,
    )
    dwell = np.where(
        kind == VIEW,
        np.round(np.exp(rng.normal(3.1, 0.7, kind.size)) * (0.6 + 1.4 * suits)) + 1,
        np.nan,
    )
    variant = _variants(world, people, person, product, rng)

    # A quarter of the carts' rows say nothing of price; purchases always do.
    at_cart = (kind == ADD) & (rng.random(kind.size) < 0.75)
    unit_price = np.where(at_cart, world.price(product, day), unit_price)

    kept = is_tracked[session]
    base = Events(
        person=person[kept],
        session=session[kept],
        product=product[kept],
        variant=variant[kept],
        kind=kind[kept],
        channel=channel_of[session][kept],
        seconds=seconds[kept],
        quantity=quantity[kept],
        unit_price=unit_price[kept],
        rating=np.full(int(kept.sum()), np.nan),
        dwell_seconds=dwell[kept],
        reference=np.full(int(kept.sum()), -1, dtype=np.int64),
    )
    return _in_order_of_time(_with_afterthoughts(world, people, base, suits[kept], rng))


def _quantities(
    world: World, product: Integers, kind: Integers, rng: np.random.Generator
) -> Floats:
    more = rng.poisson(np.where(world.is_replenished[product], 0.45, 0.06))
    durable = world.is_durable[product]
    quantity = np.where(durable, 1.0, 1.0 + more)
    return np.where((kind == PURCHASE) | (kind == ADD), quantity, np.nan)


def _variants(
    world: World,
    people: People,
    person: Integers,
    product: Integers,
    rng: np.random.Generator,
) -> Integers:
    """Return the size each row is about: mostly the person's own."""
    count = world.count_variants[product]
    own = people.size_preference[person]
    own = np.where(rng.random(person.size) < 0.8, own, rng.random(person.size))
    return np.where(count > 0, np.floor(own * count), -1).astype(np.int64)


def _with_afterthoughts(
    world: World,
    people: People,
    base: Events,
    suits: Floats,
    rng: np.random.Generator,
) -> Events:
    """Add returns, reviews, ratings and complaints to what customers bought."""
    calendar = world.calendar
    lines = np.flatnonzero(
        (base.kind == PURCHASE) & (base.person < people.count_customers)
    )
    product = base.product[lines]
    is_sized = world.count_variants[product] > 0
    return_rate = np.where(
        is_sized, 0.14, np.where(world.is_replenished[product], 0.02, 0.06)
    ) * (1.5 - suits[lines])
    stars = np.clip(
        np.round(2.4 + 2.8 * suits[lines] + rng.normal(0, 0.8, lines.size)), 1, 5
    )
    ends_at = calendar.epoch_seconds + calendar.days * 86_400
    parts: list[Events] = [base]
    for kind, rate, delay in (
        (RETURN, return_rate, 20),
        (REVIEW, np.full(lines.size, 0.04), 25),
        (RATING, np.full(lines.size, 0.075), 18),
        (COMPLAINT, np.where(stars <= 2, 0.06, 0.004), 12),
    ):
        chosen = rng.random(lines.size) < rate
        wait = rng.integers(2, 2 + delay, lines.size) * 86_400
        later = base.seconds[lines] + wait + rng.integers(-7_000, 3_600, lines.size)
        chosen &= later < ends_at
        day = np.minimum((later - calendar.epoch_seconds) // 86_400, calendar.days - 1)
        chosen &= ~calendar.is_outage[day]
        source = lines[chosen]
        count = source.size
        nothing = np.full(count, np.nan)
        is_return = kind == RETURN
        has_stars = kind in (REVIEW, RATING)
        kept_quantity = np.ceil(base.quantity[source] * rng.random(count))
        is_named = rng.random(count) < 0.8
        parts.append(
            Events(
                person=base.person[source],
                session=np.full(count, -1, dtype=np.int64),
                product=base.product[source],
                variant=base.variant[source],
                kind=np.full(count, kind, dtype=np.int64),
                channel=np.where(rng.random(count) < 0.7, 0, 1),
                seconds=later[chosen],
                quantity=kept_quantity if is_return else nothing,
                unit_price=base.unit_price[source] if is_return else nothing,
                rating=stars[chosen] if has_stars else nothing,
                dwell_seconds=nothing,
                reference=(
                    np.where(is_named, source, -1)
                    if is_return
                    else np.full(count, -1, dtype=np.int64)
                ),
            )
        )
    return Events(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Events.__dataclass_fields__
        }
    )


def _in_order_of_time(events: Events) -> Events:
    """Sort by time and let references follow their purchases."""
    order = np.argsort(events.seconds, kind="stable")
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    reference = events.reference[order]
    sorted_columns = {
        name: getattr(events, name)[order] for name in Events.__dataclass_fields__
    }
    sorted_columns["reference"] = np.where(
        reference >= 0, place[np.maximum(reference, 0)], -1
    )
    return Events(**sorted_columns)
