"""Predicts what was rated in each holdout by the fold's model and its baselines."""

from functools import partial

from aisle.biased_mf import PREDICTIONS_SCHEMA, predict_biased_mf_models
from aisle.engine import arrow_table, map_rows


def model(dbt, session):
    ratings = dbt.ref("int_folds__holdout_ratings")
    models = arrow_table(dbt.ref("int_candidates__biased_mf_models"))
    return map_rows(
        ratings.select("fold_id", "customer_key", "product_key"),
        partial(predict_biased_mf_models, models),
        PREDICTIONS_SCHEMA,
    )
