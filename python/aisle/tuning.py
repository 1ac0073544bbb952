"""Trials of ALS: which factors and regularisation list best what customers then buy."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import scipy.sparse

from aisle import columns
from aisle.als import AlsModel, fit_als
from aisle.arrays import key_array, list_ndcg, seen_rows
from aisle.scores import Products

__all__ = ["ALS_TRIALS_SCHEMA", "AlsTrial", "best_trial", "tune_als"]

ALS_TRIALS_SCHEMA = pa.schema(
    [
        (columns.TRIAL, pa.int64()),
        (columns.FACTORS, pa.int64()),
        (columns.REGULARISATION, pa.float64()),
        (columns.NDCG, pa.float64()),
        (columns.IS_BEST, pa.bool_()),
    ]
)

# Customers whose scores are laid out at once.
_BLOCK = 512


class AlsTrial(NamedTuple):
    """A row of the grid and the mean NDCG of its lists."""

    factors: int
    regularisation: float
    ndcg: float


class _Truth:
    """What the customers of the tuning half buy, and which products may be listed."""

    def __init__(
        self, interactions: pa.Table, products: pa.Table, purchases: pa.Table
    ) -> None:
        bought = key_array(purchases, columns.PRODUCT_KEY)
        self.customers, rows = np.unique(
            key_array(purchases, columns.CUSTOMER_KEY), return_inverse=True
        )
        self._is_known = np.isin(
            self.customers, key_array(interactions, columns.CUSTOMER_KEY)
        )
        # As for the models, what only customers have who are kept out is not there.
        fitted = key_array(interactions, columns.PRODUCT_KEY)[seen_rows(interactions)]
        is_known = np.bincount(fitted) > 0
        self._listed = Products(products, is_known).keys
        width = 1 + int(np.concatenate([bought, self._listed]).max(initial=0))
        self._relevant = scipy.sparse.csr_matrix(
            (np.ones(rows.size, dtype=bool), (rows, bought)),
            shape=(self.customers.size, width),
        )

    def ndcg(self, model: AlsModel, k: int) -> float:
        transposed = np.ascontiguousarray(model.product_factors[self._listed].T)
        figures = []
        for start in range(0, self.customers.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            is_known = self._is_known[block]
            known = self.customers[block][is_known]
            # Who is unknown has no list.
            scores = np.full((is_known.size, self._listed.size), -np.inf)
            scores[is_known] = model.customer_factors[known] @ transposed
            relevant = self._relevant[block].toarray()
            figures.append(
                list_ndcg(scores, relevant[:, self._listed], relevant.sum(axis=1), k)
            )
        return float(np.mean(np.concatenate(figures)))


def best_trial(trials: list[AlsTrial]) -> AlsTrial:
    """Find the trial with the highest NDCG.

    Ties go to fewer factors, then to the larger regularisation.

    Parameters
    ----------
    trials : list of AlsTrial
        One or more.

    Returns
    -------
    AlsTrial
        One of them.

    Examples
    --------
    >>> best_trial([AlsTrial(50, 1.0, 0.2), AlsTrial(20, 1.0, 0.2),
    ...             AlsTrial(20, 5.0, 0.2), AlsTrial(20, 9.0, 0.1)])
    AlsTrial(factors=20, regularisation=5.0, ndcg=0.2)
    """
    return min(
        trials, key=lambda trial: (-trial.ndcg, trial.factors, -trial.regularisation)
    )


def tune_als(
    interactions: pa.Table,
    products: pa.Table,
    purchases: pa.Table,
    grid: pa.Table,
    *,
    alpha: float = 1.0,
    iterations: int = 10,
    seed: int = 42,
    k: int = 10,
) -> pa.Table:
    """Fit one model per row of the grid and measure its lists.

    Parameters
    ----------
    interactions : pyarrow.Table
        As in `aisle.als.fit_als`, of the fold that is tuned on.
    products : pyarrow.Table
        ``product_key`` and ``trend`` of what may be listed.
    purchases : pyarrow.Table
        ``customer_key`` and ``product_key`` of what those who are tuned on then buy.
    grid : pyarrow.Table
        ``factors`` and ``regularisation``; rows whose ``is_enabled`` is false are left
        out.
    alpha, iterations, seed
        As in `aisle.als.fit_als`.
    k : int
        Length of the list that is measured.

    Returns
    -------
    pyarrow.Table
        One row per trial, numbered from 1 in the order of factors and regularisation,
        in `ALS_TRIALS_SCHEMA`. No rows where nobody buys anything, or nothing is known
        of anybody.

    Examples
    --------
    A customer buys again what was bought before.

    >>> interactions = pa.table(
    ...     {"customer_key": [0, 1], "product_key": [0, 1], "weight": [1.0, 1.0]}
    ... )
    >>> products = pa.table({"product_key": [0, 1], "trend": [1.0, 1.0]})
    >>> purchases = pa.table({"customer_key": [1], "product_key": [1]})
    >>> grid = pa.table(
    ...     {"factors": [2], "regularisation": [0.1], "is_enabled": [True]}
    ... )
    >>> tune_als(interactions, products, purchases, grid, k=1).to_pylist()
    [{'trial': 1, 'factors': 2, 'regularisation': 0.1, 'ndcg': 1.0, 'is_best': True}]
    """
    if not seen_rows(interactions).any() or not purchases.num_rows:
        return ALS_TRIALS_SCHEMA.empty_table()
    truth = _Truth(interactions, products, purchases)
    chosen = sorted(
        {
            (row[columns.FACTORS], row[columns.REGULARISATION])
            for row in grid.filter(grid.column(columns.IS_ENABLED)).to_pylist()
        }
    )
    trials = []
    for factors, regularisation in chosen:
        model = fit_als(
            interactions,
            factors=factors,
            regularisation=regularisation,
            alpha=alpha,
            iterations=iterations,
            seed=seed,
            has_losses=False,
        )
        trials.append(AlsTrial(factors, regularisation, truth.ndcg(model, k)))
    if not trials:
        return ALS_TRIALS_SCHEMA.empty_table()
    best = best_trial(trials)
    rows = [
        {columns.TRIAL: number, **trial._asdict(), columns.IS_BEST: trial is best}
        for number, trial in enumerate(trials, start=1)
    ]
    return pa.Table.from_pylist(rows, schema=ALS_TRIALS_SCHEMA)
