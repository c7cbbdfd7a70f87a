"""Groups of photos that look alike, so that a kind of image can be found that no attribute names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MOST_GROUPS = 8  # each more is one more kind to look at, and twice as many pairs
LEAST_PHOTOS = 20  # a group; of fewer photos there are fewer groups
FITTED = 10_000  # photos the groups are made from; the others join the nearest


def look_groups(vectors: np.ndarray, categories: Sequence[str | None]) -> list[str | None]:
    """Name the group of each photo: its number and what most of it is; None where it is not known what it looks like.

    Nothing but looks makes a group, so that a finding about one owes nothing to how it was made. Groups are numbered
    from the largest.

    Args:
        vectors: (n, d), of length 1; NaN where a photo has none.
        categories: Of the same photos, for the names.

    Source: Arthur and Vassilvitskii (2007), k-means++, SODA.
    """
    import numpy as np
    from sklearn.cluster import KMeans

    known = np.flatnonzero(~np.isnan(vectors).any(1))
    photos, of_photo = np.unique(vectors[known], axis=0, return_inverse=True)  # one photo under many SKUs counts once
    number = min(MOST_GROUPS, len(photos) // LEAST_PHOTOS)
    if number < 2:
        return [None] * len(vectors)
    drawn = np.random.default_rng(0).permutation(len(photos))[:FITTED]
    group = KMeans(number, n_init=4, random_state=0).fit(photos[drawn]).predict(photos)[of_photo.ravel()]
    names: list[str | None] = [None] * len(vectors)
    for place, one in enumerate(np.argsort(-np.bincount(group, minlength=number), kind="stable"), start=1):
        members = known[group == one]
        most = Counter(categories[n] for n in members if categories[n]).most_common(1)
        name = f"group {place}, mostly {most[0][0]}" if most else f"group {place}"
        for n in members:
            names[n] = name
    return names
