"""The same work by the project and by what a user would pick instead.

Equal work is ALS, product neighbours, best sellers and a ranker, and their lists for
the customers of the test fold: a build of the models behind `int_ranking__list_ndcg`,
with every other source switched off, against RecTools' two-stage model. Beside it stand
the nodes of ALS and of the product neighbours, each run alone, against implicit and
Spark, which read the very weights and histories that the nodes read.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import yaml

from watch import MIB, SAMPLE_EVERY, Run, watched

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

# Of a peer's list, so that ten are left without what was bought before.
DEPTH = 100
# The nearest neighbour of a product is to implicit the product itself, so that RecTools
# proposes what the customer has; here that is a source of its own.
SOURCES = ("als", "product_neighbours", "repurchase", "popularity")
# What equal work reads: of stock and answers RecTools knows nothing.
FILES = ("interactions", "products", "customers")

OWN = "Aisle"
EQUAL_WORK = "equal work"
ALS = "ALS"
NEIGHBOURS = "product neighbours"
NEIGHBOURS_ALONE = "neighbours without lists"

# The node that finds neighbours without lists.
FIT_NODE = "int_similarity__product_neighbours"
# The nodes that do what a peer does, each run alone.
NODES = {
    ALS: [
        "int_candidates__als_models",
        "int_candidates__als_scored",
        "int_candidates__als",
    ],
    NEIGHBOURS: [
        FIT_NODE,
        "int_candidates__product_neighbours_scored",
        "int_candidates__product_neighbours",
    ],
}
STRATEGIES = {EQUAL_WORK: "ranker", ALS: "als", NEIGHBOURS: "product_neighbours"}

HEADER = [
    "work",
    "by",
    "folds",
    "seconds",
    "cpu_seconds",
    "peak_mib",
    "ndcg_all",
    "ndcg_new_to_customer",
]


EXPLANATION = """\
*Equal work* is candidates by ALS, product neighbours, own history and best sellers, a
ranker that learns from one month, and lists for the customers of the test fold. Here it
is a build of `+int_ranking__list_ndcg` from interactions, products and customers, with
every other source off and no trials of ALS; it has the serving and the validation fold
besides. There it is RecTools' model as its tutorial writes it, on all events, with
their weights. Both count from the start of the process to its end.

For single models the nodes of equal work were run again, one after the other. Their
seconds hold reading, fitting, ranking and writing; those of implicit and MLlib, which
had the same weights and histories, hold `fit` and `recommend` alone. Divide by `folds`
where they differ.

NDCG@10 is by the formula of `docs/reference/metrics.md`, of the test fold's known
customers. A peer's list of 100 is cut to what is on sale and, for `new_to_customer`, to
what was not bought before. Lists of CosineRecommender begin with the customer's own
products, as the nearest neighbour of each is itself.""".splitlines()


class Peer(NamedTuple):
    """Who does some work instead, and how.

    Attributes
    ----------
    by, work : str
        Who, and what.
    is_of_build : bool
        It runs in the environment of the build, with the build's libraries.
    is_by_fold : bool
        It works for every fold, as the nodes do; else for test alone.
    needs : str, optional
        A command without which it does not run.
    """

    by: str
    work: str
    is_of_build: bool = False
    is_by_fold: bool = False
    needs: str | None = None


PEERS = {
    "rectools_two_stage": Peer("RecTools, two-stage model", EQUAL_WORK),
    "implicit_als": Peer("implicit, ALS", ALS, True, True),
    "implicit_cosine": Peer("implicit, CosineRecommender", NEIGHBOURS, True, True),
    "spark_als": Peer("Spark MLlib, ALS", ALS, needs="java"),
}

# What peers read: rows that the build's own models read, all from before the cutoffs.
INPUTS = {
    "weights": """
        select fold_id, customer_key, product_key, weight
        from intermediate.int_candidates__weights
        where unseen_customer_key is null
        order by all
    """,
    "histories": """
        select fold_id, customer_key, product_key, weight
        from intermediate.int_similarity__histories
        where unseen_customer_key is null
        order by all
    """,
    "customers": """
        select fold_id, customer_key
        from intermediate.int_candidates__personal_customers
        order by all
    """,
    "interactions": """
        select fold_id, customer_key, product_key, weight, occurred_at
        from intermediate.int_folds__train_interactions
        inner join seeds.event_weights using (interaction_type)
        where fold_id = 'test' and customer_key is not null and weight > 0
        order by occurred_at, interaction_key
    """,
}

ALS_COLUMNS = ("fold_id", "factors", "regularisation", "alpha", "iterations", "seed")
ALS_QUERY = f"""
    select {", ".join(ALS_COLUMNS)} from intermediate.int_candidates__als_models
    order by fold_id
