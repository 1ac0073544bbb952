"""A project that installs this one builds with variables of its own."""

from __future__ import annotations

import shutil

import pytest

from dbt_runner import ARTIFACTS, ROOT, DbtRun, run_dbt

INTERACTIONS = """\
customer_id,product_id,interaction_type,occurred_at,quantity,unit_price
c1,p1,view,2024-03-01 09:00:00,,
c1,p1,purchase,2024-03-01 09:05:00,1,4.50
c2,p2,purchase,2024-03-02 10:00:00,2,3.00
"""


@pytest.fixture(scope="module")
def consumer(tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    """The consumer's project, its package installed and one model of each built."""
    folder = tmp_path_factory.mktemp("consumer")
    project = folder / "project"
    shutil.copytree(ROOT / "tests" / "consumer", project)
    package = f"packages:\n  - local: {ROOT}\n"
    (project / "packages.yml").write_text(package)
    shop = folder / "shop"
    shop.mkdir()
    (shop / "interactions.csv").write_text(INTERACTIONS)
    variables = {"files_path": str(shop)}
    run_dbt(["deps"], folder, project=project).succeeded()
    return run_dbt(
        ["build", "--select", "+products_seen"],
        folder,
        variables,
        env=ARTIFACTS,
        project=project,
    ).succeeded()


def package_models(run: DbtRun) -> set[str]:
    nodes = run.artifact("manifest.json")["nodes"].values()
    return {
        node["name"]
        for node in nodes
        if node["package_name"] == "aisle" and node["resource_type"] == "model"
    }


def test_builds_on_the_package(consumer: DbtRun) -> None:
    rows = consumer.query(
        "select string_agg(product_id, ',' order by product_id) "
        f"from {relation(consumer, 'products_seen')}"
    )
    assert rows == [("p1,p2",)]


def relation(run: DbtRun, model: str) -> str:
    schema, name = run.query(
        "select table_schema, table_name from information_schema.tables "
        f"where table_name = '{model}'"
    )[0]
    return f'"{schema}"."{name}"'


def test_its_variables_choose_the_connector(consumer: DbtRun) -> None:
    staging = {name for name in package_models(consumer) if name.startswith("stg_")}
    assert staging
    assert {name.split("__")[0] for name in staging} == {"stg_files"}


def test_its_variables_switch_a_source_off(consumer: DbtRun) -> None:
    models = package_models(consumer)
    assert "int_candidates__popularity" in models
    assert "int_candidates__als" not in models
