"""Fits the ratings of every fold; lists and predictions are made from the fit.

Apart from both, so that no list waits for what was rated in the holdout.
"""

from aisle.biased_mf import fit_biased_mf_models
from aisle.engine import arrow_table


def model(dbt, session):
    return fit_biased_mf_models(
        arrow_table(
            dbt.ref("int_features__ratings").filter("unseen_customer_key is null")
        ),
        factors=int(dbt.config.get("biased_mf_factors")),
        regularisation=float(dbt.config.get("biased_mf_regularisation")),
        bias_regularisation=float(dbt.config.get("biased_mf_bias_regularisation")),
        iterations=int(dbt.config.get("biased_mf_iterations")),
        seed=int(dbt.config.get("biased_mf_seed")),
    )
