"""Lays out the factors of what is served, for the release to hand to the next one."""

from aisle.als import list_factors
from aisle.engine import arrow_table


def model(dbt, session):
    models = dbt.ref("int_candidates__als_models").filter("fold_id = 'serving'")
    return list_factors(arrow_table(models))
