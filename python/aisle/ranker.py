"""A learned ranker over the candidates' features: LightGBM's lambdarank.

Burges, "From RankNet to LambdaRank to LambdaMART: an overview", 2010. Examples come
from the train folds and validation: a customer's candidates, each with a grade for what
came of it in the holdout. A ranker that scores a fold has seen only folds whose holdout
ended before its cutoff, the latest of them among them: it teaches most. One shelf ranks
every candidate, the other only what is new to the customer, by the sum of the general
score and that of a ranker which learnt from new products alone: two rankers that err in
different ways are better than either.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aisle import boosting, columns
from aisle.arrays import column_array, feature_matrix, key_array, list_dcg
from aisle.parameters import check_at_least
from aisle.scores import of_fold
from aisle.tree_shap import tree_shap

__all__ = [
    "CONTRIBUTIONS_SCHEMA",
    "RANKER_MODELS_SCHEMA",
    "RANKER_SCORES_SCHEMA",
    "SHELVES",
    "contributions",
    "fit_rankers",
    "score_fold",
]

SERVED = "served"
_TRAIN, _VALIDATION = "train", "validation"
# The column of each shelf's scores; the second shelf knows only what is new.
SHELVES = {
    "all": columns.RANKER_SCORE,
    "new_to_customer": columns.RANKER_NEW_SCORE,
}

RANKER_MODELS_SCHEMA = pa.schema(
    [
        (columns.SHELF, pa.string()),
        (columns.TARGET, pa.string()),
        (columns.SEED, pa.int64()),
        (columns.ROUNDS, pa.int64()),
        (columns.COUNT_FOLDS, pa.int64()),
        (columns.COUNT_EXAMPLES, pa.int64()),
        (columns.COUNT_POSITIVES, pa.int64()),
        (columns.NDCG, pa.float64()),
        (columns.FEATURES, pa.list_(pa.string())),
        (columns.GAINS, pa.list_(pa.float64())),
        (columns.SPLITS, pa.list_(pa.int64())),
        (columns.MODEL, pa.large_string()),
    ]
)
RANKER_SCORES_SCHEMA = pa.schema(
    [
        (columns.FOLD_ID, pa.string()),
        (columns.CUSTOMER_KEY, pa.int64()),
        (columns.PRODUCT_KEY, pa.int64()),
        (columns.RANKER_SCORE, pa.float64()),
        (columns.RANKER_NEW_SCORE, pa.float64()),
    ]
)
CONTRIBUTIONS_SCHEMA = pa.schema(
    [
        (columns.CUSTOMER_KEY, pa.int64()),
        (columns.PRODUCT_KEY, pa.int64()),
        (columns.SHELF, pa.string()),
        (columns.FAMILY, pa.string()),
        (columns.CONTRIBUTION, pa.float64()),
    ]
)

_K = 10
_PATIENCE = 30
# What a ranker learns from that only measures, or only finds the number of rounds.
_FEW_FOLDS = 2
_BEST_GRADE = 15

Floats = np.ndarray[Any, np.dtype[np.float32]]
Keys = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Examples(NamedTuple):
    """Rows to learn from, one block of rows per list.

    `labels` are grades, or 0 and 1 where all grades above 0 are the same. `folds` is
    each row's fold, larger is earlier; `lists` numbers the customers of a fold,
    ascending.
    """

    features: Floats
    labels: Keys
    folds: Keys
    lists: Keys

    def of(self, chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> "Examples":
        """Chosen rows of lists that still have a grade above 0 on them."""
        graded = np.bincount(self.lists[chosen & (self.labels > 0)], minlength=1)
        counts = np.zeros(int(self.lists.max(initial=0)) + 1, dtype=np.int64)
        counts[: graded.size] = graded
        kept = chosen & (counts[self.lists] > 0)
        return Examples(
            self.features[kept], self.labels[kept], self.folds[kept], self.lists[kept]
        )

    def dataset(self, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        """Lay the rows out as LightGBM takes them."""
        _, sizes = np.unique(self.lists, return_counts=True)
        return lgb.Dataset(
            self.features,
            label=self.labels.astype(np.int32),
            group=sizes,
            reference=reference,
            params={"max_bin": 63, "verbosity": -1, "feature_pre_filter": False},
        )


def _is_new(table: pa.Table) -> Flags:
    """Of each row whether its customer had never bought the product."""
    return np.asarray(key_array(table, columns.IS_BOUGHT) == 0)


def _read_examples(table: pa.Table, names: list[str]) -> tuple[Examples, Flags]:
    """Sort rows into lists; also which of them are new to the customer."""
    folds = key_array(table, columns.FOLD_KEY)
    customers = key_array(table, columns.CUSTOMER_KEY)
    products = key_array(table, columns.PRODUCT_KEY)
    order = np.lexsort((products, customers, folds))
    lists = np.stack([folds[order], customers[order]])
    is_next = np.zeros(order.size, dtype=np.int64)
    is_next[1:] = (lists[:, 1:] != lists[:, :-1]).any(axis=0)
    grades = column_array(table, columns.GRADE)
    is_bad = ~np.isin(grades, np.arange(_BEST_GRADE + 1))
    if is_bad.any():
        raise ValueError(
            f"column '{columns.GRADE}' holds {grades[is_bad][0]:g}; allowed: whole "
            f"numbers from 0 to {_BEST_GRADE}"
        )
    labels = grades[order].astype(np.int64)
    # Of one grade nothing is worth more than the rest: it was reached or not.
    if np.unique(labels[labels > 0]).size <= 1:
        labels = (labels > 0).astype(np.int64)
    examples = Examples(
        feature_matrix(table, names)[order],
        labels,
        folds[order],
        np.cumsum(is_next),
    )
    return examples, _is_new(table)[order]


class Settings(NamedTuple):
    """What a ranker is fitted with."""

    rounds: int
    leaves: int
    depth: int
    learning_rate: float
    seed: int
    seeds: int
    is_graded: bool


def _parameters(examples: Examples, settings: Settings) -> list[dict[str, Any]]:
    """LightGBM's parameters, once for each seed."""
    # LightGBM's own gains double with every grade.
    gains = {"label_gain": list(range(_BEST_GRADE + 1))} if settings.is_graded else {}
    shared = {
        **gains,
        "objective": "lambdarank",
        "metric": "ndcg",
        "eval_at": [_K],
        "lambdarank_truncation_level": 2 * _K,
        "num_leaves": settings.leaves,
        "max_depth": settings.depth,
        "learning_rate": settings.learning_rate,
        # Of many rows a leaf asks for many, of few for a few.
        "min_data_in_leaf": int(np.clip(examples.labels.size // 2_000, 10, 300)),
        "feature_fraction": 0.3,
        "lambda_l2": 5.0,
        # Half as many trees at twice the rate lean on their leaves more.
        "path_smooth": 10.0,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": boosting.THREADS,
        "verbosity": -1,
        "feature_pre_filter": False,
    }
    return [
        {**shared, "seed": settings.seed + number} for number in range(settings.seeds)
    ]


def _ndcg(examples: Examples, scores: np.ndarray[Any, Any]) -> float:
    """Mean NDCG@10 over lists with a grade above 0; a grade gains what it says."""
    # One row per list, filled up with what is never listed.
    _, firsts, rows, sizes = np.unique(
        examples.lists, return_index=True, return_inverse=True, return_counts=True
    )
    places = np.arange(rows.size) - firsts[rows]
    laid_out = np.full((sizes.size, sizes.max()), -np.inf)
    laid_out[rows, places] = scores
    gains = np.zeros(laid_out.shape, dtype=np.int64)
    gains[rows, places] = examples.labels
    is_counted = gains.any(axis=1)
    best = list_dcg(gains[is_counted].astype(float), gains[is_counted], _K)
    return float((list_dcg(laid_out[is_counted], gains[is_counted], _K) / best).mean())


class _Trial(NamedTuple):
    """What the latest train fold says of rankers that learnt from those before it."""

    fold: int
    rounds: int
    count_examples: int
    ndcgs: list[float]
    boosters: list[lgb.Booster]


def _fitted(examples: Examples, settings: Settings) -> list[lgb.Booster]:
    """Fit one ranker a seed, all with the same rounds."""
    train = examples.dataset()
    return [
        lgb.train(parameters, train, num_boost_round=settings.rounds)
        for parameters in _parameters(examples, settings)
    ]


def _tried(examples: Examples, settings: Settings) -> _Trial:
    """Find the number of rounds by early stopping, as the mean over the seeds.

    Every round where there is no fold before the latest. `ndcgs` are those of the
    averages of the first seeds.
    """
    latest = int(examples.folds.min(initial=np.iinfo(np.int64).max))
    is_earlier = (examples.folds > latest) & (examples.folds <= latest + _FEW_FOLDS)
    earlier = examples.of(is_earlier)
    held_out = examples.of(examples.folds == latest)
    if not earlier.labels.size or not held_out.labels.size:
        return _Trial(latest, settings.rounds, examples.labels.size, [], [])
    train = earlier.dataset()
    valid = held_out.dataset(train)
    boosters = []
    for parameters in _parameters(earlier, settings):
        booster = lgb.train(
            parameters,
            train,
            num_boost_round=settings.rounds,
            valid_sets=[valid],
            callbacks=[lgb.early_stopping(_PATIENCE, verbose=False)],
        )
        # Read back, it has no trees behind the best round.
        best = booster.model_to_string(num_iteration=max(booster.best_iteration, 1))
        boosters.append(lgb.Booster(model_str=best))
    totals = np.cumsum(
        [boosting.predict(booster, held_out.features) for booster in boosters], axis=0
    )
    return _Trial(
        latest,
        round(np.mean([booster.num_trees() for booster in boosters])),
        earlier.labels.size,
        [_ndcg(held_out, total) for total in totals],
        boosters,
    )


def _evaluated(folds: pa.Table) -> list[tuple[str, int]]:
    """Folds to measure with their keys, the latest first."""
    return [
        (str(row[columns.FOLD_ID]), int(row[columns.FOLD_KEY]))
        for row in folds.sort_by(columns.FOLD_KEY).to_pylist()
        if row[columns.IS_EVALUATED]
    ]


def _learning_keys(
    evaluated: list[tuple[str, int]], examples: Examples
) -> list[tuple[str, int]]:
    """Each fold to measure with the fold before which its ranker learns.

    The latest has one of its own; of the others, from the oldest on, every two share.
    """
    learnt = [row for row in evaluated if (examples.folds > row[1]).any()]
    others = learnt[:0:-1]
    return learnt[:1] + [
        (target, others[place - place % 2][1])
        for place, (target, _) in enumerate(others)
    ]


def fit_rankers(
    examples: pa.Table,
    folds: pa.Table,
    features: pa.Table,
    *,
    rounds: int = 100,
    leaves: int = 15,
    depth: int = 5,
    learning_rate: float = 0.16,
    seed: int = 42,
    seeds: int = 1,
) -> pa.Table:
    """Fit every ranker that is needed.

    For each shelf: the one that serves, and scores the test fold, learns from all folds
    before test; the one that scores the validation fold from all train folds. Both have
    the number of rounds that early stopping found on the latest train fold, learning
    from the two before it, times as many as they have more examples. The one that was
    stopped early scores the latest train fold; of the other train folds that are
    evaluated every two share one, which learns from the two folds before both: less
    than the served one has, so that the comparison favours simpler strategies. Each of
    them is as many rankers as there are seeds, whose scores are averaged.

    Parameters
    ----------
    examples : pyarrow.Table
        ``fold_key`` (larger is earlier), ``customer_key, product_key, grade`` (0 to 15:
        what came of it in the holdout), ``is_bought`` (by the customer before the
        cutoff, kept or not) and the features.
    folds : pyarrow.Table
        ``fold_id, fold_role, fold_key, is_evaluated`` of the folds to learn from: the
        train folds and validation.
    features : pyarrow.Table
        ``feature``: those that `examples` has as columns are used, in this order.
    rounds : int
        Trees, at most.
    leaves : int
        Leaves of a tree, at most.
    depth : int
        Splits between the root and a leaf, at most: the cost of `contributions` grows
        with its square.
    learning_rate : float
        Weight of a tree.
    seed : int
        Of the features drawn for each tree; further rankers count up from it.
    seeds : int
        Rankers whose scores are averaged.

    Returns
    -------
    pyarrow.Table
        One row per shelf, target (`served` or an evaluated fold) and seed, in
        `RANKER_MODELS_SCHEMA`. A target without a list with a grade above 0 has no row.

    Raises
    ------
    ValueError
        On a bad parameter, or a column that is missing or holds a bad value.

    Examples
    --------
    >>> draws = np.random.default_rng(0)
    >>> examples = pa.table({
    ...     "fold_key": np.repeat([2, 3], 200), "customer_key": np.arange(400) % 40,
    ...     "product_key": np.arange(400) // 40, "grade": np.arange(400) % 3,
    ...     "is_bought": np.zeros(400, dtype=bool), "price": draws.random(400)})
    >>> folds = pa.table({
    ...     "fold_id": ["validation", "train_1"], "fold_key": [2, 3],
    ...     "fold_role": ["validation", "train"], "is_evaluated": [True, False]})
    >>> features = pa.table({"feature": ["price"]})
    >>> models = fit_rankers(examples, folds, features, rounds=5)
    >>> for row in models.select(["target", "count_folds"]).to_pylist()[:2]:
    ...     print(row)
    {'target': 'served', 'count_folds': 2}
    {'target': 'validation', 'count_folds': 1}
    """
    check_at_least(1, rounds=rounds, depth=depth, seeds=seeds)
    check_at_least(2, leaves=leaves)
    if not 0 < learning_rate <= 1:
        raise ValueError(
            f"learning_rate is {learning_rate}; it must be above 0, and 1 at most"
        )
    names = [
        name
        for name in features.column(columns.FEATURE).to_pylist()
        if name in examples.column_names
    ]
    if not names:
        raise ValueError("none of the features is a column of the examples")
    everything, is_new = _read_examples(examples, names)
    is_train = pc.equal(folds.column(columns.FOLD_ROLE), _TRAIN)
    train_folds = folds.filter(is_train)
    is_train_row = np.isin(everything.folds, key_array(train_folds, columns.FOLD_KEY))
    train_targets = _evaluated(train_folds)
    targets = [
        (SERVED, -1),
        *_evaluated(folds.filter(pc.invert(is_train))),
        *_learning_keys(train_targets, everything),
    ]
    few = dict(train_targets)
    is_graded = bool((everything.labels > 1).any())
    settings = Settings(rounds, leaves, depth, learning_rate, seed, seeds, is_graded)
    on_shelf = {
        "all": np.ones(is_new.size, dtype=bool),
        "new_to_customer": is_new,
    }

    def try_shelf(shelf: str) -> _Trial:
        # What scores validation may know nothing of it, not even the number of trees.
        return _tried(everything.of(on_shelf[shelf] & is_train_row), settings)

    def fit(job: tuple[str, int, bool]) -> list[dict[str, Any]]:
        shelf, fold_key, is_few = job
        is_seen = on_shelf[shelf] & (everything.folds > fold_key)
        if is_few:
            is_seen &= everything.folds <= fold_key + _FEW_FOLDS
        seen = everything.of(is_seen)
        if not seen.labels.size:
            return []
        trial = trials[shelf]
        boosters = trial.boosters if fold_key == trial.fold else []
        if not boosters:
            # More examples bear more trees.
            growth = seen.labels.size / max(trial.count_examples, 1)
            bearable = min(round(trial.rounds * max(growth, 1)), rounds)
            boosters = _fitted(seen, settings._replace(rounds=bearable))
        return [
            {
                columns.SHELF: shelf,
                columns.SEED: seed + number,
                columns.ROUNDS: booster.num_trees(),
                columns.COUNT_FOLDS: np.unique(seen.folds).size,
                columns.COUNT_EXAMPLES: seen.labels.size,
                columns.COUNT_POSITIVES: int((seen.labels > 0).sum()),
                columns.FEATURES: names,
                columns.GAINS: booster.feature_importance("gain").tolist(),
                columns.SPLITS: booster.feature_importance("split").tolist(),
                columns.MODEL: booster.model_to_string(),
            }
            for number, booster in enumerate(boosters)
        ]

    jobs = {
        (shelf, target): (shelf, fold_key, target in few)
        for shelf in SHELVES
        for target, fold_key in targets
    }
    with ThreadPoolExecutor(boosting.CALLS) as pool:
        trials = dict(zip(SHELVES, pool.map(try_shelf, SHELVES), strict=True))
        distinct = list(dict.fromkeys(jobs.values()))
        fits = dict(zip(distinct, pool.map(fit, distinct), strict=True))
    records = []
    for (shelf, target), job in jobs.items():
        ndcgs = trials[shelf].ndcgs if target == SERVED else []
        for number, row in enumerate(fits[job]):
            ndcg = ndcgs[number] if ndcgs else None
            records.append({**row, columns.TARGET: target, columns.NDCG: ndcg})
    return pa.Table.from_pylist(records, schema=RANKER_MODELS_SCHEMA)


class _Ranker:
    """The rankers of one shelf and target, averaged."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.features: list[str] = rows[0][columns.FEATURES]
        self._boosters = [lgb.Booster(model_str=row[columns.MODEL]) for row in rows]

    def predict(self, features: Floats) -> np.ndarray[Any, Any]:
        scores = [boosting.predict(booster, features) for booster in self._boosters]
        return np.asarray(np.mean(scores, axis=0))

    def explain(self, features: Floats, groups: list[int]) -> np.ndarray[Any, Any]:
        parts = [tree_shap(booster, features, groups) for booster in self._boosters]
        return np.asarray(np.mean(parts, axis=0))


def _rankers(models: pa.Table, target: str) -> Iterator[tuple[str, _Ranker]]:
    kept = models.filter(pc.equal(models.column(columns.TARGET), target)).to_pylist()
    for shelf in SHELVES:
        rows = [row for row in kept if row[columns.SHELF] == shelf]
        if rows:
            yield shelf, _Ranker(sorted(rows, key=lambda row: int(row[columns.SEED])))


def score_fold(
    models: pa.Table, folds: pa.Table, fold_id: str, candidates: pa.Table
) -> pa.Table:
    """Score candidates of one fold with the rankers that may see it.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_rankers`.
    folds : pyarrow.Table
        ``fold_id`` and ``fold_role``, the fold among them.
    fold_id : str
        The fold.
    candidates : pyarrow.Table
        Any part of its candidates: ``customer_key, product_key, is_bought`` and the
        features.

    Returns
    -------
    pyarrow.Table
        In `RANKER_SCORES_SCHEMA`, sorted by customer and product. A fold without a
        ranker has no rows; a score is null where the shelf has no ranker, or the
        product is not new to the customer on the shelf of new ones.

    Examples
    --------
    >>> nothing = RANKER_MODELS_SCHEMA.empty_table()
    >>> folds = pa.table({"fold_id": ["test"], "fold_role": ["test"]})
    >>> score_fold(nothing, folds, "test", nothing).num_rows
    0
    """
    (role,) = of_fold(folds, fold_id).column(columns.FOLD_ROLE).to_pylist()
    has_own = role in (_TRAIN, _VALIDATION)
    rankers = dict(_rankers(models, fold_id if has_own else SERVED))
    if not rankers:
        return RANKER_SCORES_SCHEMA.empty_table()
    customers = key_array(candidates, columns.CUSTOMER_KEY)
    products = key_array(candidates, columns.PRODUCT_KEY)
    is_new = _is_new(candidates)
    order = np.lexsort((products, customers))
    # One fit gives the rankers of all shelves the same features.
    matrix = feature_matrix(candidates, next(iter(rankers.values())).features)
    scores = {}
    general = np.zeros(customers.size)
    for shelf, column in SHELVES.items():
        values = np.full(customers.size, np.nan)
        rows = is_new if shelf == "new_to_customer" else slice(None)
        if shelf in rankers and values[rows].size:
            values[rows] = rankers[shelf].predict(matrix[rows]) + general[rows]
            general = values
        scores[column] = pa.array(values[order], from_pandas=True)
    return pa.table(
        {
            columns.FOLD_ID: pa.repeat(fold_id, customers.size),
            columns.CUSTOMER_KEY: customers[order],
            columns.PRODUCT_KEY: products[order],
            **scores,
        },
        schema=RANKER_SCORES_SCHEMA,
    )


def contributions(models: pa.Table, slots: pa.Table, features: pa.Table) -> pa.Table:
    """Say how much each family of features adds to the score of what is served.

    TreeSHAP, see `aisle.tree_shap`: contributions of a row and the mean score add up
    to its score.

    Parameters
    ----------
    models : pyarrow.Table
        From `fit_rankers`.
    slots : pyarrow.Table
        ``customer_key, product_key, is_bought`` and the features.
    features : pyarrow.Table
        ``feature`` and its ``family``.

    Returns
    -------
    pyarrow.Table
        One row per slot, shelf and family, in `CONTRIBUTIONS_SCHEMA`, sorted; the
        family `base` is the mean score. On the shelf of new products only those new to
        the customer.

    Examples
    --------
    >>> nothing = RANKER_MODELS_SCHEMA.empty_table()
    >>> features = pa.table({"feature": ["price"], "family": ["price"]})
    >>> contributions(nothing, nothing, features).num_rows
    0
    """
    tables = [CONTRIBUTIONS_SCHEMA.empty_table()]
    family_of = dict(
        zip(
            features.column(columns.FEATURE).to_pylist(),
            features.column(columns.FAMILY).to_pylist(),
            strict=True,
        )
    )
    rankers = dict(_rankers(models, SERVED))
    for shelf, ranker in rankers.items():
        rows = slots
        if shelf == "new_to_customer":
            rows = slots.filter(pc.invert(slots.column(columns.IS_BOUGHT)))
        if not rows.num_rows:
            continue
        customers = key_array(rows, columns.CUSTOMER_KEY)
        products = key_array(rows, columns.PRODUCT_KEY)
        order = np.lexsort((products, customers))
        matrix = feature_matrix(rows, ranker.features)[order]
        named = [family_of[name] for name in ranker.features]
        families = sorted(set(named))
        groups = [families.index(name) for name in named]
        parts = np.sum(
            [
                rankers[name].explain(matrix, groups)
                for name in dict.fromkeys(("all", shelf))
                if name in rankers
            ],
            axis=0,
        )
        families.append("base")
        tables.append(
            pa.table(
                {
                    columns.CUSTOMER_KEY: np.repeat(customers[order], len(families)),
                    columns.PRODUCT_KEY: np.repeat(products[order], len(families)),
                    columns.SHELF: pa.repeat(shelf, parts.size),
                    columns.FAMILY: pa.DictionaryArray.from_arrays(
                        np.tile(np.arange(len(families), dtype=np.int8), order.size),
                        families,
                    ).cast(pa.string()),
                    columns.CONTRIBUTION: parts.ravel(),
                },
                schema=CONTRIBUTIONS_SCHEMA,
            )
        )
    return pa.concat_tables(tables)
