"""No table of a fold knows anything from at or after the fold's cutoff.

A small shop is built as it is, and again with rows that are dated at or after the test
fold's cutoff, `as_of` fixed. Every table with a fold in it is compared row by row, but
for the audit, which is about the input as a whole. The same rows dated a month earlier
must change the test fold: a comparison that cannot fail would show nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aisle.sample import write_sample
from dbt_runner import run_dbt
from row_differences import differing_rows

AS_OF = datetime(2025, 7, 1)
CUTOFF = AS_OF - timedelta(days=30)
SCHEMAS = ("intermediate", "evaluation", "features", "recommendations")
FOLDS = ("train_1", "validation", "test")

# What may differ in the fold whose holdout has other rows, and why. No other table may.
HOLDOUT = {
    "int_folds__holdout_orders": "what was bought in the holdout",
    "int_folds__holdout_purchases": "the same, by product",
    "int_ranking__relevant_products": "the same, for the customers that are scored",
    "int_evaluation__relevant_products": "the same, by task",
    "int_folds__holdout_ratings": "what was rated in the holdout",
    "int_evaluation__rating_predictions": "what that was expected to be",
    "int_evaluation__rating_errors": "the one held against the other",
    "int_evaluation__rating_metrics": "means of the errors",
    "int_ranking__list_ndcg": "the lists held against it, to choose strategies",
    "int_evaluation__hits": "the lists held against it",
    "int_evaluation__weekly_hits": "the same, by week",
    "int_evaluation__exposure": "products shown, over the customers in the holdout",
    "int_evaluation__set_replicates": "coverage and Gini, over the same customers",
    "int_evaluation__set_metrics": "the same, with their errors",
    "int_evaluation__coverage_differences": "the same, of two scenarios",
    "customer_metrics": "figures of the customers in the holdout",
    "int_evaluation__study_ndcg": "the same, beside those of earlier lists",
    "candidate_recall": "which candidates were bought in the holdout",
    "metrics": "their means",
    "metric_differences": "their paired differences",
    "targets": "verdicts on the means",
    "int_candidates__answer_weights": "sets of answers of the customers in the holdout",
    "int_candidates__newcomer_pools": "regions and answers of the customers there",
    "list_overlaps": "lists of the customers there, compared with each other",
    "fold_profiles": "how many customers of each type bought in the holdout",
    "fold_overlaps": "how many customers of two holdouts are the same",
    "int_calibration__customers": "whether they bought in the holdout",
    "int_calibration__reliability": "probabilities held against it",
    "calibration": "the same, published",
    "int_evaluation__lifetime_errors": "orders expected held against it",
    "lifetime_value_check": "their sums",
    "int_rules__acting": "which rules meet in products that are listed for somebody",
    "int_rules__effects": "what they do together",
    "rule_impact": "paired differences of their figures",
    "int_evaluation__objectives": "what objectives cost the customers there",
    "objective_sweep": "the same, published",
    "seller_exposure": "sellers shown, over the customers in the holdout",
    "diversity_sweep": "what diversity and discovery cost them",
    "int_shadow__test_lists": "what was shown in the holdout",
    "int_folds__holdout_looks": "what was looked at in the holdout",
    "int_contexts__gift_days": "when something there marks a present",
    "int_contexts__visits": "what was bought in the holdout, by time and occasion",
    "int_contexts__gains": "what the lifts of the history tell of it",
    "int_contexts__taste_gains": "what own taste tells of it",
    "int_contexts__tests": "whether that is more than chance",
    "context_tests": "the same, published",
    "int_monitoring__weekly_finds": "what was bought in the holdout, by week",
    "int_monitoring__drift_values": "probabilities, over the customers there",
}

# One row or several per customer of the holdout: other rows may bring other customers,
# but change nothing for those who are there in both.
PER_CUSTOMER = {
    "int_folds__holdout_customers",
    "int_folds__listed_customers",
    "int_folds__scored_customers",
    "int_candidates__proposals",
    "int_ranking__fused",
    "int_ranking__ranked",
    "int_candidates__personal_customers",
    "int_candidates__personal_shares",
    "int_candidates__answer_profiles",
    "int_candidates__newcomer_profiles",
    "int_candidates__newcomers",
    "int_folds__customer_regions",
    "int_similarity__customer_neighbours",
    "int_candidates__als_scored",
    "int_candidates__als",
    "int_candidates__als_trend",
    "int_candidates__ease_scored",
    "int_candidates__ease",
    "int_candidates__ease_trend",
    "int_candidates__biased_mf_scored",
    "int_candidates__biased_mf",
    "int_candidates__product_neighbours_scored",
    "int_candidates__product_neighbours",
    "int_candidates__product_neighbours_trend",
    "int_candidates__customer_neighbours",
    "int_candidates__bought_together",
    "int_candidates__content",
    "int_candidates__category_best_sellers",
    "int_candidates__new_arrivals",
    "int_candidates__questionnaire",
    "int_candidates__repurchase",
    "int_candidates__popularity",
    "int_candidates__trending",
    "int_ranking__random_draws",
    "int_ranking__baselines",
    "int_ranking__ease_shares",
    "int_ranking__closest_products",
    "int_ranking__candidates",
    "int_ranking__signals",
    "int_ranking__blend",
    "int_ranking__ranker_scored",
    "int_ranking__ranker",
    "int_ranking__lists",
    "int_ranking__shelves",
    "int_rules__candidates",
    "int_rules__hits",
    "int_rules__relevances",
    "int_rules__relative_worths",
    "int_folds__assignments",
    "int_features__exposures",
    "int_diversity__pools",
    "int_diversity__openings",
    "int_diversity__distances",
    "int_slots__ranked",
    "int_slots__lists",
    "int_calibration__candidates",
    "int_calibration__probabilities",
    "int_evaluation__lists",
    "int_evaluation__list_diversity",
    "int_evaluation__customer_segments",
    "evaluated_lists",
}

# What the rows change when they come before the cutoff: one table of every stage.
CHANGED_BY_THE_PAST = {
    "int_folds__train_interactions",
    "int_folds__customers",
    "int_folds__products",
    "int_folds__answers",
    "int_features__quantity_caps",
    "int_features__customer_products",
    "int_features__ratings",
    "int_features__customer_rfm",
    "int_features__order_histories",
    "int_features__lifetime_models",
    "int_features__lifetime_value",
    "int_features__products",
    "int_features__product_attributes",
    "int_features__new_products",
    "int_similarity__product_neighbours",
    "int_similarity__customer_neighbours",
    "int_similarity__basket_neighbours",
    "int_similarity__product_tokens",
    "int_similarity__content_neighbours",
    "int_similarity__mixed_pairs",
    "int_candidates__als_models",
    "int_candidates__biased_mf_models",
    "int_candidates__product_neighbours",
    "int_candidates__customer_neighbours",
    "int_candidates__bought_together",
    "int_candidates__content",
    "int_candidates__category_best_sellers",
    "int_candidates__new_arrivals",
    "int_candidates__questionnaire",
    "int_candidates__repurchase",
    "int_candidates__popularity",
    "int_candidates__trending",
    "int_candidates__ease_scored",
    "int_candidates__product_neighbours_trend",
    "int_features__attribute_lifts",
    "int_ranking__blend",
    "int_ranking__ranker",
    "int_slots__lists",
    "int_calibration__activity",
    "int_calibration__probabilities",
    "evaluated_lists",
    "customer_features",
    "product_features",
}

Row = dict[str, Any]
Change = Callable[[Path], None]


@dataclass(frozen=True)
class Builds:
    """Warehouses of the same shop, before and after a change of its input."""

    as_it_is: Path
    later: Path
    altered: Path
    earlier: Path


def append(path: Path, rows: list[Row]) -> None:
    """Add rows to a Parquet file; a column that a row lacks is null."""
    table = pq.read_table(path)
    names = set(table.schema.names)
    assert all(set(row) <= names for row in rows), path
    added = pa.Table.from_pylist(rows, schema=table.schema)
    pq.write_table(pa.concat_tables([table, added]), path)


def purchases_before(shop: Path, moment: datetime) -> pd.DataFrame:
    """Clean purchases of known customers before a moment, by their order in time."""
    rows = pd.read_parquet(shop / "interactions.parquet")
    rows["at"] = pd.to_datetime(rows["occurred_at"], errors="coerce")
    is_clean = (
        (rows["interaction_type"] == "purchase")
        & rows["customer_id"].str.match(r"^c\d+$", na=False)
        & rows["product_id"].str.match(r"^p\d+$", na=False)
        & (rows["unit_price"] > 0)
        & (rows["at"] < moment)
    )
    return rows[is_clean].sort_values(["at", "interaction_id"])


def inject(shop: Path, moment: datetime) -> None:
    """Add rows of every kind, the first dated at the moment itself, none before it."""
    bought = purchases_before(shop, CUTOFF - timedelta(days=60)).drop_duplicates(
        ["customer_id", "product_id"]
    )
    profiles = pd.read_parquet(shop / "customers.parquet").sort_values("customer_id")
    best_seller = str(bought["product_id"].value_counts().sort_index().idxmax())
    events: list[Row] = []

    def event(customer: str | None, product: str, kind: str, **values: Any) -> Row:
        row = {
            "interaction_id": f"injected-{len(events)}",
            "customer_id": customer,
            "product_id": product,
            "interaction_type": kind,
            "session_id": f"injected-{len(events) // 5}",
            "quantity": "1",
            "unit_price": 7.5,
            "occurred_at": str(moment + timedelta(minutes=97 * len(events))),
        }
        events.append({**row, **values})
        return events[-1]

    # Known customers buy again what they bought, and what is new in the shop.
    for pair in bought.iloc[::6].head(60).itertuples():
        event(str(pair.customer_id), str(pair.product_id), "purchase")
        event(str(pair.customer_id), "new-1", "purchase")
        event(str(pair.customer_id), "new-2", "view", unit_price=None)
        event(
            str(pair.customer_id),
            str(pair.product_id),
            "rating",
            unit_price=None,
            rating=1 + len(events) % 5,
        )
    assert events[0]["occurred_at"] == str(moment)
    event(str(bought["customer_id"].iloc[0]), best_seller, "purchase", quantity="5000")
    # A new customer, one who was here without a profile, and a second profile of one.
    seen = purchases_before(shop, moment)
    unlisted = sorted(set(seen["customer_id"]) - set(profiles["customer_id"]))
    hashes = profiles.set_index("customer_id")["identity_hash"].dropna()
    twin = next(name for name in seen["customer_id"] if name in hashes.index)
    for customer in ("new-customer", "second-profile", *unlisted[:1]):
        for product in (best_seller, "new-1"):
            event(customer, product, "purchase")
    # Late returns: one that names its purchase, one that is to be matched.
    named, matched = bought.iloc[3], bought.iloc[4]
    event(
        named["customer_id"],
        named["product_id"],
        "return",
        returned_interaction_id=named["interaction_id"],
    )
    event(matched["customer_id"], matched["product_id"], "return")
    # More views in a day than any person has.
    day = moment + timedelta(days=4)
    for number in range(330):
        event(
            str(bought["customer_id"].iloc[1]),
            best_seller,
            "view",
            unit_price=None,
            occurred_at=str(day + timedelta(seconds=number)),
        )
    append(shop / "interactions.parquet", events)

    append(
        shop / "customers.parquet",
        [
            {
                "customer_id": customer,
                "registered_at": moment + timedelta(hours=1),
                "region": "elsewhere",
                "identity_hash": identity,
                "has_consented": True,
            }
            for customer, identity in [
                ("new-customer", None),
                ("second-profile", hashes[twin]),
                *[(customer, None) for customer in unlisted[:1]],
            ]
        ],
    )
    later = moment + timedelta(hours=2)
    row: Row = {
        "title": "Another title",
        "category": "Another category",
        "brand": "Another brand",
        "price": 99.0,
        "unit_cost": 1.0,
    }
    append(
        shop / "products.parquet",
        [
            {**row, "product_id": best_seller, "valid_from": later},
            {**row, "product_id": "new-1", "available_from": later},
            # Said to have been on sale for long by a row that nobody had yet.
            {
                **row,
                "product_id": "new-2",
                "available_from": moment - timedelta(days=90),
                "valid_from": later,
            },
            {
                **row,
                "product_id": f"{best_seller}-new",
                "parent_product_id": best_seller,
                "valid_from": later,
            },
        ],
    )
    append(
        shop / "inventory.parquet",
        [
            {"product_id": product, "observed_at": moment, "units_on_hand": 0.0}
            for product in (best_seller, str(bought["product_id"].iloc[0]))
        ],
    )
    buyers = sorted(set(seen["customer_id"]))
    append(
        shop / "questionnaire_answers.parquet",
        [
            {
                "customer_id": customer,
                "question_id": "favourite_category",
                "answer": "Garden" if number % 2 else "Home",
                "answered_at": moment,
            }
            for number, customer in enumerate(buyers)
        ],
    )


def alter_holdout(shop: Path) -> None:
    """Let the purchases of the test holdout be of other products, at other prices."""
    path = shop / "interactions.parquet"
    table = pq.read_table(path)
    rows = table.to_pandas()
    at = pd.to_datetime(rows["occurred_at"], errors="coerce")
    in_holdout = (at >= CUTOFF) & (at < AS_OF)
    chosen = rows.index[in_holdout & (rows["interaction_type"] == "purchase")]
    assert len(chosen) > 50
    for column in ("product_id", "unit_price"):
        rows.loc[chosen, column] = rows.loc[chosen, column].to_numpy()[::-1]
    pq.write_table(
        pa.Table.from_pandas(rows, schema=table.schema, preserve_index=False), path
    )


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """The four builds, in one place one after the other, so that dbt parses once."""
    base = tmp_path_factory.mktemp("leaks")
    original, shop = base / "original", base / "shop"
    write_sample(original, customers=150, products=70, days=200)
    changes: dict[str, Change] = {
        "as_it_is": lambda _: None,
        "later": lambda folder: inject(folder, CUTOFF),
        "altered": alter_holdout,
        "earlier": lambda folder: inject(folder, CUTOFF - timedelta(days=30)),
    }
    arguments = [
        "build",
        "--exclude",
        "resource_type:test",
        # Days of the shop come from the audit, which sees all of them.
        *("marts.audit", "int_monitoring__daily_counts+", "releases+", "published"),
    ]
    variables = {
        "connector": "files",
        "files_path": str(shop),
        "as_of": str(AS_OF),
        "bootstrap_replicates": 3,
        # An evaluated train fold shows the blend, whose weights are of validation.
        "backtest_folds": 0,
        "train_folds": 2,
        # What is paid for and looked at in a holdout is learnt as well.
        "ranker_revenue_weight": 1,
        "ranker_click_weight": 1,
        # Fewer than there are products, so that candidates differ between customers.
        "candidates_per_source": 20,
    }
    for name, change in changes.items():
        shutil.rmtree(shop, ignore_errors=True)
        shutil.copytree(original, shop)
        change(shop)
        run = run_dbt(arguments, base / "dbt", variables).succeeded()
        run.warehouse.replace(base / f"{name}.duckdb")
    return Builds(**{name: base / f"{name}.duckdb" for name in changes})


@dataclass(frozen=True)
class Comparison:
    """Two warehouses side by side, `one` and `other`."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.connection.execute(sql).fetchall()

    def tables(self) -> dict[str, dict[str, str]]:
        """Names with schema of the tables of folds, each with its columns and types."""
        found: dict[str, dict[str, str]] = {}
        for schema, table, column, type_ in self.rows(
            f"""
            select schema_name, table_name, column_name, data_type
            from duckdb_columns()
            where database_name = 'one' and schema_name in {SCHEMAS}
            order by all
            """
        ):
            if not table.startswith("int_audit"):
                found.setdefault(f"{schema}.{table}", {})[column] = type_
        return {
            name: columns
            for name, columns in found.items()
            if {"fold_id", "fold_key"} & set(columns)
        }

    def count_differences(self, query: str) -> int:
        """Rows that a query gives of one warehouse and not of the other.

        Parameters
        ----------
        query : str
            With `{side}` in place of the warehouse.
        """
        one, other = query.format(side="one"), query.format(side="other")
        return differing_rows(self.connection, one, other)

    def differing(
        self, fold: str, other_folds: tuple[str, ...] = FOLDS, *, same: bool = False
    ) -> dict[str, int]:
        """Tables of a fold that differ, and in how many rows.

        Parameters
        ----------
        fold : str
            Rows of this fold are compared.
        other_folds : tuple of str
            `fold_overlaps` is compared for overlaps with these.
        same : bool
            Compare what is there per customer for those who are scored in both, by
            their id: who first comes in the holdout gets a number in turn.
        """
        found: dict[str, int] = {}
        for name, columns in self.tables().items():
            table = name.split(".")[1]
            is_fold = f"fold_id = '{fold}'"
            if "fold_id" not in columns:
                folds = "select fold_key from {side}.evaluation.folds"
                is_fold = f"fold_key = ({folds} where {is_fold})"
            query = f"select {', '.join(columns)} from {{side}}.{name} where {is_fold}"
            if table == "fold_overlaps":
                query += f" and other_fold_id in ({', '.join(map(repr, other_folds))})"
            elif same and table in PER_CUSTOMER:
                # Who is listed in one and only scored in the other has lists in one.
                scored = "intermediate.int_folds__listed_customers"
                values = ", ".join(set(columns) - {"customer_key", "customer_id"})
                key = "customer_id" if "customer_id" in columns else "customer_key"
                query = f"""
                    select scored.customer_id, {values}
                    from ({query}) as compared
                    inner join (
                        select customer_key, customer_id
                        from {{side}}.{scored}
                        where fold_id = '{fold}'
                    ) as scored using ({key})
                    where
                        scored.customer_id in (
                            select customer_id from one.{scored}
                            where fold_id = '{fold}'
                        )
                        and scored.customer_id in (
                            select customer_id from other.{scored}
                            where fold_id = '{fold}'
                        )
                """
            count = self.count_differences(query)
            if count:
                found[table] = count
        return found

    def numbers_of_the_past(self, moment: datetime) -> dict[str, int]:
        """Rows from before a moment whose numbers differ, where some do."""
        tables = {
            "int_folds__customer_keys": "first_event_at",
            "int_folds__product_keys": "known_at",
            "int_folds__interactions": "occurred_at",
        }
        counts = {
            table: self.count_differences(
                f"select * from {{side}}.intermediate.{table} "
                f"where {instant} < timestamp '{moment}'"
            )
            for table, instant in tables.items()
        }
        return {table: count for table, count in counts.items() if count}


