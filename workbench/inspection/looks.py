"""What images look like, compared: who is near whom, who is a copy, whose label disagrees with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

NEIGHBOURS = 10
# 1 - cosine of network vectors under which two photos are almost the same. Chosen on the 165 sample photos: copies at
# half the size and JPEG quality 70 lie at most 0.0031 apart, copies cropped by 2% at most 0.0034 in nine of ten, and
# the two nearest different photos 0.0037 (two renders of hair).
SAME = 0.0035
NEAR_QUANTILE = 0.05  # of the images nobody judged, the share that lies nearest to a failure
MAP_EXACT = 3_000  # images laid out by t-SNE; beyond, the two leading principal axes, which need seconds and not hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """By image: its place on the map, doubt of its category, nearness to failures, and how many copies it has."""

    points: np.ndarray  # (n, 2)
    label_doubt: np.ndarray  # (n,) share of neighbours with another category; nan without a category
    near_failure: np.ndarray  # (n,) 1 - distance to the nearest failure; 0 where that is far, or people judged it
    duplicates: np.ndarray  # (n,)
    layout: str  # how the map was made, in words


def compare_looks(
    vectors: np.ndarray, photos: Sequence[str], categories: Sequence[str | None], failed: Sequence[bool | None]
) -> Looks:
    """Compare images by their vectors.

    Args:
        vectors: float32 (n, d), of length 1.
        photos: Hash of each photo: the same photo is not its own neighbour, nor its duplicate.
        categories: As the manifest names them.
        failed: What people said of the automatic result; None: nobody looked.
    """
    import numpy as np

    number = len(vectors)
    points, layout = _map(vectors)
    if number < 2:
        return Looks(points=points, label_doubt=np.full(number, np.nan), near_failure=np.zeros(number),
                     duplicates=np.zeros(number), layout=layout)  # fmt: skip
    first, of_photo = np.unique(np.asarray(photos), return_index=True, return_inverse=True)[1:]
    distance, near = _neighbours(vectors[first])
    names = np.asarray([categories[n] or "" for n in first])
    others = names[near] != names[:, None]
    known = names[near] != ""
    doubt = np.where(names == "", np.nan, (others & known).sum(1) / np.maximum(known.sum(1), 1))
    copies = (distance <= SAME).sum(1)
    verdicts = np.asarray([np.nan if one is None else float(one) for one in failed])
    near_failure = np.zeros(number)
    bad = np.unique(of_photo[verdicts == 1])
    if len(bad):
        to_bad = 1 - _best_match(vectors[first], vectors[first][bad])
        open_ones = np.isnan(verdicts)
        measured = to_bad[of_photo]
        if open_ones.any():
            limit = np.quantile(measured[open_ones], NEAR_QUANTILE)
            near_failure = np.where(open_ones & (measured <= limit), 1 - measured, 0.0)
    return Looks(
        points=points, label_doubt=doubt[of_photo], near_failure=near_failure,
        duplicates=copies[of_photo].astype(float), layout=layout,
    )  # fmt: skip


def _neighbours(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance to and place of the nearest others."""
    from sklearn.neighbors import NearestNeighbors

    count = min(NEIGHBOURS + 1, len(vectors))
    found = NearestNeighbors(n_neighbors=count, metric="euclidean", algorithm="brute", n_jobs=1).fit(vectors)
    distance, near = found.kneighbors(vectors)  # part by part; with metric="cosine" it would take all memory there is
    return distance[:, 1:] ** 2 / 2, near[:, 1:]  # of vectors of length 1: 1 - cosine


def _best_match(vectors: np.ndarray, others: np.ndarray, step: int = 2_000) -> np.ndarray:
    """Highest cosine with any of the others, a part at a time: all at once would not fit for 100,000 images."""
    import numpy as np

    best = np.empty(len(vectors))
    for begin in range(0, len(vectors), step):
        best[begin : begin + step] = (vectors[begin : begin + step] @ others.T).max(1)
    return best


def _map(vectors: np.ndarray) -> tuple[np.ndarray, str]:
    import numpy as np
    from sklearn.decomposition import PCA

    if len(vectors) < 3:
        return np.zeros((len(vectors), 2)), "too few images for a map"
    axes = PCA(n_components=min(50, *vectors.shape), random_state=0).fit_transform(vectors)
    if len(vectors) > MAP_EXACT or len(vectors) < 10:
        share = "the two axes along which the images differ most"
        return axes[:, :2], f"principal axes: {share}"
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(vectors) - 1) / 3)
    return TSNE(perplexity=perplexity, init="pca", random_state=0, n_jobs=1).fit_transform(axes), "t-SNE: near is alike"
