"""ALS by Spark's MLlib, on the weights and with the factors of the build's own.

Regularisation stays MLlib's default: it weighs it by each row's number of entries, so
that the build's figure means something else there.
"""

from __future__ import annotations

import os

from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

# By the name that Spark's documentation gives it.
from pyspark.sql import functions as F  # noqa: N812

from peers.protocol import Work


def main() -> None:
    """Fit and list for the customers of the test fold."""
    work = Work("spark_als")
    (settings,) = (row for row in work.settings["als"] if row["fold_id"] == "test")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 3
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", f"{memory // 2**20}m")
        .config("spark.local.dir", str(work.outputs / "spill"))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )

    def read(name: str) -> object:
        rows = spark.read.parquet(str(work.inputs / f"{name}.parquet"))
        return rows.where("fold_id = 'test'")

    als = ALS(
        rank=settings["factors"],
        maxIter=settings["iterations"],
        alpha=settings["alpha"],
        seed=settings["seed"],
        implicitPrefs=True,
        userCol="customer_key",
        itemCol="product_key",
        ratingCol="weight",
    )
    with work.span("fit"):
        model = als.fit(read("weights"))
    with work.span("recommend"):
        lists = model.recommendForUserSubset(read("customers"), work.settings["depth"])
        products = F.posexplode("recommendations").alias("place", "product")
        lists.select("customer_key", products).select(
            "customer_key",
            F.col("product.product_key").alias("product_key"),
            (F.col("place") + 1).alias("rank"),
        ).write.parquet(str(work.outputs / "lists"))
    spark.stop()


if __name__ == "__main__":
    main()
