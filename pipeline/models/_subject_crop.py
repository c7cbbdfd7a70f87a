"""The subject of a photo, found by the trained network and brought to the same place and size every time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.engines._subject_network import look

LOOK_SIDE = 256  # px, longest side at which the subject is looked for
SIDE = 128  # px of the square that the subject is brought into
FILLED = 0.92  # share of the square that the subject's longer side takes
FEWEST = 60  # px of subject: with fewer there is none, and the whole photo is taken
PART = 0.1  # of the largest part: smaller ones are lint, labels and what stands beside it
TRIM = 0.5  # percent of the subject's pixels that may lie outside: loose straps and hair do not decide its size
BLUR = 0.4  # sigma, px of the square, before a photo is made much smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """How the subject lies in its square beyond being centred: as another hand might have held the camera."""

    angle_deg: float = 0.0
    mirrored: bool = False
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)  # of the square's side


def find_subject(small: np.ndarray) -> np.ndarray:
    """Where the subject is, opacity uint8 (h, w) for a photo (h, w, 3); stray parts are left out.

    Raises:
        ModelError: The network's weights cannot be used.
    """
    probability, _ = look(small, LOOK_SIDE)
    alpha = np.rint(255.0 * cv2.resize(probability, small.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    alpha = alpha.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((alpha > 127).astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA]
    if count < 2 or areas[1:].sum() < FEWEST:
        return np.zeros_like(alpha)
    large = areas >= PART * areas[1:].max()
    large[0] = False
    return np.where(large[labels], alpha, 0).astype(np.uint8)


def crop(small: np.ndarray, subject: np.ndarray, placed: Placed) -> tuple[np.ndarray, np.ndarray]:
    """The subject in the middle of a square, its aspect kept: photo uint8 (SIDE, SIDE, 3), opacity (SIDE, SIDE)."""
    there = subject > 127
    rows, columns = np.nonzero(there if there.any() else np.ones_like(there))
    (left, right), (top, bottom) = (np.percentile(places, (TRIM, 100 - TRIM)) for places in (columns, rows))
    scale = placed.scale * FILLED * SIDE / (max(right - left, bottom - top) + 1)
    angle = np.deg2rad(placed.angle_deg)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if placed.mirrored:
        turn[:, 0] *= -1
    centre = np.array([(left + right + 1) / 2, (top + bottom + 1) / 2])
    shift = SIDE * (0.5 + np.array(placed.shift)) - turn @ centre
    matrix = np.hstack([turn, shift[:, None]])
    if scale < 0.8:
        small, subject = (cv2.GaussianBlur(part, (0, 0), BLUR / scale) for part in (small, subject))
    square = (SIDE, SIDE)
    return (
        cv2.warpAffine(small, matrix, square, borderMode=cv2.BORDER_REPLICATE),
        cv2.warpAffine(subject, matrix, square),
    )
