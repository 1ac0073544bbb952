"""Searches the blend's weights on the tuning half of the validation fold."""

from aisle.blend import search_blend


def model(dbt, session):
    candidates = dbt.ref("int_ranking__blend_input")
    return search_blend(candidates.to_arrow_table(), k=10)
