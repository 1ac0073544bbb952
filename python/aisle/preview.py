"""What edited rules do to the lists, before they are published."""

from pathlib import Path

import duckdb
from rich.table import Table

from aisle.files import check_file
from aisle.text_table import text_table

__all__ = [
    "broken_limits",
    "changed_customers",
    "list_changes",
    "open_both",
    "rule_prices",
]

_COMPARED = [
    ("before", "recommendations", "customer_recommendations"),
    ("before", "recommendations", "placement_recommendations"),
    ("after", "recommendations", "customer_recommendations"),
    ("after", "recommendations", "placement_recommendations"),
    ("after", "evaluation", "rule_impact"),
    ("after", "audit", "findings"),
]
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
    ValueError
        If one of them is a folder, or does not hold what is compared.

    Examples
    --------
    >>> open_both(Path("nowhere.duckdb"), Path("nothing.duckdb"))
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no file nowhere.duckdb: run `dbt build` first
    """
    connection = duckdb.connect()
    for path, name in ((published, "before"), (warehouse, "after")):
        if path.is_dir():
            raise ValueError(f"{path} is a folder: preview reads DuckDB's files only")
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}: run `dbt build` first")
        check_file(path)
        quoted = str(path).replace("'", "''")
        connection.execute(f"attach '{quoted}' as {name} (read_only)")
        found = connection.execute(
            "select database_name, schema_name, table_name from duckdb_tables()"
        ).fetchall()
        for database, schema, table in _COMPARED:
            if database == name and (database, schema, table) not in found:
                raise ValueError(
                    f"{path} holds no table {schema}.{table}: run `dbt build` first"
                )
    return connection


_ALL_HOURS = "all hours"

_OF_A_SIDE = """
    {side}_slots as (
        select
            coalesce(week_part, '{all_hours}') as list,
            customer_id,
            slot,
            product_id,
            coalesce(title, product_id) as title
        from {side}.recommendations.placement_recommendations
        where placement = 'home'
        union all
        select '{all_hours}', customer_id, slot, product_id, coalesce(title, product_id)
        from {side}.recommendations.customer_recommendations
    ),
"""
# A part of the week without a list of its own shows the one of all hours.
_COMPLETED = """
    {side}_lists as (
        select * from {side}_slots
        union all
        select parts.list, slots.* exclude (list)
        from {side}_slots as slots
        cross join parts
        where
            slots.list = '{all_hours}'
            and parts.list not in (select list from {side}_slots)
    ),
"""


def _of_both_sides(text: str) -> str:
    return "".join(
        text.format(side=side, all_hours=_ALL_HOURS) for side in ("before", "after")
    )


_LISTS = f"""
    with

    {_of_both_sides(_OF_A_SIDE)}
    parts as (
        select list from before_slots union select list from after_slots
    ),
    {_of_both_sides(_COMPLETED)}
    lists as (
        select
            list,
            customer_id,
            slot,
            before_lists.title as before_title,
            after_lists.title as after_title,
            before_lists.product_id as before_product_id,
            after_lists.product_id as after_product_id
        from before_lists
        full join after_lists using (list, customer_id, slot)
    )
