"""What the ranker learns from, what it may see, and that it is the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pytest

from aisle import ranker
from aisle.ranker import (
    RANKER_MODELS_SCHEMA,
    RANKER_SCORES_SCHEMA,
    contributions,
    fit_rankers,
    score_fold,
)

if TYPE_CHECKING:
    import pandas as pd

NEW = "ranker_new_score"
FEATURES = pa.table(
    {
        "feature": ["own", "noise", "switched_off"],
        "family": ["your_history", "popular_now", "season"],
    }
)
FOLDS = pa.table(
    {
        "fold_id": ["validation", "train_1", "train_2", "train_3", "train_4"],
        "fold_role": ["validation", "train", "train", "train", "train"],
        "fold_key": [2, 3, 4, 5, 6],
        "is_evaluated": [True, True, False, False, False],
    }
)


def candidates(
    folds: tuple[int, ...] = (2, 3, 4, 5, 6), seed: int = 0, customers: int = 60
) -> pa.Table:
    """Customers with twenty candidates each; a large `own` is bought more often."""
    draws = np.random.default_rng(seed)
    axes = (folds, np.arange(customers), np.arange(20))
    fold, customer, product = (
        array.ravel() for array in np.meshgrid(*axes, indexing="ij")
    )
    own = draws.random(fold.size)
    return pa.table(
        {
            "fold_key": fold,
            "customer_key": customer,
            "product_key": product,
            "grade": 15 * (draws.random(fold.size) < own**4),
            "is_bought": product % 2 == 1,
            "own": pa.array(np.where(draws.random(fold.size) < 0.1, np.nan, own)),
            "noise": draws.random(fold.size),
        }
    )


def with_grades(table: pa.Table, grades: np.ndarray[Any, Any]) -> pa.Table:
    """The same rows with other grades."""
    return table.set_column(3, "grade", pa.array(grades))


def dear_and_cheap(folds: tuple[int, ...] = (2, 3, 4, 5, 6), seed: int = 0) -> pa.Table:
    """Candidates of which the dear and the cheap half are bought equally often.

    What was bought has grade 15 where it is dear, 8 where it is cheap.
    """
    table = candidates(folds, seed, customers=120)
    is_dear = np.random.default_rng(seed + 1).random(table.num_rows) < 0.5
    is_bought = np.asarray(table["grade"]) > 0
    grades = np.where(is_dear, 15, 8) * is_bought
    return with_grades(
        table.set_column(
            table.column_names.index("noise"), "noise", pa.array(is_dear.astype(float))
        ),
        grades,
    )


def fit(table: pa.Table, **parameters: float) -> pa.Table:
    # Each parameter has a type of its own.
    return fit_rankers(table, FOLDS, FEATURES, rounds=20, **parameters)  # type: ignore[arg-type]


def have_the_same_trees(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether two rankers are alike as far as both of them go."""
    rounds = min(one["rounds"], two["rounds"])
    assert rounds > 0
    first, second = (
        lgb.Booster(model_str=row["model"]).trees_to_dataframe() for row in (one, two)
    )
    same = first[first["tree_index"] < rounds].equals(
        second[second["tree_index"] < rounds]
    )
    return bool(same)


def test_each_target_learns_from_the_folds_before_it() -> None:
    models = fit(candidates())
    assert models.schema.equals(RANKER_MODELS_SCHEMA)
    rows = models.select(["shelf", "target", "count_folds"]).to_pylist()
    assert rows == [
        {"shelf": shelf, "target": target, "count_folds": count}
        for shelf in ("all", "new_to_customer")
        for target, count in (("served", 5), ("validation", 4), ("train_1", 2))
    ]


