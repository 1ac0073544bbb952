"""Says how much each family of features moved the ranker's score of the home list."""

from aisle.engine import arrow_table, semi_join
from aisle.ranker import contributions


def model(dbt, session):
    candidates = dbt.ref("int_ranking__candidates").filter(
        "fold_id = 'serving' and is_personal"
    )
    slots = dbt.ref("int_recommendations__slots").filter(
        "is_personal and placement = 'home'"
    )
    return contributions(
        arrow_table(dbt.ref("int_ranking__ranker_models").filter("shelf = 'all'")),
        arrow_table(semi_join(candidates, slots, ["customer_key", "product_key"])),
        arrow_table(dbt.ref("ranker_features")),
    )
