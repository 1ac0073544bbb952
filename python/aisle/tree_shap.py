"""How much each group of features moves the score of a tree ensemble: TreeSHAP.

Lundberg et al., "Consistent individualized feature attribution for tree ensembles",
2018, in its path-dependent form: a feature that is not known sends a row to both sides
of a split, by the training rows on each. The values are those of LightGBM's own
`pred_contrib`, summed by group. They are found otherwise: all that a tree can tell of a
row is which of its splits send the row to the left, and rows that agree in this share
their values. A tree of 15 leaves tells rows apart in a few hundred ways, so the values
are computed once for each way and looked up for every row.
"""

from collections.abc import Iterator, Sequence
from math import factorial
from typing import Any, NamedTuple

import lightgbm as lgb
import numpy as np

__all__ = ["tree_shap"]

# One bit of a code for each split.
_MAX_SPLITS = 63
# With so many bits at most, codes are looked up in a table instead of sorted.
_TABLE_BITS = 18
_FLOAT32_MAX = float(np.finfo(np.float32).max)

Floats = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.int64]]


class _Split(NamedTuple):
    feature: int
    threshold: np.float32
    is_missing_left: bool


class _Edge(NamedTuple):
    """A side of a split, and the share of the split's rows that take it."""

    split: int
    is_left: bool
    share: float


class _Leaf(NamedTuple):
    value: float
    path: list[_Edge]


def _split(node: dict[str, Any]) -> _Split:
    if node["decision_type"] != "<=" or node["missing_type"] not in {"None", "NaN"}:
        raise ValueError(
            f"a split by '{node['decision_type']}' with missing_type "
            f"'{node['missing_type']}': only numbers are split here"
        )
    # The largest float32 that is no larger sends the same rows to the left.
    threshold = np.float32(np.clip(node["threshold"], -_FLOAT32_MAX, _FLOAT32_MAX))
    if float(threshold) > node["threshold"]:
        threshold = np.nextafter(threshold, np.float32(-np.inf))
    # Without missing values in training, a missing one is taken for 0.
    is_missing_left = (
        node["default_left"] if node["missing_type"] == "NaN" else threshold >= 0
    )
    return _Split(node["split_feature"], threshold, bool(is_missing_left))


def _read(root: dict[str, Any]) -> tuple[list[_Split], list[_Leaf]]:
    """Splits of a tree, and its leaves with the way to each."""
    splits: list[_Split] = []
    leaves: list[_Leaf] = []

    def walk(node: dict[str, Any], path: list[_Edge]) -> None:
        if "split_index" not in node:
            leaves.append(_Leaf(float(node["leaf_value"]), path))
            return
        number = len(splits)
        splits.append(_split(node))
        for side, is_left in (("left_child", True), ("right_child", False)):
            child = node[side]
            rows = child.get("internal_count", child.get("leaf_count", 0))
            edge = _Edge(number, is_left, rows / node["internal_count"])
            walk(child, [*path, edge])

    walk(root, [])
    if len(splits) > _MAX_SPLITS:
        raise ValueError(
            f"a tree has {len(splits) + 1} leaves; TreeSHAP reads trees of "
            f"{_MAX_SPLITS + 1} leaves at most"
        )
    return splits, leaves


def _codes(splits: list[_Split], features: np.ndarray[Any, Any]) -> Codes:
    """For each row one bit a split: whether it goes to the left."""
    codes = np.zeros(len(features), dtype=np.int64)
    for number, split in enumerate(splits):
        values = features[:, split.feature]
        is_left = values <= split.threshold
        if split.is_missing_left:
            is_left |= np.isnan(values)
        codes |= is_left.astype(np.int64) << number
    return codes


def _distinct(codes: Codes, bits: int) -> tuple[Codes, Codes]:
    """Distinct codes in order, and for each code which of them it is."""
    if bits > _TABLE_BITS:
        distinct, which = np.unique(codes, return_inverse=True)
        return distinct, which
    is_there = np.zeros(1 << bits, dtype=bool)
    is_there[codes] = True
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[codes]


