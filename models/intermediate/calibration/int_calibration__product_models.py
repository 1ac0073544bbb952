"""Fits what a customer's own habits add to the calibrated score of a product."""

from aisle.calibration import fit_product


def model(dbt, session):
    candidates = dbt.ref("int_calibration__product_input")
    return fit_product(candidates.to_arrow_table())