"""
FIGURES = {
    "candidates": "select max(rank) from intermediate.int_candidates__als",
    "neighbours": """
        select max(rank) from intermediate.int_similarity__product_neighbours
    """,
    "fold_days": """
        select date_diff('day', holdout_starts_at, holdout_ends_at)
        from evaluation.folds where fold_id = 'test'
    """,
}

# The formula of docs/reference/metrics.md, for known customers of the test fold. As the
# build's own, a list holds what is on sale; without what was bought before it is the
# list of what is new to the customer.
LIST_NDCG = """
with relevant as (
    select customer_key, product_key, is_bought_before
    from intermediate.int_ranking__relevant_products
    where fold_id = 'test' and has_history
),
on_sale as (
    select product_key from intermediate.int_features__products
    where fold_id = 'test' and is_sellable
),
listed as (
    select lists.customer_key, lists.product_key, lists.rank
    from read_parquet('{lists}') as lists
    semi join on_sale using (product_key)
),
bought as (
    select customer_key, product_key
    from intermediate.int_features__customer_products
    where fold_id = 'test' and is_bought
),
lists as (
    select 'all' as task, * from listed
    union all
    select 'new_to_customer', * from listed anti join bought
    using (customer_key, product_key)
),
ranked as (
    select task, customer_key, product_key, row_number() over (
        partition by task, customer_key order by rank, product_key
    ) as rank
    from lists
),
by_task as (
    select 'all' as task, customer_key, product_key from relevant
    union all
    select 'new_to_customer', customer_key, product_key
    from relevant where not is_bought_before
),
customers as (
    select task, customer_key, count(*) as count_relevant from by_task group by all
),
gains as (
    select task, customer_key, sum(1 / log2(rank + 1)) as gain
    from ranked semi join by_task using (task, customer_key, product_key)
    where rank <= 10
    group by all
)
select task, customer_key, coalesce(gains.gain, 0) / list_sum(list_transform(
    range(1, least(10, customers.count_relevant) + 1), lambda r: 1 / log2(r + 1)
)) as ndcg
from customers left join gains using (task, customer_key)
"""

NDCG = f"select task, avg(ndcg) from ({LIST_NDCG}) group by task"

OWN_NDCG = """
select task, avg(ndcg) from intermediate.int_ranking__list_ndcg
where fold_id = 'test' and strategy = ? group by task
"""

# Customer by customer, so that what both find hard is no noise.
PAIRED = f"""
select
    task,
    avg(own.ndcg - theirs.ndcg) as difference,
    1.96 * stddev_samp(own.ndcg - theirs.ndcg) / sqrt(count(*)) as half_width,
    count(*) as count_customers