def test_a_target_does_not_see_its_own_fold_or_later_ones() -> None:
    table = candidates()
    is_first = np.asarray(table["fold_key"]) == 3
    grades = np.asarray(table["grade"])
    other = with_grades(table, np.where(is_first, 15 - grades, grades))
    one, two = (
        {(row["shelf"], row["target"]): row for row in fit(each).to_pylist()}
        for each in (table, other)
    )

    # Their number comes from the latest fold, which both differ in.
    assert have_the_same_trees(one["all", "train_1"], two["all", "train_1"])
    assert not have_the_same_trees(one["all", "served"], two["all", "served"])


def test_what_validation_bought_changes_the_served_ranker_alone() -> None:
    table = candidates()
    is_validation = np.asarray(table["fold_key"]) == 2
    grades = np.asarray(table["grade"])
    other = with_grades(table, np.where(is_validation, 15 - grades, grades))
    one, two = (
        {(row["shelf"], row["target"]): row["model"] for row in fit(each).to_pylist()}
        for each in (table, other)
    )
    changed = {target for target in one if one[target] != two[target]}
    assert changed == {("all", "served"), ("new_to_customer", "served")}


def test_validation_alone_teaches_the_served_ranker() -> None:
    models = fit(candidates(folds=(2,)))
    assert models["target"].to_pylist() == ["served", "served"]
    assert models["rounds"].to_pylist() == [20, 20]


def test_validation_and_test_have_rankers_of_their_own() -> None:
    models = fit(candidates())
    folds = pa.table(
        {"fold_id": ["test", "validation"], "fold_role": ["test", "validation"]}
    )
    later = candidates(folds=(1,), seed=9)
    for fold, target in (("test", "served"), ("validation", "validation")):
        kept = models.filter(pa.compute.equal(models["target"], target))
        scores = score_fold(models, folds, fold, later)
        assert scores.num_rows == later.num_rows
        assert scores.equals(score_fold(kept, folds, fold, later))


def test_order_of_rows_changes_nothing() -> None:
    table = candidates()
    shuffled = table.take(np.random.default_rng(1).permutation(table.num_rows))
    assert fit(table).equals(fit(shuffled))


def test_it_ranks_by_what_matters_and_leaves_out_what_is_not_new() -> None:
    models = fit(candidates())
    folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    later = candidates(folds=(1,), seed=9)
    scores = score_fold(models, folds, "test", later)
    assert scores.schema.equals(RANKER_SCORES_SCHEMA)
    joined = (
        scores.join(later, ["customer_key", "product_key"])
        .to_pandas()
        .dropna(subset=["own"])
    )
    assert joined["ranker_score"].corr(joined["own"]) > 0.8
    is_new = ~joined["is_bought"]
    assert joined.loc[is_new, "ranker_new_score"].notna().all()
    assert joined.loc[~is_new, "ranker_new_score"].isna().all()


def test_scores_do_not_depend_on_who_else_is_scored() -> None:
    models = fit(candidates())
    folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    later = candidates(folds=(1,), seed=9)
    few = later.filter(pa.compute.equal(later["customer_key"], 7))
    everyone = score_fold(models, folds, "test", later)
    alone = score_fold(models, folds, "test", few)
    kept = everyone.filter(pa.compute.equal(everyone["customer_key"], 7))
    assert kept.equals(alone)


def test_without_a_purchase_there_is_no_ranker() -> None:
    table = candidates()
    models = fit(with_grades(table, np.zeros(table.num_rows, dtype=int)))
    assert models.num_rows == 0
    folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    assert score_fold(models, folds, "test", table).num_rows == 0
    assert fit(table.slice(0, 0)).num_rows == 0


def test_one_train_fold_is_enough() -> None:
    models = fit(candidates(folds=(3,)))
    assert models["target"].to_pylist() == ["served", "validation"] * 2
    assert models["ndcg"].to_pylist() == [None] * 4


def test_what_is_new_is_scored_by_both_rankers() -> None:
    models = fit(candidates())
    folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    later = candidates(folds=(1,), seed=9, customers=5)

    def scored(shelf: str) -> pd.DataFrame:
        kept = models.filter(pa.compute.equal(models["shelf"], shelf))
        scores: pd.DataFrame = score_fold(kept, folds, "test", later).to_pandas()
        return scores

    both = score_fold(models, folds, "test", later).to_pandas()
    expected = scored("all")["ranker_score"] + scored("new_to_customer")[NEW]
    assert both[NEW].to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)


