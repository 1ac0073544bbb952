"""What happens after launch: lists that are shown, and what showing them causes.

In the last weeks of the sample the shop shows lists on its home page and in a
newsletter. What a customer does without them is drawn elsewhere and stays as it is; a
showing can only add to it:

``click``
    Happens with the chance ``examination * attraction * FATIGUE ** unanswered``. A slot
    is examined by its position alone, a product attracts by the customer's true taste
    alone, and each earlier showing of the product that the customer left unanswered
    since the last click on it tires.
``purchase``
    Of what is clicked, ``BUY_RATE`` is bought in the same visit, unless it is out of
    stock or bought only once in a life and owned (or going to be bought anyway).
``substitution``
    Of these purchases a share may come instead of a later one in the same category. The
    sample shop has none of it, so that its organic rows do not depend on its launch.

Lists do not depend on what was clicked. So the chance of every click and purchase under
any policy can be computed exactly: :mod:`aisle.sample.launch_truth` does.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from aisle.sample.events import PURCHASE, Activity, Events, conversion
from aisle.sample.people import People
from aisle.sample.world import (
    STREAM_LAUNCH,
    Booleans,
    Floats,
    Integers,
    World,
    random_generator,
)

LAUNCH_WEEKS: Final = 10
HOME, EMAIL = 0, 1
PLACEMENTS: Final = ("home", "email")
CONTROL, TREATMENT, SHADOW = 0, 1, 2
POLICIES: Final = ("control", "treatment", "shadow")
STRATEGIES: Final = ("popularity", "ranker", "blend")
SCENARIO: Final = "live"
RELEASES: Final = ("sample_1", "sample_2")  # the second takes over halfway

HOME_SLOTS: Final = 5
EMAIL_SLOTS: Final = 3
EXAMINATION: Final = np.array(
    [[1.0, 0.75, 0.58, 0.46, 0.38], [0.4, 0.3, 0.22, 0.0, 0.0]]  # placement x slot
)
LEAST_ATTRACTION: Final = 0.02
MOST_ATTRACTION: Final = 0.42
HALF_INTEREST: Final = 2.5  # times the average interest at which half is reached
FATIGUE: Final = 0.85
MOST_FATIGUE: Final = 8  # showings after which one does not tire further
BUY_RATE: Final = 0.25
SUBSTITUTION_DAYS: Final = 28

SHELF: Final = 200  # best sellers of a week, which all lists are taken from
POPULAR: Final = 12  # of which the control group sees some, in random order
RANKED_SLOTS: Final = (0, 1, 3)
DISCOVERY_SLOTS: Final = (2, 4)
TREATMENT_SHARPNESS: Final = 1.6  # of the softmax by which the ranker draws
DISCOVERY_SHARPNESS: Final = 0.7
SHADOW_SHARPNESS: Final = 3.0

HOME_RATE: Final = 0.75  # of visits that begin on the home page
GLANCE_RATE: Final = 0.3  # visits that see no more than it, per other visit
EMAIL_WEEKDAY: Final = 2  # days after the start of each week
EMAIL_SECONDS: Final = 6 * 3_600 + 1_800

# Ids of what showing causes start here within a block, far from those of the rest.
CAUSED_IDS: Final = 800_000

# Draws of a block, each from a generator of its own.
DRAW_VISITS, DRAW_CONTROL, DRAW_TREATMENT, DRAW_SHADOW = range(4)
DRAW_EMAIL, DRAW_ANSWERS, DRAW_DWELL, DRAW_DIRT = range(4, 8)
DRAWS_PER_BLOCK: Final = 8


def launch_generator(seed: int, block: int, draw: int) -> np.random.Generator:
    """Return the generator of one kind of draw of a block."""
    return random_generator(seed, STREAM_LAUNCH, DRAWS_PER_BLOCK * block + draw)


@dataclass(frozen=True)
class Experiment:
    """An experiment and the shares of its variants, in the order of assignment."""

    experiment_id: str
    shares: tuple[tuple[str, float], ...]
    salt: str = ""


RANKER_VS_POPULAR: Final = Experiment(
    "ranker_vs_popular",
    (("control", 0.45), ("treatment", 0.45), ("holdout", 0.1)),
    salt="spring",
)
# Both variants get the same newsletter: whatever differs between them is chance.
SAME_LIST: Final = Experiment("same_list", (("control", 0.5), ("treatment", 0.5)))
EXPERIMENTS: Final = (RANKER_VS_POPULAR, SAME_LIST)
# What a variant of the first experiment is shown; the holdout is shown nothing.
POLICY_OF_VARIANT: Final = {"control": CONTROL, "treatment": TREATMENT, "holdout": -1}


def assigned_variant(
    experiment_id: str,
    customer_id: str,
    shares: Sequence[tuple[str, float]],
    salt: str = "",
) -> str | None:
    """Return the variant of an experiment that a customer belongs to.

    The first 32 bits of the MD5 of ``salt:experiment_id:customer_id`` (hexadecimal, as
    an unsigned number) over 2**32 are the customer's place from 0 to 1. The variant is
    the first whose cumulative share lies above it, in the order given.

    Parameters
    ----------
    experiment_id, customer_id
        What is hashed.
    shares
        Variants and their shares, which add up to at most 1.
    salt
        Another salt gives another assignment.

    Returns
    -------
    str or None
        None for who is beyond the last share and takes no part.

    Raises
    ------
    ValueError
        If a share is negative or they add up to more than 1.

    Examples
    --------
    >>> halves = [("control", 0.5), ("treatment", 0.5)]
    >>> assigned_variant("same_list", "c000001", halves)
    'control'
    >>> assigned_variant("same_list", "c000001", halves, salt="second")
    'treatment'
    """
    text = f"{salt}:{experiment_id}:{customer_id}"
    place = (
        int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        / 2**32
    )
    cumulative = 0.0
    chosen = None
    for variant, share in shares:
        if share < 0:
            raise ValueError(f"share of {variant} must be at least 0, but is {share}")
        cumulative += share
        if chosen is None and place < cumulative:
            chosen = variant
    if cumulative > 1 + 1e-9:
        raise ValueError(f"shares must add up to at most 1, but give {cumulative}")
    return chosen


@dataclass(frozen=True)
class Visits:
    """Occasions to show a list, one per row, in the order of time.

    ``session`` is the number of the visit within the block, ``checkout`` when something
    that is clicked would be paid. Seconds count from 1970.
    """

    person: Integers
    placement: Integers
    day: Integers
    week: Integers
    session: Integers
    channel: Integers
    seconds: Integers
    checkout: Integers

    def take(self, rows: Integers | Booleans) -> "Visits":
        """Return the given rows."""
        return Visits(
            **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__}
        )


@dataclass(frozen=True)
class Lists:
    """What every customer would be shown in every week under every policy.

    Attributes
    ----------
    home, home_propensity
        Policy x week x person x slot; the chance is not a number where a slot was not
        drawn at random.
    email, email_propensity
        Week x person x slot.
    """

    home: Integers
    home_propensity: Floats
    email: Integers
    email_propensity: Floats


@dataclass(frozen=True)
class Exposures:
    """One product shown in one slot per row, in the order of time; ``slot`` from 0."""

    visit: Integers
    person: Integers
    product: Integers
    slot: Integers
    placement: Integers
    day: Integers
    propensity: Floats
    is_discovery: Booleans
    pull: Floats  # examination times attraction: the chance of a click when not tired
    buy_chance: Floats  # of what is clicked
    is_bought_once: Booleans

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.person.shape[0])


@dataclass(frozen=True)
class Launch:
    """What happened after launch in a block of people.

    Attributes
    ----------
    first_day
        Day of the sample on which lists are first shown.
    visits, lists
        Occasions and lists of everybody, those who were shown nothing included.
    variant
        Person x experiment: number of the variant, -1 for who takes no part.
    assigned_at
        Person x experiment: when, in seconds since 1970.
    shown
        What was shown.
    count_unanswered
        Showings of the same product to the same person before, since the last click.
    is_clicked, is_bought
        What it led to.
    clicked_at
        Seconds since 1970; of no meaning where nothing was clicked.
    is_displacing
        Purchases that may come instead of a later one.
    displaced
        Rows of the block's events that these came instead of.
    """

    first_day: int
    visits: Visits
    lists: Lists
    variant: Integers
    assigned_at: Integers
    shown: Exposures
    count_unanswered: Integers
    is_clicked: Booleans
    is_bought: Booleans
    clicked_at: Integers
    is_displacing: Booleans
    displaced: Integers


def attraction(
    world: World, people: People, person: Integers, product: Integers
) -> Floats:
    """Return the chance that a product attracts who examines it and is not tired.

    Parameters
    ----------
    world, people
        One block of the sample.
    person, product
        Numbers, of shapes that go together.

    Returns
    -------
    array of float
        From ``LEAST_ATTRACTION`` to ``MOST_ATTRACTION``.
    """
    interest = people.taste[person, world.subcategory[product]] * len(
        world.subcategories
    )
    share = interest / (interest + HALF_INTEREST) * people.fit(world, person, product)
    return np.asarray(
        LEAST_ATTRACTION + (MOST_ATTRACTION - LEAST_ATTRACTION) * share,
        dtype=np.float64,
    )


def draw_launch(
    world: World,
    people: People,
    events: Events,
    activity: Activity,
    customer_ids: Sequence[str],
    block: int,
    seed: int,
    substitution: float = 0.0,
) -> Launch:
    """Simulate the weeks after launch for a block of people.

    Parameters
    ----------
    world, people, events, activity
        The block, and what it did without recommendations.
    customer_ids
        Ids of the block's customers, which decide on their variants.
    block
        Number of the block; with ``seed`` it decides every draw.
    seed
        Seed of the sample.
    substitution
        Share of the purchases after a click that come instead of a later one of the
        same category, where there is one in the next ``SUBSTITUTION_DAYS`` days.

    Returns
    -------
    Launch
        The same for the same arguments.
    """
    weeks = min(LAUNCH_WEEKS, world.calendar.days // 14)
    first_day = world.calendar.days - 7 * weeks
    lists = _draw_lists(world, people, block, seed, first_day, weeks)
    rng = launch_generator(seed, block, DRAW_VISITS)
    home = _home_visits(world, people, events, rng, first_day)

    variant = np.full((people.count_customers, len(EXPERIMENTS)), -1, dtype=np.int64)
    assigned_at = np.zeros_like(variant)
    ids = _person_ids(people, customer_ids)
    _assign(RANKER_VS_POPULAR, 0, home, ids, variant, assigned_at)
    policy = policies_of_variants(variant[:, 0])
    email = _emails(world, people, home, first_day, weeks)
    is_sent = policy[email.person] >= 0
    _assign(SAME_LIST, 1, email.take(is_sent), ids, variant, assigned_at)

    visits = _joined(home, email)
    shown = expose(world, people, activity, visits, lists, policy)
    rng = launch_generator(seed, block, DRAW_ANSWERS)
    unanswered, is_clicked, is_bought = _answers(world, shown, rng)
    wait = np.where(
        shown.placement == HOME,
        3 + 4 * (shown.slot + 1) + rng.integers(0, 10, shown.count),
        300 + rng.integers(0, 8 * 3_600, shown.count),
    )
    is_displacing = is_bought & (rng.random(shown.count) < substitution)
    return Launch(
        first_day=first_day,
        visits=visits,
        lists=lists,
        variant=variant,
        assigned_at=assigned_at,
        shown=shown,
        count_unanswered=unanswered,
        is_clicked=is_clicked,
        is_bought=is_bought,
        clicked_at=visits.seconds[shown.visit] + wait,
        is_displacing=is_displacing,
        displaced=_displaced(world, events, shown, is_displacing),
    )


def policies_of_variants(variant: Integers) -> Integers:
    """Return what variants of the first experiment are shown; -1 for nothing."""
    names = [name for name, _ in RANKER_VS_POPULAR.shares]
    policies = np.array([POLICY_OF_VARIANT[name] for name in names] + [-1])
    return np.asarray(policies[variant], dtype=np.int64)


def expose(
    world: World,
    people: People,
    activity: Activity,
    visits: Visits,
    lists: Lists,
    policy: Integers,
) -> Exposures:
    """Return what people see on their visits under given policies.

    Parameters
    ----------
    world, people, activity
        The block, and what it did without recommendations.
    visits, lists
        Occasions and lists.
    policy
        Of every customer; -1 for who is shown nothing.

    Returns
    -------
    Exposures
        In the order of visits, then of slots.
    """
    is_shown = policy[visits.person] >= 0
    visit, slot = np.nonzero(
        is_shown[:, np.newaxis] & (EXAMINATION > 0)[visits.placement]
    )
    person, week = visits.person[visit], visits.week[visit]
    placement, day = visits.placement[visit], visits.day[visit]
    is_home = placement == HOME
    in_email = np.minimum(slot, EMAIL_SLOTS - 1)
    product = np.where(
        is_home,
        lists.home[policy[person], week, person, slot],
        lists.email[week, person, in_email],
    )
    propensity = np.where(
        is_home,
        lists.home_propensity[policy[person], week, person, slot],
        lists.email_propensity[week, person, in_email],
    )
    pull = EXAMINATION[placement, slot] * attraction(world, people, person, product)
    is_bought_once = world.is_one_off[product] | world.is_durable[product]
    is_owned = is_bought_once & np.isin(
        _things(world, person, product),
        _things(world, activity.purchases.person, activity.purchases.product),
    )
    can_buy = world.is_buyable(product, day) & ~is_owned
    return Exposures(
        visit=visit,
        person=person,
        product=product,
        slot=slot,
        placement=placement,
        day=day,
        propensity=propensity,
        is_discovery=is_home
        & (policy[person] == TREATMENT)
        & np.isin(slot, DISCOVERY_SLOTS),
        pull=pull,
        buy_chance=np.where(can_buy, BUY_RATE, 0.0),
        is_bought_once=is_bought_once,
    )


def pairs_and_turns(world: World, shown: Exposures) -> tuple[Integers, Integers]:
    """Return each row's pair of person and product, and how many of it came before."""
    pair = np.unique(
        shown.person * world.count_products + shown.product, return_inverse=True
    )[1]
    order = np.argsort(pair, kind="stable")
    size = np.bincount(pair)
    first = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64)
    turn = np.empty(pair.size, dtype=np.int64)
    turn[order] = np.arange(pair.size) - first[pair[order]]
    return pair.astype(np.int64), turn


