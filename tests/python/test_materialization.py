"""The table of a model is replaced as a whole, or stays as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dbt_runner import ROOT, run_dbt

MODELS = {
    "in_sql.sql": "select cast('{{ var('value') }}' as integer) as x",
    "of_itself.sql": """
select cast('{{ var('value') }}' as integer) as x
{% if load_cached_relation(this) %}
where (select max(x) from {{ this }}) < {{ var('value') }}
{% endif %}
""",
    "in_python.py": """
def model(dbt, session):
    value = dbt.config.get("value")
    return session.sql(f"select cast('{value}' as integer) as x")
""",
    "in_arrow.py": """
import pyarrow as pa


def model(dbt, session):
    value = dbt.config.get("value")
    return pa.table({"x": pa.array([int(value)], pa.int32())})
""",
    "models.yml": """
version: 2
models:
  - name: in_python
    config: {value: "{{ var('value') }}"}
  - name: in_arrow
    config: {value: "{{ var('value') }}"}
  - name: with_contract
    config: {contract: {enforced: true}}
    columns:
      - {name: x, data_type: integer}
""",
    "with_contract.sql": "select cast('{{ var('value') }}' as integer) as x",
    "was_a_view.sql": """
{{ config(materialized=var('value') == '1' and 'view' or 'table') }}
select cast('{{ var('value') }}' as integer) as x
""",
}
NAMES = sorted(Path(name).stem for name in MODELS if name != "models.yml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "{name: aisle, profile: aisle, models: {+materialized: table}}"
    )
    shutil.copytree(ROOT / "macros" / "engine", folder / "macros" / "engine")
    for name, content in MODELS.items():
        (folder / "models" / name).write_text(content)
    return folder


def test_a_table_is_replaced_as_a_whole_or_stays(project: Path, tmp_path: Path) -> None:
    def rows() -> list[int]:
        return [run.query(f"from {name}")[0][0] for name in NAMES]

    run = run_dbt(["run"], tmp_path, {"value": "1"}, project=project).succeeded()
    assert rows() == [1] * 6
    run = run_dbt(["run"], tmp_path, {"value": "2"}, project=project).succeeded()
    assert rows() == [2] * 6
    run = run_dbt(["run"], tmp_path, {"value": "no number"}, project=project)
    assert "ERROR=6" in run.output
    assert rows() == [2] * 6
    tables = "select table_name from duckdb_tables() order by all"
    assert run.query(tables) == [(name,) for name in NAMES]


def test_a_table_made_in_blocks_has_every_row_once(
    project: Path, tmp_path: Path
) -> None:
    for path in (project / "models").iterdir():
        path.unlink()
    (project / "models" / "source.sql").write_text(
        "select x from unnest(range(100) || [null]) as numbers (x)"
    )
    select = """
select
    x % 10 as digit,
    cast(count(*) as integer) as count_rows,
    max(getvariable('{{ model.name }}_count')) as count_blocks
from {{ ref('source') }}
where {{ aisle.in_block('x % 10') }}
group by x % 10
"""
    for name in ("whole", "parted", "parted_by_contract"):
        (project / "models" / f"{name}.sql").write_text(select)
    (project / "models" / "models.yml").write_text(
        """
version: 2
models:
  - name: parted
    config: {meta: {blocks: {of: source, rows: 30}}}
  - name: parted_by_contract
    config:
      contract: {enforced: true}
      meta: {blocks: {of: source, rows: 8}}
    columns:
      - {name: count_rows, data_type: integer}
      - {name: digit, data_type: bigint}
      - {name: count_blocks, data_type: integer}
"""
    )
    # With half of the memory a block has half of the rows.
    for memory, parted, by_contract in (
        ("4GB", 4, 13),
        ("16GB", 4, 13),
        ("2GB", 7, 26),
    ):
        run = run_dbt(
            ["run"], tmp_path, env={"AISLE_MEMORY_LIMIT": memory}, project=project
        ).succeeded()
        for name, count in (
            ("whole", None),
            ("parted", parted),
            ("parted_by_contract", by_contract),
        ):
            rows = run.query(
                f"select digit, count_rows, count_blocks from {name} order by all"
            )
            digits = [(digit, 10, count) for digit in range(10)]
            assert rows == [*digits, (None, 1, count)]
