"""Searches the blend's weights on the tuning half of the validation fold."""

from aisle.blend import search_blend
from aisle.engine import arrow_table


def model(dbt, session):
    return search_blend(
        arrow_table(dbt.ref("int_ranking__blend_input")),
        segment_customers=int(dbt.config.get("blend_segment_customers")),
        k=10,
    )