def rows_by_turn(turn: Integers) -> list[Integers]:
    """Return the rows of every turn: within one, no pair comes twice."""
    order = np.argsort(turn, kind="stable")
    return np.split(order, np.cumsum(np.bincount(turn))[:-1]) if turn.size else []


def next_purchases(world: World, events: Events, shown: Exposures) -> Integers:
    """Return the event that a purchase of each showing may come instead of.

    It is the customer's next organic purchase in the same category, after the day of
    the showing and at most ``SUBSTITUTION_DAYS`` days after it; -1 for none.
    """
    names = [entry.category for entry in world.subcategories]
    category = np.unique(names, return_inverse=True)[1][world.subcategory]
    lines = np.flatnonzero(events.kind == PURCHASE)
    span = 10 * (world.calendar.days + 2 * SUBSTITUTION_DAYS)
    day = (events.seconds[lines] - world.calendar.epoch_seconds) // 86_400

    def places(person: Integers, product: Integers, day: Integers) -> Integers:
        group = person * len(names) + category[product]
        return np.asarray(group * span + day, dtype=np.int64)

    line_places = places(events.person[lines], events.product[lines], day)
    order = np.argsort(line_places, kind="stable")
    sorted_places = np.concatenate([line_places[order], [np.iinfo(np.int64).max]])
    earliest = places(shown.person, shown.product, shown.day + 1)
    found = np.searchsorted(sorted_places, earliest)
    is_near = sorted_places[found] < earliest + SUBSTITUTION_DAYS
    row = np.concatenate([lines[order], [-1]])[found]
    return np.where(is_near, row, -1)