def test_what_was_tried_on_the_latest_fold_is_its_ranker() -> None:
    # With a later fold the tried one is another, and that of train_1 is fitted for it.
    tried = fit(candidates(folds=(3, 4, 5, 6))).to_pylist()
    table = candidates(folds=(3, 4, 5, 6))
    later = pa.concat_tables([table, candidates(folds=(2,), seed=5)])
    folds = FOLDS.set_column(1, "fold_role", pa.array(["train"] * 5))
    fitted = fit_rankers(later, folds, FEATURES, rounds=20).to_pylist()

    def of_train_1(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return next(row for row in rows if row["target"] == "train_1")

    one, two = of_train_1(tried), of_train_1(fitted)
    assert one["count_examples"] == two["count_examples"]
    assert have_the_same_trees(one, two)


def test_every_two_earlier_folds_share_a_ranker() -> None:
    table = candidates(folds=(1, 2, 3, 4, 5))
    models = fit_rankers(
        table,
        pa.table(
            {
                "fold_id": ["train_1", "train_2", "train_3"],
                "fold_role": ["train"] * 3,
                "fold_key": [1, 2, 3],
                "is_evaluated": [True] * 3,
            }
        ),
        FEATURES,
        rounds=5,
    ).to_pylist()
    texts = {row["target"]: row["model"] for row in models if row["shelf"] == "all"}
    assert texts["train_2"] == texts["train_3"] != texts["train_1"]


def test_every_target_has_a_ranker_of_each_seed() -> None:
    one, three = fit(candidates()).to_pylist(), fit(candidates(), seeds=3).to_pylist()
    keys = [(row["shelf"], row["target"]) for row in one]
    assert [(row["shelf"], row["target"]) for row in three] == [
        key for key in keys for _ in range(3)
    ]
    assert [row["ndcg"] for row in three[::3]] == [row["ndcg"] for row in one]
    assert len({row["model"] for row in three}) == len(three)


def test_rounds_are_the_mean_of_what_stopped_each_seed() -> None:
    rows = fit_rankers(candidates(), FOLDS, FEATURES, rounds=500, seeds=4).to_pylist()
    general = [row for row in rows if row["shelf"] == "all"]
    tried = [row for row in general if row["target"] == "train_1"]
    assert len({row["rounds"] for row in tried}) > 1
    mean = round(sum(row["rounds"] for row in tried) / len(tried))
    for row in general:
        if row["target"] != "train_1":
            growth = row["count_examples"] / tried[0]["count_examples"]
            assert row["rounds"] == round(mean * growth)


def test_ndcg_is_the_mean_over_lists_with_a_purchase() -> None:
    # First list: hits in places 1 and 3 of two; second: in place 2; third: nothing.
    examples = ranker.Examples(
        np.zeros((7, 1), dtype=np.float32),
        np.array([1, 0, 1, 0, 1, 0, 0]),
        np.zeros(7, dtype=np.int64),
        np.array([0, 0, 0, 1, 1, 2, 2]),
    )
    scores = np.array([3.0, 2.0, 1.0, 2.0, 1.0, 1.0, 2.0])
    first = (1 + 1 / 2) / (1 + 1 / np.log2(3))
    assert ranker._ndcg(examples, scores) == pytest.approx((first + 1 / np.log2(3)) / 2)


def test_a_grade_gains_what_it_says() -> None:
    # 15 second, 8 first; the ideal is the other way round. The second list has nothing.
    examples = ranker.Examples(
        np.zeros((5, 1), dtype=np.float32),
        np.array([8, 15, 0, 0, 0]),
        np.zeros(5, dtype=np.int64),
        np.array([0, 0, 0, 1, 1]),
    )
    scores = np.array([3.0, 2.0, 1.0, 1.0, 2.0])
    expected = (8 + 15 / np.log2(3)) / (15 + 8 / np.log2(3))
    assert ranker._ndcg(examples, scores) == pytest.approx(expected)


def test_of_equally_likely_products_the_dearer_is_first_where_money_counts() -> None:
    graded = dear_and_cheap()
    bought = with_grades(graded, 15 * (np.asarray(graded["grade"]) > 0))
    folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    rows = candidates(folds=(1,), seed=9)
    is_dear = rows.column_names.index("noise")
    gaps = {}
    for name, table in (("graded", graded), ("bought", bought)):
        dear, cheap = (
            np.asarray(
                score_fold(
                    fit(table),
                    folds,
                    "test",
                    rows.set_column(is_dear, "noise", pa.array([side] * len(rows))),
                )["ranker_score"]
            )
            for side in (1.0, 0.0)
        )
        gaps[name] = dear - cheap
    assert (gaps["graded"] > 0).mean() > 0.95
    assert gaps["graded"].mean() > 5 * abs(gaps["bought"].mean())


def test_grades_learn_the_same_each_time_in_any_order() -> None:
    table = dear_and_cheap()
    shuffled = table.take(np.random.default_rng(1).permutation(table.num_rows))
    models = fit(table, seeds=2)
    assert models.equals(fit(shuffled, seeds=2))
    assert "label_gain: 0,1,2,3" in models["model"][0].as_py()


def test_one_grade_is_bought_or_not_whatever_its_number() -> None:
    table = candidates()
    models = fit(table)
    other = with_grades(table, np.asarray(table["grade"]) // 15 * 4)
    assert models.equals(fit(other))
    assert "label_gain: ]" in models["model"][0].as_py()


def test_what_is_looked_at_teaches_where_nothing_is_bought() -> None:
    table = candidates()
    is_latest = np.asarray(table["fold_key"]) == 2
    grades = np.asarray(table["grade"])
    models = fit(with_grades(table, np.where(is_latest, grades // 15 * 4, grades)))
    served = models.filter(pa.compute.equal(models["target"], "served"))
    assert served["count_folds"].to_pylist() == [5, 5]
    assert served["count_positives"][0].as_py() == (grades > 0).sum()


@pytest.mark.parametrize("bad", [-1, 16, 0.5])
def test_a_bad_grade_is_named(bad: float) -> None:
    table = candidates()
    grades = np.asarray(table["grade"]).astype(float)
    grades[7] = bad
    with pytest.raises(ValueError, match=f"'grade' holds {bad}; allowed: whole"):
        fit(with_grades(table, grades))


def test_contributions_add_up_to_the_score() -> None:
    models = fit(candidates(), seeds=2)
    folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    later = candidates(folds=(1,), seed=9, customers=5)
    scores = score_fold(models, folds, "test", later).to_pandas()
    parts = contributions(models, later, FEATURES).to_pandas()
    keys = ["customer_key", "product_key"]
    for shelf, column in (("all", "ranker_score"), ("new_to_customer", NEW)):
        summed = parts[parts["shelf"] == shelf].groupby(keys)["contribution"].sum()
        expected = scores.set_index(keys)[column].dropna()
        assert summed.sort_index().to_numpy() == pytest.approx(
            expected.sort_index().to_numpy(), abs=1e-6
        )
    assert set(parts["family"]) == {"base", "your_history", "popular_now"}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"leaves": 1}, "leaves is 1"),
        ({"depth": 0}, "depth is 0"),
        ({"seeds": 0}, "seeds is 0"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
    ],
)
def test_bad_parameters_are_named(bad: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(candidates(), **bad)


def test_a_table_without_features_is_named() -> None:
    with pytest.raises(ValueError, match="none of the features"):
        fit_rankers(candidates(), FOLDS, pa.table({"feature": ["other"]}))
