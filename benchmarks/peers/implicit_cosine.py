"""Product neighbours by implicit's CosineRecommender, on the build's own histories."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from implicit.nearest_neighbours import CosineRecommender

from peers.protocol import Work

# Neighbours looked at, times those kept: implicit asks for no least number of customers
# who share two products, and pairs below it are dropped before the two are compared.
WIDER = 20


def main() -> None:
    """Fit and list for every fold; only test's lists and neighbours are written."""
    work = Work("implicit_cosine")
    neighbours = work.settings["neighbours"]
    # A product is its own first neighbour.
    work.fit_and_list("histories", lambda _: CosineRecommender(K=neighbours + 1))

    # Not timed: for the comparison of the neighbours alone.
    wide = CosineRecommender(K=WIDER * neighbours)
    wide.fit(work.matrix("histories", "test"), show_progress=False)
    similarity = wide.similarity.tocoo()
    work.write(
        "neighbours",
        pa.table(
            {
                "product_key": similarity.row.astype(np.int64),
                "neighbour_key": similarity.col.astype(np.int64),
                "similarity": similarity.data,
            }
        ),
    )


if __name__ == "__main__":
    main()
