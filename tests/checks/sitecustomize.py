"""Make dbt lean where this folder is on PYTHONPATH: commands stay as they are typed."""

import sys
from pathlib import Path

if len(sys.orig_argv) > 1 and Path(sys.orig_argv[1]).name == "dbt":
    import lean

    lean.slim()
