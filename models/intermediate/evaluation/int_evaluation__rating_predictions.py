"""Predicts what was rated in each holdout by the fold's model and its baselines."""

from aisle.biased_mf import predict_biased_mf_models
from aisle.engine import arrow_table


def model(dbt, session):
    ratings = dbt.ref("int_folds__holdout_ratings")
    return predict_biased_mf_models(
        arrow_table(dbt.ref("int_candidates__biased_mf_models")),
        arrow_table(ratings.select("fold_id", "customer_key", "product_key")),
    )
