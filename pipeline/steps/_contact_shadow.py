"""A drawn shadow: dark where the product stands, soft around it; even and faint under a garment that hangs or lies."""

from __future__ import annotations

import cv2
import numpy as np

SOLID = 0.3  # opacity from which a pixel can rest on the ground (a glass stem is about 0.4)
FOOT_DEPTH = 0.22  # of the subject's size: how far above its lowest point a rear leg may still stand
FOOT_REACH = 0.05  # of the size: half-width of the stretch of outline in which a foot is the lowest point
FOOT_LIFT = 0.025  # of the size: an arch this far above its neighbours no longer touches
# (sideways blur, downward blur, share of the strength), blurs in shares of the subject's size: the crease under
# the sole, the penumbra, the room's shade. Drawn after the reference shots of the rendered products.
LAYERS = ((0.012, 0.0055, 0.70), (0.045, 0.016, 0.55), (0.110, 0.042, 0.40))
EVEN_BLUR = 0.035  # of the size
EVEN_SHARE = 0.36  # of the strength
STANDS = 0.960  # median brightness under the foot against the backdrop, of a product that stands (sample renders)
FLOATS = 0.985  # the same of one that hangs free of the ground (sample renders)
SEEN_BELOW = 0.06  # of the size: how far under the outline that brightness is read
FOOT_ZONE = 0.15  # of the height: outline this near the lowest point counts as foot


def standing_shadow(alpha: np.ndarray, *, softness: float, offset: float) -> np.ndarray:
    """The shadow of a product on the ground, darkest in the crease where it touches.

    Args:
        alpha: (h, w) ``float32`` matte at working size.
        softness: Multiplies every blur.
        offset: How far the soft part falls towards the viewer, share of the subject's size.

    Returns:
        ``float32`` (h, w) in [0, 1] before strength; zeros for an empty matte.
    """
    solid = alpha > SOLID
    columns = np.flatnonzero(solid.any(axis=0))
    shadow = np.zeros(alpha.shape, np.float32)
    if columns.size == 0:
        return shadow
    size = subject_size(solid)
    lowest = alpha.shape[0] - 1 - np.argmax(solid[::-1], axis=0)[columns]
    line = np.full(alpha.shape[1], -(10.0**6))
    line[columns] = lowest
    reach = max(1, round(FOOT_REACH * size))
    around = cv2.dilate(line.astype(np.float32)[None], np.ones((1, 2 * reach + 1)))[0][columns]
    lifted = np.exp(-np.square((around - lowest) / (FOOT_LIFT * size)))
    weight = lifted * np.exp(-np.square((lowest.max() - lowest) / (FOOT_DEPTH * size)))

    touch = np.zeros_like(shadow)
    touch[lowest, columns] = weight
    clear = np.ones_like(shadow)
    for level, (across, down, share) in enumerate(LAYERS):
        sigma_x, sigma_y = max(0.8, across * size * softness), max(0.8, down * size * softness)
        layer = cv2.GaussianBlur(touch, (0, 0), sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_REPLICATE)
        layer *= np.float32(np.sqrt(2 * np.pi) * sigma_y)  # a level sole reaches 1 whatever the blur
        if level:
            layer = _moved_down(layer, offset * size)
        clear *= 1.0 - np.float32(share) * np.clip(layer, 0.0, 1.0)
    return 1.0 - clear


def even_shadow(alpha: np.ndarray, *, softness: float, offset: float) -> np.ndarray:
    """The faint, even shadow of something that hangs or lies flat: its own shape, blurred and a little lower.

    Args, Returns: As `standing_shadow`.
    """
    size = subject_size(alpha > SOLID)
    if size == 0:
        return np.zeros(alpha.shape, np.float32)
    sigma = max(0.8, EVEN_BLUR * size * softness)
    soft = cv2.GaussianBlur(alpha, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.clip(_moved_down(soft, offset * size), 0.0, 1.0) * np.float32(EVEN_SHARE)


def standing(alpha: np.ndarray, brightness: np.ndarray) -> float:
    """Whether the product stands on the ground, from the shade its photo shows under its lowest parts.

    Args:
        alpha: (h, w) ``float32`` matte at working size.
        brightness: (h, w) ``float32``: the photo relative to its bare backdrop.

    Returns:
        0 (hangs or lies flat) to 1 (stands); 1 where nothing can be seen under it.
    """
    solid = alpha > SOLID
    size = subject_size(solid)
    if size == 0:
        return 1.0
    columns = np.flatnonzero(solid.any(axis=0))
    lowest = np.full(alpha.shape[1], -(10**6))
    lowest[columns] = alpha.shape[0] - 1 - np.argmax(solid[::-1], axis=0)[columns]
    depth, tall = max(3, round(SEEN_BELOW * size)), lowest.max() - np.argmax(solid.any(axis=1))
    row = np.arange(alpha.shape[0])[:, None]
    below = (row > lowest) & (row <= lowest + depth) & (lowest >= lowest.max() - FOOT_ZONE * tall)
    clear = cv2.dilate((alpha > 0.02).astype(np.uint8), np.ones((5, 5))) == 0
    seen = brightness[below & clear]
    if seen.size < depth:
        return 1.0
    return float(np.clip((FLOATS - np.median(seen)) / (FLOATS - STANDS), 0.0, 1.0))


def subject_size(solid: np.ndarray) -> float:
    """Side of the square with the area of the subject's box, in pixels; 0 for an empty matte."""
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if rows.size == 0:
        return 0.0
    return float(np.sqrt((rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)))


def _moved_down(layer: np.ndarray, by: float) -> np.ndarray:
    """The layer shifted down by a fraction of pixels; what enters at the top is empty."""
    matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, by]])
    return cv2.warpAffine(layer, matrix, layer.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
