"""The sample as Arrow tables in the columns of the input contract."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aisle.sample.assortment import COLOURS
from aisle.sample.dirt import TEST_CUSTOMERS, dirty_rows, soil_events
from aisle.sample.events import CHANNELS, INTERACTION_TYPES, PURCHASE, Events
from aisle.sample.people import AGE_BANDS, REGIONS, People
from aisle.sample.world import (
    STREAM_ANSWERS,
    STREAM_DIRT,
    STREAM_INVENTORY,
    Booleans,
    Floats,
    Integers,
    World,
    random_generator,
)

# Ids of a block start at its number times this: no block needs to know another.
IDS_PER_BLOCK: Final = 1_000_000
INVENTORY_CHUNK: Final = 500

INSTANT: Final = pa.timestamp("s")
# Quantity and time are text because an untidy export holds values that do not parse.
INTERACTIONS_SCHEMA: Final = pa.schema(
    [
        ("interaction_id", pa.string()),
        ("customer_id", pa.string()),
        ("session_id", pa.string()),
        ("product_id", pa.string()),
        ("order_id", pa.string()),
        ("returned_interaction_id", pa.string()),
        ("interaction_type", pa.string()),
        ("channel", pa.string()),
        ("quantity", pa.string()),
        ("unit_price", pa.float64()),
        ("rating", pa.float64()),
        ("dwell_seconds", pa.float64()),
        ("occurred_at", pa.string()),
    ]
)
PRODUCTS_SCHEMA: Final = pa.schema(
    [
        ("product_id", pa.string()),
        ("parent_product_id", pa.string()),
        ("title", pa.string()),
        ("description", pa.string()),
        ("category", pa.string()),
        ("subcategory", pa.string()),
        ("brand", pa.string()),
        ("seller_id", pa.string()),
        ("price", pa.float64()),
        ("unit_cost", pa.float64()),
        ("attributes", pa.string()),
        ("available_from", INSTANT),
        ("discontinued_at", INSTANT),
        ("valid_from", INSTANT),
    ]
)
CUSTOMERS_SCHEMA: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("registered_at", INSTANT),
        ("region", pa.string()),
        ("attributes", pa.string()),
        ("identity_hash", pa.string()),
        ("has_consented", pa.bool_()),
    ]
)
INVENTORY_SCHEMA: Final = pa.schema(
    [
        ("product_id", pa.string()),
        ("observed_at", INSTANT),
        ("units_on_hand", pa.float64()),
    ]
)
ANSWERS_SCHEMA: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("question_id", pa.string()),
        ("answer", pa.string()),
        ("answered_at", INSTANT),
    ]
)
IMPRESSIONS_SCHEMA: Final = pa.schema(
    [
        ("impression_id", pa.string()),
        ("customer_id", pa.string()),
        ("product_id", pa.string()),
        ("placement", pa.string()),
        ("slot", pa.int64()),
        ("release_id", pa.string()),
        ("strategy", pa.string()),
        ("scenario_id", pa.string()),
        ("experiment_id", pa.string()),
        ("variant", pa.string()),
        ("propensity", pa.float64()),
        ("is_discovery", pa.bool_()),
        ("served_at", INSTANT),
        ("clicked_at", INSTANT),
    ]
)
ASSIGNMENTS_SCHEMA: Final = pa.schema(
    [
        ("experiment_id", pa.string()),
        ("customer_id", pa.string()),
        ("variant", pa.string()),
        ("assigned_at", INSTANT),
    ]
)
SCHEMAS: Final[dict[str, pa.Schema]] = {
    "interactions": INTERACTIONS_SCHEMA,
    "products": PRODUCTS_SCHEMA,
    "customers": CUSTOMERS_SCHEMA,
    "inventory": INVENTORY_SCHEMA,
    "questionnaire_answers": ANSWERS_SCHEMA,
    "impressions": IMPRESSIONS_SCHEMA,
    "experiment_assignments": ASSIGNMENTS_SCHEMA,
}


def customer_code(number: int) -> str:
    """Return the id of a customer by number from 0."""
    return f"c{number + 1:06d}"


def product_code(world: World, product: int) -> str:
    """Return the id of a parent product."""
    return f"p{int(world.label[product]):05d}"


class ProductCodes:
    """Ids of all products and of their variants, looked up by number."""

    def __init__(self, world: World) -> None:
        self.offset = np.concatenate([[0], np.cumsum(1 + world.count_variants)])
        codes: list[str] = []
        for product in range(world.count_products):
            parent = product_code(world, product)
            sizes = world.subcategories[int(world.subcategory[product])].sizes
            codes.append(parent)
            codes.extend(f"{parent}-{size}" for size in sizes)
        self.all = pa.array(codes)

    def of(self, product: Integers, variant: Integers) -> pa.Array:
        """Return ids; a variant of -1 means the parent itself."""
        return self.all.take(pa.array(self.offset[product] + 1 + variant))

    def parents(self, product: Integers) -> list[str]:
        """Return ids of parents."""
        codes: list[str] = self.of(product, np.full(product.size, -1)).to_pylist()
        return codes


def labels(prefix: str, number: Integers, width: int, absent: Booleans) -> pa.Array:
    """Return prefix and zero-padded number; null where absent."""
    text = pc.cast(pa.array(number, mask=absent), pa.string())
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(text, width, "0"), "")


def interactions_table(
    world: World,
    people: People,
    events: Events,
    codes: ProductCodes,
    block: int,
    seed: int,
    caused: tuple[pa.Table, Integers],
    displaced: Integers,
) -> pa.Table:
    """Return a block's interactions, dirty rows among them, in order of time.

    Parameters
    ----------
    world, people, events
        The block.
    codes
        Ids of the products.
    block
        Number of the block.
    seed
        Seed of the sample.
    caused
        Rows that recommendations caused, and the seconds since 1970 of each.
    displaced
        Purchases among the events that did not happen because of them.

    Returns
    -------
    pyarrow.Table
        Columns of ``INTERACTIONS_SCHEMA``. Nobody else's rows depend on ``caused``.
    """
    start = block * IDS_PER_BLOCK + 1
    soiled = soil_events(events, world, block, seed)
    nobody = np.zeros(events.count, dtype=np.bool_)
    number = start + np.arange(events.count)
    in_basket = events.kind == PURCHASE
    types = pa.array(INTERACTION_TYPES)
    whole = np.where(np.isnan(soiled.quantity), 0, soiled.quantity).astype(np.int64)
    clean = pa.table(
        [
            labels("i", number, 7, nobody),
            labels(
                "c",
                people.first_number + events.person + 1,
                6,
                events.person >= people.count_customers,
            ),
            labels("s", start + events.session, 7, events.session < 0),
            codes.of(events.product, events.variant),
            labels("o", start + events.session, 7, ~in_basket),
            labels("i", start + events.reference, 7, events.reference < 0),
            types.take(pa.array(soiled.kind)),
            pa.array(CHANNELS).take(pa.array(events.channel)),
            pc.cast(pa.array(whole, mask=np.isnan(soiled.quantity)), pa.string()),
            pa.array(events.unit_price, from_pandas=True),
            pa.array(events.rating, from_pandas=True),
            pa.array(events.dwell_seconds, from_pandas=True),
            pc.cast(pa.array(events.seconds).cast(INSTANT), pa.string()),
        ],
        schema=INTERACTIONS_SCHEMA,
    )
    rows, seconds = dirty_rows(
        clean, events, world, block, seed, start + events.count, codes.parents
    )
    everything = pa.concat_tables(
        [clean, pa.Table.from_pylist(rows, schema=INTERACTIONS_SCHEMA), caused[0]]
    )
    order = np.argsort(
        np.concatenate([events.seconds, seconds, caused[1]]), kind="stable"
    )
    table = everything.take(pa.array(order)).combine_chunks()
    if displaced.size:
        # What names them goes with them: their returns, and rows sent twice.
        gone = clean["interaction_id"].take(pa.array(displaced)).combine_chunks()
        for column in ("interaction_id", "returned_interaction_id"):
            table = table.filter(pc.invert(pc.is_in(table[column], value_set=gone)))
    return table


def customers_table(people: People, block: int, seed: int) -> pa.Table:
    """Return a block's customers, test accounts among those of the first block."""
    listed = np.flatnonzero(people.is_listed[: people.count_customers])
    rows = [
        {
            "customer_id": customer_code(people.first_number + person),
            "registered_at": int(people.registered_at[person]),
            "region": REGIONS[int(people.region[person])],
            "attributes": json.dumps(
                {
                    "age_band": AGE_BANDS[int(people.age_band[person])],
                    "newsletter": bool(people.has_newsletter[person]),
                }
            ),
            "identity_hash": _identity_hash(
                seed, people.first_number + int(people.identity[person])
            ),
            "has_consented": {1: True, 0: False, -1: None}[int(people.consent[person])],
        }
        for person in listed.tolist()
    ]
    if block == 0:
        registered_at = int(people.registered_at[0])
        rows.extend(
            {
                "customer_id": code,
                "registered_at": registered_at,
                "region": REGIONS[0],
                "attributes": None,
                "identity_hash": None,
                "has_consented": True,
            }
            for code in TEST_CUSTOMERS
        )
    return pa.Table.from_pylist(rows, schema=CUSTOMERS_SCHEMA)


