"""The adapter on a small project: seeds, types, contracts, Python models, hooks."""

from __future__ import annotations

import os

import duckdb
import pytest

from dbt_runner import ARTIFACTS, UNIT_TESTS, DbtRun, run_dbt

PROJECT = {
    "dbt_project.yml": """
        name: tiny
        profile: tiny
        models:
          tiny:
            +materialized: table
        seeds:
          tiny:
            +column_types: {code: varchar}
    """,
    "profiles.yml": """
        tiny:
          target: spark
          outputs:
            spark:
              type: sparksession
              schema: tiny
              threads: 2
              server_side_parameters:
                {master}
                spark.driver.memory: 1g
                spark.sql.warehouse.dir: "{folder}/warehouse"
                spark.hadoop.javax.jdo.option.ConnectionURL:
                  "jdbc:derby:;databaseName={folder}/metastore;create=true"
                spark.driver.extraJavaOptions: -Dderby.stream.error.file=/dev/null
                spark.sql.session.timeZone: UTC
                spark.sql.shuffle.partitions: "1"
                spark.ui.enabled: "false"
    """,
    "seeds/items.csv": """
        code,amount,is_new,made_at
        007,1.5,true,2024-01-01 10:00:00
        008,,false,
    """,
    "models/counted.sql": """
        select code, row_number() over (order by code) as place, amount
        from {{ ref('items') }}
    """,
    "models/narrowed.sql": "select code, amount from {{ ref('items') }}",
    "models/doubled.py": """
        import pyarrow.compute as pc

        def model(dbt, session):
            items = dbt.ref("items").filter("is_new").toArrow()
            return items.append_column("twice", pc.multiply(items["amount"], 2))
    """,
    "models/hooked.sql": """
        {{ config(pre_hook={
            'sql': 'create table tiny.before using parquet as select 1 as a',
            'transaction': false
        }) }}
        select * from tiny.before
    """,
    "models/models.yml": """
        models:
          - name: counted
            config: {contract: {enforced: true}}
            columns:
              - {name: code, data_type: varchar}
              - {name: place, data_type: bigint, data_tests: [not_null]}
              - {name: amount, data_type: double}
          - name: narrowed
            config: {contract: {enforced: true}}
            columns:
              - {name: code, data_type: bigint}
              - {name: amount, data_type: double}
        unit_tests:
          - name: places_count_from_one
            model: counted
            given:
              - input: ref('items')
                rows: [{code: b}, {code: a}]
            expect:
              rows: [{code: a, place: 1}, {code: b, place: 2}]
    """,
}


def _dedented(text: str) -> str:
    lines = text.strip("\n").split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] for line in lines).rstrip() + "\n"


@pytest.fixture(
    scope="module", params=["spark.master: local[2]", "spark.remote: local[2]"]
)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> DbtRun:
    folder = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        content = _dedented(text)
        if name == "profiles.yml":
            content = content.replace("{master}", request.param)
            content = content.replace("{folder}", str(folder))
        path.write_text(content)
    return run_dbt(
        ["build"],
        folder,
        env={"DBT_PROFILES_DIR": str(folder), **ARTIFACTS, **UNIT_TESTS},
        project=folder,
    )


def statuses(run: DbtRun) -> dict[str, str]:
    results = run.artifact("run_results.json")["results"]
    named = [(row["unique_id"].split("."), row["status"]) for row in results]
    return {
        parts[3 if parts[0] == "unit_test" else 2]: status for parts, status in named
    }


def rows(run: DbtRun, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    path = run.folder / "warehouse" / "tiny.db" / table
    return duckdb.sql(
        f"select {columns} from read_parquet('{path}/*.parquet') order by all"
    ).fetchall()


def test_a_seed_keeps_types_nulls_and_leading_zeros(built: DbtRun) -> None:
    assert statuses(built)["items"] == "success", built.output
    columns = "code, amount, is_new, year(made_at)"
    assert rows(built, "items", columns) == [
        ("007", 1.5, True, 2024),
        ("008", None, False, None),
    ]


def test_a_contract_gets_the_roomier_type(built: DbtRun) -> None:
    assert statuses(built)["counted"] == "success", built.output
    assert rows(built, "counted", "code, place, typeof(place)") == [
        ("007", 1, "BIGINT"),
        ("008", 2, "BIGINT"),
    ]


def test_a_contract_refuses_another_type(built: DbtRun) -> None:
    assert statuses(built)["narrowed"] == "error"
    assert "data type mismatch" in built.output


def test_a_python_model_takes_and_returns_rows(built: DbtRun) -> None:
    assert rows(built, "doubled", "code, twice") == [("007", 3.0)]


def test_hooks_outside_a_transaction_run(built: DbtRun) -> None:
    assert rows(built, "hooked") == [(1,)]


def test_data_and_unit_tests_run(built: DbtRun) -> None:
    found = statuses(built)
    assert found["not_null_counted_place"] == "pass"
    assert found["places_count_from_one"] == "pass"


def test_derby_leaves_no_log(built: DbtRun) -> None:
    # A name is looked for, not a path.
    assert "derby.log" not in os.listdir(built.folder)  # noqa: PTH208
