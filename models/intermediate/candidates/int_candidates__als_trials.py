"""Tries the rows of the grid on the tuning half of the validation fold."""

from aisle.engine import arrow_table
from aisle.tuning import tune_als


def model(dbt, session):
    weights = dbt.ref("int_candidates__weights").filter("fold_id = 'validation'")
    products = dbt.ref("int_features__products").filter(
        "fold_id = 'validation' and is_sellable"
    )
    return tune_als(
        arrow_table(weights),
        arrow_table(products.select("product_key", "trend")),
        arrow_table(dbt.ref("int_candidates__tuning_purchases")),
        arrow_table(dbt.ref("als_grid")),
        alpha=float(dbt.config.get("als_alpha")),
        iterations=int(dbt.config.get("als_iterations")),
        seed=int(dbt.config.get("als_seed")),
    )
