"""Scores every candidate of a known customer with the ranker that may see its fold."""

from aisle.ranker import score_rankers


def model(dbt, session):
    folds = dbt.ref("folds").filter("is_evaluated or fold_role = 'serving'")
    candidates = dbt.ref("int_ranking__candidates")
    return score_rankers(
        dbt.ref("int_ranking__ranker_models").to_arrow_table(),
        folds.select("fold_id", "fold_role").to_arrow_table(),
        lambda fold_id: candidates.filter(
            f"fold_id = '{fold_id}' and is_personal"
        ).to_arrow_table(),
    )
