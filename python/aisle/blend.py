"""Weights of the blend: a search over sums of signals for the best mean NDCG.

They are searched over all customers, and again over those of each segment that is large
enough. A sum is added up signal by signal in the order given, as a SQL expression
``w1 * signal_a + w2 * signal_b`` does, so that SQL ranks exactly as the search did.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aisle import columns
from aisle.arrays import column_array, key_array, list_ndcg

__all__ = [
    "ALL_CUSTOMERS",
    "BLEND_TRIALS_SCHEMA",
    "MULTIPLIERS",
    "Trial",
    "search_blend",
    "search_weights",
]

BLEND_TRIALS_SCHEMA = pa.schema(
    [
        (columns.SEGMENT, pa.string()),
        (columns.TRIAL, pa.int64()),
        (columns.SIGNAL, pa.string()),
        (columns.WEIGHT, pa.float64()),
        (columns.NDCG, pa.float64()),
        (columns.IS_BEST, pa.bool_()),
    ]
)

# The segment of the weights that are searched over everybody.
ALL_CUSTOMERS = "all"
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
    start: tuple[float, ...] | None = None,
) -> list[Trial]:
    """Try sums of signals, one weight at a time, until no change helps.

    The search climbs twice, from equal weights and from the best single signal: a
    climb changes one weight at a time and may stop on a minor peak. Given a start, it
    climbs once, from there.

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
    start : tuple of float, optional
        Weights to climb from, one per signal; they are the first trial.

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
    if start is not None and len(start) != len(signals):
        raise ValueError(
            f"start has {len(start)} weights; allowed: one per signal, {len(signals)}"
        )
    lists = _Lists(candidates, signals, k)
    if lists.count_customers == 0:
        return [Trial(start or _normalised([1.0] * len(signals)), None)]
    # A signal that is zero everywhere, as of a source without data, has no say.
    places = lists.places() or list(range(len(signals)))
    tried: dict[tuple[float, ...], float] = {}

    def measure(weights: tuple[float, ...]) -> float:
        if weights not in tried:
            tried[weights] = lists.ndcg(weights)
        return tried[weights]

    if start is None:
        equal = _normalised([float(place in places) for place in range(len(signals))])
        measure(equal)
        singles = [
            _normalised([float(other == place) for other in range(len(signals))])
            for place in places
        ]
        starts = [equal, max(singles, key=measure)]
    else:
        measure(start)
        starts = [start]
    for best in starts:
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


def _best(trials: list[Trial]) -> Trial:
    return max(trials, key=lambda trial: trial.ndcg or 0.0)


def _large_segments(candidates: pa.Table, least_customers: int) -> list[str]:
    """Name the segments with so many customers who have a relevant product."""
    counted = (
        candidates.filter(pc.field(columns.COUNT_RELEVANT) > 0)
        .group_by(columns.SEGMENT)
        .aggregate([(columns.CUSTOMER_KEY, "count_distinct")])
    )
    counts = zip(
        counted.column(columns.SEGMENT).to_pylist(),
        counted.column(f"{columns.CUSTOMER_KEY}_count_distinct").to_pylist(),
        strict=True,
    )
    return sorted(
        segment
        for segment, count in counts
        if segment is not None and count >= least_customers
    )


def search_blend(
    candidates: pa.Table,
    *,
    segment_customers: int,
    k: int = 10,
    multipliers: tuple[float, ...] = MULTIPLIERS,
    max_passes: int = 5,
) -> pa.Table:
    """Search the weights of every column whose name begins with ``signal_``.

    Parameters
    ----------
    candidates : pyarrow.Table
        As in `search_weights`, and the customer's ``segment`` (null: none).
    segment_customers : int
        A segment with so many customers who have a relevant product has a search of its
        own, which climbs from the best weights of all.
    k, multipliers, max_passes
        As in `search_weights`.

    Returns
    -------
    pyarrow.Table
        One row per segment, trial (from 1) and signal (its name without the prefix), in
        `BLEND_TRIALS_SCHEMA`: first `ALL_CUSTOMERS`, then the segments by name. One
        trial of each is the best. Without customers to measure on there is one trial
        for all, of equal weights, NDCG null; without signals there are no rows.

    Examples
    --------
    >>> nobody = pa.table(
    ...     {
    ...         "customer_key": pa.array([], pa.int64()),
    ...         "segment": pa.array([], pa.string()),
    ...         "product_key": pa.array([], pa.int64()),
    ...         "is_relevant": pa.array([], pa.bool_()),
    ...         "count_relevant": pa.array([], pa.int64()),
    ...         "signal_als": pa.array([], pa.float64()),
    ...         "signal_popularity": pa.array([], pa.float64()),
    ...     }
    ... )
    >>> for row in search_blend(nobody, segment_customers=100).to_pylist():
    ...     print(row["segment"], row["signal"], row["weight"], row["ndcg"])
    all als 0.5 None
    all popularity 0.5 None
    """
    signals = [
        name
        for name in candidates.column_names
        if name.startswith(columns.SIGNAL_PREFIX)
    ]
    if not signals:
        return BLEND_TRIALS_SCHEMA.empty_table()

    def search(rows: pa.Table, start: tuple[float, ...] | None) -> list[Trial]:
        return search_weights(
            rows,
            signals,
            k=k,
            multipliers=multipliers,
            max_passes=max_passes,
            start=start,
        )

    found = {ALL_CUSTOMERS: search(candidates, None)}
    shared = _best(found[ALL_CUSTOMERS]).weights
    for segment in _large_segments(candidates, segment_customers):
        members = candidates.filter(pc.field(columns.SEGMENT) == segment)
        found[segment] = search(members, shared)
    rows = [
        {
            columns.SEGMENT: segment,
            columns.TRIAL: number,
            columns.SIGNAL: signal.removeprefix(columns.SIGNAL_PREFIX),
            columns.WEIGHT: weight,
            columns.NDCG: trial.ndcg,
            columns.IS_BEST: trial is best,
        }
        for segment, trials in found.items()
        for best in [_best(trials)]
        for number, trial in enumerate(trials, start=1)
        for signal, weight in zip(signals, trial.weights, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=BLEND_TRIALS_SCHEMA)
