"""What a training took, over all the calls that went on with it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.domain.whole_file import write_whole


class TimeSpent:
    """Time on the clock and of processors, kept beside what a training resumes from.

    Args:
        folder: Of the training.
    """

    def __init__(self, folder: Path) -> None:
        self.path = Path(folder) / "time_spent.json"

    def forget(self) -> None:
        """Begin at nought."""
        self.path.unlink(missing_ok=True)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Add what happens inside, also when it is stopped."""
        clock, spent = time.monotonic(), sum(os.times()[:4])
        try:
            yield
        finally:
            wall_s, core_s = self._so_far()
            more = {"wall_s": wall_s + time.monotonic() - clock, "core_s": core_s + sum(os.times()[:4]) - spent}
            write_whole(self.path, lambda part: part.write_text(json.dumps(more), encoding="utf-8"))

    @property
    def words(self) -> str:
        """For the card, with the machine: "3.4 minutes on the clock, 190 core-seconds; 2 cores, no GPU"."""
        wall_s, core_s = self._so_far()
        return f"{wall_s / 60:.1f} minutes on the clock, {core_s:.0f} core-seconds; {os.cpu_count()} cores, {_gpu()}"

    def _so_far(self) -> tuple[float, float]:
        if not self.path.is_file():
            return 0.0, 0.0
        found = json.loads(self.path.read_text(encoding="utf-8"))
        return found["wall_s"], found["core_s"]


def _gpu() -> str:
    torch = sys.modules.get("torch")  # a training that never loaded it did not use one
    if torch is None or not torch.cuda.is_available():
        return "no GPU"
    return str(torch.cuda.get_device_name())
