"""Compare strategies with an oracle that ranks by the sample's true probabilities.

Run it with `make oracle` after a build of the sample shop. The oracle knows what nobody
can: each customer's tastes, what ran out when and what was put aside, season, trend and
stock of the test month, as `aisle.sample.truth` has them. It does not know what was
bought. No list can be expected to do better, so the share of its NDCG@10 that a
strategy reaches says how much is left to find.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import duckdb

from aisle.sample import write_truth
from aisle.sample.world import DEFAULT_DAYS, LAST_DAY
from aisle.sample.writer import DEFAULT_CUSTOMERS, DEFAULT_SEED

TASKS = ("all", "new_to_customer", "repeat")
AGREES = 1e-6

# One person with two profiles is one customer; either of them may buy.
CHANCES = """
create temp table chances as
select
    customer_keys.customer_key,
    product_keys.product_key,
    1 - exp(sum(ln(1 - least(truth.probability, 0.999999)))) as score,
    coalesce(bool_or(known.is_bought), false) as is_bought_before
from truth
inner join warehouse.inputs.input_customer_profiles as profiles
    on truth.customer_id = profiles.source_customer_id
inner join warehouse.intermediate.int_folds__customer_keys as customer_keys
    on profiles.customer_id = customer_keys.customer_id
inner join warehouse.intermediate.int_folds__product_keys as product_keys
    on truth.product_id = product_keys.product_id
left join warehouse.intermediate.int_features__customer_products as known
    on known.fold_id = 'test'
    and customer_keys.customer_key = known.customer_key
    and product_keys.product_key = known.product_key
group by customer_keys.customer_key, product_keys.product_key
"""

LISTS = """
create temp table lists as
with chosen as (
    select 'oracle' as strategy, * from chances
    union all
    select 'oracle over the candidates' as strategy, chances.*
    from chances
    semi join (
        select * from warehouse.intermediate.int_ranking__candidates
        where fold_id = 'test'
    ) as candidates using (customer_key, product_key)
),
admitted as (
    select strategy, task, customer_key, product_key, score
    from chosen
    cross join (select unnest(['all', 'new_to_customer', 'repeat']) as task)
    where task = 'all' or (task = 'repeat') = is_bought_before
),
measured as (
    select
        evaluated_lists.strategy,
        evaluated_lists.task,
        customer_keys.customer_key,
        product_keys.product_key,
        evaluated_lists.rank
    from warehouse.evaluation.evaluated_lists
    inner join warehouse.intermediate.int_folds__customer_keys as customer_keys
        using (customer_id)
    inner join warehouse.intermediate.int_folds__product_keys as product_keys
        using (product_id)
    where
        evaluated_lists.fold_id = 'test'
        and evaluated_lists.scenario_id = 'relevance_only'
)
select strategy, task, customer_key, product_key, rank from measured
union all
select
    strategy,
    task,
    customer_key,
    product_key,
    row_number() over (
        partition by strategy, task, customer_key order by score desc, product_key
    ) as rank
from admitted
"""

# Customers of the headline, and the formula of docs/reference/metrics.md.
FIGURES = """
with relevant as (
    select * from warehouse.intermediate.int_evaluation__relevant_products
    where fold_id = 'test' and has_history
),
customers as (
    select task, customer_key, count(*) as count_relevant from relevant group by all
),
gains as (
    select strategy, task, customer_key, sum(1 / log2(rank + 1)) as gain
    from lists
    semi join relevant using (task, customer_key, product_key)
    where rank <= 10
    group by all
),
scored as (
    select
        strategy,
        task,
        coalesce(gains.gain, 0) / list_sum(list_transform(
            range(1, least(10, customers.count_relevant) + 1), lambda r: 1 / log2(r + 1)
        )) as ndcg
    from customers
    inner join (select distinct strategy, task from lists) as strategies using (task)
    left join gains using (strategy, task, customer_key)
)
select strategy, task, avg(ndcg), count(*) from scored group by all
"""

KNOWN = """
select strategy, task, value from warehouse.evaluation.metrics
where
    fold_id = 'test' and scenario_id = 'relevance_only' and segment = 'all'
    and metric = 'ndcg' and k = 10
"""


def measure(
    warehouse: Path,
    customers: int = DEFAULT_CUSTOMERS,
    products: int | None = None,
    days: int = DEFAULT_DAYS,
    seed: int = DEFAULT_SEED,
) -> dict[tuple[str, str], tuple[float, int]]:
    """Return NDCG@10 and the number of customers by strategy and task.

    Parameters
    ----------
    warehouse
        What `dbt build` wrote.
    customers, products, days, seed
        The arguments that the sample was made with.

    Raises
    ------
    ValueError
        If the warehouse holds no test fold, or other figures than the formula here
        gives.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        found = connection.execute(
            "select cast(cutoff_at as date), cast(holdout_ends_at as date) "
            "from warehouse.evaluation.folds where fold_id = 'test'"
        ).fetchone()
        if found is None:
            raise ValueError(f"{warehouse} has no test fold")
        first_day = LAST_DAY - timedelta(days=days - 1)
        write_truth(
            Path(folder), customers, products, days, seed, (found[0] - first_day).days
        )
        path = Path(folder) / "truth.parquet"
        connection.execute(f"create table truth as from '{path}'")
        connection.execute(CHANCES)
        connection.execute(LISTS)
        figures = {
            (strategy, task): (value, count)
            for strategy, task, value, count in connection.execute(FIGURES).fetchall()
        }
        for strategy, task, value in connection.execute(KNOWN).fetchall():
            here = figures[strategy, task][0]
            if abs(here - value) > AGREES:
                raise ValueError(
                    f"NDCG@10 of {strategy}, {task} is {value} in evaluation.metrics "
                    f"and {here} here"
                )
    return figures


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--warehouse",
        type=Path,
        default=Path(os.environ.get("AISLE_WAREHOUSE", "warehouse.duckdb")),
    )
    parser.add_argument("--customers", type=int, default=DEFAULT_CUSTOMERS)
    parser.add_argument("--products", type=int)
    parser.add_argument("--days", type=int, default=DEFAULT_DAYS)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    arguments = parser.parse_args()
    if not arguments.warehouse.exists():
        print(f"There is no {arguments.warehouse}: build first.", file=sys.stderr)
        return 1
    figures = measure(**vars(arguments))
    print("NDCG@10 on the test fold, and the share of the oracle's")
    for task in TASKS:
        best, count = figures["oracle", task]
        print(f"\n{task}, {count} customers")
        rows = [(value[0], name) for (name, of), value in figures.items() if of == task]
        for value, strategy in sorted(rows, reverse=True):
            print(f"  {strategy:28}{value:.3f}  {value / best:4.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
