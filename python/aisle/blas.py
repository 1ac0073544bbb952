"""BLAS with one thread: sums must not depend on how many there are.

For the life of the process, not within a block: two dbt threads leaving such blocks in
turn would hand each other's BLAS threads back in mid-fit. implicit also runs several
times slower when its threads and those of BLAS compete.
"""

# Only a BLAS that is loaded can be told: NumPy's and SciPy's are.
import numpy as np  # noqa: F401
import scipy.linalg  # noqa: F401
import threadpoolctl

__all__ = ["use_one_thread"]


def use_one_thread() -> None:
    """Keep every BLAS of this process to one thread; modules that sum call it once.

    Examples
    --------
    >>> use_one_thread()
    >>> {pool["num_threads"] for pool in threadpoolctl.threadpool_info()
    ...  if pool["user_api"] == "blas"} <= {1}
    True
    """
    threadpoolctl.threadpool_limits(limits=1, user_api="blas")
