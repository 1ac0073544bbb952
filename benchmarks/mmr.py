"""Time the MMR model on lists of random products: `make bench-mmr` after a build."""

import argparse
import resource
import time
from pathlib import Path

import duckdb

PRODUCTS = 20_000
NEIGHBOURS = 100
CANDIDATES = 50


def main() -> None:
    """Print seconds and memory of one run over so many customers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="The compiled model.")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=2)
    settings = parser.parse_args()
    # The model names its tables with their catalogue, whatever that is called.
    sql = settings.model.read_text()
    catalogue = sql.partition('from "')[2].partition('"')[0]
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {settings.threads}")
        connection.execute(f"attach ':memory:' as \"{catalogue}\"")
        connection.execute(f'create schema "{catalogue}".intermediate')
        connection.execute(f'use "{catalogue}".intermediate')
        connection.execute(
            f"""
            create table int_diversity__pools as
            select
                'mmr' as diversity,
                1 as fold_key,
                lists.range as list_key,
                -- Popular products are candidates more often.
                cast(
                    (pow(hash(lists.range, 1) / 18446744073709551616.0, 2)
                        * {PRODUCTS} + places.range * 397) % {PRODUCTS}
                    as integer
                ) as product_key,
                cast(places.range % 20 + 1 as integer) as category_number,
                cast(places.range as integer) as personal_place,
                0.7e0 as diversity_lambda,
                hash(lists.range, places.range) / 18446744073709551616.0
                    as scaled_score,
                0.3e0 as category_similarity,
                0.1e0 as other_similarity
            from range({settings.customers}) as lists
            cross join range(1, {CANDIDATES + 1}) as places
            """
        )
        connection.execute(
            f"""
            create table int_similarity__mixed_pairs as
            select
                1 as fold_key,
                cast(one.range as integer) as product_key,
                cast(hash(one.range, other.range) % {PRODUCTS} as integer)
                    as other_product_key,
                max(hash(other.range, one.range) / 18446744073709551616.0)
                    as similarity
            from range({PRODUCTS}) as one
            cross join range({NEIGHBOURS}) as other
            group by all
            """
        )
        started = time.perf_counter()
        connection.execute(f"create table chosen as {sql}")
        seconds = time.perf_counter() - started
        ((rows,),) = connection.execute("select count(*) from chosen").fetchall()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{settings.customers:,} customers x {CANDIDATES} candidates: {rows:,} slots in"
        f" {seconds:.1f} s on {settings.threads} threads, {peak:,.0f} MiB"
    )


if __name__ == "__main__":
    main()