def _things(world: World, person: Integers, product: Integers) -> Integers:
    """Number what a person buys once: a product, or a durable's whole subcategory."""
    thing = np.where(
        world.is_durable[product],
        world.count_products + world.subcategory[product],
        product,
    )
    width = world.count_products + len(world.subcategories)
    return np.asarray(person * width + thing, dtype=np.int64)


def _home_visits(
    world: World,
    people: People,
    events: Events,
    rng: np.random.Generator,
    first_day: int,
) -> Visits:
    """Return visits of the home page, most of them before other things."""
    calendar, customers = world.calendar, people.count_customers
    rows = np.flatnonzero((events.session >= 0) & (events.person < customers))
    # Rows are in the order of time: the first of a session opens it.
    session, first = np.unique(events.session[rows], return_index=True)
    last = rows.size - 1 - np.unique(events.session[rows][::-1], return_index=True)[1]
    opens_at = events.seconds[rows[first]] - 40
    person = events.person[rows[first]]
    joined = Visits(
        person=person,
        placement=np.full(session.size, HOME, dtype=np.int64),
        day=(opens_at - calendar.epoch_seconds) // 86_400,
        week=np.zeros(session.size, dtype=np.int64),
        session=session,
        channel=events.channel[rows[first]],
        seconds=opens_at,
        checkout=events.seconds[rows[last]] + 60,
    )
    is_taken = rng.random(session.size) < HOME_RATE
    joined = joined.take(
        is_taken
        & (opens_at >= people.registered_at[person])
        & (joined.day >= first_day)
    )

    starts = np.maximum(people.from_day[:customers], first_day)
    ends = np.minimum(people.to_day[:customers], calendar.days)
    rate = (people.trips_per_day + people.browses_per_day)[:customers]
    expected = GLANCE_RATE * rate * np.maximum(ends - starts, 0.0)
    person = np.repeat(np.arange(customers), rng.poisson(expected))
    day = np.floor(starts[person] + rng.random(person.size) * (ends - starts)[person])
    day = np.minimum(day.astype(np.int64), calendar.days - 1)
    clock = np.floor((8.0 + 13.0 * rng.beta(2.4, 1.7, person.size)) * 3_600)
    seconds = calendar.epoch_seconds + day * 86_400 + clock.astype(np.int64)
    glances = Visits(
        person=person,
        placement=np.full(person.size, HOME, dtype=np.int64),
        day=day,
        week=np.zeros(person.size, dtype=np.int64),
        session=CAUSED_IDS + np.arange(person.size),
        channel=rng.choice(2, person.size, p=[0.6, 0.4]),
        seconds=seconds,
        checkout=seconds + 150,
    )
    # One list a day: what was seen with other things comes first.
    both = Visits(
        **{
            name: np.concatenate([getattr(joined, name), getattr(glances, name)])
            for name in Visits.__dataclass_fields__
        }
    )
    place = both.person * calendar.days + both.day
    both = both.take(np.sort(np.unique(place, return_index=True)[1]))
    both = both.take(people.consent[both.person] != 0)
    both.week[:] = (both.day - first_day) // 7
    return _in_order(both)


