"""Says how much each family of features moved the ranker's score of the home list."""

from aisle.ranker import contributions


def model(dbt, session):
    candidates = dbt.ref("int_ranking__candidates").filter(
        "fold_id = 'serving' and is_personal"
    )
    slots = dbt.ref("int_recommendations__slots").filter(
        "is_personal and placement = 'home'"
    )
    keys = slots.select("customer_key", "product_key").distinct()
    keys = keys.set_alias("keys")
    return contributions(
        dbt.ref("int_ranking__boosters").filter("shelf = 'all'").to_arrow_table(),
        candidates.join(keys, "customer_key, product_key", how="semi").to_arrow_table(),
        dbt.ref("ranker_features").to_arrow_table(),
    )
