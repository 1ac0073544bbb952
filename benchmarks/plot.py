"""Draw time and memory by stage and size from the tables in a folder.

Runs in the environment of the benchmark: `python plot.py benchmarks/results`.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
# The same figures give the same file, with its text as text.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "aisle", "font.size": 8})

# Only after the settings, which pyplot reads when it is imported.
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter  # noqa: E402

WHOLE = "whole build"
PANELS = {"seconds": "seconds", "peak_mib": "GiB at the peak"}

Figures = dict[str, dict[int, dict[str, float]]]


def read(results: Path) -> Figures:
    """Seconds and memory by what they were spent on, and by interactions.

    The whole build first, then equal work by whom, then stages by their time.
    """
    figures: Figures = {}

    def note(label: str, size: int, seconds: float, peak: float) -> None:
        figures.setdefault(label, {})[size] = {
            "seconds": seconds,
            "peak_mib": peak / 1024,
        }

    for path in results.glob("peers_*.csv"):
        size = int(path.stem.rpartition("_")[2])
        for row in csv.DictReader(path.open()):
            if row["work"] == "equal work":
                label = f"equal work, {row['by'].partition(',')[0]}"
                note(label, size, float(row["seconds"]), float(row["peak_mib"]))
    stages: dict[str, float] = {}
    for path in results.glob("interactions_*.csv"):
        size = int(path.stem.rpartition("_")[2])
        rows = list(csv.DictReader(path.open()))
        for row in rows:
            seconds, peak = float(row["seconds"]), float(row["peak_mib"])
            note(row["stage"], size, seconds, peak)
            stages[row["stage"]] = max(stages.get(row["stage"], 0.0), seconds)
        total = sum(float(row["seconds"]) for row in rows)
        note(WHOLE, size, total, max(float(row["peak_mib"]) for row in rows))
    first = sorted(
        set(figures) - set(stages), key=lambda label: (label != WHOLE, label)
    )
    return {
        label: figures[label]
        for label in first + sorted(stages, key=lambda stage: -stages[stage])
    }


def draw(figures: Figures, path: Path) -> None:
    """A row for each label, a point for each size, on scales of powers of ten."""
    sizes = sorted({size for by_size in figures.values() for size in by_size})
    colours = dict(zip(sizes, mpl.colormaps["Dark2"].colors, strict=False))
    figure, axes = plt.subplots(
        1,
        2,
        sharey=True,
        figsize=(7.5, 0.8 + 0.17 * len(figures)),
        layout="constrained",
    )
    labels = list(figures)
    for panel, (column, title) in zip(axes, PANELS.items(), strict=True):
        for size in sizes:
            seen = [
                (by_size[size][column], place)
                for place, by_size in enumerate(figures.values())
                if by_size.get(size, {}).get(column, 0) > 0
            ]
            panel.scatter(
                *zip(*seen, strict=True),
                color=colours[size],
                s=16,
                label=f"{size / 1e6:g} M interactions",
                zorder=2,
            )
        panel.set_xscale("log")
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.set_xlabel(title)
        panel.grid(axis="both", color="0.9", linewidth=0.5, zorder=0)
        panel.spines[["top", "right"]].set_visible(False)
    axes[0].set_yticks(range(len(labels)), labels)
    axes[0].invert_yaxis()
    handles = axes[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper right", ncols=len(sizes), frameon=False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    draw(read(folder), folder / "scaling.svg")
    print(f"Drawn to {folder / 'scaling.svg'}")
