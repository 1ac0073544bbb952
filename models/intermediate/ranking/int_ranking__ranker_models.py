"""Fits the rankers: for each shelf one that serves, and one for each backtest fold."""

from aisle.engine import arrow_table
from aisle.ranker import fit_rankers


def model(dbt, session):
    folds = dbt.ref("folds").filter("fold_role in ('train', 'validation')")
    return fit_rankers(
        arrow_table(dbt.ref("int_ranking__examples")),
        arrow_table(folds.select("fold_id", "fold_role", "fold_key", "is_evaluated")),
        arrow_table(dbt.ref("ranker_features")),
        rounds=int(dbt.config.get("ranker_rounds")),
        leaves=int(dbt.config.get("ranker_leaves")),
        depth=int(dbt.config.get("ranker_depth")),
        learning_rate=float(dbt.config.get("ranker_learning_rate")),
        seed=int(dbt.config.get("ranker_seed")),
        seeds=int(dbt.config.get("ranker_seeds")),
    )