def _emails(
    world: World,
    people: People,
    home: Visits,
    first_day: int,
    weeks: int,
) -> Visits:
    """Return the newsletters: weekly, once a customer has been on the home page.

    Nobody is sent one before being assigned: what a newsletter causes counts in full.
    """
    customers, calendar = people.count_customers, world.calendar
    first_visit = np.full(customers, calendar.days, dtype=np.int64)
    np.minimum.at(first_visit, home.person, home.day)
    week, person = np.divmod(np.arange(weeks * customers), customers)
    day = first_day + 7 * week + EMAIL_WEEKDAY
    is_sent = (
        people.has_newsletter[person]
        & (first_visit[person] < day)
        & (day < people.to_day[person])
    )
    person, week, day = person[is_sent], week[is_sent], day[is_sent]
    seconds = calendar.epoch_seconds + day * 86_400 + EMAIL_SECONDS
    return Visits(
        person=person,
        placement=np.full(person.size, EMAIL, dtype=np.int64),
        day=day,
        week=week,
        session=CAUSED_IDS + CAUSED_IDS // 10 + np.arange(person.size),
        channel=np.full(person.size, 2, dtype=np.int64),
        seconds=seconds,
        checkout=seconds,
    )


def _in_order(visits: Visits) -> Visits:
    return visits.take(np.lexsort((visits.person, visits.seconds)))


