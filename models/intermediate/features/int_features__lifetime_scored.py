"""Says of each customer with an order what is to be expected after the cutoff."""

from functools import partial

from aisle.engine import arrow_table, map_rows
from aisle.lifetime_value import LIFETIME_SCORES_SCHEMA, score_lifetime_models


def model(dbt, session):
    models = arrow_table(dbt.ref("int_features__lifetime_models"))
    return map_rows(
        dbt.ref("int_features__order_histories"),
        partial(
            score_lifetime_models,
            models,
            lifetime_days=int(dbt.config.get("lifetime_days")),
            gap_days=int(dbt.config.get("gap_days")),
            fold_days=int(dbt.config.get("fold_days")),
        ),
        LIFETIME_SCORES_SCHEMA,
    )