from intermediate.int_ranking__list_ndcg as own
inner join ({LIST_NDCG}) as theirs using (task, customer_key)
where own.fold_id = 'test' and own.strategy = '{{strategy}}'
group by task
order by task
"""

# Of the neighbours that a product has here, the share that it has there as well, where
# pairs of too few customers are left out as they are here.
OVERLAP = """
with own as (
    select product_key, neighbour_key
    from intermediate.int_similarity__product_neighbours
    where fold_id = 'test'
),
histories as (
    select customer_key, product_key
    from intermediate.int_similarity__histories
    where fold_id = 'test' and unseen_customer_key is null
),
supported as (
    select histories.product_key, others.product_key as other_product_key
    from histories
    inner join histories as others
    on histories.customer_key = others.customer_key
    and histories.product_key < others.product_key
    group by all
    having count(*) >= {support}
),
theirs as (
    select product_key, neighbour_key
    from read_parquet('{neighbours}') as neighbours
    semi join supported
    on least(neighbours.product_key, neighbour_key) = supported.product_key
    and greatest(neighbours.product_key, neighbour_key) = supported.other_product_key
    qualify row_number() over (
        partition by neighbours.product_key order by similarity desc, neighbour_key
    ) <= (select count(*) from own where own.product_key = neighbours.product_key)
),
shares as (
    select own.product_key, count(theirs.product_key) / count(*) as share
    from own left join theirs using (product_key, neighbour_key)
    group by own.product_key
)
select avg(share), count(*) from shares
"""


@dataclass
class Cost:
    """What some work took, and how good its lists are by task."""

    work: str
    by: str
    folds: int
    seconds: float
    cpu: float
    peak: int
    ndcg: Mapping[str, float]

    def row(self) -> list[str]:
        """Text under HEADER."""
        return [
            self.work,
            self.by,
            str(self.folds),
            f"{self.seconds:.1f}",
            f"{self.cpu:.1f}",
            f"{self.peak / MIB:.0f}",
            *(
                f"{self.ndcg[task]:.4f}" if task in self.ndcg else ""
                for task in ("all", "new_to_customer")
            ),
        ]


def cost_of(
    work: str,
    by: str,
    folds: int,
    run: Run,
    spans: Iterable[tuple[float, float]],
    ndcg: Mapping[str, float],
) -> Cost:
    """Add up what a run took between pairs of moments."""
    memory, pairs = run.memory, list(spans)
    return Cost(
        work,
        by,
        folds,
        sum(end - start for start, end in pairs),
        sum(memory.cpu(start, end) for start, end in pairs),
        # What is shorter than the time between two looks has the next one.
        max(
            (memory.peak(start, end + SAMPLE_EVERY) for start, end in pairs), default=0
        ),
        ndcg,
    )


def switches(project: str) -> dict[str, Any]:
    """The vars of equal work, from the text of `dbt_project.yml`.

    Examples
    --------
    >>> project = '''
    ... vars:
    ...   is_als_enabled: true
    ...   is_ease_enabled: true
    ... '''
    >>> {name: on for name, on in switches(project).items() if name.startswith('is_')}
    {'is_als_enabled': True, 'is_ease_enabled': False, 'is_als_tuned': False}
    """
    sources = re.findall(r"^  is_(\w+)_enabled:", project, flags=re.MULTILINE)
    return {
        **{f"is_{source}_enabled": source in SOURCES for source in sources},
        "is_als_tuned": False,
        # As in RecTools' model one month gives the labels, and nobody but the customers
        # of the test fold needs a list.
        "train_folds": 1,
        "backtest_folds": 0,
        "repurchase_candidates": 40,
        "non_buyer_rate": 0,
        "active_within_days": 1,
    }


class Bench:
    """The folder of a run, and how dbt runs there.

    Attributes
    ----------
    folder, shop : Path
        The folder, and that of the generated inputs.
    """

    def __init__(self, folder: Path, shop: Path) -> None:
        self.folder = folder
        self.shop = shop

    def warehouse(self, name: str) -> Path:
        """The file that runs of a name write."""
        return self.folder / f"{name}.duckdb"

    def target(self, name: str) -> Path:
        """The folder of their artifacts."""
        return self.folder / f"target_{name}"

    def clear(self, name: str) -> None:
        """Leave nothing of an earlier warehouse, nor of its log after a kill."""
        for suffix in (".duckdb", ".duckdb.wal"):
            (self.folder / f"{name}{suffix}").unlink(missing_ok=True)

    def link_shop(self, name: str, inputs: Iterable[str]) -> Path:
        """Make a folder of a name that has some of the shop's inputs."""
        folder = self.folder / f"shop_{name}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path in self.shop.iterdir():
            if path.stem in inputs:
                (folder / path.name).symlink_to(path)
        return folder

    def dbt(
        self,
        name: str,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
        target: str | None = None,
    ) -> Run:
        """Run dbt with the warehouse of a name, and its target or that of another."""
        values = {"connector": "files", "files_path": str(self.shop)}
        return watched(
            [
                *(str(BIN / "dbt"), *arguments),
                *("--vars", json.dumps({**values, **(variables or {})})),
                *("--target-path", str(self.target(target or name))),
                *("--log-path", str(self.folder / "logs")),
            ],
            ROOT,
            DBT_PROFILES_DIR=str(ROOT / "profiles"),
            AISLE_WAREHOUSE=str(self.warehouse(name)),
            AISLE_PUBLISHED=str(self.folder / "published.duckdb"),
            AISLE_TEMP_DIRECTORY=str(self.folder / "spill"),
        )

    def rows(self, name: str, query: str, *parameters: str) -> list[tuple[Any, ...]]:
        """Result of a query on the warehouse of a name."""
        with duckdb.connect(
            str(self.warehouse(name)),
            read_only=True,
            config={
                "memory_limit": "4GB",
                "temp_directory": str(self.folder / "spill"),
            },
        ) as connection:
            return connection.execute(query, parameters).fetchall()


