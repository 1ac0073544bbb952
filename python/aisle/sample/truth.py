"""What is true of the sample: how likely each customer is to buy each product.

The probabilities follow from the rates that :mod:`aisle.sample.events` draws from,
given the state of each customer at the cutoff: what ran out when, what was put
aside, what is owned. They know tastes that no recommender can see, so a list ordered
by them is a ceiling, not a target.
"""

from typing import Final

import numpy as np
from scipy.special import gammainc

from aisle.sample.events import (
    CARRIED_DAYS,
    CARRIED_RATE,
    FAVOURITE_RATE,
    RENEWAL_SHAPE,
    SET_ASIDE_RATE,
    SUBSTITUTES_TRIED,
    Activity,
    conversion,
)
from aisle.sample.people import (
    LATE_SHARE,
    LEAD_DAYS,
    LEAVING_DAYS,
    LEAVING_SHARE,
    People,
)
from aisle.sample.world import Floats, Integers, World

WINDOW_DAYS: Final = 30


def purchase_probabilities(
    world: World,
    people: People,
    activity: Activity,
    cutoff_day: int,
    customers: Integers,
) -> Floats:
    """Return P(customer buys product in the 30 days from the cutoff).

    Parameters
    ----------
    world, people, activity
        One block of the sample.
    cutoff_day
        Day of the sample; what happens on it is in the window.
    customers
        Rows of the block to answer for.

    Returns
    -------
    array of float, customers x products
        0 for who is not yet or no longer a customer.
    """
    state = _State(world, people, cutoff_day)
    fit = people.fit(
        world, customers[:, np.newaxis], np.arange(world.count_products)[np.newaxis, :]
    )
    interest = state.interest(customers)
    rate = (
        interest
        * fit
        * state.appeal
        * (
            state.trips[customers, np.newaxis] * conversion(world)
            + state.browses[customers, np.newaxis]
            * SET_ASIDE_RATE
            * CARRIED_RATE
            * 0.6
            * state.trip_soon[customers, np.newaxis]
        )
    )
    _add_put_aside(rate, state, activity, customers)
    _add_renewals(rate, state, activity, customers, fit)
    for anchor in np.flatnonzero(world.complement >= 0).tolist():
        partner = int(world.complement[anchor])
        rate[:, partner] += (
            rate[:, anchor]
            * world.complement_probability[anchor]
            * state.buyable[partner]
        )
    _drop_owned(rate, world, activity, cutoff_day, customers)
    rate *= state.is_customer[customers, np.newaxis]
    return np.asarray(1.0 - np.exp(-rate), dtype=np.float64)


class _State:
    """What is the same for all products, or all customers, in the window."""

    def __init__(self, world: World, people: People, cutoff_day: int) -> None:
        calendar = world.calendar
        self.world, self.people, self.cutoff_day = world, people, cutoff_day
        self.days = np.arange(
            cutoff_day, min(cutoff_day + WINDOW_DAYS, calendar.days), dtype=np.int64
        )
        self.weight = calendar.weight[self.days]
        products = np.arange(world.count_products)
        buyable = np.zeros(world.count_products)
        appeal = np.zeros(world.count_products)
        for day, weight in zip(self.days.tolist(), self.weight.tolist(), strict=True):
            moment = np.full(products.size, day)
            is_buyable = world.is_buyable(products, moment)
            buyable += is_buyable / self.days.size
            appeal += (
                is_buyable * world.trend(products, moment) * weight / self.weight.sum()
            )
        self.buyable: Floats = buyable
        self.appeal: Floats = appeal * world.popularity

        age = cutoff_day - people.from_day
        self.is_customer = (age > 0) & (people.to_day > cutoff_day)
        leaving = LEAVING_SHARE * np.exp(-np.maximum(age, 0) / LEAVING_DAYS)
        leaving = leaving / (leaving + 1 - LEAVING_SHARE)
        self.stays = 1 - leaving * (1 - np.exp(-WINDOW_DAYS / LEAVING_DAYS)) / 2
        finds = (1 + people.finds_per_visit) * self.weight.sum() * self.stays
        self.trips: Floats = people.trips_per_day * finds
        self.browses: Floats = people.browses_per_day * finds
        self.trip_soon = 1 - np.exp(-people.trips_per_day * CARRIED_DAYS)

    def interest(self, customers: Integers) -> Floats:
        """Chance that a view of the customer is of the product's subcategory."""
        months = self.world.calendar.month[self.days]
        share = np.zeros((customers.size, len(self.world.subcategories)))
        for month in np.unique(months).tolist():
            seasonal = self.people.taste[customers] * self.world.season[month]
            seasonal /= seasonal.sum(axis=1, keepdims=True)
            share += seasonal * self.weight[months == month].sum()
        return np.asarray((share / self.weight.sum())[:, self.world.subcategory])


