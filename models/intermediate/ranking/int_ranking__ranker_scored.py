"""Scores every candidate of a known customer with the ranker that may see its fold."""

from functools import partial

from aisle.engine import arrow_table, map_folds
from aisle.ranker import RANKER_SCORES_SCHEMA, score_fold


def model(dbt, session):
    folds = arrow_table(
        dbt.ref("folds")
        .filter("is_evaluated or fold_role = 'serving'")
        .select("fold_id", "fold_role")
    )
    models = arrow_table(dbt.ref("int_ranking__boosters"))
    # The table is twice as wide as what a ranker reads.
    read = {"fold_id", "customer_key", "product_key", "is_bought"}
    read.update(*models.column("features").to_pylist())
    return map_folds(
        dbt.ref("int_ranking__candidates").filter("is_personal").select(*sorted(read)),
        folds.column("fold_id").to_pylist(),
        partial(score_fold, models, folds),
        RANKER_SCORES_SCHEMA,
    )
