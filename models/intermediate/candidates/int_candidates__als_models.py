"""Fits the factors of every fold; `int_candidates__als_scored` lists products by them.

Apart from scoring, so that a change of the lists does not fit again.
"""

from aisle.als import fit_als_models


def model(dbt, session):
    return fit_als_models(
        dbt.ref("int_candidates__weights").to_arrow_table(),
        dbt.ref("int_candidates__als_parameters").to_arrow_table(),
        alpha=float(dbt.config.get("als_alpha")),
        iterations=int(dbt.config.get("als_iterations")),
        seed=int(dbt.config.get("als_seed")),
        start=dbt.ref("int_folds__earlier_factors").to_arrow_table(),
        warm_iterations=int(dbt.config.get("als_warm_iterations")),
    )
