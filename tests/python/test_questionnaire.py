"""The table of answers is edited by hand: what is wrong in it is named, once."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dbt_runner import run_dbt

EDITS = """
    ('colour', 'red', 'attributes.colour', 'red', 1),
    ('shops_for', 'garden', 'department', 'Garden', 1),
    ('price_level', 'free', 'price_band', 'lowest', 1),
    ('shops_for', 'garden', 'category', ' ', 1),
    ('shops_for', 'garden', 'category', 'Garden', 0)
"""


def test_a_fourth_question_and_rows_that_say_nothing_fail(tmp_path: Path) -> None:
    """Each of the two has one message, which names the file and counts the rows."""
    run = run_dbt(["seed", "--select", "questionnaire"], tmp_path).succeeded()
    with duckdb.connect(str(run.warehouse)) as connection:
        connection.execute(f"insert into seeds.questionnaire values {EDITS}")
    run = run_dbt(["test", "--select", "questionnaire"], tmp_path)
    assert run.returncode != 0
    for name in (
        "questionnaire_csv_asks_at_most_three_questions",
        "questionnaire_csv_maps_to_known_fields",
    ):
        message = f"Failure in test {name} (tests/dbt/candidates/{name}.sql)"
        assert run.output.count(message) == 1, run.output[-3000:]
    assert run.output.count("Failure in test") == 2, run.output[-3000:]
    assert run.output.count("Got 4 results") == 2, run.output[-3000:]
    assert "Error in" not in run.output
