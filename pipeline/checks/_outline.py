"""The subject's outline unrolled: short straightened pieces of it, read across from inside to outside."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import levels

PIECES = 112  # pieces read at most, evenly spread: more move no check's value by more than its own scatter
PIECE = 40  # px along the outline; a rim or spill that shows is longer
SHORTEST = 2 * PIECE  # px; a smaller closed outline is a thread or a speck, it has no inside to compare with
SOLID = 0.97  # opacity of a place that shows the subject alone
SMOOTH = 4.0  # px; straightens pixel stairs and rough edges, keeps the shape


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """Pieces of outline: ``points`` and outward unit ``normals``, float32 (pieces, `PIECE`, 2) as (x, y)."""

    points: np.ndarray
    normals: np.ndarray
    shape: tuple[int, int]

    def read(self, picture: np.ndarray, across: np.ndarray) -> np.ndarray:
        """Values of a picture or map at distances ``across`` the outline (px, outside positive).

        Returns:
            float32 (pieces, PIECE, distances[, 3]), pictures scaled to [0, 1]; replicated beyond the frame.
        """
        places = self.points[:, :, None] + self.normals[:, :, None] * across.astype(np.float32)[None, None, :, None]
        flat = places.reshape(len(places), -1, 2)
        values = cv2.remap(
            picture, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32)
        if picture.ndim == 3:
            values *= np.float32(1.0 / levels(picture))
        return values.reshape(*places.shape[:3], *picture.shape[2:])

    def own_colour(self, foreground: np.ndarray, alpha: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """The subject's colour inside each piece, and whether there is solid subject to take it from.

        The deeper a place lies, the more it counts, so that a rim does not colour what it is compared with; a thin
        part gives the colour of its middle.

        Returns:
            float32 (pieces, 3) in [0, 1] and bool (pieces,).
        """
        across = np.arange(-depth, -1)
        weight = (self.read(alpha, across) > SOLID) * np.square(across.astype(np.float32))
        colour = (self.read(foreground, across) * weight[..., None]).sum(axis=(1, 2))
        total = weight.sum(axis=(1, 2))
        return colour / np.maximum(total, 1e-6)[:, None], (weight > 0).sum(axis=(1, 2)) >= PIECE

    def centre(self, piece: int) -> tuple[int, int]:
        """Pixel (x, y) in the middle of a piece, within the frame."""
        x, y = np.rint(self.points[piece, PIECE // 2]).astype(int)
        return int(np.clip(x, 0, self.shape[1] - 1)), int(np.clip(y, 0, self.shape[0] - 1))


def trace_outline(alpha: np.ndarray) -> Outline | None:
    """Unroll where opacity crosses one half; None when there is no outline long enough.

    Pieces on the frame's border are left out: what lies beyond it was never photographed.
    """
    mask = (alpha >= 0.5).astype(np.uint8)
    found, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    closed = [c[:, 0, :] for c in found if len(c) >= SHORTEST]
    if not closed:
        return None
    lengths = np.array([len(c) for c in closed])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    count = min(PIECES, int(starts[-1]) // PIECE)
    middles = (np.arange(count) + 0.5) * starts[-1] / count
    owner = np.searchsorted(starts, middles, side="right") - 1

    margin = round(3 * SMOOTH)
    steps = np.arange(-margin - PIECE // 2, PIECE // 2 + margin)
    along = (middles - starts[owner]).astype(int)[:, None] + steps[None]
    index = starts[owner][:, None] + along % lengths[owner][:, None]
    path = np.concatenate(closed)[index].astype(np.float32)
    kernel = np.exp(-0.5 * np.square(np.arange(-margin, margin + 1) / SMOOTH))
    kernel = (kernel / kernel.sum()).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(path, len(kernel), axis=1)[:, :PIECE]
    points = np.ascontiguousarray(windows @ kernel)
    tangent = np.gradient(points, axis=1)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=2, keepdims=True), 1e-6)
    normals = np.stack([-tangent[..., 1], tangent[..., 0]], axis=2)  # findContours keeps the subject on one side

    height, width = alpha.shape
    x, y = points[..., 0], points[..., 1]
    inside = ((x > 2) & (x < width - 3) & (y > 2) & (y < height - 3)).all(axis=1)
    if not inside.any():
        return None
    return Outline(
        points=np.ascontiguousarray(points[inside]),
        normals=np.ascontiguousarray(normals[inside].astype(np.float32)),
        shape=alpha.shape,
    )
