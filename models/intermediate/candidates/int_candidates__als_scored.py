"""Lists each scored customer's best products by the factors of the fold."""

from functools import partial

from aisle.als import score_als_models
from aisle.engine import arrow_table, map_rows
from aisle.scores import SCORES_SCHEMA


def model(dbt, session):
    customers = dbt.ref("int_folds__scored_customers").filter("has_history")
    products = dbt.ref("int_features__products").filter("is_sellable")
    score = partial(
        score_als_models,
        arrow_table(dbt.ref("int_candidates__als_models")),
        products=arrow_table(products.select("fold_id", "product_key", "trend")),
        count=int(dbt.config.get("candidates_per_source")),
    )
    return map_rows(customers.select("fold_id", "customer_key"), score, SCORES_SCHEMA)
