"""What a simulated day came to, in a sentence."""

from __future__ import annotations

from workbench.charts.amounts import count, duration, percent
from workbench.charts.queue_depth import clock
from workbench.operations.replicate_shop import Replications

HOUR_S = 3600


def monday_words(found: Replications) -> str:
    """When the last image was put down, what was left, how busy people were; means with their 95% intervals."""
    last, left, busy = (found.figures[name] for name in ("people_left_h", "left", "utilisation"))
    p95 = found.figures["turnaround_p95_h"]
    ends = clock(found.shop.checkpoint_h)
    said = [
        f"Mean of {found.n} **simulated** days: people are busy {percent(busy.mean)} of their hours",
        f"{count(left.mean)} images are left at {ends} ({count(max(0.0, left.low))} to {count(left.high)})",
    ]
    if last.mean is not None:
        said.append(f"the last image is put down at {clock(last.mean)}")
    if p95.mean is not None:
        said.append(f"95 of 100 images are done within {duration(p95.mean * HOUR_S)}")
    return "; ".join(said) + "."
