"""LightGBM with one number of threads in the whole process.

LightGBM keeps the number in a global that every call sets: a fit lays out buffers for
as many threads, and a call from elsewhere in the process that sets more while it runs
lets them be overrun. Models of a build run side by side. So every call asks for the
same number, and what can use more processors is called from several threads.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import lightgbm as lgb
import numpy as np

__all__ = ["CALLS", "THREADS", "predict"]

# Calls at a time. Two fits with a thread each take less time than one after the other
# with two threads.
CALLS = 2
THREADS = max((os.cpu_count() or 1) // CALLS, 1)


def predict(
    booster: lgb.Booster, features: np.ndarray[Any, Any], *, raw_score: bool = False
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Score rows, each by itself, some of them in every call.

    Parameters
    ----------
    booster : lightgbm.Booster
        The model.
    features : numpy.ndarray
        One row per row to score.
    raw_score : bool
        Whether scores stay as the trees add up to them.

    Returns
    -------
    numpy.ndarray
        One score per row.

    Examples
    --------
    >>> rows = np.arange(40.0).reshape(40, 1)
    >>> parameters = {"verbosity": -1, "num_threads": THREADS, "min_data_in_leaf": 5}
    >>> booster = lgb.train(parameters, lgb.Dataset(rows, rows[:, 0]), 3)
    >>> scores = predict(booster, rows)
    >>> scores.shape, bool(scores[0] < scores[-1])
    ((40,), True)
    """

    def score(part: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.asarray(
            booster.predict(part, raw_score=raw_score, num_threads=THREADS),
            dtype=np.float64,
        )

    parts = np.array_split(features, CALLS) if len(features) >= CALLS else [features]
    with ThreadPoolExecutor(max_workers=CALLS) as pool:
        return np.concatenate(list(pool.map(score, parts)))
