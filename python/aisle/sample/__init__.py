"""A believable shop with known truth, of any size.

One seed gives one shop, to the row. Customers are drawn in independent blocks, so
memory does not grow with their number. See :func:`write_sample`.
"""

from aisle.sample.writer import (
    DEFAULT_CUSTOMERS,
    DEFAULT_SEED,
    SampleBlock,
    default_products,
    generate_blocks,
    progress_bar,
    write_sample,
    write_seeds,
    write_truth,
)

__all__ = [
    "DEFAULT_CUSTOMERS",
    "DEFAULT_SEED",
    "SampleBlock",
    "default_products",
    "generate_blocks",
    "progress_bar",
    "write_sample",
    "write_seeds",
    "write_truth",
]
