"""Fits EASE on every fold and lists each scored customer's best products by it."""

from aisle.ease import score_ease_folds
from aisle.engine import arrow_table, fold_tables


def model(dbt, session):
    customers = dbt.ref("int_folds__scored_customers").filter("has_history")
    products = dbt.ref("int_features__products").filter("is_sellable")
    return score_ease_folds(
        fold_tables(dbt.ref("int_candidates__weights")),
        arrow_table(customers.select("fold_id", "customer_key")),
        arrow_table(products.select("fold_id", "product_key", "trend")),
        count=int(dbt.config.get("candidates_per_source")),
        regularisation=float(dbt.config.get("ease_regularisation")),
        max_products=int(dbt.config.get("ease_max_products")),
    )
