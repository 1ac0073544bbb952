"""Hillstrom's e-mail experiment as a folder of the input contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HILLSTROM_VARIANTS = {
    "Mens E-Mail": "mens",
    "Womens E-Mail": "womens",
    "No E-Mail": "control",
}
HILLSTROM_DAY = pd.Timestamp("2008-03-01")


def write_hillstrom(customers: pd.DataFrame, folder: Path) -> Path:
    """Hillstrom's e-mail experiment: 64,000 customers, two weeks after the e-mail.

    A visit is a view and a conversion a purchase, on the third day; what was spent in
    the year before is one purchase, as many months ago as the last one was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ids = pd.Series([f"c{n}" for n in range(len(customers))])
    recency = pd.to_timedelta(30 * customers["recency"], unit="D")

    def events(
        chosen: pd.Series[Any],
        kind: str,
        amounts: pd.Series[Any],
        times: pd.Series[Any],
    ) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "customer_id": ids[chosen],
                "product_id": "catalogue",
                "interaction_type": kind,
                "quantity": 1.0,
                "unit_price": amounts[chosen],
                "occurred_at": times[chosen],
            }
        )

    everyone = pd.Series(np.ones(len(customers), dtype=bool))
    third_day = pd.Series(HILLSTROM_DAY + pd.Timedelta(days=3), index=ids.index)
    nothing = pd.Series(np.nan, index=ids.index)
    interactions = pd.concat(
        [
            events(everyone, "purchase", customers["history"], HILLSTROM_DAY - recency),
            events(customers["visit"] == 1, "view", nothing, third_day),
            events(
                customers["conversion"] == 1,
                "purchase",
                customers["spend"],
                third_day + pd.Timedelta(hours=1),
            ),
        ]
    )
    interactions.to_parquet(folder / "interactions.parquet", index=False)
    assignments = pd.DataFrame(
        {
            "experiment_id": "hillstrom",
            "customer_id": ids,
            "variant": customers["segment"].map(HILLSTROM_VARIANTS),
            "assigned_at": HILLSTROM_DAY,
        }
    )
    assignments.to_parquet(folder / "experiment_assignments.parquet", index=False)
    return folder
