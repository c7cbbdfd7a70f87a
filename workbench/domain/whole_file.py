"""Writes a file so that nobody ever reads half of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path


def write_whole(target: Path, write: Callable[[Path], object]) -> None:
    """Have it written under another name and renamed; folders are made, and a write that fails leaves nothing.

    Args:
        target: Where it shall lie.
        write: Writes to the path it is given, in the same folder.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        write(part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