def _identity_hash(seed: int, person: int) -> str:
    return hashlib.sha256(f"{seed}/{person}".encode()).hexdigest()[:16]


def answers_table(world: World, people: People, block: int, seed: int) -> pa.Table:
    """Return what one customer in eight answered to three questions."""
    rng = random_generator(seed, STREAM_ANSWERS, block)
    calendar = world.calendar
    categories = np.array([entry.category for entry in world.subcategories])
    names = list(dict.fromkeys(categories.tolist()))
    asked = np.flatnonzero(
        (rng.random(people.count_customers) < 0.125)
        & people.is_listed[: people.count_customers]
    )
    uses: dict[int, set[str]] = {}
    for person, number in zip(
        people.need_person.tolist(), people.need_subcategory.tolist(), strict=True
    ):
        uses.setdefault(person, set()).add(world.subcategories[number].category)
    rows: list[dict[str, Any]] = []
    for person in asked.tolist():
        taste = [people.taste[person, categories == name].sum() for name in names]
        favourite = names[int(np.argmax(taste))]
        if rng.random() < 0.1:
            favourite = names[int(rng.integers(len(names)))]
        level = ("low", "medium", "high")[min(int(people.price_level[person] * 3), 2)]
        home = uses.get(person, set())
        shops_for = (
            "baby" if "Baby" in home else "pet" if "Pets" in home else "household"
        )
        day = int(people.from_day[person])
        answered_at = calendar.epoch_seconds + day * 86_400 + int(rng.integers(86_400))
        for question, answer in (
            ("favourite_category", favourite),
            ("price_level", level),
            ("shops_for", shops_for),
        ):
            rows.append(
                {
                    "customer_id": customer_code(people.first_number + person),
                    "question_id": question,
                    "answer": answer,
                    "answered_at": answered_at,
                }
            )
    return pa.Table.from_pylist(rows, schema=ANSWERS_SCHEMA)