def moment(text: str) -> float:
    """Seconds since the epoch of one of dbt's timestamps."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def executions(target: Path) -> dict[str, tuple[float, float]]:
    """When each node of the last run began and ended, by its unique id."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {
        result["unique_id"]: (
            moment(timing["started_at"]),
            moment(timing["completed_at"]),
        )
        for result in results
        for timing in result["timing"]
        if timing["name"] == "execute" and timing["completed_at"]
    }


def own_ndcg(bench: Bench, name: str, work: str) -> dict[str, float]:
    """What a build itself says of the lists of some work."""
    return dict(bench.rows(name, OWN_NDCG, STRATEGIES[work]))


def full_cost(bench: Bench, run: Run) -> Cost:
    """What a whole build took, with all its sources."""
    folds = bench.rows("full", "select count(*) from evaluation.folds")[0][0]
    ndcg = own_ndcg(bench, "full", EQUAL_WORK)
    span = (run.began, run.ended)
    return cost_of("whole build", OWN, folds, run, [span], ndcg)


def build_equal(bench: Bench, variables: Mapping[str, Any]) -> Cost:
    """Build what equal work is, into the warehouse `equal`."""
    bench.clear("equal")
    run = bench.dbt(
        *("equal", "build", "-s", "+int_ranking__list_ndcg"),
        *("--resource-type", "model", "--resource-type", "seed"),
        variables=variables,
    )
    if run.status:
        raise RuntimeError("The build of equal work failed.")
    folds = bench.rows("equal", "select count(*) from evaluation.folds")[0][0]
    ndcg = own_ndcg(bench, "equal", EQUAL_WORK)
    return cost_of(EQUAL_WORK, OWN, folds, run, [(run.began, run.ended)], ndcg)


def run_nodes(
    bench: Bench, work: str, folds: int, variables: Mapping[str, Any]
) -> list[Cost]:
    """Run the nodes of some work again, one after the other and nothing beside them."""
    run = bench.dbt(
        *("equal", "run", "--threads", "1", "-s", *NODES[work]), variables=variables
    )
    if run.status:
        raise RuntimeError(f"The nodes of {work} failed.")
    spans = executions(bench.target("equal"))
    ndcg = own_ndcg(bench, "equal", work)
    costs = [cost_of(work, OWN, folds, run, spans.values(), ndcg)]
    if work == NEIGHBOURS:
        fit = [spans[f"model.aisle.{FIT_NODE}"]]
        costs.append(cost_of(NEIGHBOURS_ALONE, OWN, folds, run, fit, {}))
    return costs


