"""Who comes to the shop: latent tastes, needs and habits of a block of customers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from aisle.sample.world import (
    STREAM_PEOPLE,
    Booleans,
    Floats,
    Integers,
    World,
    random_generator,
)

# Customers are drawn in blocks of this size, each with its own seed. Not an option:
# another size gives another shop.
BLOCK_CUSTOMERS: Final = 1_000
# Visitors who never log in, per customer; each comes once.
ANONYMOUS_PER_CUSTOMER: Final = 2.6
SHARE_EXISTING: Final = 0.5  # registered before the sample begins
LEAVING_SHARE: Final = 0.35  # of the customers; the others stay to the end
LEAVING_DAYS: Final = 170.0  # after which they leave, on average
LEAD_DAYS: Final = 25.0  # until a new customer buys what runs out, on average
LATE_SHARE: Final = 0.2  # of the needs: they begin later, when a household changes
SHARE_SILENT: Final = 0.02  # customers without any event
SHARE_UNLISTED: Final = 0.006  # customers with events who are not in the customers file
SHARE_SAME_PERSON: Final = 0.012  # second profiles of the customer before them
REGIONS: Final = (
    "North", "Midlands", "East", "South East", "South West", "Wales", "Scotland",
    "London",
)  # fmt: skip
AGE_BANDS: Final = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")


@dataclass(frozen=True)
class People:
    """One block: customers first, then the anonymous visitors.

    Attributes
    ----------
    first_number
        Number of the block's first customer in the whole sample.
    count_customers
        Rows that are customers; the rest are anonymous visitors.
    taste
        Person x subcategory; sums to 1.
    brand_affinity
        Person x brand; above 0, at most 1.
    price_level, price_sensitivity
        The preferred level (0 cheapest, 1 dearest), and how much it matters.
    trips_per_day, browses_per_day
        Rates of shopping trips and of visits without intent to buy.
    finds_per_visit
        Mean number of products that a visit comes across, less one.
    loyalty
        Share of what runs out that is bought here and not elsewhere.
    from_day, to_day
        When the person is a customer, as days of the sample; half-open.
    registered_at
        Seconds since 1970.
    """

    first_number: int
    count_customers: int
    taste: Floats
    brand_affinity: Floats
    price_level: Floats
    price_sensitivity: Floats
    trips_per_day: Floats
    browses_per_day: Floats
    finds_per_visit: Floats
    loyalty: Floats
    from_day: Floats
    to_day: Floats
    preferred_weekday: Integers
    size_preference: Floats
    registered_at: Integers
    region: Integers
    age_band: Integers
    identity: Integers
    consent: Integers  # 1 yes, 0 no, -1 not stated
    has_newsletter: Booleans
    is_listed: Booleans
    need_person: Integers
    need_subcategory: Integers
    need_favourite: Integers
    need_interval: Floats
    need_from_day: Floats

    def fit(self, world: World, person: Integers, product: Integers) -> Floats:
        """How well a product suits a person (0 to 1), by brand and price."""
        affinity = 0.08 + 0.92 * self.brand_affinity[person, world.brand[product]]
        distance = (world.price_level[product] - self.price_level[person]) / 0.3
        suits: Floats = affinity * np.exp(-self.price_sensitivity[person] * distance**2)
        return suits


def draw_people(world: World, block: int, customers: int, seed: int) -> People:
    """Draw one block.

    Parameters
    ----------
    world
        The shop.
    block
        Number of the block from 0; with ``seed`` it decides every draw.
    customers
        Customers in this block, at most ``BLOCK_CUSTOMERS``.
    seed
        Seed of the sample.

    Returns
    -------
    People
        The same for the same arguments.
    """
    rng = random_generator(seed, STREAM_PEOPLE, block)
    days = world.calendar.days
    count = customers + round(customers * ANONYMOUS_PER_CUSTOMER)
    is_customer = np.arange(count) < customers

    categories = np.array([entry.category for entry in world.subcategories])
    category_names, category_of = np.unique(categories, return_inverse=True)
    by_category = rng.gamma(0.6, size=(count, category_names.size)) + 0.004
    by_subcategory = rng.gamma(1.2, size=(count, len(world.subcategories)))
    demand = np.array([entry.demand for entry in world.subcategories])
    taste = by_category[:, category_of] * by_subcategory * demand
    brand_affinity = rng.random((count, len(world.brand_names))) ** 1.7
    price_level = rng.beta(1.6, 1.6, count)
    price_sensitivity = rng.uniform(0.4, 1.8, count)

    is_second_profile = is_customer & (rng.random(count) < SHARE_SAME_PERSON)
    is_second_profile[0] = False
    second = np.flatnonzero(is_second_profile)
    first = second - 1
    for latent in (taste, brand_affinity, price_level, price_sensitivity):
        latent[second] = latent[first]
    taste /= taste.sum(axis=1, keepdims=True)
    identity = np.arange(count)
    identity[second] = identity[first]

    is_silent = is_customer & (rng.random(count) < SHARE_SILENT)
    # A heavy tail: a few customers make most of the events.
    activity = np.exp(rng.normal(0.0, 0.85, count))
    trips_per_day = np.where(is_silent, 0.0, np.minimum(activity / 30.0, 0.25))
    browses_per_day = np.where(
        is_silent, 0.0, trips_per_day * rng.uniform(0.2, 1.1, count)
    )

    is_existing = rng.random(count) < SHARE_EXISTING
    joined_on = np.where(
        is_existing, -rng.exponential(320.0, count) - 1, rng.random(count) * days
    )
    is_leaving = rng.random(count) < LEAVING_SHARE
    stays = np.where(is_leaving, rng.exponential(LEAVING_DAYS, count), np.inf)
    from_day = np.where(is_customer, np.maximum(joined_on, 0.0), 0.0)
    to_day = np.where(
        is_customer, np.minimum(from_day + 1 + stays, float(days)), float(days)
    )
    busy = world.calendar.weight[:7] / world.calendar.weight[:7].sum()
    preferred = world.calendar.weekday[rng.choice(7, count, p=busy)]

    # Needs: which replenished subcategories a customer uses up at home.
    replenished = np.flatnonzero(
        [entry.kind == "replenished" for entry in world.subcategories]
    )
    chance = np.minimum(taste[:, replenished] * 4.0, 0.9)
    chance *= np.minimum(0.35 + 0.5 * activity, 1.0)[:, np.newaxis]
    has_need = rng.random(chance.shape) < chance
    has_need &= (is_customer & ~is_silent)[:, np.newaxis]
    need_person, position = np.nonzero(has_need)
    need_subcategory = replenished[position]
    tempo = np.exp(rng.normal(0.0, 0.18, count))
    lead = np.where(
        is_existing[need_person],
        rng.random(need_person.size) * 30.0,
        rng.exponential(LEAD_DAYS, need_person.size),
    )
    is_late = rng.random(need_person.size) < LATE_SHARE
    lead += np.where(is_late, rng.random(need_person.size) * days, 0.0)
    need_from_day = from_day[need_person] + lead

    people = People(
        first_number=block * BLOCK_CUSTOMERS,
        count_customers=customers,
        taste=taste,
        brand_affinity=brand_affinity,
        price_level=price_level,
        price_sensitivity=price_sensitivity,
        trips_per_day=trips_per_day,
        browses_per_day=browses_per_day,
        finds_per_visit=rng.uniform(2.5, 8.5, count),
        loyalty=rng.beta(3.0, 2.0, count),
        from_day=from_day,
        to_day=to_day,
        preferred_weekday=preferred,
        size_preference=rng.random(count),
        # Before eight in the morning, when the first visit of a day can be.
        registered_at=(
            world.calendar.epoch_seconds
            + np.floor(joined_on) * 86_400
            + np.floor(rng.random(count) * 28_800)
        ).astype(np.int64),
        region=np.floor(rng.random(count) ** 1.4 * len(REGIONS)).astype(np.int64),
        age_band=rng.choice(
            len(AGE_BANDS), count, p=[0.1, 0.24, 0.24, 0.18, 0.14, 0.1]
        ),
        identity=identity,
        consent=rng.choice([1, 0, -1], count, p=[0.94, 0.02, 0.04]),
        has_newsletter=rng.random(count) < 0.4,
        is_listed=rng.random(count) >= SHARE_UNLISTED,
        need_person=need_person.astype(np.int64),
        need_subcategory=need_subcategory.astype(np.int64),
        need_favourite=np.full(need_person.size, -1, dtype=np.int64),
        need_interval=np.zeros(need_person.size),
        need_from_day=need_from_day,
    )
    favourite = _draw_favourites(rng, world, people)
    people.need_favourite[:] = favourite
    people.need_interval[:] = world.interval_days[favourite] * tempo[need_person]
    return people


def _draw_favourites(
    rng: np.random.Generator, world: World, people: People
) -> Integers:
    """Choose each need's product by popularity times fit, among those on sale."""
    favourite = np.empty(people.need_person.size, dtype=np.int64)
    for number in np.unique(people.need_subcategory):
        needs = np.flatnonzero(people.need_subcategory == number)
        products = np.flatnonzero(world.subcategory == number)
        person = people.need_person[needs][:, np.newaxis]
        weight = (
            world.popularity[products]
            * people.fit(world, person, products[np.newaxis, :])
            * (~world.is_unsold[products])
        )
        is_on_sale = (
            world.available_from[products] <= people.need_from_day[needs][:, np.newaxis]
        )
        weight = weight * is_on_sale + 1e-12 * (~world.is_unsold[products])
        cumulative = np.cumsum(weight, axis=1)
        point = rng.random((needs.size, 1)) * cumulative[:, -1:]
        chosen = np.minimum((cumulative <= point).sum(axis=1), products.size - 1)
        favourite[needs] = products[chosen]
    return favourite
