"""The parts of Aisle that SQL cannot do; nothing here knows of dbt."""

import os

# Read once, when the first library with OpenMP is loaded: threads that wait in a loop
# for work make LightGBM many times slower beside anything else that runs.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