"""


def changed_customers(
    connection: duckdb.DuckDBPyConnection, count: int
) -> list[tuple[str, int]]:
    """Find the customers whose home lists changed most, and in how many slots.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From `open_both`.
    count : int
        How many, at most.

    Returns
    -------
    list of (str, int)
        Customer and number of slots that hold another product, in the list of all hours
        and in those by part of the week.

    Examples
    --------
    >>> shop = duckdb.connect()
    >>> for name, product in (("before", "p1"), ("after", "p2")):
    ...     _ = shop.execute(f"attach ':memory:' as {name}")
    ...     _ = shop.execute(f"create schema {name}.recommendations")
    ...     _ = shop.execute(f"create table {name}.recommendations."
    ...         f"customer_recommendations as select 'ada' as customer_id, 1 as slot, "
    ...         f"'{product}' as product_id, null as title")
    ...     _ = shop.execute(f"create table {name}.recommendations."
    ...         f"placement_recommendations as select *, 'home' as placement, "
    ...         f"'weekend_evening' as week_part from {name}.recommendations."
    ...         f"customer_recommendations where {name == 'after'}")
    >>> changed_customers(shop, 3)
    [('ada', 2)]
    """
    return connection.execute(
        f"""
        {_LISTS}

        select customer_id, count(*) as count_slots
        from lists
        where before_product_id is distinct from after_product_id
        group by customer_id
        order by count_slots desc, customer_id
        limit ?
        """,
        [count],
    ).fetchall()


def list_changes(
    connection: duckdb.DuckDBPyConnection, customer_id: str
) -> Table | None:
    """Lay a customer's home lists out as they are and as they would be.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From `open_both`.
    customer_id : str
        Whose lists.

    Returns
    -------
    rich.table.Table or None
        A row per slot, with the rules that act on the product that would be there, and
        the one that takes out what is there now. Of the lists by part of the week those
        that change, and otherwise than the list of all hours does. None where there is
        no list, neither now nor then.
    """
    rows = connection.execute(
        f"""
        {_LISTS},

        own as (
            select * from lists where customer_id = $1
        ),

        -- What rules of all hours take out has no row by part.
        traced as (
            select
                parts.list,
                trace.product_id,
                trace.removed_by_rule_id,
                trace.applied_rule_ids
            from parts
            inner join after.recommendations.recommendation_trace as trace
                on coalesce(trace.week_part = parts.list, true)
            where trace.customer_id = $1
            qualify row_number() over (
                partition by parts.list, trace.product_id
                order by trace.week_part nulls last
            ) = 1
        ),

        shown as (
            select own.list
            from own
            left join own as usual
                on own.slot = usual.slot and usual.list = '{_ALL_HOURS}'
            group by own.list
            having
                own.list = '{_ALL_HOURS}'
                or (
                    bool_or(own.before_product_id is distinct from own.after_product_id)
                    and bool_or(
                        own.before_product_id is distinct from usual.before_product_id
                        or own.after_product_id is distinct from usual.after_product_id
                    )
                )
        )

        select
            own.list,
            own.slot,
            own.before_title,
            gone.removed_by_rule_id,
            own.after_title,
            come.applied_rule_ids
        from own
        inner join shown on own.list = shown.list
        left join traced as gone
            on own.list = gone.list and own.before_product_id = gone.product_id
        left join traced as come
            on own.list = come.list and own.after_product_id = come.product_id
        order by own.list != '{_ALL_HOURS}', own.list, own.slot
        """,
        [customer_id],
    ).fetchall()
    if not rows:
        return None
    headings = ("list", "slot", "now", "left out by", "then", "rules")
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
        A row per rule with changes of the home list, with 95 % intervals; of a rule
        with hours one per part of the week, with what was bought there. The last one is
        of all rules together.
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
                case when task = 'all' then '{_ALL_HOURS}' else task end as list,
                metric,
                case when rule_id = 'all' then difference else -difference end as price,
                (ci_high - ci_low) / 2 as margin
            from after.evaluation.rule_impact
            where
                fold_role = 'test'
                and task not in ('repeat', 'new_to_customer')
                and segment_type = 'all'
                and (comparison = 'alone') = (rule_id = 'all')
        )

        select
            rule_id,
            list,
            {", ".join(cells)}
        from prices
        group by rule_id, list
        order by rule_id = 'all', rule_id, list
        """
    ).fetchall()
    figures = list(_PRICED.values())
    return text_table(["rule", "list", *figures], rows, numbers=figures)


def broken_limits(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Say what would keep these lists from being published.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        From `open_both`.

    Returns
    -------
    str or None
        What objectives cost beyond the limits, and the remedy; none within them.

    Examples
    --------
    >>> shop = duckdb.connect()
    >>> _ = shop.execute("attach ':memory:' as after")
    >>> _ = shop.execute("create schema after.audit")
    >>> _ = shop.execute("create table after.audit.findings as select 'Too dear.' "
    ...     "as message, 'Lower the weight.' as remedy, "
    ...     "'objective_too_dear' as check_id")
    >>> broken_limits(shop)
    'A build would not publish this. Too dear. Lower the weight.'
    """
    row = connection.execute(
        """
        select message, remedy
        from after.audit.findings
        where check_id = 'objective_too_dear'
        """
    ).fetchone()
    if row is None:
        return None
    message, remedy = row
    return f"A build would not publish this. {message} {remedy}"
