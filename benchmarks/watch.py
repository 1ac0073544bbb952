"""Run a command and watch its memory and CPU time, with those of all that it starts."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_EVERY = 0.2  # seconds
MIB = 1024 * 1024


@dataclass
class MemoryWatch:
    """Resident memory of a process and what it started, over time.

    Attributes
    ----------
    pid : int
        The process.
    samples : list of tuple
        Seconds since the epoch, bytes, and seconds of CPU time since the start.
    """

    pid: int
    samples: list[tuple[float, int, float]] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Take samples until told to end."""
        while not self._ended.wait(SAMPLE_EVERY):
            self.samples.append((time.time(), *tree_usage(self.pid)))

    def end(self) -> None:
        """Take no more samples."""
        self._ended.set()

    def peak(self, start: float = 0.0, end: float = float("inf")) -> int:
        """Most bytes seen between two moments."""
        seen = [size for at, size, _ in self.samples if start <= at <= end]
        return max(seen, default=0)

    def cpu(self, start: float = 0.0, end: float = float("inf")) -> float:
        """Seconds of CPU time between two moments.

        Examples
        --------
        >>> watch = MemoryWatch(0, [(10.0, 0, 1.0), (20.0, 0, 5.0)])
        >>> watch.cpu(10.0, 15.0), watch.cpu()
        (2.0, 5.0)
        """
        return self._cpu_at(end) - self._cpu_at(start)

    def _cpu_at(self, moment: float) -> float:
        place = bisect([at for at, _, _ in self.samples], moment)
        if place == 0:
            return 0.0
        if place == len(self.samples):
            return self.samples[-1][2]
        (before, _, cpu_before), (after, _, cpu_after) = self.samples[
            place - 1 : place + 1
        ]
        return cpu_before + (cpu_after - cpu_before) * (moment - before) / (
            after - before
        )


@dataclass(frozen=True)
class Run:
    """How a command ended, when it began and ended, and what was seen of it."""

    status: int
    began: float
    ended: float
    memory: MemoryWatch


def tree_usage(pid: int) -> tuple[int, float]:
    """Resident bytes and CPU seconds of a process and those it started.

    Both are 0 where /proc is missing. Of processes that ended the time counts, if
    whoever started them has asked how they ended.
    """
    total, ticks = 0, 0
    waiting = [pid]
    while waiting:
        process = Path("/proc") / str(waiting.pop())
        try:
            pages = int((process / "statm").read_text().split()[1])
            # The name, in brackets, may hold spaces.
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            for task in (process / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, ValueError, IndexError):
            continue  # it ended between two reads, or there is no /proc
        total += pages * os.sysconf("SC_PAGE_SIZE")
        ticks += sum(map(int, fields[11:15]))
    return total, ticks / os.sysconf("SC_CLK_TCK")


def watched(command: Sequence[str], folder: Path, **variables: str) -> Run:
    """Run a command in a folder, with variables added to the environment."""
    env: Mapping[str, str] = {**os.environ, **variables}
    began = time.time()
    with subprocess.Popen(command, cwd=folder, env=env) as process:
        memory = MemoryWatch(process.pid)
        watcher = threading.Thread(target=memory.run, daemon=True)
        watcher.start()
        status = process.wait()
        memory.end()
        watcher.join()
    return Run(status, began, time.time(), memory)
