"""No model compares everything with everything."""

from __future__ import annotations

import duckdb

from dbt_runner import DbtRun
from plans import compiled_models, growing_joins, plan_text


def test_no_join_without_a_key_has_two_sides_that_grow(sample_build: DbtRun) -> None:
    models = compiled_models(sample_build.target)
    assert len(models) > 150
    found = {}
    with duckdb.connect(str(sample_build.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, sql in models.items():
            if joins := growing_joins(connection, sql):
                found[name] = joins
    assert found == {}


def test_a_plan_shows_what_is_joined_on_what() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table numbers as select range as a from range(900)")
        text = plan_text(
            connection, "select * from numbers inner join numbers as others using (a)"
        )
    assert "HASH_JOIN INNER" in text
    assert "a = a" in text
    assert "SEQ_SCAN memory.main.numbers ~900 rows" in text