def _joined(one: Visits, other: Visits) -> Visits:
    return _in_order(
        Visits(
            **{
                name: np.concatenate([getattr(one, name), getattr(other, name)])
                for name in Visits.__dataclass_fields__
            }
        )
    )


def _person_ids(people: People, customer_ids: Sequence[str]) -> list[str]:
    """Return the id each profile is known by: its person's earliest listed profile."""
    ids = list(customer_ids)
    known_by: dict[int, int] = {}
    listed = np.flatnonzero(people.is_listed[: people.count_customers])
    for profile in listed[np.argsort(people.registered_at[listed], kind="stable")]:
        known_by.setdefault(int(people.identity[profile]), int(profile))
    for profile in listed.tolist():
        ids[profile] = customer_ids[known_by[int(people.identity[profile])]]
    return ids


def _assign(
    experiment: Experiment,
    number: int,
    visits: Visits,
    ids: Sequence[str],
    variant: Integers,
    assigned_at: Integers,
) -> None:
    """Assign everybody on the first visit, whatever is shown on it."""
    names = [name for name, _ in experiment.shares]
    persons, first = np.unique(visits.person, return_index=True)
    for person in persons.tolist():
        name = assigned_variant(
            experiment.experiment_id, ids[person], experiment.shares, experiment.salt
        )
        variant[person, number] = -1 if name is None else names.index(name)
    assigned_at[persons, number] = visits.seconds[first]


