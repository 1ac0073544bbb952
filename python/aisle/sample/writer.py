"""Write the sample to files, a block of customers at a time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from aisle.sample.events import Activity, Events, draw_events
from aisle.sample.launch import Launch, draw_launch
from aisle.sample.launch_tables import (
    assignments_table,
    caused_interactions,
    impression_codes,
    impressions_table,
)
from aisle.sample.launch_truth import (
    CAUSED_SCHEMA,
    GROUPS,
    IMPRESSIONS_TRUTH_SCHEMA,
    LISTS_SCHEMA,
    LaunchTotals,
    impressions_truth,
    launch_totals,
    lists_truth,
    parameters_table,
    positions_table,
    variants_table,
)
from aisle.sample.people import BLOCK_CUSTOMERS, People, draw_people
from aisle.sample.tables import (
    SCHEMAS,
    ProductCodes,
    answers_table,
    customer_code,
    customers_table,
    interactions_table,
    inventory_tables,
    product_code,
    products_table,
    shares_by_category,
)
from aisle.sample.truth import WINDOW_DAYS, purchase_probabilities
from aisle.sample.world import DEFAULT_DAYS, Integers, World, build_world

DEFAULT_CUSTOMERS: Final = 600
DEFAULT_SEED: Final = 42
FILE_FORMATS: Final = ("parquet", "csv")
LEAST_PRODUCTS: Final = 60
LEAST_DAYS: Final = 60
# Ten years of a block of customers have fewer rows than it has ids.
MOST_DAYS: Final = 3_650
TRUTH_ROWS_AT_ONCE: Final = 100
LEAST_PROBABILITY: Final = 0.0005

ProgressReport = Callable[[int, int], None]

TRUTH_SCHEMA: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("product_id", pa.string()),
        ("probability", pa.float64()),
    ]
)
TASTES_SCHEMA: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("category", pa.string()),
        ("taste", pa.float64()),
    ]
)


@dataclass(frozen=True)
class SampleBlock:
    """One block of customers: what they are, what they did, and the rows of it.

    ``caused_by`` is the row of ``launch.shown`` that caused each row of ``caused``.
    """

    number: int
    people: People
    events: Events
    activity: Activity
    launch: Launch
    caused: pa.Table
    caused_by: Integers
    interactions: pa.Table
    customers: pa.Table
    questionnaire_answers: pa.Table
    impressions: pa.Table
    experiment_assignments: pa.Table


class _Writer:
    """Write one file in parts; the file appears whole or not at all."""

    def __init__(self, path: Path, schema: pa.Schema, file_format: str) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._writer: pq.ParquetWriter | pa_csv.CSVWriter
        if file_format == "parquet":
            self._writer = pq.ParquetWriter(self._part, schema, compression="zstd")
        else:
            # Only free text needs quotes; ids and numbers never do.
            has_text = any(name in ("attributes", "answer") for name in schema.names)
            self._writer = pa_csv.CSVWriter(
                self._part,
                schema,
                write_options=pa_csv.WriteOptions(
                    quoting_style="needed" if has_text else "none",
                    quoting_header="none",
                ),
            )

    def write(self, table: pa.Table) -> None:
        if table.num_rows:
            self._writer.write_table(table)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._writer.close()
            if kind is None:
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)


def default_products(customers: int) -> int:
    """Return the number of products that goes with a number of customers.

    Examples
    --------
    >>> default_products(600), default_products(100_000), default_products(10_000_000)
    (150, 20000, 20000)
    """
    return min(max(150, customers // 5), 20_000)


def generate_blocks(
    world: World,
    customers: int,
    seed: int,
    substitution: float = 0.0,
    gift_rate: float = 0.0,
) -> Iterator[SampleBlock]:
    """Yield the sample's customers and interactions, a block at a time.

    Parameters
    ----------
    world
        The shop, from :func:`aisle.sample.world.build_world` with the same seed.
    customers
        Number of customers in all.
    seed
        Seed of all draws.
    substitution
        Share of the purchases after a click on a recommendation that come instead of
        a later one of the customer.
    gift_rate
        Visits for presents to each shopping trip of a customer: a gift card, and
        products of a few categories, whatever the customer's own taste.

    Yields
    ------
    SampleBlock
        Blocks do not depend on each other or on their number.
    """
    codes = ProductCodes(world)
    for number, first in enumerate(range(0, customers, BLOCK_CUSTOMERS)):
        size = min(BLOCK_CUSTOMERS, customers - first)
        people = draw_people(world, number, size, seed)
        events, activity = draw_events(world, people, number, seed, gift_rate)
        ids = [customer_code(people.first_number + person) for person in range(size)]
        launch = draw_launch(
            world, people, events, activity, ids, number, seed, substitution
        )
        caused, seconds, caused_by = caused_interactions(
            world, people, launch, codes, number, seed
        )
        yield SampleBlock(
            number=number,
            people=people,
            events=events,
            activity=activity,
            launch=launch,
            caused=caused,
            caused_by=caused_by,
            interactions=interactions_table(
                world,
                people,
                events,
                codes,
                number,
                seed,
                (caused, seconds),
                launch.displaced,
            ),
            customers=customers_table(people, number, seed),
            questionnaire_answers=answers_table(world, people, number, seed),
            impressions=impressions_table(people, launch, codes, number, seed),
            experiment_assignments=assignments_table(people, launch, number),
        )


def write_sample(
    out: Path,
    customers: int = DEFAULT_CUSTOMERS,
    products: int | None = None,
    days: int = DEFAULT_DAYS,
    seed: int = DEFAULT_SEED,
    file_format: str = "parquet",
    truth: bool = False,
    progress: ProgressReport | None = None,
    *,
    prefix: str = "",
    substitution: float = 0.0,
    gift_rate: float = 0.0,
) -> None:
    """Write a shop's inputs as files in the input contract.

    Writes ``interactions``, ``products``, ``customers``, ``inventory``,
    ``questionnaire_answers``, ``impressions`` and ``experiment_assignments`` to the
    folder, which is made where it is missing. The data ends with 2025-06-30.

    Parameters
    ----------
    out
        Folder to write to.
    customers
        Number of customers, at least 1.
    products
        Number of products before variants, at least 60; by default one to five
        customers, between 150 and 20,000.
    days
        Number of days, at least 60.
    seed
        Seed of all draws, 0 or more. The same arguments give the same rows.
    file_format
        ``parquet`` or ``csv``.
    truth
        Also write what is true of the shop, as :func:`write_truth` does, for the
        last 30 days.
    progress
        Called with the number of customers done and of all; see
        :func:`progress_bar`.
    prefix
        Put before the name of every file.
    substitution, gift_rate
        As in :func:`generate_blocks`, from 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of range; the message names it and its value. If the
        folder has files of the other format.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_sample(folder, customers=20, days=90, file_format="csv")
    >>> sorted(path.name for path in folder.iterdir())[:2]
    ['customers.csv', 'experiment_assignments.csv']
    """
    count_products = default_products(customers) if products is None else products
    _check(customers, count_products, days, seed, substitution, gift_rate)
    if file_format not in FILE_FORMATS:
        raise ValueError(
            f"file_format must be one of {', '.join(FILE_FORMATS)}, "
            f"but is {file_format!r}"
        )
    # A folder with both has two shops, of which nobody knows which is meant.
    others = [
        path
        for name in SCHEMAS
        for other in FILE_FORMATS
        if other != file_format and (path := out / f"{prefix}{name}.{other}").exists()
    ]
    if others:
        raise ValueError(
            f"{others[0]} is there; allowed: a folder with {file_format} alone"
        )
    world = build_world(count_products, days, seed)
    out.mkdir(parents=True, exist_ok=True)

    def writer(name: str) -> _Writer:
        path = out / f"{prefix}{name}.{file_format}"
        return _Writer(path, SCHEMAS[name], file_format)

    with writer("products") as file:
        file.write(products_table(world, seed))
    with writer("inventory") as file:
        for table in inventory_tables(world, ProductCodes(world), seed):
            file.write(table)
    with (
        writer("interactions") as interactions,
        writer("customers") as profiles,
        writer("questionnaire_answers") as answers,
        writer("impressions") as impressions,
        writer("experiment_assignments") as assignments,
    ):
        done = 0
        for block in generate_blocks(world, customers, seed, substitution, gift_rate):
            interactions.write(block.interactions)
            profiles.write(block.customers)
            answers.write(block.questionnaire_answers)
            impressions.write(block.impressions)
            assignments.write(block.experiment_assignments)
            done += block.people.count_customers
            if progress is not None:
                progress(done, customers)
    if truth:
        write_truth(
            out,
            customers,
            count_products,
            days,
            seed,
            substitution=substitution,
            gift_rate=gift_rate,
        )


def write_truth(
    out: Path,
    customers: int = DEFAULT_CUSTOMERS,
    products: int | None = None,
    days: int = DEFAULT_DAYS,
    seed: int = DEFAULT_SEED,
    cutoff_day: int | None = None,
    substitution: float = 0.0,
    gift_rate: float = 0.0,
) -> None:
    """Write what is true of the sample that the same arguments give.

    Writes ``truth.parquet`` (customer_id, product_id, probability: the chance of a
    purchase in the 30 days from the cutoff, where it is at least 0.0005),
    ``truth_customers.parquet`` (customer_id, category, taste),
    ``truth_products.parquet`` (product_id, kind, interval_days, popularity) and
    ``truth_complements.parquet`` (product_id, complement_product_id, probability).
    None of these knows of recommendations, or of presents. Of the weeks after launch it
    writes

    ``truth_variants.parquet``
        Expected clicks, orders, revenue and margin per customer and variant, the shadow
        policy among them; differences are the true effects.
    ``truth_positions.parquet``
        Expected click rate by variant, placement and slot.
    ``truth_parameters.parquet``
        Fatigue, substitution and the other constants.
    ``truth_impressions.parquet``
        The chance that each impression had of being clicked, and what it is made of.
    ``truth_lists.parquet``
        The home lists of every policy, of the shadow policy too.
    ``truth_caused.parquet``
        Which interaction was caused by which impression.

    Parameters
    ----------
    out
        Folder to write to.
    customers, products, days, seed
        As in :func:`write_sample`.
    cutoff_day
        First day of the window, counted from 0; by default 30 days before the end.
    substitution, gift_rate
        As in :func:`write_sample`.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    count_products = default_products(customers) if products is None else products
    _check(customers, count_products, days, seed, substitution, gift_rate)
    cutoff = days - WINDOW_DAYS if cutoff_day is None else cutoff_day
    if not 0 < cutoff < days:
        raise ValueError(
            f"cutoff_day must be above 0 and below days ({days}), but is {cutoff}"
        )
    world = build_world(count_products, days, seed)
    out.mkdir(parents=True, exist_ok=True)
    everything = range(world.count_products)
    product_ids = pa.array([product_code(world, product) for product in everything])
    pq.write_table(
        pa.table(
            {
                "product_id": product_ids,
                "kind": [
                    world.subcategories[number].kind
                    for number in world.subcategory.tolist()
                ],
                "interval_days": pa.array(
                    world.interval_days, mask=~world.is_replenished
                ),
                "popularity": world.popularity,
            }
        ),
        out / "truth_products.parquet",
    )
    anchors = np.flatnonzero(world.complement >= 0)
    pq.write_table(
        pa.table(
            {
                "product_id": product_ids.take(pa.array(anchors)),
                "complement_product_id": product_ids.take(
                    pa.array(world.complement[anchors])
                ),
                "probability": world.complement_probability[anchors],
            }
        ),
        out / "truth_complements.parquet",
    )
    with (
        _Writer(out / "truth.parquet", TRUTH_SCHEMA, "parquet") as chances,
        _Writer(out / "truth_customers.parquet", TASTES_SCHEMA, "parquet") as tastes,
        _LaunchTruth(out, world, product_ids, substitution) as launch_truth,
    ):
        for block in generate_blocks(world, customers, seed, substitution, gift_rate):
            people = block.people
            ids = pa.array(
                [
                    customer_code(people.first_number + person)
                    for person in range(people.count_customers)
                ]
            )
            launch_truth.write(block, ids)
            names, taste = shares_by_category(
                world, people.taste[: people.count_customers]
            )
            tastes.write(
                pa.table(
                    [
                        ids.take(pa.array(np.repeat(np.arange(len(ids)), len(names)))),
                        pa.array(names * len(ids)),
                        taste.ravel(),
                    ],
                    schema=TASTES_SCHEMA,
                )
            )
            for first in range(0, people.count_customers, TRUTH_ROWS_AT_ONCE):
                rows = np.arange(
                    first, min(first + TRUTH_ROWS_AT_ONCE, people.count_customers)
                )
                chance = purchase_probabilities(
                    world, people, block.activity, cutoff, rows
                )
                row, product = np.nonzero(chance >= LEAST_PROBABILITY)
                chances.write(
                    pa.table(
                        [
                            ids.take(pa.array(rows[row])),
                            product_ids.take(pa.array(product)),
                            np.round(chance[row, product], 6),
                        ],
                        schema=TRUTH_SCHEMA,
                    )
                )


