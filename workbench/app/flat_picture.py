"""Which of a result's files is the finished picture: its sizes are the spec's to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FLAT = re.compile(r"(\d+)\.jpg")


def flat_picture(row: Mapping[str, Any], *, small: bool = False) -> Mapping[str, Any] | None:
    """The largest finished picture of a result, or the smallest; None where the spec delivers none.

    Args:
        row: A result with its ``artefacts``.
        small: The smallest, for thumbnails.
    """
    sizes = {int(found[1]): file for file in row["artefacts"] or () if (found := _FLAT.fullmatch(file["suffix"]))}
    return sizes[min(sizes) if small else max(sizes)] if sizes else None