def _draw_lists(
    world: World, people: People, block: int, seed: int, first_day: int, weeks: int
) -> Lists:
    """Draw all lists, whoever comes to see them."""
    customers = people.count_customers
    person = np.arange(customers)[:, np.newaxis]
    shape = (len(POLICIES), weeks, customers, HOME_SLOTS)
    home = np.zeros(shape, dtype=np.int64)
    home_propensity = np.full(shape, np.nan)
    email = np.zeros((weeks, customers, EMAIL_SLOTS), dtype=np.int64)
    email_propensity = np.zeros(email.shape)
    control, treatment, shadow, newsletter = (
        launch_generator(seed, block, draw)
        for draw in (DRAW_CONTROL, DRAW_TREATMENT, DRAW_SHADOW, DRAW_EMAIL)
    )
    for week in range(weeks):
        shelf = _shelf(world, first_day + 7 * week)
        popular = shelf[:POPULAR]
        for lists, propensity, slots, rng in (
            (home[CONTROL, week], home_propensity[CONTROL, week], HOME_SLOTS, control),
            (email[week], email_propensity[week], EMAIL_SLOTS, newsletter),
        ):
            order = np.argsort(rng.random((customers, popular.size)), axis=1)
            lists[:] = popular[order[:, :slots]]
            propensity[:] = 1.0 / popular.size

        liking = np.log(attraction(world, people, person, shelf[np.newaxis, :]))
        chosen = _softmax_order(liking * TREATMENT_SHARPNESS, treatment)
        rank = chosen[:, : len(RANKED_SLOTS)]
        home[TREATMENT, week][:, RANKED_SLOTS] = shelf[rank]
        weight = np.exp(liking * DISCOVERY_SHARPNESS)
        np.put_along_axis(weight, rank, 0.0, axis=1)
        for slot in DISCOVERY_SLOTS:
            drawn, chance = _softmax_draw(weight, treatment)
            home[TREATMENT, week, :, slot] = shelf[drawn]
            home_propensity[TREATMENT, week, :, slot] = chance
            weight[person[:, 0], drawn] = 0.0

        chosen = _softmax_order(liking * SHADOW_SHARPNESS, shadow)
        home[SHADOW, week] = shelf[chosen[:, :HOME_SLOTS]]
    return Lists(home, home_propensity, email, email_propensity)


