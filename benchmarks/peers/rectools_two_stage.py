"""RecTools' two-stage model, as its tutorial of candidate ranking writes it.

ALS, product neighbours and best sellers propose, LightGBM ranks. Interactions have the
weights of the build's events, and those of the 30 days before the test cutoff are the
labels: with purchases alone its lists are worse.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from lightgbm import LGBMRanker
from rectools import Columns
from rectools.dataset import Dataset
from rectools.model_selection import TimeRangeSplitter
from rectools.models import (
    ImplicitALSWrapperModel,
    ImplicitItemKNNWrapperModel,
    PopularModel,
)
from rectools.models.ranking import (
    CandidateGenerator,
    CandidateRankingModel,
    PerUserNegativeSampler,
    Reranker,
)

from peers.protocol import Work


# RecTools is not in the environment of mypy.
class LGBMReranker(Reranker):  # type: ignore[misc]
    """Hand LightGBM the customers' groups."""

    def prepare_fit_kwargs(
        self, candidates_with_target: pd.DataFrame
    ) -> dict[str, Any]:
        """Sort candidates by customer and count them."""
        candidates = candidates_with_target.sort_values(Columns.User, kind="stable")
        return {
            "X": candidates.drop(columns=[*Columns.UserItem, Columns.Target]),
            "y": candidates[Columns.Target],
            "group": candidates.groupby(Columns.User)[Columns.Item].count().to_numpy(),
        }


def main() -> None:
    """Fit and list for the customers of the test fold."""
    work = Work("rectools_two_stage")
    (settings,) = (row for row in work.settings["als"] if row["fold_id"] == "test")
    candidates = work.settings["candidates"]
    interactions = work.read("interactions", "test").to_pandas()
    dataset = Dataset.construct(
        interactions.rename(
            columns={
                "customer_key": Columns.User,
                "product_key": Columns.Item,
                "weight": Columns.Weight,
                "occurred_at": Columns.Datetime,
            }
        ).drop(columns="fold_id")
    )
    models = [
        PopularModel(),
        ImplicitItemKNNWrapperModel(CosineRecommender(K=work.settings["neighbours"])),
        ImplicitALSWrapperModel(
            AlternatingLeastSquares(
                factors=settings["factors"],
                regularization=settings["regularisation"],
                iterations=settings["iterations"],
                random_state=settings["seed"],
            )
        ),
    ]
    model = CandidateRankingModel(
        [
            CandidateGenerator(
                generator,
                num_candidates=candidates,
                keep_ranks=True,
                keep_scores=True,
                # LightGBM's wrapper in RecTools is to be given no gaps.
                scores_fillna_value=0,
                ranks_fillna_value=candidates + 1,
            )
            for generator in models
        ],
        TimeRangeSplitter(f"{work.settings['fold_days']}D", filter_already_seen=False),
        LGBMReranker(LGBMRanker(random_state=settings["seed"], verbosity=-1)),
        sampler=PerUserNegativeSampler(random_state=settings["seed"]),
    )
    with work.span("fit"):
        model.fit(dataset)
    known = dataset.user_id_map.external_ids
    customers = work.read("customers", "test")["customer_key"].to_numpy()
    with work.span("recommend"):
        lists = model.recommend(
            users=customers[np.isin(customers, known)],
            dataset=dataset,
            k=work.settings["depth"],
            filter_viewed=False,
        )
    lists = lists.rename(
        columns={
            Columns.User: "customer_key",
            Columns.Item: "product_key",
            Columns.Rank: "rank",
        }
    )
    columns = ["customer_key", "product_key", "rank"]
    work.write("lists", pa.Table.from_pandas(lists[columns], preserve_index=False))


if __name__ == "__main__":
    main()
