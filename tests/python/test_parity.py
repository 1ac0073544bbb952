"""The comparison of two engines' marts finds what differs."""

from __future__ import annotations

import duckdb
import pytest

from parity import compare

ONE_OF_TEN = "if(key = 'k7', 'other', 'same')"
ONE_OF_THREE = "if(key in ('k1', 'k4', 'k7'), 'other', 'same')"


@pytest.mark.parametrize(
    ("mart", "grain", "is_learnt", "value", "is_met"),
    [
        ("audit.findings", ["key"], True, "'same'", True),
        ("audit.findings", ["key"], True, ONE_OF_TEN, True),
        ("audit.findings", ["key"], True, ONE_OF_THREE, False),
        ("audit.findings", ["key"], False, ONE_OF_TEN, False),
        ("evaluation.champion", ["key"], True, "'same'", True),
        ("evaluation.champion", ["key"], True, ONE_OF_TEN, False),
        ("monitoring.release_quality", ["key", "release_id"], True, "'same'", True),
    ],
)
def test_what_differs_is_found(
    mart: str, grain: list[str], is_learnt: bool, value: str, is_met: bool
) -> None:
    with duckdb.connect() as connection:
        for side, text in (("a", "'same'"), ("b", value)):
            connection.execute(
                f"create view {side} as select 'k' || n as key, {text} as value, "
                f"'{side}' as release_id from range(10) as numbers(n)"
            )
        found = compare(connection, mart, is_learnt, grain)
    assert found.is_met == is_met, found


def test_a_row_that_is_missing_is_found() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create view a as select 'k' || n as key from range(10) t(n)"
        )
        connection.execute("create view b as select * from a where key != 'k3'")
        assert not compare(connection, "audit.findings", False, ["key"]).is_met
        assert not compare(connection, "evaluation.champion", True, ["key"]).is_met