def _shelf(world: World, day: int) -> Integers:
    """Return the products that sell best in the week from a day, best first.

    What sells best follows from the shop, not from the sample's purchases: blocks of
    customers know nothing of each other.
    """
    products = np.arange(world.count_products)
    moment = np.full(products.size, day)
    demand = np.array([entry.demand for entry in world.subcategories])
    season = world.season[world.calendar.month[day]]
    sales = (
        (demand * season)[world.subcategory]
        * world.popularity
        * world.trend(products, moment)
        * conversion(world)
        * world.is_buyable(products, moment)
    )
    best = np.lexsort((world.label, -sales))[:SHELF]
    return np.asarray(best[sales[best] > 0], dtype=np.int64)


def _softmax_order(score: Floats, rng: np.random.Generator) -> Integers:
    """Order each row as if drawn one by one by softmax without replacement."""
    noise = -np.log(-np.log(rng.uniform(1e-12, 1.0, score.shape)))
    return np.argsort(-(score + noise), axis=1, kind="stable")


def _softmax_draw(weight: Floats, rng: np.random.Generator) -> tuple[Integers, Floats]:
    """Draw one column of each row by weight; returns it and its chance."""
    cumulative = np.cumsum(weight, axis=1)
    point = rng.random((weight.shape[0], 1)) * cumulative[:, -1:]
    drawn = (cumulative <= point).sum(axis=1)
    chance = weight[np.arange(weight.shape[0]), drawn] / cumulative[:, -1]
    return drawn, chance


def _answers(
    world: World, shown: Exposures, rng: np.random.Generator
) -> tuple[Integers, Booleans, Booleans]:
    """Draw clicks and purchases, one showing of each pair at a time."""
    pair, turn = pairs_and_turns(world, shown)
    clicks, buys = rng.random(shown.count), rng.random(shown.count)
    tired = np.zeros(shown.count, dtype=np.int64)  # of pairs, as of now
    is_owned = np.zeros(shown.count, dtype=np.bool_)
    unanswered = np.zeros(shown.count, dtype=np.int64)
    is_clicked = np.zeros(shown.count, dtype=np.bool_)
    is_bought = np.zeros(shown.count, dtype=np.bool_)
    for rows in rows_by_turn(turn):
        pairs = pair[rows]
        unanswered[rows] = tired[pairs]
        chance = shown.pull[rows] * FATIGUE ** np.minimum(tired[pairs], MOST_FATIGUE)
        clicked = clicks[rows] < chance
        bought = clicked & (buys[rows] < shown.buy_chance[rows]) & ~is_owned[pairs]
        is_clicked[rows], is_bought[rows] = clicked, bought
        tired[pairs] = np.where(clicked, 0, tired[pairs] + 1)
        is_owned[pairs] |= bought & shown.is_bought_once[rows]
    return unanswered, is_clicked, is_bought


def _displaced(
    world: World, events: Events, shown: Exposures, is_displacing: Booleans
) -> Integers:
    """Return the purchases that others came instead of, each at most once."""
    found = next_purchases(world, events, shown)[is_displacing]
    return np.unique(found[found >= 0])