def products_table(world: World, seed: int) -> pa.Table:
    """Return all products, their variants and price versions, some of them untidy."""
    rng = random_generator(seed, STREAM_DIRT, IDS_PER_BLOCK)
    parents = _parent_rows(world)
    _soil_products(parents, world, rng)
    rows: list[dict[str, Any]] = []
    order = np.argsort(world.label)
    for product in order.tolist():
        parent = parents[product]
        rows.append(parent)
        rows.extend(_variant_rows(world, product, parent))
        rows.extend(_version_rows(world, product, parent))
    # One row that the export holds twice.
    rows.insert(len(rows) // 2, rows[len(rows) // 2])
    return pa.Table.from_pylist(rows, schema=PRODUCTS_SCHEMA)


def _parent_rows(world: World) -> list[dict[str, Any]]:
    """Return one row per parent product, in the order of the world."""
    calendar = world.calendar
    seen: Counter[str] = Counter()
    rows = []
    for product in range(world.count_products):
        entry = world.subcategories[int(world.subcategory[product])]
        brand = world.brand_names[int(world.brand[product])]
        noun = entry.nouns[int(world.noun[product])]
        detail = entry.details[int(world.detail[product])]
        material = entry.materials[int(world.material[product])]
        colour = COLOURS[int(world.colour[product])]
        title = f"{brand} {detail.lower()} {noun}"
        if entry.kind in ("one_off", "durable"):
            title = f"{title}, {colour}"
        seen[title] += 1
        if seen[title] > 1:
            title = f"{title} No. {seen[title]}"
        ends = float(world.discontinued_at[product])
        rows.append(
            {
                "product_id": product_code(world, product),
                "parent_product_id": None,
                "title": title,
                "description": f"{detail} {noun} by {brand}: {material}. "
                f"{entry.sentence}",
                "category": entry.category,
                "subcategory": entry.name,
                "brand": brand,
                "seller_id": f"seller_{int(world.seller[product]):02d}",
                "price": float(world.list_price[product]),
                "unit_cost": float(world.unit_cost[product]),
                "attributes": json.dumps({"colour": colour, "material": material}),
                "available_from": calendar.instant(world.available_from[product]),
                "discontinued_at": (
                    calendar.instant(ends) if ends < calendar.days else None
                ),
                "valid_from": None,
            }
        )
    return rows


def _variant_rows(
    world: World, product: int, parent: dict[str, Any]
) -> list[dict[str, Any]]:
    sizes = world.subcategories[int(world.subcategory[product])].sizes
    return [
        {
            **parent,
            "product_id": f"{parent['product_id']}-{size}",
            "parent_product_id": parent["product_id"],
            "title": f"{parent['title']}, size {size}",
            "attributes": json.dumps(
                {**json.loads(parent["attributes"]), "size": size}
            ),
        }
        for size in sizes
    ]


def _version_rows(
    world: World, product: int, parent: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return one row per later price; the parent's own row holds from the start."""
    changes = np.unique(world.price_change_day[product])
    return [
        {
            **parent,
            "price": float(
                world.price(np.array([product]), np.array([day], dtype=np.int64))[0]
            ),
            "valid_from": world.calendar.instant(day),
        }
        for day in changes.tolist()
        if day < world.calendar.days
    ]


def _soil_products(
    rows: list[dict[str, Any]], world: World, rng: np.random.Generator
) -> None:
    """Spell categories in several ways, leave values out, give one title twice."""
    names = [entry.name for entry in world.subcategories]
    garden = [i for i, row in enumerate(rows) if row["category"] == "Garden"]
    for spelling, product in zip(
        ("garden ", "GARDEN", " Garden"), garden, strict=False
    ):
        rows[product]["category"] = spelling
    clean = np.array(
        [i for i, row in enumerate(rows) if row["category"] not in ("Gift cards",)]
    )
    clean = np.setdiff1d(clean, garden)
    for column in ("category", "brand", "description", "unit_cost"):
        for product in rng.choice(clean, max(3, len(rows) // 60), replace=False):
            rows[int(product)][column] = None
    twins = [
        int(np.flatnonzero(world.subcategory == names.index(name))[0])
        for name in ("Utensils", "Baby toys")
    ]
    for product, category in zip(twins, ("Kitchen", "Baby"), strict=True):
        rows[product]["title"] = "Beech spoon set"
        rows[product]["category"] = category


def inventory_tables(
    world: World, codes: ProductCodes, seed: int
) -> Iterator[pa.Table]:
    """Yield weekly stock by product or variant, and the start and end of stock-outs.

    Stock is counted before the shop opens, so the latest count before a purchase is
    always above zero.
    """
    calendar = world.calendar
    weekly = np.flatnonzero((calendar.weekday == 0) | (np.arange(calendar.days) == 0))
    for part, first in enumerate(range(0, world.count_products, INVENTORY_CHUNK)):
        rng = random_generator(seed, STREAM_INVENTORY, part)
        products = np.arange(
            first, min(first + INVENTORY_CHUNK, world.count_products), dtype=np.int64
        )
        product = np.repeat(products, weekly.size)
        day = np.tile(weekly, products.size)
        for edge in (world.stock_out_from, world.stock_out_to, world.discontinued_at):
            at = edge[products].reshape(products.size, -1)
            row, column = np.nonzero(at < calendar.days)
            product = np.concatenate([product, products[row]])
            day = np.concatenate([day, at[row, column].astype(np.int64)])
        pair = np.unique(product * calendar.days + day)
        product, day = pair // calendar.days, pair % calendar.days
        is_due = world.available_from[product] <= day
        product, day = product[is_due], day[is_due]

        copies = np.maximum(world.count_variants[product], 1)
        variant = np.concatenate([np.arange(count) for count in copies.tolist()])
        product, day = np.repeat(product, copies), np.repeat(day, copies)
        variant = np.where(world.count_variants[product] > 0, variant, -1)
        units = np.ceil(
            np.exp(rng.normal(3.4, 0.6, product.size))
            * rng.uniform(0.3, 1.3, product.size)
        )
        starts, ends = world.stock_out_from[product], world.stock_out_to[product]
        moment = day[:, np.newaxis]
        is_out = np.any((starts <= moment) & (moment < ends), axis=1)
        is_out |= world.discontinued_at[product] <= day
        units = np.where(is_out, 0.0, units)
        seconds = calendar.epoch_seconds + day * 86_400 + 5 * 3_600
        yield pa.table(
            [
                codes.of(product, variant.astype(np.int64)),
                pa.array(seconds).cast(INSTANT),
                pa.array(units),
            ],
            schema=INVENTORY_SCHEMA,
        )


def shares_by_category(world: World, taste: Floats) -> tuple[list[str], Floats]:
    """Return the categories and each person's taste for them."""
    categories = [entry.category for entry in world.subcategories]
    names = list(dict.fromkeys(categories))
    member = np.array([[name == other for name in names] for other in categories])
    return names, taste @ member.astype(np.float64)
