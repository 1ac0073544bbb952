"""The shop before any customer enters: calendar, products, stock, complements."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aisle.sample.assortment import (
    ASSORTMENT,
    BRANDS,
    COLOURS,
    SINGLE_PRODUCT,
    Subcategory,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

LAST_DAY: Final = date(2025, 6, 30)
DEFAULT_DAYS: Final = 395
NEVER: Final = 1e9  # a day that does not come

# Streams keep the draws of the parts apart: one more draw in one part must not
# shift all others.
STREAM_WORLD: Final = 1
STREAM_INVENTORY: Final = 2
STREAM_PEOPLE: Final = 3
STREAM_EVENTS: Final = 4
STREAM_DIRT: Final = 5
STREAM_ANSWERS: Final = 6
STREAM_LAUNCH: Final = 7
STREAM_GIFTS: Final = 8

WEEKDAY_WEIGHT: Final = np.array([1.05, 0.95, 0.92, 0.95, 1.0, 1.12, 1.18])
MONTH_WEIGHT: Final = np.array(
    [0.95, 0.9, 0.95, 1.0, 1.0, 0.98, 0.92, 0.9, 0.98, 1.05, 1.25, 1.3]
)
OUTAGE_BEFORE_END: Final = (140, 139)  # days before the end, where there are as many


def random_generator(seed: int, stream: int, part: int = 0) -> np.random.Generator:
    """Return the generator of one part of the sample, the same on every run."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([seed, stream, part]))
    )


@dataclass(frozen=True)
class Calendar:
    """The days of the sample, counted from 0.

    Attributes
    ----------
    first_day
        Day 0.
    days
        Number of days.
    weekday, month
        Of every day; Monday is 0, January is 0.
    weight
        How busy the shop is on a day; the mean is 1.
    cumulative_weight
        Weight of all days before a day, with one more entry for the end.
    is_outage
        Days on which tracking was down.
    """

    first_day: date
    days: int
    weekday: Integers
    month: Integers
    weight: Floats
    cumulative_weight: Floats
    is_outage: Booleans

    @property
    def epoch_seconds(self) -> int:
        """Seconds from 1970 to the start of day 0."""
        return int((self.first_day - date(1970, 1, 1)).days) * 86_400

    def instant(self, day: float) -> datetime:
        """Return the midnight that starts a day (the day may lie outside)."""
        start = datetime(self.first_day.year, self.first_day.month, self.first_day.day)
        return start + timedelta(days=int(day))


def build_calendar(days: int) -> Calendar:
    """Return the calendar of the given number of days up to the last day."""
    first_day = LAST_DAY - timedelta(days=days - 1)
    dates = [first_day + timedelta(days=offset) for offset in range(days)]
    weekday = np.array([day.weekday() for day in dates], dtype=np.int64)
    month = np.array([day.month - 1 for day in dates], dtype=np.int64)
    weight = WEEKDAY_WEIGHT[weekday] * MONTH_WEIGHT[month]
    weight = weight / weight.mean()
    is_outage = np.zeros(days, dtype=np.bool_)
    for before_end in OUTAGE_BEFORE_END:
        if before_end < days - 30:
            is_outage[days - before_end] = True
    return Calendar(
        first_day=first_day,
        days=days,
        weekday=weekday,
        month=month,
        weight=weight,
        cumulative_weight=np.concatenate([[0.0], np.cumsum(weight)]),
        is_outage=is_outage,
    )


