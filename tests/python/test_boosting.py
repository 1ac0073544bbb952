"""LightGBM's threads are one number for the process, and calls side by side agree."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pytest

import test_calibration
import test_ranker
from aisle.boosting import THREADS, predict
from aisle.calibration import fit_activity, score_activity
from aisle.ranker import score_fold


def test_every_call_asks_for_the_same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    make, score = lgb.Booster.__init__, lgb.Booster.predict

    def noted_make(self: lgb.Booster, params: Any = None, **rest: Any) -> None:
        if "train_set" in rest:
            asked.append((params or {}).get("num_threads"))
        make(self, params=params, **rest)

    def noted_score(self: lgb.Booster, data: Any, **rest: Any) -> Any:
        asked.append(rest.get("num_threads"))
        return score(self, data, **rest)

    monkeypatch.setattr(lgb.Booster, "__init__", noted_make)
    monkeypatch.setattr(lgb.Booster, "predict", noted_score)
    models = test_ranker.fit(test_ranker.candidates())
    folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    score_fold(models, folds, "test", test_ranker.candidates(folds=(1,)))
    score_activity(
        fit_activity(test_calibration.customers()), test_calibration.customers(9)
    )
    assert len(asked) > 10
    assert set(asked) == {THREADS}


@pytest.mark.parametrize("count", [1, 2, 39])
def test_a_row_scores_the_same_in_any_company(count: int) -> None:
    rows = np.random.default_rng(3).random((400, 3))
    booster = lgb.train(
        {"verbosity": -1, "num_threads": THREADS},
        lgb.Dataset(rows, rows.sum(axis=1)),
        num_boost_round=5,
    )
    scores = predict(booster, rows[:count])
    assert scores.tolist() == predict(booster, rows)[:count].tolist()
    assert scores.tolist() == np.asarray(booster.predict(rows[:count])).tolist()
