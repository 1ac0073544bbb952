"""Why a customer is shown a product, or not: from what the last build left."""

from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from rich.table import Table

from aisle.files import open_file
from aisle.text_table import text_table

__all__ = ["Explanation", "explain", "open_warehouse"]

_LOOKED_AT = 3
_PRODUCTS = "intermediate.int_folds__products"
_PUBLISHED = "recommendations.customer_recommendations"


class Explanation(NamedTuple):
    """Why a product is on a list, or is not.

    Attributes
    ----------
    answer : str
        In one sentence.
    tables : list of (str, rich.table.Table)
        What the answer rests on, each under its heading.
    """

    answer: str
    tables: list[tuple[str, Table]]


def open_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the file that builds work in, for reading.

    Parameters
    ----------
    path : Path
        Where it is.

    Returns
    -------
    duckdb.DuckDBPyConnection
        Read-only.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is not where builds work.

    Examples
    --------
    >>> open_warehouse(Path("nowhere.duckdb"))
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no file nowhere.duckdb: run `dbt build` first
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}: run `dbt build` first")
    connection = open_file(path)
    tables = connection.execute(
        "select concat(schema_name, '.', table_name) from duckdb_tables()"
    ).fetchall()
    if (_PRODUCTS,) not in tables:
        connection.close()
        if (_PUBLISHED,) in tables:
            raise ValueError(
                f"{path} is a published file: explain reads the warehouse that builds "
                "work in, such as warehouse.duckdb"
            )
        raise ValueError(f"{path} holds no table {_PRODUCTS}: run `dbt build` first")
    connection.execute("set TimeZone = 'UTC'")
    return connection


def explain(
    connection: duckdb.DuckDBPyConnection, customer_id: str, product_id: str
) -> Explanation:
    """Say why a product is on a customer's home lists, or why not.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From `open_warehouse`.
    customer_id, product_id : str
        Whose list, and what.

    Returns
    -------
    Explanation
        Of a product that was considered its way through the rules, at all hours and in
        each part of the week that has a list of its own; of one that was not what each
        source would have had to see in it.

    Raises
    ------
    ValueError
        If there is no such product, or no such customer, or it is a variant.
    """
    product = _row(
        connection,
        "select product_key, coalesce(title, product_id) as title, is_sellable "
        f"from {_PRODUCTS} "
        "where fold_id = 'serving' and product_id = ?",
        product_id,
    )
    if product is None:
        parent = _row(
            connection,
            "select product_id from inputs.input_product_variants "
            "where variant_product_id = ? and product_id != variant_product_id",
            product_id,
        )
        if parent is not None:
            raise ValueError(
                f"{product_id} is a variant of {parent['product_id']}, and lists hold "
                f"no variants: ask for {parent['product_id']}"
            )
        raise ValueError(
            f"there is no product {product_id}: nothing was sold or listed by this id"
        )
    customer = _row(
        connection,
        "select customer_key from intermediate.int_folds__scored_customers "
        "where fold_id = 'serving' and customer_id = ?",
        customer_id,
    )
    if customer is None:
        known = _row(
            connection,
            "select customer_id from inputs.input_customers where customer_id = ?",
            customer_id,
        )
        if known is None:
            raise ValueError(f"there is no customer {customer_id}")
        return Explanation(
            f"Customer {customer_id} has no list: without an event or a registration "
            "within active_within_days, or a test account.",
            [],
        )

    title = f"{product['title']} ({product_id})"
    trace = _row(
        connection,
        "select * exclude (customer_id, product_id, week_part, context_multiplier) "
        "from recommendations.recommendation_trace "
        "where customer_id = ? and product_id = ? and week_part is null",
        customer_id,
        product_id,
    )
    keys = (customer["customer_key"], product["product_key"])
    tables = []
    if trace is not None:
        answer = f"{title} {_outcome(trace)}"
        tables.append(
            (
                "Its way",
                text_table(
                    ["part", "value"],
                    [
                        (
                            name.replace("_", " "),
                            f"{value:.4g}" if isinstance(value, float) else value,
                        )
                        for name, value in trace.items()
                        if value is not None
                    ],
                ),
            )
        )
        parts = _parts(connection, customer_id, product_id)
        if parts is not None:
            tables.append(("Lists by part of the week", parts))
    elif not product["is_sellable"]:
        answer = f"{title} is not sold at the cutoff, so no list has it."
    else:
        answer = f"{title} {_unconsidered(connection, *keys)}"
    tables.append(("The sources", _sources(connection, *keys)))
    tables.append(("Nearest of what the customer knows", _nearest(connection, *keys)))
    tables.append(("The product", _figures(connection, *keys)))
    return Explanation(answer, tables)


def _outcome(trace: dict[str, Any]) -> str:
    if trace["outcome"] == "shown":
        text = f"is shown in slot {trace['slot']}"
        if trace["discovery_kind"]:
            text += f", as a discovery ({trace['discovery_kind'].replace('_', ' ')})"
        return text + "."
    place = f"place {trace['place']} by its score"
    if trace["outcome"] == "removed_by_rule":
        return f"had {place}; the rule {trace['removed_by_rule_id']} took it out."
    if trace["outcome"] == "displaced":
        return f"had {place}; others were moved before it."
    return f"had {place}, behind the end of the list."


