"""Fits how customers order and leave, and what they spend, of each fold."""

from aisle.engine import arrow_table
from aisle.lifetime_value import fit_lifetime_models


def model(dbt, session):
    return fit_lifetime_models(
        arrow_table(
            dbt.ref("int_features__order_histories").filter(
                "unseen_customer_key is null"
            )
        )
    )
