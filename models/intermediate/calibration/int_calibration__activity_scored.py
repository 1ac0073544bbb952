"""Scores all known customers of the folds behind the train folds."""

from aisle.calibration import score_activity


def model(dbt, session):
    customers = dbt.ref("int_calibration__customers").filter("fold_role != 'train'")
    return score_activity(
        dbt.ref("int_calibration__boosters").to_arrow_table(),
        customers.to_arrow_table(),
    )
