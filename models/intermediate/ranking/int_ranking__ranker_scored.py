"""Scores every candidate of a known customer with the ranker that may see its fold."""

from aisle.ranker import score_rankers


def model(dbt, session):
    folds = dbt.ref("folds").filter("is_evaluated or fold_role = 'serving'")
    models = dbt.ref("int_ranking__boosters").to_arrow_table()
    candidates = dbt.ref("int_ranking__candidates").filter("is_personal")
    # The table is twice as wide as what a ranker reads.
    read = {"customer_key", "product_key", "count_orders"}
    read.update(*models.column("features").to_pylist())
    return score_rankers(
        models,
        folds.select("fold_id", "fold_role").to_arrow_table(),
        lambda fold_id: (
            candidates.filter(f"fold_id = '{fold_id}'")
            .select(*sorted(read))
            .to_arrow_table()
        ),
    )