@dataclass(frozen=True)
class World:
    """Everything customers meet. Arrays of one entry per product unless said.

    Products are ordered by subcategory, so that one search over
    ``popularity_cdf`` draws a product of a given subcategory.
    """

    calendar: Calendar
    subcategories: tuple[Subcategory, ...]
    brand_names: tuple[str, ...]
    season: Floats  # month x subcategory, mean 1 over the year
    subcategory: Integers
    brand: Integers
    price_level: Floats  # 0 cheapest to 1 dearest of its subcategory
    list_price: Floats
    unit_cost: Floats
    popularity: Floats  # sums to 1 within a subcategory
    popularity_cdf: Floats  # subcategory number + share of all products up to this
    interval_days: Floats  # 0 where nothing runs out
    is_replenished: Booleans
    is_one_off: Booleans
    is_durable: Booleans
    is_unsold: Booleans
    available_from: Floats  # day; negative = before the sample begins
    discontinued_at: Floats
    trend_direction: Floats  # 1 rising, -1 fading, 0 steady
    trend_midpoint: Floats
    stock_out_from: Floats  # product x window; [from, to)
    stock_out_to: Floats
    price_change_day: Floats  # product x change
    price_change_factor: Floats
    complement: Integers  # product; -1 for none
    complement_probability: Floats
    count_variants: Integers
    label: Integers  # the number in the product's id
    seller: Integers
    colour: Integers
    noun: Integers
    detail: Integers
    material: Integers

    @property
    def count_products(self) -> int:
        """Number of parent products."""
        return int(self.subcategory.shape[0])

    def draw_products(self, subcategory: Integers, uniform: Floats) -> Integers:
        """Return one product per subcategory drawn by popularity."""
        last = np.searchsorted(self.subcategory, subcategory, side="right") - 1
        found = np.searchsorted(
            self.popularity_cdf, subcategory + uniform, side="right"
        )
        return np.minimum(found, last).astype(np.int64)

    def is_listed(self, product: Integers, day: Integers) -> Booleans:
        """Whether the shop lists the product on the day."""
        listed: Booleans = (self.available_from[product] <= day) & (
            day < self.discontinued_at[product]
        )
        return listed

    def is_buyable(self, product: Integers, day: Integers) -> Booleans:
        """Whether the product is listed, in stock and ever sold."""
        starts = self.stock_out_from[product]
        ends = self.stock_out_to[product]
        moment = np.asarray(day)[..., np.newaxis]
        is_out = np.any((starts <= moment) & (moment < ends), axis=-1)
        buyable: Booleans = (
            self.is_listed(product, day) & ~is_out & ~self.is_unsold[product]
        )
        return buyable

    def trend(self, product: Integers, day: Integers) -> Floats:
        """Share of its full appeal that the product has on the day."""
        slope = self.trend_direction[product]
        distance = (day - self.trend_midpoint[product]) / 18.0
        factor: Floats = np.where(
            slope == 0, 1.0, 0.12 + 0.88 / (1.0 + np.exp(-slope * distance))
        )
        return factor

    def price(self, product: Integers, day: Integers) -> Floats:
        """List price on the day, after the price changes up to it."""
        changed = self.price_change_day[product] <= np.asarray(day)[..., np.newaxis]
        factor = np.where(changed, self.price_change_factor[product], 1.0)
        price: Floats = np.round(self.list_price[product] * factor.prod(axis=-1), 2)
        return price


