"""Scores all known customers of the folds behind the train folds."""

from aisle.calibration import score_activity
from aisle.engine import arrow_table


def model(dbt, session):
    customers = dbt.ref("int_calibration__customers").filter("fold_role != 'train'")
    return score_activity(
        arrow_table(dbt.ref("int_calibration__activity_models")),
        arrow_table(customers),
    )
