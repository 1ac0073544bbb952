"""Fits the factors of every fold; `int_candidates__als_scored` lists products by them.

Apart from scoring, so that a change of the lists does not fit again.
"""

from aisle.als import fit_als_models
from aisle.engine import arrow_table, fold_tables


def model(dbt, session):
    return fit_als_models(
        fold_tables(dbt.ref("int_candidates__weights")),
        arrow_table(dbt.ref("int_candidates__als_parameters")),
        alpha=float(dbt.config.get("als_alpha")),
        iterations=int(dbt.config.get("als_iterations")),
        seed=int(dbt.config.get("als_seed")),
        start=arrow_table(dbt.ref("int_folds__earlier_factors")),
        warm_iterations=int(dbt.config.get("als_warm_iterations")),
    )
