"""Draws the photos of a pilot: the same number from every category, the same ones every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What was drawn, in order, and from how many: ``available`` is category -> photos there."""

    drawn: tuple[str, ...]  # image ids
    available: dict[str, int]
    short: dict[str, int]  # category -> how many are missing


def stratified_draw(photos: Iterable[tuple[str, str]], *, per_category: int, seed: int) -> Draw:
    """So many photos of each category.

    The order is that of a hash of seed and image, so that nobody chooses, and a larger draw holds the smaller one.

    Args:
        photos: (image id, category).
        per_category: How many of each, or all where there are fewer.
        seed: Another seed, another draw.
    """
    by_category: dict[str, list[str]] = {}
    for image_id, category in photos:
        by_category.setdefault(category, []).append(image_id)
    drawn, short = [], {}
    for category in sorted(by_category):
        order = sorted(by_category[category], key=lambda one: _place(one, seed))
        drawn += order[:per_category]
        if len(order) < per_category:
            short[category] = per_category - len(order)
    return Draw(
        drawn=tuple(drawn), available={name: len(by_category[name]) for name in sorted(by_category)}, short=short
    )


def _place(image_id: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{image_id}".encode("utf-8", "surrogatepass")).hexdigest()