@contextmanager
def comparison(one: Path, other: Path) -> Iterator[Comparison]:
    """Attach two warehouses for reading."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        yield Comparison(connection)


def test_every_stage_is_compared(builds: Builds) -> None:
    """A name that nothing has any more would hide what it stood for."""
    with comparison(builds.as_it_is, builds.later) as both:
        tables = {name.split(".")[1] for name in both.tables()}
    assert sorted((set(HOLDOUT) | PER_CUSTOMER | CHANGED_BY_THE_PAST) - tables) == []


@pytest.mark.parametrize("fold", ["train_1", "validation"])
def test_later_rows_change_nothing_in_earlier_folds(builds: Builds, fold: str) -> None:
    with comparison(builds.as_it_is, builds.later) as both:
        assert both.differing(fold, ("train_1", "validation")) == {}


def test_rows_in_the_holdout_change_nothing_but_the_truth(builds: Builds) -> None:
    with comparison(builds.as_it_is, builds.later) as both:
        differing = both.differing("test", same=True)
    assert set(differing) - set(HOLDOUT) == set(), differing
    # The rows were seen: they are what the fold is measured by.
    assert differing["int_folds__holdout_purchases"] > 50
    assert differing["metrics"] > 0


def test_later_rows_renumber_nobody(builds: Builds) -> None:
    with comparison(builds.as_it_is, builds.later) as both:
        assert both.numbers_of_the_past(CUTOFF) == {}


@pytest.mark.parametrize("fold", FOLDS)
def test_lists_do_not_know_what_was_bought_in_the_holdout(
    builds: Builds, fold: str
) -> None:
    """The same customers buy other products: every list stays as it was."""
    with comparison(builds.as_it_is, builds.altered) as both:
        differing = both.differing(fold)
    allowed = set(HOLDOUT) if fold == "test" else set()
    assert set(differing) - allowed == set(), differing
    if fold == "test":
        assert differing["int_folds__holdout_purchases"] > 50


def test_the_same_rows_before_the_cutoff_change_every_stage(builds: Builds) -> None:
    """Else the comparisons above would pass whatever they compare."""
    with comparison(builds.as_it_is, builds.earlier) as both:
        differing = both.differing("test", same=True)
        assert both.numbers_of_the_past(CUTOFF) != {}
    assert sorted(CHANGED_BY_THE_PAST - set(differing)) == []


def test_rows_before_the_test_fold_stay_out_of_older_folds(builds: Builds) -> None:
    """Dated a month earlier they still come after the train fold's holdout."""
    with comparison(builds.as_it_is, builds.earlier) as both:
        differing = both.differing("train_1", ("train_1",))
        assert both.numbers_of_the_past(CUTOFF - timedelta(days=30)) == {}
    # The blend's weights come from the validation fold; no train fold is measured.
    assert set(differing) - {"int_ranking__blend"} == set(), differing