def _parts(
    connection: duckdb.DuckDBPyConnection, customer_id: str, product_id: str
) -> Table | None:
    """What became of it in the lists by part of the week, where there are any."""
    cursor = connection.execute(
        "select * from recommendations.recommendation_trace "
        "where customer_id = ? and product_id = ? and week_part is not null "
        "order by week_part",
        [customer_id, product_id],
    )
    names = [column[0] for column in cursor.description or []]
    traces = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not traces:
        return None
    return text_table(
        ["part", "multiplier", "rules", "the product"],
        [
            (
                trace["week_part"],
                f"{trace['context_multiplier']:.4g}",
                trace["applied_rule_ids"],
                _outcome(trace),
            )
            for trace in traces
        ],
        numbers=["multiplier"],
    )


def _unconsidered(
    connection: duckdb.DuckDBPyConnection, customer_key: int, product_key: int
) -> str:
    fused = connection.execute(
        "select count_sources, fused_rank, is_ranked "
        "from intermediate.int_ranking__fused "
        "where fold_id = 'serving' and customer_key = ? and product_key = ?",
        [customer_key, product_key],
    ).fetchone()
    if fused is None:
        return "was not considered for this list: no source proposes it."
    count, rank, is_ranked = fused
    proposed = f"was proposed by {count} source{'s' if count != 1 else ''}"
    if is_ranked:
        return f"{proposed} and ranked, but behind the places that are kept."
    return f"{proposed}, but is only number {rank} of its kind, which is not ranked."


def _sources(
    connection: duckdb.DuckDBPyConnection, customer_key: int, product_key: int
) -> Table:
    """What each source listed for the customer, and where it has the product.

    A source that is switched off may have left its table, but has no column where
    those of all are put side by side.
    """
    names = connection.execute(
        "select table_name from duckdb_columns() where schema_name = 'intermediate' "
        "and table_name like 'int_candidates__%' "
        "group by table_name having bool_or(column_name = 'candidate_source') "
        "and bool_or(column_name = 'rank') "
        "intersect select concat('int_candidates__', regexp_replace(column_name, "
        "'_rank$', '')) from duckdb_columns() where schema_name = 'intermediate' "
        "and table_name = 'int_ranking__ranked' order by table_name"
    ).fetchall()
    rows = []
    for (name,) in names:
        ((count, last, rank, score),) = connection.execute(
            f"""
            select
                count(*),
                min(score),
                max(rank) filter (where product_key = $2),
                max(score) filter (where product_key = $2)
            from intermediate.{name}
            where fold_id = 'serving' and customer_key = $1
            """,
            [customer_key, product_key],
        ).fetchall()
        source = name.removeprefix("int_candidates__").replace("_", " ")
        if rank is not None:
            said = f"rank {rank} of {count}, score {score:.4g}"
        elif count:
            said = f"not among its {count}; the last of them has {last:.4g}"
        else:
            said = "lists nothing for this customer"
        rows.append((rank is None, rank or 0, source, said))
    return text_table(["source", "says"], [row[2:] for row in sorted(rows)])


def _nearest(
    connection: duckdb.DuckDBPyConnection, customer_key: int, product_key: int
) -> Table:
    """What of the customer's history is most similar to the product."""
    rows = connection.execute(
        f"""
        select
            coalesce(products.title, products.product_id),
            printf('%.3f', mixed_pairs.similarity)
        from intermediate.int_similarity__histories as histories
        inner join intermediate.int_similarity__mixed_pairs as mixed_pairs
            on
                histories.fold_id = mixed_pairs.fold_id
                and histories.product_key = mixed_pairs.product_key
        inner join intermediate.int_folds__products as products
            on
                histories.fold_id = products.fold_id
                and histories.product_key = products.product_key
        where
            histories.fold_id = 'serving'
            and histories.customer_key = ?
            and mixed_pairs.other_product_key = ?
        order by mixed_pairs.similarity desc, histories.rank
        limit {_LOOKED_AT}
        """,
        [customer_key, product_key],
    ).fetchall()
    return text_table(
        ["product", "similarity"],
        rows or [("nothing that it is a neighbour of", None)],
        numbers=["similarity"],
    )


def _figures(
    connection: duckdb.DuckDBPyConnection, customer_key: int, product_key: int
) -> Table:
    """What decides about a product where the customer does not."""
    rows = connection.execute(
        """
        select
            products.category,
            products.popularity_rank,
            products.count_buyers_30d,
            coalesce(customer_products.count_orders, 0),
            coalesce(customer_products.count_views, 0),
            coalesce(customer_products.is_disliked, false)
        from intermediate.int_features__products as products
        left join intermediate.int_features__customer_products as customer_products
            on
                products.fold_id = customer_products.fold_id
                and products.product_key = customer_products.product_key
                and customer_products.customer_key = ?
        where products.fold_id = 'serving' and products.product_key = ?
        """,
        [customer_key, product_key],
    ).fetchall()
    headings = [
        "category",
        "popularity rank",
        "buyers in 30 days",
        "orders of the customer",
        "views of the customer",
        "disliked",
    ]
    return text_table(headings, rows, numbers=headings[1:5])


def _row(
    connection: duckdb.DuckDBPyConnection, query: str, *values: str
) -> dict[str, Any] | None:
    cursor = connection.execute(query, list(values))
    names = [column[0] for column in cursor.description or []]
    row = cursor.fetchone()
    return None if row is None else dict(zip(names, row, strict=True))
