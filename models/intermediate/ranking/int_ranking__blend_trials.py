"""Searches the blend's weights on the tuning half of the validation fold."""

from aisle.blend import search_blend
from aisle.engine import arrow_table


def model(dbt, session):
    candidates = dbt.ref("int_ranking__blend_input")
    return search_blend(arrow_table(candidates), k=10)
