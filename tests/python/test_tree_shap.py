"""TreeSHAP by lookup against LightGBM's own."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np
import pytest

from aisle.tree_shap import tree_shap


def shop(rows: int = 3000) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Six features, of which one never misses a value, and what they make of a row."""
    draws = np.random.default_rng(0)
    features = draws.normal(size=(rows, 6)).astype(np.float32)
    features[draws.random(features.shape) < 0.2] = np.nan
    features[:, 3] = np.nan_to_num(features[:, 3])
    known = np.nan_to_num(features)
    labels = known[:, 0] + known[:, 1] * known[:, 2] + np.isnan(features[:, 4])
    labels += known[:, 3] ** 2 + draws.normal(size=rows)
    return features, labels


@pytest.mark.parametrize(
    "shape",
    [
        {"num_leaves": 15, "max_depth": 5},
        {"num_leaves": 64, "max_depth": -1},  # as many splits as a code has bits for
        {"num_leaves": 2, "max_depth": 1},
    ],
    ids=["default", "large", "stump"],
)
def test_it_equals_the_contributions_of_lightgbm(shape: dict[str, int]) -> None:
    features, labels = shop()
    booster = lgb.train(
        {**shape, "verbosity": -1, "max_bin": 63, "min_data_in_leaf": 5},
        lgb.Dataset(features, labels),
        num_boost_round=30,
    )
    # Also missing where no row of the training was.
    explained = features[:500].copy()
    explained[:50, 3] = np.nan
    parts = np.asarray(booster.predict(explained, pred_contrib=True))
    groups = [0, 0, 1, 2, 1, 2]
    expected = [parts[:, :6][:, np.equal(groups, group)].sum(1) for group in range(3)]
    expected.append(parts[:, 6])
    found = tree_shap(booster, explained, groups)
    assert found == pytest.approx(np.stack(expected, axis=1), abs=1e-9)
    assert found.sum(axis=1) == pytest.approx(booster.predict(explained), abs=1e-9)


def test_rows_on_a_threshold_go_where_lightgbm_sends_them() -> None:
    features, labels = shop()
    booster = lgb.train(
        {"verbosity": -1, "num_leaves": 15}, lgb.Dataset(features, labels), 20
    )
    frame = booster.trees_to_dataframe().dropna(subset=["threshold"])
    thresholds = frame["threshold"].to_numpy(dtype=float)
    lattice = np.float32(thresholds[np.abs(thresholds) < 1e30])
    near = np.concatenate([lattice, np.nextafter(lattice, np.float32(np.inf))])
    explained = np.tile(near[:, None], (1, 6))
    found = tree_shap(booster, explained, [0] * 6)
    assert found.sum(axis=1) == pytest.approx(booster.predict(explained), abs=1e-9)


def test_a_tree_with_too_many_leaves_is_named() -> None:
    features, labels = shop()
    booster = lgb.train(
        {"verbosity": -1, "num_leaves": 65, "min_data_in_leaf": 2},
        lgb.Dataset(features, labels),
        1,
    )
    with pytest.raises(ValueError, match="a tree has 65 leaves; TreeSHAP reads"):
        tree_shap(booster, features, [0] * 6)


def test_a_split_by_categories_is_named() -> None:
    features = np.arange(400, dtype=np.float32)[:, None] % 7
    booster = lgb.train(
        {"verbosity": -1, "min_data_per_group": 1, "cat_smooth": 1},
        lgb.Dataset(features, features[:, 0] % 3, categorical_feature=[0]),
        1,
    )
    with pytest.raises(ValueError, match="only numbers are split"):
        tree_shap(booster, features, [0])
