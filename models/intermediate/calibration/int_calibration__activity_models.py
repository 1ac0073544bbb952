"""Fits who buys anything in the holdout, on all known customers of train folds."""

from aisle.calibration import fit_activity
from aisle.engine import arrow_table


def model(dbt, session):
    customers = dbt.ref("int_calibration__customers").filter("fold_role = 'train'")
    return fit_activity(arrow_table(customers))
