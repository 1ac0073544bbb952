"""The command `aisle`: look at what was published, write a sample shop."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.text import Text

from aisle.files import open_file
from aisle.text_table import text_table

__all__ = ["main", "open_published", "pick_customers"]

# Wide enough for a reason beside its product where output goes to a file.
_LEAST_WIDTH = 110
# Neither 1, which is an error, nor 2, which is a wrong call.
_RETRAIN_STATUS = 10

_published_option = click.option(
    "--published",
    type=click.Path(path_type=Path),
    envvar="AISLE_PUBLISHED",
    default=Path("published/aisle.duckdb"),
    show_default=True,
    show_envvar=True,
    help="The published file, or the folder that Spark published.",
)
_warehouse_option = click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="AISLE_WAREHOUSE",
    default=Path("warehouse.duckdb"),
    show_default=True,
    show_envvar=True,
    help="The warehouse, as the last build left it.",
)


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the published file, or the published folder, for reading.

    Parameters
    ----------
    path : Path
        Where it is.

    Returns
    -------
    duckdb.DuckDBPyConnection
        Read-only, so that any number of readers may have the file open.

    Raises
    ------
    click.ClickException
        If there is no such file, or it is no published file of Aisle.

    Examples
    --------
    >>> open_published(Path("nowhere.duckdb"))
    Traceback (most recent call last):
        ...
    click.exceptions.ClickException: there is no published file at nowhere.duckdb: \
run `dbt build`, or name the file with --published or AISLE_PUBLISHED
    """
    if path.is_dir():
        return _published_by_aisle(_open_folder(path), path)
    if not path.is_file():
        raise click.ClickException(
            f"there is no published file at {path}: run `dbt build`, or name the file "
            "with --published or AISLE_PUBLISHED"
        )
    try:
        connection = open_file(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    except (duckdb.Error, OSError) as error:
        raise click.ClickException(
            f"cannot open {path}: {_first_line(error)}"
        ) from None
    return _published_by_aisle(connection, path)


def _published_by_aisle(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> duckdb.DuckDBPyConnection:
    if not _columns(connection, "recommendations", "customer_recommendations"):
        connection.close()
        raise click.ClickException(
            f"{path} holds no table recommendations.customer_recommendations: "
            "it was not published by Aisle"
        )
    return connection


def _open_folder(path: Path) -> duckdb.DuckDBPyConnection:
    """Open what Spark published: a view for each table that the manifest names."""
    # Here, so that opening a file need not load what writes folders.
    from aisle.publish_folder import read_manifest

    try:
        manifest = read_manifest(str(path))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if manifest is None:
        raise click.ClickException(f"the folder {path} has no manifest of a release")
    connection = duckdb.connect()
    for row in manifest["tables"]:
        schema, table = f'"{row["schema_name"]}"', f'"{row["table_name"]}"'
        files = str(path / row["path"] / "*.parquet").replace("'", "''")
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(
            f"create view {schema}.{table} as from read_parquet('{files}')"
        )
    return connection


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _columns(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> set[str]:
    rows = connection.execute(
        "select column_name from duckdb_columns() where schema_name = ? "
        "and table_name = ? and database_name = current_database()",
        [schema, table],
    ).fetchall()
    return {name for (name,) in rows}


def _values_by_customer(
    connection: duckdb.DuckDBPyConnection, table: str, column: str
) -> str:
    """Write a query for one column of a features table, null where it has none."""
    found = _columns(connection, "features", table)
    if not {"customer_id", column} <= found:
        return "select null as customer_id, null as value where false"
    serving = "where fold_id = 'serving'" if "fold_id" in found else ""
    return (
        f"select customer_id, any_value({column}) as value "
        f"from features.{table} {serving} group by customer_id"
    )


def pick_customers(
    connection: duckdb.DuckDBPyConnection, count: int
) -> list[tuple[str, str | None, str | None]]:
    """Choose customers to show: full lists first, of as many segments as there are.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        To the published file.
    count : int
        How many, at most.

    Returns
    -------
    list of (str, str or None, str or None)
        Customer, segment and last purchases, the latter two where published.

    Examples
    --------
    >>> shop = duckdb.connect()
    >>> _ = shop.execute("create schema recommendations; create schema features")
    >>> _ = shop.execute(
    ...     "create table recommendations.customer_recommendations as "
    ...     "select * from (values ('a', 1), ('b', 1), ('b', 2), ('c', 1), ('c', 2)) "
    ...     "as t (customer_id, slot)"
    ... )
    >>> _ = shop.execute(
    ...     "create table features.customer_rfm as "
    ...     "select * from (values ('a', 'new'), ('b', 'loyal'), ('c', 'loyal')) "
    ...     "as t (customer_id, rfm_segment)"
    ... )
    >>> pick_customers(shop, 2)
    [('b', 'loyal', None), ('a', 'new', None)]
    """
    segments = _values_by_customer(connection, "customer_rfm", "rfm_segment")
    purchases = _values_by_customer(connection, "customer_features", "last_purchases")
    return connection.execute(
        f"""
        with

        listed as (
            select customer_id, count(*) as count_slots
            from recommendations.customer_recommendations
            group by customer_id
        ),

        segments as ({segments}),

        purchases as ({purchases}),

        described as (
            select
                listed.customer_id,
                listed.count_slots,
                cast(segments.value as varchar) as segment,
                cast(purchases.value as varchar) as last_purchases,
                row_number() over (
                    partition by segments.value
                    order by listed.count_slots desc, listed.customer_id
                ) as place
            from listed
            left join segments on listed.customer_id = segments.customer_id
            left join purchases on listed.customer_id = purchases.customer_id
        )

        select customer_id, segment, last_purchases
        from described
        order by place, count_slots desc, segment nulls last, customer_id
        limit ?
        """,
        [count],
    ).fetchall()


def _recommendations(
    connection: duckdb.DuckDBPyConnection, customer_id: str
) -> list[tuple[Any, ...]]:
    return connection.execute(
        """
        select slot, coalesce(title, product_id), category, strategy, reason_text
        from recommendations.customer_recommendations
        where customer_id = ?
        order by slot, product_id
        """,
        [customer_id],
    ).fetchall()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="aisle")
def main() -> None:
    """Product recommendations as tables."""


@main.command()
@click.option(
    "--customers",
    "count",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="How many customers to show.",
)
@_published_option
def show(count: int, published: Path) -> None:
    """Show the published recommendations of a few customers."""
    console = _console()
    with _as_messages(published), open_published(published) as connection:
        console.print(Text(f"Published file: {published}"), soft_wrap=True)
        customers = pick_customers(connection, count)
        if not customers:
            console.print("It holds no recommendations: no customer is eligible.")
        for customer_id, segment, last_purchases in customers:
            title = f"Customer {customer_id}"
            if segment:
                title += f" ({segment.replace('_', ' ')})"
            if last_purchases:
                title += f", last bought: {last_purchases}"
            headings = ("slot", "product", "category", "strategy", "why")
            rows = _recommendations(connection, customer_id)
            table = text_table(headings, rows, numbers=["slot"])
            console.print()
            console.print(Text(title))
            console.print(table)


def _console() -> Console:
    console = Console()
    if not console.is_terminal:
        console = Console(width=max(console.width, _LEAST_WIDTH))
    return console


@contextmanager
def _as_messages(source: Path | None = None) -> Iterator[None]:
    """Turn what a user can cause into one message and exit status 1.

    What DuckDB says is put behind the name of the file that is read, if there is one.
    """
    try:
        yield
    except duckdb.Error as error:
        read = f"cannot read {source}: " if source else ""
        raise click.ClickException(read + _first_line(error)) from None
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option(
    "--customers",
    "count",
    type=click.IntRange(min=0),
    help="How many of those whose lists change most to show.  [default: 3, or none "
    "beside --customer]",
)
@click.option("--customer", "chosen", multiple=True, help="A customer to show.")
@_published_option
@_warehouse_option
def preview(
    count: int | None, chosen: tuple[str, ...], published: Path, warehouse: Path
) -> None:
    """Show what rules change that are built and not yet published.

    Reads DuckDB's files; a folder that Spark published it cannot read.
    """
    # Here, so that `aisle show` need not load it.
    from aisle.preview import (
        broken_limits,
        changed_customers,
        list_changes,
        open_both,
        rule_prices,
    )

    console = _console()
    with _as_messages(), open_both(published, warehouse) as connection:
        if count is None:
            count = 0 if chosen else 3
        changed = changed_customers(connection, count)
        if count and not changed:
            console.print("No home list changes.")
        for customer_id in dict.fromkeys([*chosen, *(row[0] for row in changed)]):
            console.print()
            console.print(Text(f"Customer {customer_id}"))
            console.print(
                list_changes(connection, customer_id)
                or "There is no home list of this customer, neither now nor then."
            )
        console.print()
        console.print("What each rule changes in the test month")
        console.print(rule_prices(connection))
        limits = broken_limits(connection)
        if limits:
            console.print()
            console.print(Text(limits))


@main.command("explain")
@click.option("--customer", "customer_id", required=True, help="Whose home list.")
@click.option("--product", "product_id", required=True, help="Which product.")
@_warehouse_option
def explain_command(customer_id: str, product_id: str, warehouse: Path) -> None:
    """Say why a customer is shown a product, or why not.

    Of a product that was not considered: what each source would have had to see in it.
    """
    from aisle.explain import explain, open_warehouse

    console = _console()
    with _as_messages(warehouse), open_warehouse(warehouse) as connection:
        explanation = explain(connection, customer_id, product_id)
    with _as_messages():
        console.print(Text(explanation.answer))
        for heading, table in explanation.tables:
            console.print()
            console.print(heading)
            console.print(table)


@main.command("should-retrain")
@_published_option
@click.pass_context
def should_retrain(context: click.Context, published: Path) -> None:
    """Say whether the published model is to be fitted anew, and why.

    Exit status 0: no need. 10: run a full build. 1: it could not be told, such as
    where nothing is published.
    """
    console = _console()
    with _as_messages(published), open_published(published) as connection:
        if not _columns(connection, "monitoring", "retrain_decision"):
            raise click.ClickException(
                f"{published} holds no table monitoring.retrain_decision: an earlier "
                "version published it; run `dbt build`"
            )
        rows = connection.execute(
            """
            select trigger_id, decision, reason, evaluated_as_of
            from monitoring.retrain_decision
            order by trigger_id = 'overall', decision, trigger_id
            """
        ).fetchall()
    overall = [row for row in rows if row[0] == "overall"]
    if len(overall) != 1:
        raise click.ClickException(
            f"{published}: monitoring.retrain_decision should have one row 'overall', "
            f"but has {len(overall)}"
        )
    _, decision, reason, evaluated_as_of = overall[0]
    with _as_messages():
        console.print(text_table(("trigger", "decision", "why"), [r[:3] for r in rows]))
        console.print(Text(f"Fitted as of {evaluated_as_of}. {decision}: {reason}."))
    if decision == "retrain":
        context.exit(_RETRAIN_STATUS)
    if decision == "unknown":
        raise click.ClickException(f"it could not be told: {reason}")


@main.command()
@click.option("--customers", type=int, default=600, show_default=True)
@click.option(
    "--products", type=int, default=None, help="By default one to five customers."
)
@click.option("--days", type=int, default=None, help="Length of the history.")
@click.option("--seed", type=int, default=None, help="Another seed, another shop.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
)
@click.option("--truth", is_flag=True, help="Also write true tastes and true effects.")
@click.option(
    "--substitution",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the purchases after a click that come instead of a later one.",
)
@click.option(
    "--gift-rate",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Visits for presents to each shopping trip of a customer.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write to, made if need be; files of the same name are replaced.",
)
def sample(
    customers: int,
    products: int | None,
    days: int | None,
    seed: int | None,
    file_format: str,
    truth: bool,
    substitution: float,
    gift_rate: float,
    out: Path,
) -> None:
    """Write a believable shop of any size as files in the input contract."""
    # Here, so that `aisle show` need not load the generator.
    from aisle.sample import progress_bar, write_sample

    chosen: dict[str, Any] = {"days": days, "seed": seed}
    given = {name: value for name, value in chosen.items() if value is not None}
    with _as_messages(), progress_bar() as progress:
        write_sample(
            out,
            customers=customers,
            products=products,
            file_format=file_format,
            truth=truth,
            progress=progress,
            substitution=substitution,
            gift_rate=gift_rate,
            **given,
        )
    variables = {"connector": "files", "files_path": str(out)}
    quoted = shlex.quote(json.dumps(variables, ensure_ascii=False))
    with _as_messages():
        click.echo(f"The shop is in {out}. Build it with: dbt build --vars {quoted}")
