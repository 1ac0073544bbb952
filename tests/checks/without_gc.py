"""Run a program of this environment without the search for cycles of references.

dbt and sqlfluff make millions of objects that they need until they end, and Python goes
through all of them again and again: a tenth of dbt's time and two fifths of sqlfluff's.
In return they take twice the memory.
"""

from __future__ import annotations

import gc
import sys
from importlib.metadata import entry_points


def main() -> int | None:
    """Run the program that the first argument names with the other arguments."""
    gc.disable()
    del sys.argv[0]
    (program,) = entry_points(group="console_scripts", name=sys.argv[0])
    status: int | None = program.load()()
    return status


if __name__ == "__main__":
    sys.exit(main())
