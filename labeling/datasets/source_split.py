"""Which split a photo belongs to: by its name's hash, so that all of one photo stay on one side for good."""

from __future__ import annotations

import hashlib
from typing import Literal

Split = Literal["train", "validation", "test"]
RULE = "by photo: SHA-256 of the file name modulo 10, 0 and 1 test, 2 validation, else train; known photos as they were"


def source_split(source: str) -> Split:
    """The split of a photo by its file name."""
    digit = int(hashlib.sha256(source.encode("utf-8")).hexdigest(), 16) % 10
    return "test" if digit < 2 else "validation" if digit == 2 else "train"
