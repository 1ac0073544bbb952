"""Shops of a few rows as a folder of files, to see what dbt makes of odd input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

FIRST_DAY = datetime(2024, 1, 1, 9)


@dataclass(frozen=True)
class Shop:
    """How large a generated shop is.

    Attributes
    ----------
    customers, products, days : int
        How many there are; customers buy in turns, one product a day each.
    currency_unit : float
        Prices are five of it and more.
    interaction_types : sequence of str
        Given to the rows in turns.
    """

    customers: int = 12
    products: int = 6
    days: int = 150
    interaction_types: Sequence[str] = ("view", "purchase")
    currency_unit: float = 1.0

    def interactions(self) -> pd.DataFrame:
        """One row per customer and turn, in the columns of the input contract."""
        rows: list[dict[str, Any]] = []
        for customer in range(self.customers):
            for turn in range(20):
                day = (customer + 7 * turn) % self.days
                kind = self.interaction_types[turn % len(self.interaction_types)]
                # The same product for two turns: seen, then bought.
                product = (customer + turn // 2) % self.products
                rows.append(
                    {
                        "customer_id": f"c{customer}",
                        "session_id": f"s{customer}-{day}",
                        "product_id": f"p{product}",
                        "interaction_type": kind,
                        "quantity": 1.0,
                        "unit_price": (5.0 + product) * self.currency_unit,
                        "occurred_at": FIRST_DAY + timedelta(days=day, minutes=turn),
                    }
                )
        columns = [
            "customer_id",
            "session_id",
            "product_id",
            "interaction_type",
            "quantity",
            "unit_price",
            "occurred_at",
        ]
        return pd.DataFrame(rows, columns=columns)


def write_shop(folder: Path, interactions: pd.DataFrame) -> Path:
    """Write the interactions as Parquet and return the folder, for `files_path`."""
    folder.mkdir(parents=True, exist_ok=True)
    interactions.to_parquet(folder / "interactions.parquet", index=False)
    return folder
