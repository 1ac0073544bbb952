"""The project's YAML holds only known keys, and the check finds each kind of slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from yaml_keys import check_project, checked, unused_keys

PROJECT = """
name: aisle
version: 0.1.0
config-version: 2
profile: aisle
models:
  aisle:
    marts:
      +schema: audit
"""

MODELS = """
version: 2
models:
  - name: int_candidates__popularity
    description: One row per fold and product.
    config:
      contract: {enforced: true}
      meta: {grain: [fold_id, product_id], owner: models}
    columns:
      - {name: fold_id, data_type: varchar, description: The fold.}
      - {name: product_id, data_type: varchar, description: The product.}
      - {name: candidate_source, data_type: varchar, description: The source.}
    data_tests:
      - grain:
          arguments: {columns: [fold_id, product_id]}
"""

MARTS = """
version: 2
models:
  - name: findings
    description: One row per finding.
    config:
      contract: {enforced: true}
      meta: {grain: [finding_id], owner: data}
    data_tests: [{grain: {arguments: {columns: [finding_id]}}}]
    columns:
      - name: finding_id
        description: The finding.
        data_type: varchar
unit_tests:
  - name: counts_findings
    model: findings
    given: [{input: ref('x'), rows: []}]
    expect: {rows: []}
"""

MACROS = """
version: 2
macros:
  - name: decay
    description: Halves a weight with age.
    arguments:
      - {name: age, type: string, description: Days.}
      - {name: half_life, type: number, description: Days.}
"""

FILES = {
    "dbt_project.yml": PROJECT,
    "models/candidates/_candidates__models.yml": MODELS,
    "models/candidates/int_candidates__popularity.sql": "select 1",
    "models/marts/_marts__models.yml": MARTS,
    "models/marts/findings.sql": "select 1",
    "macros/_macros.yml": MACROS,
    "macros/decay.sql": "{% macro decay(age, half_life=30) %}x{% endmacro %}",
    "tests/dbt/generic/grain.sql": (
        "{% test grain(model, columns, never_null=[]) %}x{% endtest %}"
    ),
}

CANDIDATES_YAML = "models/candidates/_candidates__models.yml"
MARTS_YAML = "models/marts/_marts__models.yml"


def make_project(folder: Path) -> Path:
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def test_this_project_has_no_problem() -> None:
    project = checked()
    assert project.problems == []
    assert unused_keys(project) == set()


def test_a_clean_project_has_no_problem(tmp_path: Path) -> None:
    assert check_project(make_project(tmp_path)) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        ("dbt_project.yml", "profile:", "profil:", "unknown key 'profil'"),
        ("dbt_project.yml", "+schema", "+schemas", "unknown setting '+schemas'"),
        ("dbt_project.yml", "+schema", "schema", "lacks a '+'"),
        ("dbt_project.yml", "    marts:", "    mart_s:", "no folder or model"),
        (MARTS_YAML, "models:\n", "model:\n", "unknown key 'model'"),
        (MARTS_YAML, "data_tests: [", "data_test: [", "unknown key 'data_test'"),
        (MARTS_YAML, "data_tests: [", "tests: [", "unknown key 'tests'"),
        (MARTS_YAML, "contract:", "contracts:", "unknown key 'contracts'"),
        (MARTS_YAML, "enforced", "inforced", "unknown key 'inforced'"),
        (MARTS_YAML, "data_type", "datatype", "unknown key 'datatype'"),
        (MARTS_YAML, "owner: data", "team: data", "unknown key 'team'"),
        (MARTS_YAML, "given:", "givens:", "unknown key 'givens'"),
        (MARTS_YAML, "rows: []}]", "row: []}]", "unknown key 'row'"),
        (MARTS_YAML, "{grain: {", "{grian: {", "unknown test 'grian'"),
        (CANDIDATES_YAML, "arguments: {c", "argument: {c", "unknown key 'argument'"),
        (CANDIDATES_YAML, "{columns: [", "{column: [", "unknown argument 'column'"),
        ("macros/_macros.yml", "type: s", "typ: s", "unknown key 'typ'"),
        (MARTS_YAML, "One row per", "Rows of", "should start with"),
        (MARTS_YAML, "owner: data", "owner: nobody", "owner is 'nobody'"),
        (MARTS_YAML, "grain: [finding_id], ", "", "meta.grain should list"),
        (MARTS_YAML, "grain: [finding_id]", "grain: [other]", "'other' is not descr"),
        (MARTS_YAML, "columns: [finding_id]", "columns: []", "lacks its test"),
        (CANDIDATES_YAML, ", product_id]}", ", x]}", "lacks its test"),
        (MARTS_YAML, "owner: data", "owner: data, block: {}", "unknown key 'block'"),
        (MARTS_YAML, "owner: data", "owner: data, blocks: {of: x}", "not both"),
        (MARTS_YAML, "owner: data", "owner: data, blocks: {of: x}", "'x' is not read"),
        (
            "models/marts/findings.sql",
            "select",
            "-- aisle.in_block(x)\nselect",
            "not both",
        ),
        (MARTS_YAML, "enforced: true", "enforced: false", "needs config.contract"),
        (CANDIDATES_YAML, "enforced: true", "enforced: false", "needs config.contr"),
        (MARTS_YAML, "        data_type: varchar\n", "", "needs a data_type"),
        (MARTS_YAML, "description: The finding.", "description:", "no description"),
        (MARTS_YAML, "- name: findings", "- name: finding", "has no YAML entry"),
        (MARTS_YAML, "- name: findings", "- name: finding", "which is no model"),
        ("macros/_macros.yml", "name: age", "name: days", "takes age, half_life"),
        ("macros/_macros.yml", "name: decay", "name: decays", "is not described"),
        ("macros/decay.sql", "macro decay", "macro fade", "has no macro 'decay'"),
    ],
)
def test_finds(
    tmp_path: Path, file: str, before: str, after: str, message: str
) -> None:
    path = make_project(tmp_path) / file
    content = path.read_text()
    assert before in content
    path.write_text(content.replace(before, after, 1))

    problems = check_project(tmp_path)

    assert any(message in problem for problem in problems), problems


def test_an_entry_stands_beside_its_model(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / MARTS_YAML).rename(tmp_path / "models" / "_all__models.yml")

    problems = check_project(tmp_path)

    assert problems == [
        "models/marts/findings.sql: its YAML entry should stand in "
        "_marts__models.yml beside it."
    ]


def test_a_published_schema_set_in_the_model_needs_a_contract(tmp_path: Path) -> None:
    make_project(tmp_path)
    sql = tmp_path / "models/candidates/int_candidates__popularity.sql"
    sql.write_text("{{ config(schema='evaluation') }} select 1")
    yaml_path = tmp_path / CANDIDATES_YAML
    content = yaml_path.read_text().replace("candidate_source", "source")
    yaml_path.write_text(content.replace("enforced: true", "enforced: false"))

    assert any("needs config.contract" in line for line in check_project(tmp_path))


def test_a_python_model_is_configured_with_what_it_reads(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "models/marts/findings.sql").unlink()
    model = tmp_path / "models/marts/findings.py"
    model.write_text('dbt.config.get("seed")')
    path = tmp_path / MARTS_YAML

    assert any("reads 'seed'" in line for line in check_project(tmp_path))
    path.write_text(path.read_text().replace("config:", "config:\n      seed: 1"))
    assert check_project(tmp_path) == []
