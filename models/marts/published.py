"""Copies the marts into the file that readers open; the last node of the graph.

It depends on every mart, so that dbt skips it when a mart or its test fails. The hooks
`publish_gate` and `check_published` (in the YAML) decide whether to and report failure.
"""

from aisle.publish import publish_release


def model(dbt, session):
    releases = dbt.ref("releases")
    # All that is published. dbt reads the names from the source, so they cannot be
    # computed; tests/python/test_graph.py compares them with the graph.
    _ = (dbt.ref("customer_recommendations"),)

    return publish_release(
        # A cursor of its own: dbt has a transaction open on `session`, and a
        # transaction can write to one database only.
        session.cursor(),
        f'"{dbt.this.database}"."{dbt.this.schema}"."publish_gate"',
        releases.to_arrow_table().column("release_id")[0].as_py(),
    )