def _add_put_aside(
    rate: Floats, state: _State, activity: Activity, customers: Integers
) -> None:
    """Add what was put aside before the cutoff and still waits for a trip."""
    views, cutoff = activity.views, state.cutoff_day
    row_of = np.full(state.people.taste.shape[0], -1, dtype=np.int64)
    row_of[customers] = np.arange(customers.size)
    last_trip = np.full(row_of.size, -1, dtype=np.int64)
    before = activity.trip_day < cutoff
    np.maximum.at(last_trip, activity.trip_person[before], activity.trip_day[before])
    waits = np.flatnonzero(
        views.is_set_aside
        & (views.day < cutoff)
        & (views.day >= cutoff - CARRIED_DAYS)
        & (views.day >= last_trip[views.person])
        & (row_of[views.person] >= 0)
    )
    person, product = views.person[waits], views.product[waits]
    left = views.day[waits] + CARRIED_DAYS - cutoff
    chance = CARRIED_RATE * (1 - np.exp(-state.people.trips_per_day[person] * left))
    np.add.at(rate, (row_of[person], product), chance * state.buyable[product])


def _add_renewals(
    rate: Floats,
    state: _State,
    activity: Activity,
    customers: Integers,
    fit: Floats,
) -> None:
    """Add what runs out in the window, given when it was last renewed."""
    world, people, cutoff = state.world, state.people, state.cutoff_day
    row_of = np.full(people.taste.shape[0], -1, dtype=np.int64)
    row_of[customers] = np.arange(customers.size)
    needs = np.flatnonzero(row_of[people.need_person] >= 0)
    if not needs.size:
        return
    person = people.need_person[needs]
    mean = people.need_interval[needs]
    last = np.full(people.need_person.size, -1, dtype=np.int64)
    before = activity.renewal_day < cutoff
    np.maximum.at(last, activity.renewal_need[before], activity.renewal_day[before])
    last = last[needs]

    # The gap's own spread and that of waiting for the preferred weekday.
    variance = mean**2 / RENEWAL_SHAPE + 4.0
    shape, scale = mean**2 / variance, variance / mean
    elapsed = np.maximum(cutoff - last, 0)
    passed = gammainc(shape, elapsed / scale)
    reached = gammainc(shape, (elapsed + WINDOW_DAYS) / scale)
    # Long overdue: the product was out of stock, or the customer is about to buy.
    known = np.where(
        passed > 0.999, 1.0, (reached - passed) / np.maximum(1 - passed, 1e-3)
    )
    age = np.maximum(cutoff - people.from_day[person], 0.0)
    early = (1 - LATE_SHARE) * np.exp(-age / LEAD_DAYS)
    fresh = (
        early * (1 - np.exp(-WINDOW_DAYS / LEAD_DAYS))
        + LATE_SHARE * WINDOW_DAYS / world.calendar.days
    ) / (early + LATE_SHARE)
    is_begun = people.need_from_day[needs] < cutoff
    chance = np.where(last >= 0, known, np.where(is_begun, 1.0, fresh))
    first = np.where(last >= 0, np.clip(last + mean - cutoff, 2.0, 30.0), 12.0)
    left = (WINDOW_DAYS - first) / scale
    times = 1.0 + sum(gammainc(more * shape, left) for more in (1, 2, 3))
    bought = people.loyalty[person]

    favourite = people.need_favourite[needs]
    listed = state.buyable[favourite]
    own = bought * FAVOURITE_RATE * listed
    probability = (
        chance * (1 - (1 - np.minimum(own, 0.999)) ** times) * state.stays[person]
    )
    np.add.at(
        rate, (row_of[person], favourite), -np.log1p(-np.minimum(probability, 0.999))
    )

    other = (
        chance * times * bought * (1 - FAVOURITE_RATE * listed) * state.stays[person]
    )
    for number in np.unique(people.need_subcategory[needs]).tolist():
        members = np.flatnonzero(people.need_subcategory[needs] == number)
        products = np.flatnonzero(world.subcategory == number)
        rows = row_of[person[members]]
        weight = (
            world.popularity[products]
            * fit[np.ix_(rows, products)]
            * state.buyable[products]
        )
        accepted = weight.sum(axis=1, keepdims=True)
        is_found = 1 - (1 - accepted) ** SUBSTITUTES_TRIED
        share = weight / np.maximum(accepted, 1e-9) * is_found
        np.add.at(rate, np.ix_(rows, products), other[members][:, np.newaxis] * share)


def _drop_owned(
    rate: Floats,
    world: World,
    activity: Activity,
    cutoff_day: int,
    customers: Integers,
) -> None:
    """Set to zero what is bought once and owned."""
    bought = activity.purchases
    row_of = np.full(
        int(max(bought.person.max(initial=0), customers.max(initial=0))) + 1, -1
    )
    row_of[customers] = np.arange(customers.size)
    owned = bought.take(
        (bought.day < cutoff_day)
        & (row_of[bought.person] >= 0)
        & (world.is_one_off | world.is_durable)[bought.product]
    )
    row = row_of[owned.person]
    rate[row, owned.product] = 0.0
    for line in np.flatnonzero(world.is_durable[owned.product]).tolist():
        siblings = world.subcategory == world.subcategory[owned.product[line]]
        rate[row[line], siblings] = 0.0
