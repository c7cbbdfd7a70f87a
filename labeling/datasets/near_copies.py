"""Finds the same picture twice, re-encoded, shifted a little or brightened, across the sides of a split.

Two round moles on even skin look alike when small. What tells them apart is fine detail, so a pair counts only if that
agrees as well; it is taken relative to how strong it is round about, or one sharp edge would outweigh all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SMALL = 12  # px of the thumbnails that are compared first
ALIKE = 0.8  # correlation of thumbnails from which a pair is looked at closely
# Correlation of detail at the best shift. Of 80 test crops, shifted, brightened and saved as JPEG of quality 80, two do
# not reach it; of 518,000 pairs from different photos one does: two single hairs that lie alike.
SAME_DETAIL = 0.76
SHIFT = 8  # px that one may lie off the other
_FINE, _COARSE, _FLAT = 1.0, 3.0, 0.5  # blurs (px) whose difference is the detail; 8-bit levels that are only noise
_CHUNK = 256


def near_copies(first: np.ndarray, second: np.ndarray) -> list[tuple[int, int]]:
    """Pairs (place in the first, place in the second) that show the same piece of the same photo.

    Args:
        first: Crops of one side, (N, side, side, 3) ``uint8``.
        second: Of the other, of the same side.
    """
    import numpy as np

    if not len(first) or not len(second):
        return []
    grey = [crops.astype(np.float32).mean(axis=3) for crops in (first, second)]
    one, other = (_unit(_shrunk(crops)) for crops in grey)
    spectra: tuple[dict[int, np.ndarray], ...] = ({}, {})
    found = []
    for start in range(0, len(one), _CHUNK):
        for row, column in np.argwhere(one[start : start + _CHUNK] @ other.T >= ALIKE):
            pair = start + int(row), int(column)
            for side in (0, 1):
                if pair[side] not in spectra[side]:
                    spectra[side][pair[side]] = np.fft.rfft2(_detail(grey[side][pair[side]]))
            if _same(spectra[0][pair[0]], spectra[1][pair[1]], grey[0].shape[1:]):
                found.append(pair)
    return found


def _shrunk(crops: np.ndarray) -> np.ndarray:
    step = crops.shape[1] // SMALL
    side = step * SMALL
    cells = crops[:, :side, :side].reshape(len(crops), SMALL, step, SMALL, step)
    return cells.mean(axis=(2, 4)).reshape(len(crops), -1)


def _unit(rows: np.ndarray) -> np.ndarray:
    import numpy as np

    rows = rows - rows.mean(axis=1, keepdims=True)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def _same(one: np.ndarray, other: np.ndarray, shape: tuple[int, int]) -> bool:
    import numpy as np

    match = np.fft.irfft2(one * np.conj(other), shape)
    near = np.concatenate([np.arange(SHIFT + 1), np.arange(-SHIFT, 0)])
    return bool(match[np.ix_(near, near)].max() >= SAME_DETAIL)


def _detail(picture: np.ndarray) -> np.ndarray:
    """Of length one; faded to the edge, so that a shift moves nothing in or out."""
    import numpy as np

    band = _blurred(picture, _FINE) - _blurred(picture, _COARSE)
    round_about = np.sqrt(np.maximum(_blurred(band * band, 1.5 * _COARSE), 0) + _FLAT**2)
    faded = band / round_about * np.hanning(picture.shape[0])[:, None] * np.hanning(picture.shape[1])[None]
    return faded / max(float(np.linalg.norm(faded)), 1e-6)


def _blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    import numpy as np

    frequency = np.hypot(np.fft.fftfreq(picture.shape[0])[:, None], np.fft.rfftfreq(picture.shape[1])[None])
    return np.fft.irfft2(np.fft.rfft2(picture) * np.exp(-2 * (np.pi * frequency * sigma) ** 2), picture.shape)
