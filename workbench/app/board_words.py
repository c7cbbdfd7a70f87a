"""What the board says when something could not be done."""

from __future__ import annotations

from workbench.domain.errors import LakeError, StorageFull, WorkbenchError


def in_words(error: WorkbenchError) -> str:
    """What went wrong and what to do, for somebody with a finger on a key."""
    if isinstance(error, StorageFull):
        return "The disk is full, nothing was stored. Free some space, then press the key again."
    if isinstance(error, LakeError):
        return (
            f"Not stored: the lake is busy or cannot be written ({error.found}). Press the key again; ticks are kept."
        )
    words = error.found[:1].upper() + error.found[1:]
    return f"{words}." + (f" What works: {error.allowed}." if error.allowed else "")