def _product_game(known: np.ndarray[Any, np.dtype[np.bool_]], shares: Floats) -> Floats:
    """Shapley values of the game whose worth is a product.

    A player in the coalition brings 1 or 0 (`known`), one outside its share. One row
    per game, one column per player.
    """
    count = shares.size
    values = np.empty(known.shape)
    brought = known.astype(np.float64)
    weights = [
        factorial(size) * factorial(count - 1 - size) / factorial(count)
        for size in range(count)
    ]
    for player in range(count):
        # worths[size]: summed over the coalitions of so many of the others.
        worths = np.zeros((count, len(known)))
        worths[0] = 1.0
        for other in range(count):
            if other != player:
                worths[1:] = (
                    worths[1:] * shares[other] + worths[:-1] * brought[:, other]
                )
                worths[0] *= shares[other]
        values[:, player] = (brought[:, player] - shares[player]) * (weights @ worths)
    return values


def _leaf_values(
    leaf: _Leaf, splits: list[_Split], groups: Codes, codes: Codes, totals: Floats
) -> None:
    """Add what a leaf gives the groups, for each code; the last group is the base."""
    by_feature: dict[int, list[_Edge]] = {}
    for edge in leaf.path:
        by_feature.setdefault(splits[edge.split].feature, []).append(edge)
    shares = np.array(
        [np.prod([edge.share for edge in edges]) for edges in by_feature.values()]
    )
    totals[:, -1] += leaf.value * shares.prod()
    ways = np.zeros(codes.size, dtype=np.int64)
    for player, edges in enumerate(by_feature.values()):
        mask = sum(1 << edge.split for edge in edges)
        wanted = sum(1 << edge.split for edge in edges if edge.is_left)
        ways |= ((codes & mask) == wanted).astype(np.int64) << player
    distinct, which = _distinct(ways, shares.size)
    known = (distinct[:, None] >> np.arange(shares.size)) & 1 == 1
    values = leaf.value * _product_game(known, shares)
    for player, feature in enumerate(by_feature):
        totals[:, groups[feature]] += values[which, player]


def _trees(booster: lgb.Booster) -> Iterator[dict[str, Any]]:
    for tree in booster.dump_model()["tree_info"]:
        yield tree["tree_structure"]


def tree_shap(
    booster: lgb.Booster, features: np.ndarray[Any, Any], groups: Sequence[int]
) -> Floats:
    """Contributions of groups of features to the raw score of each row.

    Parameters
    ----------
    booster : lightgbm.Booster
        Of one score; its splits are of numbers, its trees of 64 leaves at most.
    features : numpy.ndarray
        float32, one row per row to explain, one column per feature; NaN is missing.
    groups : sequence of int
        The group of each feature, counted from 0.

    Returns
    -------
    numpy.ndarray
        One row per row, one column per group and a last one for the mean score; the
        columns add up to the score.

    Raises
    ------
    ValueError
        If the booster splits by categories, or a tree has too many leaves.

    Examples
    --------
    >>> rows = np.array([[0.0], [1.0]] * 20, dtype=np.float32)
    >>> booster = lgb.train({"verbosity": -1, "learning_rate": 1.0},
    ...                     lgb.Dataset(rows, rows[:, 0]), num_boost_round=1)
    >>> tree_shap(booster, rows[:2], [0]).round(3).tolist()
    [[-0.5, 0.5], [0.5, 0.5]]
    """
    group_of = np.asarray(groups, dtype=np.int64)
    by_column = np.asfortranarray(features, dtype=np.float32)
    contributions = np.zeros((len(features), int(group_of.max(initial=-1)) + 2))
    for root in _trees(booster):
        splits, leaves = _read(root)
        codes, which = _distinct(_codes(splits, by_column), len(splits))
        totals = np.zeros((codes.size, contributions.shape[1]))
        for leaf in leaves:
            _leaf_values(leaf, splits, group_of, codes, totals)
        contributions += totals[which]
    return contributions
