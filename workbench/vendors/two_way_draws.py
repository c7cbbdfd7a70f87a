"""Draws images and judges again at once: votes on one image, or by one judge, are not independent."""

from __future__ import annotations

from collections.abc import Sequence


def two_way_draws(images: Sequence[str], judges: Sequence[str], *, draws: int, seed: int):
    """Weights of every vote in every draw, float (draws, votes): images and judges are both drawn with replacement.

    With one judge only the images are drawn: nothing is then said about other judges.

    Source:
        Owen 2007, "The pigeonhole bootstrap".
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    weights = np.ones((draws, len(images)))
    for names in (images, judges):
        found, place = np.unique(np.asarray(names, str), return_inverse=True)
        if len(found) > 1:
            drawn = rng.multinomial(len(found), np.full(len(found), 1 / len(found)), size=draws)
            weights *= drawn[:, place]
    return weights
