"""What edited rules do to the lists, before they are published."""

from pathlib import Path

import duckdb
from rich.table import Table

from aisle.text_table import text_table

__all__ = ["changed_customers", "list_changes", "open_both", "rule_prices"]

_PRICED = {"ndcg": "NDCG@10", "revenue": "revenue@10", "coverage": "coverage"}


def open_both(published: Path, warehouse: Path) -> duckdb.DuckDBPyConnection:
    """Open what customers see now and what the last build made, for reading.

    Parameters
    ----------
    published : Path
        The published file.
    warehouse : Path
        The file that builds work in.

    Returns
    -------
    duckdb.DuckDBPyConnection
        With both attached, as ``before`` and ``after``.

    Raises
    ------
    FileNotFoundError
        If one of them is missing.

    Examples
    --------
    >>> open_both(Path("nowhere.duckdb"), Path("nothing.duckdb"))
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no file nowhere.duckdb: run `dbt build` first
    """
    connection = duckdb.connect()
    for path, name in ((published, "before"), (warehouse, "after")):
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}: run `dbt build` first")
        quoted = str(path).replace("'", "''")
        connection.execute(f"attach '{quoted}' as {name} (read_only)")
    return connection


_LISTS = """
    select
        customer_id,
        coalesce(before.slot, after.slot) as slot,
        coalesce(before.title, before.product_id) as before_title,
        coalesce(after.title, after.product_id) as after_title,
        before.product_id as before_product_id,
        after.product_id as after_product_id
    from before.recommendations.customer_recommendations as before
    full join after.recommendations.customer_recommendations as after
        using (customer_id, slot)
"""


def changed_customers(
    connection: duckdb.DuckDBPyConnection, count: int
) -> list[tuple[str, int]]:
    """Find the customers whose lists changed most, and in how many slots.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From `open_both`.
    count : int
        How many, at most.

    Returns
    -------
    list of (str, int)
        Customer and number of slots that hold another product.

    Examples
    --------
    >>> shop = duckdb.connect()
    >>> for name, product in (("before", "p1"), ("after", "p2")):
    ...     _ = shop.execute(f"attach ':memory:' as {name}")
    ...     _ = shop.execute(f"create schema {name}.recommendations")
    ...     _ = shop.execute(f"create table {name}.recommendations."
    ...         f"customer_recommendations as select 'ada' as customer_id, 1 as slot, "
    ...         f"'{product}' as product_id, null as title")
    >>> changed_customers(shop, 3)
    [('ada', 1)]
    """
    return connection.execute(
        f"""
        select customer_id, count(*) as count_slots
        from ({_LISTS})
        where before_product_id is distinct from after_product_id
        group by customer_id
        order by count_slots desc, customer_id
        limit ?
        """,
        [count],
    ).fetchall()


def list_changes(connection: duckdb.DuckDBPyConnection, customer_id: str) -> Table:
    """Lay a customer's list out as it is and as it would be.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From `open_both`.
    customer_id : str
        Whose list.

    Returns
    -------
    rich.table.Table
        A row per slot, with the rules that act on the product that would be there, and
        the one that takes out what is there now.
    """
    rows = connection.execute(
        f"""
        select
            lists.slot,
            before_title,
            gone.removed_by_rule_id,
            after_title,
            trace.applied_rule_ids
        from ({_LISTS}) as lists
        left join after.recommendations.recommendation_trace as gone
            on lists.customer_id = gone.customer_id
            and lists.before_product_id = gone.product_id
        left join after.recommendations.recommendation_trace as trace
            on lists.customer_id = trace.customer_id
            and lists.after_product_id = trace.product_id
        where lists.customer_id = ?
        order by lists.slot
        """,
        [customer_id],
    ).fetchall()
    headings = ("slot", "now", "left out by", "then", "rules")
    return text_table(headings, rows, numbers=["slot"])


def rule_prices(connection: duckdb.DuckDBPyConnection) -> Table:
    """Lay out what each rule changes in the test month, all others being on.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From `open_both`.

    Returns
    -------
    rich.table.Table
        A row per rule with changes of the home list, with 95 % intervals; the last one
        is of all rules together.
    """
    cells = [
        f"max(case when metric = '{metric}' then printf('%+.4f', price + 0)"
        " || coalesce(printf(' ± %.4f', margin), '') end)"
        for metric in _PRICED
    ]
    # What is otherwise without the rule is what the rule costs, turned round.
    rows = connection.execute(
        f"""
        with

        prices as (
            select
                rule_id,
                metric,
                case when rule_id = 'all' then difference else -difference end as price,
                1.96 * standard_error as margin
            from after.evaluation.rule_impact
            where
                fold_role = 'test'
                and task = 'all'
                and segment_type = 'all'
                and (comparison = 'alone') = (rule_id = 'all')
        )

        select
            rule_id,
            {", ".join(cells)}
        from prices
        group by rule_id
        order by rule_id = 'all', rule_id
        """
    ).fetchall()
    figures = list(_PRICED.values())
    return text_table(["rule", *figures], rows, numbers=figures)
