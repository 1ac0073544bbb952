"""Files that Spark would read in part are refused, as they are on DuckDB."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbt_runner import inputs_project, run_dbt

HEADER = "customer_id,product_id,interaction_type,occurred_at,unit_price"
ROW = "c{0},p{0},purchase,2025-01-0{0} 10:00:00,1.5"


@pytest.mark.parametrize(
    ("header", "second", "said"),
    [
        (HEADER, 'c2,"p2,purchase,2025-01-02 10:00:00,1.5', "cannot be read as CSV"),
        (HEADER, ROW.format(2) + ",9", "cannot be read as CSV"),
        (HEADER.replace("unit_price", "product_id"), ROW.format(2), "product_id twice"),
    ],
    ids=["a quote that stays open", "a cell too many", "a name that is there twice"],
)
def test_a_damaged_csv_is_refused(
    tmp_path: Path, header: str, second: str, said: str
) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    rows = [header, ROW.format(1), second, ROW.format(3)]
    (shop / "interactions.csv").write_text("\n".join(rows) + "\n")
    run = run_dbt(
        ["build", "--target", "spark", "--select", "stg_files__interactions"],
        tmp_path / "run",
        {"connector": "files", "files_path": str(shop)},
        env={
            "AISLE_SPARK_MASTER": "local[1]",
            "AISLE_SPARK_MEMORY": "1g",
            "AISLE_SPARK_WAREHOUSE": str(tmp_path / "warehouse"),
            "AISLE_SPARK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1",
        },
        project=inputs_project(tmp_path / "project"),
    )
    assert run.returncode != 0, run.output[-3000:]
    assert "interactions.csv" in run.output
    assert said in run.output, run.output[-3000:]
