"""Bad input ends in one clear message."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbt_runner import ROOT, DbtRun, inputs_project, run_dbt
from tiny_shop import Shop, write_shop

GOOD = "customer_id,product_id,interaction_type,occurred_at\nc1,p1,view,2024-01-01\n"
PUBLISHED = b"what readers see"


@pytest.fixture
def folder(tmp_path: Path, inputs: Path) -> Path:
    """Holds the project as far as its inputs; do not write to that."""
    (tmp_path / "project").symlink_to(inputs)
    return tmp_path


def attempt(
    folder: Path,
    variables: Mapping[str, Any],
    project: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> DbtRun:
    """Start a build beside a published file that it must leave alone."""
    run = folder / "run"
    run.mkdir()
    (run / "published.duckdb").write_bytes(PUBLISHED)
    return run_dbt(
        ["build", "--select", "input_interactions"],
        run,
        variables=variables,
        env=env,
        project=project or folder / "project",
    )


def assert_refused(run: DbtRun, *parts: str) -> None:
    """The run failed with one message that holds every one of `parts`."""
    assert run.returncode != 0, run.output[-3000:]
    assert "Traceback" not in "\n".join(run.output.splitlines()[-20:])
    for part in parts:
        assert part in run.output, f"{part!r} is not in:\n{run.output[-3000:]}"
    assert run.output.count("Error in") == 1, run.output[-3000:]
    assert run.published.read_bytes() == PUBLISHED


def refused_files(folder: Path, *parts: str) -> None:
    """The folder `shop` is refused with a message that holds every one of `parts`."""
    variables = {"connector": "files", "files_path": str(folder / "shop")}
    assert_refused(attempt(folder, variables), "files_path", *parts)


@pytest.fixture
def shop(folder: Path) -> Path:
    path = folder / "shop"
    path.mkdir()
    return path


def test_missing_interactions_names_the_files_found(folder: Path, shop: Path) -> None:
    (shop / "orders.csv").write_text(GOOD)
    refused_files(
        folder, str(shop), "no interactions.parquet", "files found: orders.csv"
    )


def test_missing_folder_says_what_is_allowed(folder: Path) -> None:
    refused_files(folder, "there is no folder", "interactions.parquet or", "products")


def test_files_path_must_be_set(folder: Path) -> None:
    run = attempt(folder, {"connector": "files"})
    assert_refused(run, "var files_path is not set", "interactions.parquet or")


def test_lines_before_the_header_are_not_passed_over(folder: Path, shop: Path) -> None:
    (shop / "interactions.csv").write_text("c1,p1,purchase\n" * 100 + GOOD)
    refused_files(folder, str(shop / "interactions.csv"), "has no column customer_id")


def test_a_column_that_is_there_twice_is_named(folder: Path, shop: Path) -> None:
    header, row = "customer_id,product_id,interaction_type,occurred_at", "c1,p1,view,x"
    text = f"{header},Product_ID\n{row},p2\n"
    (shop / "interactions.csv").write_text(text)
    refused_files(
        folder, str(shop / "interactions.csv"), "has the column product_id twice"
    )


def test_missing_column_names_the_nearest_one(folder: Path, shop: Path) -> None:
    renamed = GOOD.replace("product_id", "productid")
    (shop / "interactions.csv").write_text(renamed)
    refused_files(
        folder,
        str(shop / "interactions.csv"),
        "has no column product_id",
        "nearest column found is productid",
        "Columns found: customer_id, productid, interaction_type, occurred_at",
    )


def test_wrong_type_names_the_allowed_ones(folder: Path, shop: Path) -> None:
    rows = Shop().interactions()
    write_shop(shop, rows.assign(occurred_at=1.5))
    refused_files(
        folder,
        str(shop / "interactions.parquet"),
        "the column occurred_at as DOUBLE",
        "allowed: VARCHAR, TIMESTAMP",
    )


def test_damaged_parquet_is_named(folder: Path, shop: Path) -> None:
    path = write_shop(shop, Shop().interactions()) / "interactions.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    refused_files(folder, str(path), "cannot be read as Parquet")


def test_two_files_of_one_input_are_refused(folder: Path, shop: Path) -> None:
    write_shop(shop, Shop().interactions())
    (shop / "interactions.csv").write_text(GOOD)
    refused_files(folder, "both interactions.parquet and interactions.csv")


def test_a_file_that_would_be_passed_over_is_named(folder: Path, shop: Path) -> None:
    write_shop(shop, Shop().interactions())
    for name in ("Customers.csv", "interactions_2.parquet", "notes.csv"):
        (shop / name).write_text(GOOD)
    refused_files(
        folder,
        "nothing is read from Customers.csv (customers?), interactions_2.parquet "
        "(interactions?) in",
    )


def test_unknown_connector_lists_the_allowed_ones(folder: Path) -> None:
    run = attempt(folder, {"connector": "file"})
    allowed = "sample_shop, files, online_retail"
    assert_refused(run, "var connector is 'file'", f"allowed: {allowed}")


def test_a_session_that_is_not_in_utc_is_refused(folder: Path) -> None:
    profile = yaml.safe_load((ROOT / "profiles" / "profiles.yml").read_text())
    del profile["aisle"]["outputs"]["duckdb"]["settings"]
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    run = attempt(
        folder, {}, env={"DBT_PROFILES_DIR": str(folder), "TZ": "America/New_York"}
    )
    assert_refused(
        run,
        "output duckdb has a session in the time zone America/New_York",
        "allowed: UTC",
    )


def test_bad_vars_are_all_named_at_once(folder: Path) -> None:
    run = attempt(
        folder,
        {
            "list_length": "ten",
            "gap_rate": 1.5,
            "live_strategy": "magic",
            "is_als_enabled": "yes",
        },
        ROOT,
    )
    assert_refused(
        run,
        "var list_length is 'ten'; allowed: a whole number from 1 to 100",
        "var gap_rate is '1.5'; allowed: a number from 0 to 1",
        "var live_strategy is 'magic'; allowed: champion, popularity",
        "var is_als_enabled is 'yes'; allowed: true or false",
    )


def test_unknown_vars_and_days_that_do_not_exist_are_named(folder: Path) -> None:
    run = attempt(folder, {"as_of": "2024-02-30", "timezone": "Mars", "lst_length": 5})
    assert_refused(
        run,
        "var as_of is '2024-02-30'; allowed: a day such as",
        "var timezone is 'Mars'; allowed: the name of a time zone",
        "there is no var lst_length; the nearest is list_length",
    )


def test_the_liking_threshold_must_lie_on_the_scale(folder: Path) -> None:
    assert_refused(
        attempt(folder, {"liked_rating": 6}),
        "var liked_rating is '6'; allowed: above rating_min (1) and up to rating_max"
        " (5)",
    )


def test_rankers_must_learn_something(folder: Path) -> None:
    assert_refused(
        attempt(folder, {"ranker_purchase_weight": 0}),
        "var ranker_purchase_weight is '0'; allowed: above 0 where"
        " ranker_revenue_weight and ranker_click_weight are 0",
    )


def test_weights_of_labels_are_numbers_from_0(folder: Path) -> None:
    run = attempt(
        folder,
        {"ranker_click_weight": -1, "ranker_revenue_weight": "high"},
        ROOT,
    )
    assert_refused(
        run,
        "var ranker_revenue_weight is 'high'; allowed: a number from 0 to 1000",
        "var ranker_click_weight is '-1'; allowed: a number from 0 to 1000",
    )


def test_online_retail_names_the_missing_column(folder: Path) -> None:
    path = folder / "retail.csv"
    path.write_text("Invoice,StockCode,Description,Quantity,InvoiceDate,Customer ID\n")
    variables = {"connector": "online_retail", "online_retail_path": str(path)}
    assert_refused(
        attempt(folder, variables),
        "online_retail_path",
        str(path),
        "has no column Price or UnitPrice",
        "columns found: Invoice, StockCode",
    )


def test_online_retail_names_the_missing_file(folder: Path) -> None:
    path = folder / "retail.csv"
    variables = {"connector": "online_retail", "online_retail_path": str(path)}
    assert_refused(
        attempt(folder, variables),
        f"online_retail_path: there is no file {path}",
        "allowed: the path of a .parquet or .csv file",
    )


def test_impossible_rows_of_seeds_are_all_named_at_once(folder: Path) -> None:
    project = inputs_project(folder / "other_project")
    (project / "seeds").unlink()
    shutil.copytree(ROOT / "seeds", project / "seeds")
    (project / "seeds" / "als_grid.csv").write_text(
        "factors,regularisation,is_enabled\n"
        "50,0.1,true\n0,-1,true\ntwenty,,perhaps\n50,0.10,false\n2.5,1e-2,true\n"
    )
    weights = project / "seeds" / "event_weights.csv"
    weights.write_text(weights.read_text().replace("\nwishlist,3", "\nwishlst,3"))
    with (project / "seeds" / "collections.csv").open("a") as file:
        file.write("old,Too old,price,contains,x,,,,2025-02-01,2025-01-01,true\n")
    run = run_dbt(["seed", "--select", "als_grid"], folder / "run", project=project)
    assert run.returncode != 0
    whole = "allowed: a whole number from 1 to 1024"
    for message in (
        f"seeds/als_grid.csv, line 3: factors is '0'; {whole}.",
        "line 3: regularisation is '-1'; allowed: a number from 0.",
        f"line 4: factors is 'twenty'; {whole}.",
        "line 4: regularisation is ''; allowed: a number from 0.",
        "line 4: is_enabled is 'perhaps'; allowed: true or false.",
        "line 5: factors 50.0, regularisation 0.1 is in line 2 already; allowed: every "
        "factors and regularisation once.",
        f"line 6: factors is '2.5'; {whole}.",
        "seeds/event_weights.csv, line 5: interaction_type is 'wishlst'; allowed: view",
        "seeds/collections.csv, line 4: value is 'x'; allowed: a number, as price is",
        "seeds/collections.csv, line 4: ends_on is 2025-01-01; allowed: 2025-02-01 (",
    ):
        assert run.output.count(message) == 1, f"{message} is not in\n{run.output}"
    assert run.output.count("als_grid.csv, line") == 7
    assert "Traceback" not in run.output
    assert not run.query("select * from duckdb_tables() where table_name = 'als_grid'")


def test_a_type_of_event_without_a_weight_is_named(folder: Path) -> None:
    project = inputs_project(folder / "other_project")
    (project / "seeds").unlink()
    shutil.copytree(ROOT / "seeds", project / "seeds")
    weights = project / "seeds" / "event_weights.csv"
    rows = weights.read_text().splitlines(keepends=True)
    weights.write_text("".join(row for row in rows if not row.startswith("purchase,")))
    run = run_dbt(["seed", "--select", "als_grid"], folder / "run", project=project)
    assert run.returncode != 0
    assert "Traceback" not in run.output
    message = (
        "seeds/event_weights.csv has no row of purchase; allowed: one of each type"
    )
    assert run.output.count(message) == 1, run.output


def test_a_history_that_no_release_left_is_named(folder: Path) -> None:
    path = folder / "history"
    run = attempt(folder, {"release_history": str(path)})
    assert_refused(
        run,
        f"var release_history: there is no file {path}/als_factors.parquet; allowed:",
        "published/aisle_history, that publishing wrote beside an earlier release",
    )


def test_every_var_has_a_rule() -> None:
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    rules = (ROOT / "macros" / "checks" / "var_rules.sql").read_text()
    registry = ROOT / "macros" / "candidates" / "candidate_sources.sql"
    sources = re.findall(r"'name': '(\w+)'", registry.read_text())
    named = {f"is_{source}_enabled" for source in sources}
    named |= set(re.findall(r"^        '(\w+)': \{", rules, flags=re.MULTILINE))
    assert set(project["vars"]) - named == set()
