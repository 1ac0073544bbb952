"""Lists each scored customer's best products by the factors of the fold."""

from aisle.als import score_als_models


def model(dbt, session):
    customers = dbt.ref("int_folds__scored_customers").filter("has_history")
    products = dbt.ref("int_features__products").filter("is_sellable")
    return score_als_models(
        dbt.ref("int_candidates__als_models").to_arrow_table(),
        customers.select("fold_id", "customer_key").to_arrow_table(),
        products.select("fold_id", "product_key", "trend").to_arrow_table(),
        count=int(dbt.config.get("candidates_per_source")),
    )
