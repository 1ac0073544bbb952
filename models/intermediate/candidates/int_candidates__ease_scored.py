"""Fits EASE on every fold and lists each scored customer's best products by it."""

from aisle.ease import score_ease_folds


def model(dbt, session):
    customers = dbt.ref("int_folds__scored_customers").filter("has_history")
    products = dbt.ref("int_features__products").filter("is_sellable")
    return score_ease_folds(
        dbt.ref("int_candidates__weights").to_arrow_table(),
        customers.select("fold_id", "customer_key").to_arrow_table(),
        products.select("fold_id", "product_key", "trend").to_arrow_table(),
        count=max(
            int(dbt.config.get("candidates_per_source")),
            int(dbt.config.get("ease_known_products")),
        ),
        regularisation=float(dbt.config.get("ease_regularisation")),
        max_products=int(dbt.config.get("ease_max_products")),
    )
