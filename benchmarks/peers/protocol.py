"""What every peer reads and writes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import scipy.sparse


class Work:
    """The folder of a run, and what a peer has done in it.

    Attributes
    ----------
    inputs : Path
        Holds the Parquet files.
    outputs : Path
        The peer's own.
    settings : dict
        `depth`, the length of lists, and `neighbours`, those of a product.
    """

    def __init__(self, name: str) -> None:
        self.inputs = Path(sys.argv[1])
        self.outputs = self.inputs / name
        self.outputs.mkdir()
        self.settings = json.loads((self.inputs / "settings.json").read_text())
        self._spans: list[dict[str, Any]] = []

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Note when the work under a name began and ended."""
        began = time.time()
        yield
        self._spans.append({"name": name, "starts": began, "ends": time.time()})
        (self.outputs / "spans.json").write_text(json.dumps(self._spans))

    def read(self, name: str, fold_id: str) -> pa.Table:
        """The fold's rows of an input."""
        return pq.read_table(
            self.inputs / f"{name}.parquet", filters=[("fold_id", "=", fold_id)]
        )

    def matrix(self, name: str, fold_id: str) -> Any:
        """The fold's weights by customer (row) and product (column)."""
        rows = self.read(name, fold_id)
        matrix = scipy.sparse.coo_matrix(
            (
                rows["weight"].to_numpy().astype(np.float32),
                (rows["customer_key"].to_numpy(), rows["product_key"].to_numpy()),
            )
        ).tocsr()
        matrix.sort_indices()
        return matrix

    def customers(self, fold_id: str, count: int) -> Any:
        """Keys of the fold's customers who get a list, below a number."""
        keys = self.read("customers", fold_id)["customer_key"]
        return keys.filter(pc.less(keys, count)).to_numpy()

    def fit_and_list(
        self, name: str, model_of: Callable[[dict[str, Any]], Any]
    ) -> None:
        """Fit a model of implicit's kind and list, for every fold on its own input.

        Only test's lists are written. `model_of` makes a model of a fold's settings.
        """
        for settings in self.settings["als"]:
            fold_id = settings["fold_id"]
            matrix = self.matrix(name, fold_id)
            customers = self.customers(fold_id, matrix.shape[0])
            model = model_of(settings)
            with self.span("fit"):
                model.fit(matrix, show_progress=False)
            with self.span("recommend"):
                products, _ = model.recommend(
                    customers,
                    matrix[customers],
                    N=self.settings["depth"],
                    filter_already_liked_items=False,
                )
            if fold_id == "test":
                self.write_lists(customers, products)

    def write_lists(self, customers: Any, products: Any) -> None:
        """Write a row of products for each customer, best first; negative is none."""
        count, depth = products.shape
        lists = pa.table(
            {
                "customer_key": np.repeat(customers, depth).astype(np.int64),
                "product_key": products.ravel().astype(np.int64),
                "rank": np.tile(np.arange(1, depth + 1), count),
            }
        )
        self.write("lists", lists.filter(pc.field("product_key") >= 0))

    def write(self, name: str, rows: pa.Table) -> None:
        """Write a table to a folder, as Spark does."""
        (self.outputs / name).mkdir()
        pq.write_table(rows, self.outputs / name / "rows.parquet")
