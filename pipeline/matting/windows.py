"""Split a band into connected windows: parts that share no 3x3 patch and so do not know of each other.

Each window is solved alone, at its own pace and in its own small memory. A window whose known neighbours are
all subject, or all backdrop, has a constant alpha and is not solved at all; one with no known neighbour (a
wholly unknown photo) has no answer in the matting model.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

NO_SIDE, SUBJECT_ONLY, BACKDROP_ONLY, BOTH_SIDES = range(4)
ALONE_PX = 4000  # smaller windows are solved together: below this, starting a solver costs more than running it


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Windows of a band.

    ``label`` is int32 (H, W), 0 where known. ``pixels`` are the flat indices of the unknown pixels and
    ``owner`` their labels. ``kind`` tells, by label, which known neighbours a window has (see the constants
    above). ``size`` is pixels by label. ``box`` is int32 (labels, 4): y0, y1, x0, x1.
    """

    label: np.ndarray
    pixels: np.ndarray
    owner: np.ndarray
    kind: np.ndarray
    size: np.ndarray
    box: np.ndarray

    @property
    def count(self) -> int:
        """Number of windows."""
        return int(np.count_nonzero(self.size))

    def groups(self) -> list[tuple[np.ndarray, tuple[slice, slice]]]:
        """What to solve together: each large two-sided window alone, the small ones at once.

        Each group is its labels and its rectangle, with the margin of known pixels that it depends on.
        """
        solvable = (self.kind == BOTH_SIDES) & (self.size > 0)
        large = np.flatnonzero(solvable & (self.size >= ALONE_PX))
        small = np.flatnonzero(solvable & (self.size < ALONE_PX))
        found = []
        for labels in [*large[:, None], *([small] if len(small) else [])]:
            box = self.box[labels]
            y0, x0 = np.maximum(box[:, [0, 2]].min(axis=0) - 2, 0)
            y1, x1 = box[:, [1, 3]].max(axis=0) + 2
            found.append((labels, (slice(int(y0), int(y1)), slice(int(x0), int(x1)))))
        return found


def split_windows(unknown: np.ndarray, subject: np.ndarray) -> Windows:
    """Find the windows of a band.

    Args:
        unknown: uint8 (H, W), 1 where alpha is to be found.
        subject: uint8 (H, W), 1 where the subject is known; elsewhere the known pixels are backdrop.
    """
    # a 2x2 stamp joins pixels up to two apart, and no others, under 8-connectivity
    stamped = cv2.dilate(unknown, np.ones((2, 2), np.uint8), anchor=(0, 0))
    count, label, stats, _ = cv2.connectedComponentsWithStats(stamped, connectivity=8, ltype=cv2.CV_32S)
    cv2.multiply(label, unknown, dst=label, dtype=cv2.CV_32S)
    pixels = np.flatnonzero(unknown)
    owner = label.ravel()[pixels]
    reach = np.ones((5, 5), np.uint8)
    backdrop = (1 - unknown) & (1 - subject)
    near_subject = _touched(owner, cv2.dilate(subject, reach).ravel()[pixels], count)
    near_backdrop = _touched(owner, cv2.dilate(backdrop, reach).ravel()[pixels], count)
    x0, y0, width, height = (stats[:, k] for k in range(4))
    return Windows(
        label=label,
        pixels=pixels,
        owner=owner,
        kind=near_subject * SUBJECT_ONLY + near_backdrop * BACKDROP_ONLY,
        size=np.bincount(owner, minlength=count),
        box=np.stack([y0, y0 + height, x0, x0 + width], axis=1),
    )


def _touched(owner: np.ndarray, near: np.ndarray, count: int) -> np.ndarray:
    return np.bincount(owner[near.view(bool)], minlength=count).astype(bool)
