"""The most memory this process ever held: what an image cost, and whether a burst of any size needs no more of it."""

from __future__ import annotations

import resource
import sys

_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kibibytes on Linux


def peak_memory_bytes() -> int:
    """Bytes resident at most since the process began."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
