"""Fits what a customer's own habits add to the calibrated score of a product."""

from aisle.calibration import fit_product
from aisle.engine import arrow_table


def model(dbt, session):
    candidates = dbt.ref("int_calibration__product_input")
    return fit_product(arrow_table(candidates))