def write_inputs(bench: Bench, folder: Path) -> None:
    """Take what peers read from the warehouse of equal work."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, query in INPUTS.items():
        bench.rows("equal", f"copy ({query}) to '{folder / name}.parquet'")
    settings = {
        "depth": DEPTH,
        **{name: bench.rows("equal", query)[0][0] for name, query in FIGURES.items()},
        "als": [
            dict(zip(ALS_COLUMNS, row, strict=True))
            for row in bench.rows("equal", ALS_QUERY)
        ],
    }
    (folder / "settings.json").write_text(json.dumps(settings))


def run_peer(
    bench: Bench, name: str, folder: Path, python: Path, folds: int
) -> list[Cost]:
    """Let a peer do its work; nothing where it failed."""
    peer = PEERS[name]
    run = watched(
        [
            sys.executable if peer.is_of_build else str(python),
            *("-m", f"peers.{name}", str(folder)),
        ],
        ROOT / "benchmarks",
        OPENBLAS_NUM_THREADS="1",  # as implicit asks for
    )
    if run.status:
        return []
    lists = NDCG.format(lists=folder / name / "lists" / "*.parquet")
    ndcg = dict(bench.rows("equal", lists))
    spans = json.loads((folder / name / "spans.json").read_text())
    # Against a whole build stands a whole process, against nodes the library alone.
    worked = (
        [(run.began, run.ended)]
        if peer.work == EQUAL_WORK
        else [(span["starts"], span["ends"]) for span in spans]
    )
    count = folds if peer.is_by_fold else 1
    costs = [cost_of(peer.work, peer.by, count, run, worked, ndcg)]
    if peer.work == NEIGHBOURS:
        fit = [
            (span["starts"], span["ends"]) for span in spans if span["name"] == "fit"
        ]
        costs.append(cost_of(NEIGHBOURS_ALONE, peer.by, count, run, fit, {}))
    return costs


def overlap_note(bench: Bench, outputs: Path, support: int) -> str:
    """Say whether a peer has the same neighbours."""
    neighbours = outputs / "neighbours" / "*.parquet"
    query = OVERLAP.format(neighbours=neighbours, support=support)
    share, products = bench.rows("equal", query)[0]
    return (
        f"Of the neighbours of {products:,} products in the test fold {share:.4f} are "
        "the same here and there."
    )


def paired_notes(bench: Bench, name: str, folder: Path) -> list[str]:
    """Say how far lists here are from a peer's, by task."""
    peer = PEERS[name]
    query = PAIRED.format(
        lists=folder / name / "lists" / "*.parquet", strategy=STRATEGIES[peer.work]
    )
    return [
        f"{peer.work}, `{task}`: NDCG@10 of {OWN} less that of {peer.by} is "
        f"{difference:.4f} (95 % interval {difference - half_width:.4f} to "
        f"{difference + half_width:.4f}), {customers:,} customers."
        for task, difference, half_width, customers in bench.rows("equal", query)
    ]


def compare(
    bench: Bench, peers: Sequence[str], python: Path
) -> tuple[list[Cost], list[str]]:
    """Do equal work, then the peers', and say what does not stand in the table."""
    project = (ROOT / "dbt_project.yml").read_text()
    support = yaml.safe_load(project)["vars"]["min_support"]
    variables = {
        **switches(project),
        "files_path": str(bench.link_shop("equal", FILES)),
    }
    costs = [build_equal(bench, variables)]
    folds = costs[0].folds
    folder = bench.folder / "peers"
    write_inputs(bench, folder)
    notes = []
    # A machine's speed may change: who does the same work comes right after.
    for work in STRATEGIES:
        named = [name for name in peers if PEERS[name].work == work]
        if named and work in NODES:
            costs += run_nodes(bench, work, folds, variables)
        for name in named:
            peer = PEERS[name]
            if peer.needs and shutil.which(peer.needs) is None:
                notes.append(f"{peer.by}: not measured, {peer.needs} is missing.")
                continue
            found = run_peer(bench, name, folder, python, folds)
            costs += found
            if not found:
                notes.append(f"{peer.by}: failed.")
                continue
            notes += paired_notes(bench, name, folder)
            if work == NEIGHBOURS:
                notes.append(overlap_note(bench, folder / name, support))
    order = [EQUAL_WORK, ALS, NEIGHBOURS, NEIGHBOURS_ALONE]
    costs.sort(key=lambda cost: order.index(cost.work))
    return costs, notes + ratios(costs)


def ratios(costs: Iterable[Cost]) -> list[str]:
    """Say what each peer took against the project, per fold where it works by fold.

    Examples
    --------
    >>> own = Cost(ALS, OWN, 4, 30.0, 0.0, 2, {})
    >>> ratios([own, Cost(ALS, "implicit", 2, 10.0, 0.0, 1, {})])
    ['ALS: 1.50 times the time a fold and 2.00 times the memory of implicit.']
    """
    lines, own = [], None
    for cost in costs:
        if cost.by == OWN:
            own = cost
        elif own is not None and own.work == cost.work:
            # A whole build has more folds than the peer, for the same lists.
            is_whole = cost.work == EQUAL_WORK
            time, peer_time = own.seconds, cost.seconds
            if not is_whole:
                time, peer_time = time / own.folds, peer_time / cost.folds
            # Without /proc there is no memory to tell.
            memory = (
                f" and {own.peak / cost.peak:.2f} times the memory" if cost.peak else ""
            )
            lines.append(
                f"{cost.work}: {time / peer_time:.2f} times the time"
                f"{'' if is_whole else ' a fold'}{memory} of {cost.by}."
            )
    return lines
