"""Write the committed sample shop again: ``python -m aisle.sample [FOLDER]``."""

import sys
from pathlib import Path

from aisle.sample.writer import write_seeds

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "seeds/sample_shop")
    write_seeds(folder)
    sys.stdout.write(f"The sample shop is in {folder}.\n")
