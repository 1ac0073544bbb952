"""The queries in the docs run on what is published, and have an answer."""

from __future__ import annotations

import re

import duckdb
import pytest

from dbt_runner import ROOT, DbtRun

# Reads files of a data set that is no part of the project.
OTHER_DATA = {"complete-journey.md"}
QUERIES = [
    pytest.param(heading, query, id=f"{path.stem}: {heading} {number}")
    for path in sorted((ROOT / "docs").rglob("*.md"))
    if path.name not in OTHER_DATA
    for heading, text in re.findall(
        r"^## (.*?)\n(.*?)(?=^## |\Z)", path.read_text(), re.M | re.S
    )
    for number, query in enumerate(re.findall(r"```sql\n(.*?)```", text, re.S), 1)
]


def test_there_are_queries() -> None:
    assert len(QUERIES) >= 15


@pytest.mark.parametrize(("heading", "query"), QUERIES)
def test_a_query_has_an_answer(sample_build: DbtRun, heading: str, query: str) -> None:
    with duckdb.connect(str(sample_build.published), read_only=True) as connection:
        rows = connection.execute(query).fetchall()
    assert rows
    if "a row each" in heading:
        assert len(rows) == 1
        # Nothing that was asked for is missing, but what a removed product lacks.
        assert sum(value is None for value in rows[0]) <= 1
