"""How well a spot is painted over: moles drawn on real skin whose true look is known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.skin.clean_skin import clean_skin
from pipeline.skin.heal import heal
from pipeline.skin.painted_region import painted_region
from pipeline.skin.spot import Spot

MARGIN = 0.4  # as remove_moles has it
FINE = 1.5  # px, sigma below which is texture
SEEN = 0.5  # 8-bit levels: where the drawn mole is darker than that it is judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """One mole painted over by one way; errors in 8-bit levels against the true skin."""

    way: str
    before: float  # mean absolute error of the mole itself
    error: float
    broad_error: float  # without texture: light and colour
    texture_ratio: float  # of the fine scatter, 1 is the skin's own, 0 a smear
    outside: int  # pixels changed outside the region


def drawn_mole(photo: np.ndarray, x: int, y: int, size: float, rng: np.random.Generator) -> tuple[np.ndarray, Spot]:
    """A photo with a mole on it, soft at its border and uneven in shape, and its outline at half contrast."""
    rows, columns = np.mgrid[: photo.shape[0], : photo.shape[1]]
    angle = np.arctan2(rows - y, columns - x)
    radius = 0.5 * size * (1 + sum(rng.normal(0, 0.08) * np.cos(k * angle + rng.uniform(0, 6.3)) for k in (1, 2, 3)))
    beyond = (np.hypot(rows - y, columns - x) - radius) / (0.06 * size)
    depth = 1.0 / (1.0 + np.exp(np.clip(beyond, -30.0, 30.0)))
    depth[np.hypot(rows - y, columns - x) > 0.5 * size * 1.8] = 0.0
    outline = depth > 0.5
    colour = np.exp(-rng.uniform(0.4, 1.3) * np.array([0.6, 1.0, 1.1]) * depth[..., None])
    mole = np.clip(np.rint(photo * colour), 0, 255).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(outline.astype(np.uint8))
    spot = Spot(
        shape="blob", x_px=x, y_px=y, size_px=size, contrast=0.3, left=left, top=top,
        mask=outline[top : top + height, left : left + width],
    )  # fmt: skip
    return mole, spot


def paint_over(photo: np.ndarray, drawn: np.ndarray, spot: Spot, clean: np.ndarray) -> list[Painted]:
    """The product's way beside OpenCV's two, on the same region; empty where there is no skin to take from."""
    region, (left, top) = painted_region(spot, MARGIN)
    window = slice(top, top + region.shape[0]), slice(left, left + region.shape[1])
    whole = np.zeros(photo.shape[:2], bool)
    whole[window] = region
    healed = heal(drawn, region, clean_skin(clean, [(region, (left, top))]), (left, top))
    if healed is None:
        return []
    own = drawn.copy()
    own[window][region] = healed[region]
    area = whole.astype(np.uint8)
    results = {
        "heal": own, "Telea": cv2.inpaint(drawn, area, 5, cv2.INPAINT_TELEA),
        "Navier-Stokes": cv2.inpaint(drawn, area, 5, cv2.INPAINT_NS),
    }  # fmt: skip
    judged = np.abs(drawn.astype(float) - photo).max(2) > SEEN
    judged &= whole
    return [_measured(way, photo, drawn, result, judged, whole) for way, result in results.items()]


def _measured(way, photo, drawn, result, judged, whole) -> Painted:
    true, made = photo.astype(np.float32), result.astype(np.float32)
    broad = cv2.GaussianBlur(true, (0, 0), 4 * FINE) - cv2.GaussianBlur(made, (0, 0), 4 * FINE)
    fine_true, fine_made = (part - cv2.GaussianBlur(part, (0, 0), FINE) for part in (true, made))
    return Painted(
        way=way, before=float(np.abs(true - drawn)[judged].mean()), error=float(np.abs(true - made)[judged].mean()),
        broad_error=float(np.abs(broad)[judged].mean()),
        texture_ratio=float(fine_made[judged].std() / max(1e-6, fine_true[judged].std())),
        outside=int((result != drawn).any(2)[~whole].sum()),
    )  # fmt: skip
