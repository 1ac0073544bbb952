"""Weights of the blend: a search over sums of signals for the best mean NDCG.

A sum is added up signal by signal in the order given, as a SQL expression
``w1 * signal_a + w2 * signal_b`` does, so that SQL ranks exactly as the search did.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from aisle import columns
from aisle.arrays import column_array, key_array, list_ndcg

__all__ = [
    "BLEND_TRIALS_SCHEMA",
    "MULTIPLIERS",
    "Trial",
    "search_blend",
    "search_weights",
]

BLEND_TRIALS_SCHEMA = pa.schema(
    [
        (columns.TRIAL, pa.int64()),
        (columns.SIGNAL, pa.string()),
        (columns.WEIGHT, pa.float64()),
        (columns.NDCG, pa.float64()),
        (columns.IS_BEST, pa.bool_()),
    ]
)

# Of a signal's weight, or of the largest weight where the signal's is 0.
MULTIPLIERS = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 1.5, 2.0, 4.0)
_DIGITS = 6

Floats = np.ndarray[Any, np.dtype[np.float64]]


class Trial(NamedTuple):
    """Weights, one per signal and 1 in sum, and the mean NDCG they give."""

    weights: tuple[float, ...]
    ndcg: float | None


class _Lists:
    """Candidates laid out as one matrix row per customer, for quick ranking."""

    def __init__(self, candidates: pa.Table, signals: list[str], k: int) -> None:
        customers = key_array(candidates, columns.CUSTOMER_KEY)
        relevant = key_array(candidates, columns.COUNT_RELEVANT)
        # A customer with relevant products but no candidate has a row without product.
        has_product = candidates.column(columns.PRODUCT_KEY).is_valid().to_numpy()
        counts = np.unique(
            np.stack([customers[relevant > 0], relevant[relevant > 0]]), axis=1
        )
        repeated = np.flatnonzero(np.diff(counts[0]) == 0)
        if repeated.size:
            key = counts[0][repeated[0]]
            raise ValueError(
                f"column '{columns.COUNT_RELEVANT}' differs between the rows of "
                f"{columns.CUSTOMER_KEY} {key}"
            )
        self.count_customers = counts.shape[1]
        self._k = k
        self._count_relevant = counts[1]

        is_used = has_product & (relevant > 0)
        used = candidates.filter(pa.array(is_used))
        products = key_array(used, columns.PRODUCT_KEY)
        order = np.lexsort((products, customers[is_used]))
        rows = np.searchsorted(counts[0], customers[is_used][order])
        places = np.arange(rows.size) - np.searchsorted(rows, rows, side="left")
        width = int(places.max()) + 1 if places.size else 0
        shape = (self.count_customers, width)
        # Minus infinity in every cell without a candidate keeps it off the list.
        self._empty = np.full(shape, -np.inf)
        self._empty[rows, places] = 0.0
        self._signals = []
        for signal in signals:
            laid_out = np.zeros(shape)
            values = column_array(used, signal, missing=0.0)
            laid_out[rows, places] = values[order]
            self._signals.append(laid_out)
        is_relevant = used.column(columns.IS_RELEVANT).fill_null(False)
        self._is_relevant = np.zeros(shape, dtype=bool)
        self._is_relevant[rows, places] = is_relevant.to_numpy()[order]

    def places(self) -> list[int]:
        """Which signals say anything."""
        return [place for place, signal in enumerate(self._signals) if signal.any()]

    def ndcg(self, weights: tuple[float, ...]) -> float:
        scores = np.zeros(self._empty.shape)
        for weight, signal in zip(weights, self._signals, strict=True):
            if weight:
                scores += weight * signal
        scores += self._empty
        ndcg = list_ndcg(scores, self._is_relevant, self._count_relevant, self._k)
        return float(np.mean(ndcg))


def _normalised(weights: list[float]) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(round(weight / total, _DIGITS) for weight in weights)


def search_weights(
    candidates: pa.Table,
    signals: list[str],
    *,
    k: int = 10,
    multipliers: tuple[float, ...] = MULTIPLIERS,
    max_passes: int = 5,
) -> list[Trial]:
    """Try sums of signals, one weight at a time, until no change helps.

    The search climbs twice, from equal weights and from the best single signal: a
    climb changes one weight at a time and may stop on a minor peak.

    Parameters
    ----------
    candidates : pyarrow.Table
        One row per customer and candidate: ``customer_key, product_key, is_relevant,
        count_relevant`` (of the customer, products that are no candidates included)
        and the signals (null is 0). Customers without a relevant product are ignored.
        A null ``product_key`` stands for a customer without candidates.
    signals : list of str
        Columns to sum.
    k : int
        Length of the list that is measured.
    multipliers : tuple of float
        What each weight is multiplied by in turn.
    max_passes : int
        Rounds over all signals, at most.

    Returns
    -------
    list of Trial
        In the order tried, each set of weights once. The best is the first of those
        with the highest NDCG.

    Examples
    --------
    The first signal finds one customer's product, the second the other's.

    >>> candidates = pa.table(
    ...     {
    ...         "customer_key": [0, 0, 1, 1],
    ...         "product_key": [0, 1, 0, 1],
    ...         "is_relevant": [False, True, False, True],
    ...         "count_relevant": [1, 1, 1, 1],
    ...         "signal_a": [0.0, 1.0, 1.0, 0.0],
    ...         "signal_b": [1.0, 0.0, 0.0, 3.0],
    ...     }
    ... )
    >>> trials = search_weights(candidates, ["signal_a", "signal_b"], k=1)
    >>> trials[0]
    Trial(weights=(0.5, 0.5), ndcg=0.5)
    >>> max(trials, key=lambda trial: trial.ndcg)
    Trial(weights=(0.6, 0.4), ndcg=1.0)
    """
    if not signals:
        raise ValueError("signals is empty; at least one signal is needed")
    lists = _Lists(candidates, signals, k)
    if lists.count_customers == 0:
        return [Trial(_normalised([1.0] * len(signals)), None)]
    # A signal that is zero everywhere, as of a source without data, has no say.
    places = lists.places() or list(range(len(signals)))
    equal = _normalised([float(place in places) for place in range(len(signals))])

    tried: dict[tuple[float, ...], float] = {}

    def measure(weights: tuple[float, ...]) -> float:
        if weights not in tried:
            tried[weights] = lists.ndcg(weights)
        return tried[weights]

    measure(equal)
    singles = [
        _normalised([float(other == place) for other in range(len(signals))])
        for place in places
    ]
    best_single = max(singles, key=measure)
    for start in (equal, best_single):
        best = start
        for _ in range(max_passes):
            before = best
            for place in places:
                centre = best
                step = centre[place] or max(centre)
                for multiplier in multipliers:
                    changed = list(centre)
                    changed[place] = multiplier * step
                    if not any(changed):
                        continue
                    weights = _normalised(changed)
                    if measure(weights) > measure(best):
                        best = weights
            if best == before:
                break
    return [Trial(weights, ndcg) for weights, ndcg in tried.items()]


def search_blend(
    candidates: pa.Table,
    *,
    k: int = 10,
    multipliers: tuple[float, ...] = MULTIPLIERS,
    max_passes: int = 5,
) -> pa.Table:
    """Search the weights of every column whose name begins with ``signal_``.

    Parameters
    ----------
    candidates, k, multipliers, max_passes
        As in `search_weights`.

    Returns
    -------
    pyarrow.Table
        One row per trial (from 1) and signal (its name without the prefix), in
        `BLEND_TRIALS_SCHEMA`. One trial is the best. Without customers to measure on
        that is equal weights, NDCG null; without signals there are no rows.

    Examples
    --------
    >>> nobody = pa.table(
    ...     {
    ...         "customer_key": pa.array([], pa.int64()),
    ...         "product_key": pa.array([], pa.int64()),
    ...         "is_relevant": pa.array([], pa.bool_()),
    ...         "count_relevant": pa.array([], pa.int64()),
    ...         "signal_als": pa.array([], pa.float64()),
    ...         "signal_popularity": pa.array([], pa.float64()),
    ...     }
    ... )
    >>> for row in search_blend(nobody).to_pylist():
    ...     print(row["trial"], row["signal"], row["weight"], row["ndcg"])
    1 als 0.5 None
    1 popularity 0.5 None
    """
    signals = [
        name
        for name in candidates.column_names
        if name.startswith(columns.SIGNAL_PREFIX)
    ]
    if not signals:
        return BLEND_TRIALS_SCHEMA.empty_table()
    trials = search_weights(
        candidates, signals, k=k, multipliers=multipliers, max_passes=max_passes
    )
    best = max(trials, key=lambda trial: trial.ndcg or 0.0)
    rows = [
        {
            columns.TRIAL: number,
            columns.SIGNAL: signal.removeprefix(columns.SIGNAL_PREFIX),
            columns.WEIGHT: weight,
            columns.NDCG: trial.ndcg,
            columns.IS_BEST: trial is best,
        }
        for number, trial in enumerate(trials, start=1)
        for signal, weight in zip(signals, trial.weights, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=BLEND_TRIALS_SCHEMA)
