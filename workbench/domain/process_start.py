"""Tells a process we started from another one that was given its number since, and ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

_LOOK_S = 0.1


def process_start(pid: int) -> str | None:
    """When a living process began, as the system tells it; None when there is none, or it waits to be buried."""
    asked = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, since = asked.stdout.strip().partition(" ")
    return None if not since or state.startswith("Z") else since.strip()


def end_process(pid: int, *, is_gone: Callable[[], bool], patience_s: float) -> bool:
    """Ask a process to end, then make it; False when it is still there after ``patience_s`` seconds of each."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        os.kill(pid, how)
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            if is_gone():
                return True
            time.sleep(_LOOK_S)
    return False
