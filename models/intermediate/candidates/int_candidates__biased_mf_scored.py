"""Lists what each customer would rate best by the model of the fold."""

from aisle.biased_mf import score_biased_mf_models


def model(dbt, session):
    customers = dbt.ref("int_candidates__personal_customers")
    products = dbt.ref("int_features__products").filter("is_sellable")
    return score_biased_mf_models(
        dbt.ref("int_candidates__biased_mf_models").to_arrow_table(),
        customers.select("fold_id", "customer_key").to_arrow_table(),
        products.select("fold_id", "product_key", "trend").to_arrow_table(),
        count=int(dbt.config.get("candidates_per_source")),
        liked_rating=float(dbt.config.get("liked_rating")),
    )
