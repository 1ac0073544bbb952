"""Lists what each customer would rate best by the model of the fold."""

from functools import partial

from aisle.biased_mf import score_biased_mf_models
from aisle.engine import arrow_table, map_rows
from aisle.scores import SCORES_SCHEMA


def model(dbt, session):
    customers = dbt.ref("int_candidates__personal_customers")
    products = dbt.ref("int_features__products").filter("is_sellable")
    score = partial(
        score_biased_mf_models,
        arrow_table(dbt.ref("int_candidates__biased_mf_models")),
        products=arrow_table(products.select("fold_id", "product_key", "trend")),
        count=int(dbt.config.get("candidates_per_source")),
        liked_rating=float(dbt.config.get("liked_rating")),
    )
    return map_rows(customers.select("fold_id", "customer_key"), score, SCORES_SCHEMA)
