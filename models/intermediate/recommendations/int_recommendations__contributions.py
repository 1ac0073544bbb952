"""Says how much each family of features moved the ranker's score of the home list."""

from functools import partial

from aisle.engine import arrow_table, map_rows, semi_join
from aisle.ranker import CONTRIBUTIONS_SCHEMA, contributions


def model(dbt, session):
    models = arrow_table(dbt.ref("int_ranking__boosters").filter("shelf = 'all'"))
    read = {"customer_key", "product_key", "is_bought"}
    read.update(*models.column("features").to_pylist())
    candidates = dbt.ref("int_ranking__candidates").filter(
        "fold_id = 'serving' and is_personal"
    )
    slots = dbt.ref("int_recommendations__slots").filter(
        "is_personal and placement = 'home' and week_part is null"
    )
    features = arrow_table(dbt.ref("ranker_features"))
    return map_rows(
        semi_join(
            candidates.select(*sorted(read)), slots, ["customer_key", "product_key"]
        ),
        partial(contributions, models, features=features),
        CONTRIBUTIONS_SCHEMA,
    )