def build_world(products: int, days: int, seed: int) -> World:
    """Draw the shop.

    Parameters
    ----------
    products
        Number of parent products, at least 60.
    days
        Number of days, at least 60.
    seed
        Seed of all draws.

    Returns
    -------
    World
        The same for the same arguments.

    Examples
    --------
    >>> build_world(products=150, days=395, seed=7).count_products
    150
    """
    rng = random_generator(seed, STREAM_WORLD)
    calendar = build_calendar(days)
    subcategories = (*ASSORTMENT, SINGLE_PRODUCT)
    subcategory = np.repeat(
        np.arange(len(subcategories)), _products_per_subcategory(products)
    ).astype(np.int64)
    count = subcategory.shape[0]

    brand_names = tuple(name for names in BRANDS.values() for name in names)
    brand = np.empty(count, dtype=np.int64)
    for number, entry in enumerate(subcategories):
        names = BRANDS[entry.category]
        members = np.flatnonzero(subcategory == number)
        first = brand_names.index(names[0])
        brand[members] = first + rng.integers(0, len(names), members.size)

    def column(name: str) -> Floats:
        per_entry = [float(getattr(entry, name)) for entry in subcategories]
        return np.array(per_entry)[subcategory]

    def words(name: str) -> Integers:
        per_entry = np.array([len(getattr(entry, name)) for entry in subcategories])
        number = np.floor(rng.random(count) * per_entry[subcategory])
        return np.asarray(number, dtype=np.int64)

    def is_kind(kind: str) -> Booleans:
        per_entry = np.array([entry.kind == kind for entry in subcategories])
        return np.asarray(per_entry[subcategory], dtype=np.bool_)

    price_level = rng.random(count)
    low, high = column("price_low"), column("price_high")
    list_price = np.round(low * (high / low) ** price_level, 0) - 0.01
    list_price = np.where(
        list_price < 10,
        np.round(low * (high / low) ** price_level * 2, 0) / 2 - 0.01,
        list_price,
    )
    list_price = np.maximum(np.round(list_price, 2), 1.49)
    unit_cost = np.round(list_price * rng.uniform(0.42, 0.78, count), 2)

    appeal = np.exp(rng.normal(0.0, 0.9, count))
    popularity = appeal / np.bincount(subcategory, appeal)[subcategory]
    within = np.cumsum(popularity)
    before = np.concatenate([[0.0], within])[
        np.searchsorted(subcategory, np.arange(len(subcategories)))
    ]
    popularity_cdf = subcategory + np.minimum(within - before[subcategory], 1.0)

    single = subcategory == len(subcategories) - 1
    is_new = (rng.random(count) < 0.14) & ~single
    available_from = np.where(
        is_new,
        np.floor(rng.uniform(0.06, 0.95, count) * days),
        -np.floor(rng.uniform(30, 900, count)),
    )
    is_ending = (rng.random(count) < 0.05) & ~is_new & ~single
    discontinued_at = np.where(
        is_ending, np.floor(rng.uniform(0.3, 0.95, count) * days), NEVER
    )
    is_unsold = np.zeros(count, dtype=np.bool_)
    unsold = rng.choice(
        np.flatnonzero(~single & ~is_new), max(2, count // 75), replace=False
    )
    is_unsold[unsold] = True

    turn = rng.random(count)
    trend_direction = np.where(turn < 0.12, 1.0, np.where(turn > 0.9, -1.0, 0.0))
    trend_midpoint = rng.uniform(0.25, 0.95, count) * days

    windows = 2
    stock_out_from = np.floor(rng.uniform(0.04, 0.98, (count, windows)) * days)
    has_stock_out = rng.random((count, windows)) < 0.2
    stock_out_from = np.where(has_stock_out, stock_out_from, NEVER)
    stock_out_to = np.minimum(
        stock_out_from + rng.integers(5, 22, (count, windows)), float(NEVER)
    )

    sizes = np.array([len(entry.sizes) for entry in subcategories])[subcategory]
    changes = 2
    is_changed = (rng.random((count, changes)) < 0.14) & (sizes == 0)[:, np.newaxis]
    price_change_day = np.where(
        is_changed, np.floor(rng.uniform(0.1, 0.97, (count, changes)) * days), NEVER
    )
    price_change_factor = rng.choice([0.85, 0.9, 1.05, 1.1, 1.15], (count, changes))

    complement, complement_probability = _draw_complements(
        rng, subcategories, subcategory, popularity
    )

    return World(
        calendar=calendar,
        subcategories=subcategories,
        brand_names=brand_names,
        season=_season(subcategories),
        subcategory=subcategory,
        brand=brand,
        price_level=price_level,
        list_price=list_price,
        unit_cost=unit_cost,
        popularity=popularity,
        popularity_cdf=popularity_cdf,
        interval_days=np.round(
            column("interval_days") * np.exp(rng.normal(0, 0.18, count)), 0
        ),
        is_replenished=is_kind("replenished"),
        is_one_off=is_kind("one_off"),
        is_durable=is_kind("durable"),
        is_unsold=is_unsold,
        available_from=available_from,
        discontinued_at=discontinued_at,
        trend_direction=trend_direction,
        trend_midpoint=trend_midpoint,
        stock_out_from=stock_out_from,
        stock_out_to=stock_out_to,
        price_change_day=price_change_day,
        price_change_factor=price_change_factor,
        complement=complement,
        complement_probability=complement_probability,
        count_variants=sizes.astype(np.int64),
        # Numbers are shuffled: an id must not give the subcategory away.
        label=rng.permutation(count).astype(np.int64) + 1,
        seller=np.floor(rng.random(count) ** 2 * max(6, count // 200)).astype(np.int64)
        + 1,
        colour=rng.integers(0, len(COLOURS), count),
        noun=words("nouns"),
        detail=words("details"),
        material=words("materials"),
    )


def _products_per_subcategory(products: int) -> list[int]:
    """Split the products by share, at least one each, largest remainders first."""
    shares = np.array([entry.share for entry in ASSORTMENT])
    exact = (products - 1 - len(ASSORTMENT)) * shares / shares.sum()
    counts = np.floor(exact).astype(np.int64)
    missing = int(products - 1 - len(ASSORTMENT) - counts.sum())
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[:missing]] += 1
    return [int(count) + 1 for count in counts] + [1]


def _season(subcategories: tuple[Subcategory, ...]) -> Floats:
    """Return interest by month and subcategory with a mean of 1 over the year."""
    months = np.arange(12)[:, np.newaxis]
    peak = np.array([entry.peak_month - 1 for entry in subcategories])
    strength = np.array([entry.season_strength for entry in subcategories])
    wave = np.exp(2.2 * (np.cos(2 * np.pi * (months - peak) / 12) - 1))
    season = 1 - strength + strength * wave / wave.mean(axis=0)
    return np.asarray(season / season.mean(axis=0), dtype=np.float64)


def _draw_complements(
    rng: np.random.Generator,
    subcategories: tuple[Subcategory, ...],
    subcategory: Integers,
    popularity: Floats,
) -> tuple[Integers, Floats]:
    """Give most products of an anchor subcategory one product to go with it."""
    names = [entry.name for entry in subcategories]
    complement = np.full(subcategory.shape[0], -1, dtype=np.int64)
    for number, entry in enumerate(subcategories):
        if not entry.complement:
            continue
        anchors = np.flatnonzero(subcategory == number)
        partners = np.flatnonzero(subcategory == names.index(entry.complement))
        weight = np.sqrt(popularity[partners])
        complement[anchors] = rng.choice(
            partners, anchors.size, p=weight / weight.sum()
        )
    complement[rng.random(complement.size) < 0.15] = -1
    probability = rng.uniform(0.22, 0.5, complement.size)
    return complement, np.where(complement >= 0, probability, 0.0)
