"""Scores all known customers of the folds behind the train folds."""

from functools import partial

from aisle.calibration import ACTIVITY_SCORES_SCHEMA, score_activity
from aisle.engine import arrow_table, map_rows


def model(dbt, session):
    customers = dbt.ref("int_calibration__customers").filter("fold_role != 'train'")
    models = arrow_table(dbt.ref("int_calibration__boosters"))
    return map_rows(customers, partial(score_activity, models), ACTIVITY_SCORES_SCHEMA)
