"""Every product has an answer, and it is that of the tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from aisle.cli import main
from aisle.explain import explain, open_warehouse
from dbt_runner import DbtRun

# A customer with a list, each product beside what became of it.
PAIRS = """
    with one as (
        select min(customer_id) as customer_id
        from recommendations.recommendation_trace
        where outcome = 'removed_by_rule'
    )
    select one.customer_id, products.product_id, trace.outcome, trace.slot,
        trace.removed_by_rule_id, products.is_sellable
    from one
    cross join intermediate.int_folds__products as products
    left join recommendations.recommendation_trace as trace
        on one.customer_id = trace.customer_id
        and products.product_id = trace.product_id
        and trace.week_part is null
    where products.fold_id = 'serving'
"""


def test_every_product_has_the_answer_of_the_trace(sample_build: DbtRun) -> None:
    answers = {}
    pairs = sample_build.query(PAIRS)
    with open_warehouse(sample_build.warehouse) as connection:
        for customer, product, outcome, slot, rule, is_sellable in pairs:
            answer = explain(connection, customer, product).answer
            answers[product] = outcome
            expected = {
                "shown": f"is shown in slot {slot}",
                "removed_by_rule": f"the rule {rule} took it out",
                "displaced": "others were moved before it",
                "below_depth": "behind the end of the list",
                None: "was not considered" if is_sellable else "is not sold",
            }[outcome]
            if outcome is None and is_sellable:
                assert "source" in answer
            else:
                assert expected in answer
    assert {"shown", "removed_by_rule", "below_depth", None} <= set(answers.values())


def test_a_source_says_its_rank(sample_build: DbtRun) -> None:
    ((customer, product, rank),) = sample_build.query(
        """
        select customers.customer_id, products.product_id, sources.rank
        from intermediate.int_candidates__trending as sources
        inner join intermediate.int_folds__scored_customers as customers
            using (fold_id, customer_key)
        inner join intermediate.int_folds__products as products
            using (fold_id, product_key)
        where sources.fold_id = 'serving'
        order by customers.customer_id, sources.rank
        limit 1
        """
    )
    done = CliRunner().invoke(
        main,
        ["explain", "--customer", customer, "--product", product],
        env={"AISLE_WAREHOUSE": str(sample_build.warehouse)},
    )
    assert done.exit_code == 0
    (line,) = [row for row in done.output.splitlines() if "│ trending " in row]
    assert f"rank {rank} of " in line


@pytest.mark.parametrize(
    ("customer", "product", "message"),
    [
        ("nobody", "p00001", "there is no customer nobody"),
        ("c000001", "nothing", "there is no product nothing"),
        ("c000001", "p00002-single", "p00002-single is a variant of p00002, and"),
    ],
)
def test_who_is_not_there_is_named(
    sample_build: DbtRun, customer: str, product: str, message: str
) -> None:
    done = CliRunner().invoke(
        main,
        ["explain", "--customer", customer, "--product", product],
        env={"AISLE_WAREHOUSE": str(sample_build.warehouse)},
    )
    assert done.exit_code == 1
    assert message in done.output


def test_no_warehouse_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main,
        ["explain", "--customer", "a", "--product", "b"],
        env={"AISLE_WAREHOUSE": str(tmp_path / "none.duckdb")},
    )
    assert done.exit_code == 1
    assert "run `dbt build` first" in done.output


def test_another_file_is_named(sample_build: DbtRun, tmp_path: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    for path, message in (
        (sample_build.published, "is a published file: explain reads the warehouse"),
        (empty, "holds no table intermediate.int_folds__products: run `dbt build`"),
    ):
        done = CliRunner().invoke(
            main,
            ["explain", "--customer", "a", "--product", "b", "--warehouse", str(path)],
        )
        assert done.exit_code == 1
        assert done.output.startswith(f"Error: {path} {message}")