class _LaunchTruth:
    """Write what is true of the weeks after launch, a block at a time."""

    def __init__(
        self, out: Path, world: World, product_ids: pa.Array, substitution: float
    ) -> None:
        self._out, self._world = out, world
        self._product_ids, self._substitution = product_ids, substitution
        self._totals: dict[str, LaunchTotals] = {}
        self._files = ExitStack()

    def write(self, block: SampleBlock, ids: pa.Array) -> None:
        launch = block.launch
        shown_ids = impression_codes(block.number, np.arange(launch.shown.count))
        self._impressions.write(
            impressions_truth(self._world, block.people, launch, shown_ids)
        )
        self._lists.write(
            lists_truth(self._world, block.people, launch, ids, self._product_ids)
        )
        self._caused.write(
            pa.table(
                [
                    block.caused["interaction_id"],
                    shown_ids.take(pa.array(block.caused_by)),
                    pa.array(launch.is_displacing[block.caused_by]),
                ],
                schema=CAUSED_SCHEMA,
            )
        )
        for group in GROUPS:
            total = launch_totals(
                self._world,
                block.people,
                block.events,
                block.activity,
                launch,
                group,
                self._substitution,
            )
            self._totals[group] = (
                self._totals[group] + total if group in self._totals else total
            )

    def __enter__(self) -> Self:
        self._impressions, self._lists, self._caused = (
            self._files.enter_context(
                _Writer(self._out / f"truth_{name}.parquet", schema, "parquet")
            )
            for name, schema in (
                ("impressions", IMPRESSIONS_TRUTH_SCHEMA),
                ("lists", LISTS_SCHEMA),
                ("caused", CAUSED_SCHEMA),
            )
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._files.__exit__(kind, error, trace)
        if kind is None:
            for name, table in (
                ("variants", variants_table(self._totals)),
                ("positions", positions_table(self._totals)),
                ("parameters", parameters_table(self._substitution)),
            ):
                pq.write_table(table, self._out / f"truth_{name}.parquet")


def write_seeds(out: Path) -> None:
    """Write the sample shop that the project ships: ``sample_<input>.csv``."""
    write_sample(out, file_format="csv", prefix="sample_")


@contextmanager
def progress_bar(title: str = "customers") -> Iterator[ProgressReport]:
    """Show a bar on standard error; yields what ``write_sample`` reports to."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report


def _check(
    customers: int,
    products: int,
    days: int,
    seed: int,
    substitution: float = 0.0,
    gift_rate: float = 0.0,
) -> None:
    for name, value, least in (
        ("customers", customers, 1),
        ("products", products, LEAST_PRODUCTS),
        ("days", days, LEAST_DAYS),
        ("seed", seed, 0),
    ):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, but is {value}")
    if days > MOST_DAYS:
        raise ValueError(f"days must be at most {MOST_DAYS}, but is {days}")
    for name, share in (("substitution", substitution), ("gift_rate", gift_rate)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must be from 0 to 1, but is {share}")
