"""Round dark spots of any size, from a pyramid of differences of Gaussians."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.skin.spot import Spot

# Calibrated on spots marked by eye in twelve photos of the validation split
SIGMAS = (1.4, 1.8, 2.3, 2.9, 3.7)  # px at one level of the pyramid
LEAST_CONTRAST = 0.035  # log units, about 3.5%: fainter ones cannot be told from uneven skin
NOISE_GATE = 3.0  # times the scatter of a difference of Gaussians over the skin
QUIET, QUIET_SIGMAS = 30, 0.385  # percent; 30% of a Gaussian lie within 0.385 sigma
FINE = 4  # zoom up to which there is enough skin to tell its unevenness
RESPONSE = 0.2  # of a disc's contrast is left in the difference of Gaussians that fits it
LINE_RATIO = 6.0  # principal curvatures further apart than this are a line's; ridges finds those
LARGEST = 0.45  # share of the shorter side a spot's radius may have
STANDS_OUT = 0.9  # of the contrast of the spot it lies on; weaker ones are that spot's texture
LEAST_AREA = 9  # px
PATCHY = 6.0  # px, sigma from which a spot may be a patch without an outline
DISC = 1.4  # radius of the disc that fits a difference of Gaussians, in sigmas
FILLED = 0.22  # least share of the square around it that a spot fills; an ellipse of 3.5 to 1 does
BORDER = 2  # px of the frame where filters see less than they need


def blobs(dark: np.ndarray, skin: np.ndarray) -> list[Spot]:
    """Spots that are darker than their surround by more than the skin's own unevenness.

    Large ones are taken first; a smaller one inside counts only if it stands out about as much as the larger one.

    Args:
        dark: What `darkness` gives.
        skin: bool, same shape: where to look.

    Returns:
        Spots in the geometry of ``dark``, largest first.
    """
    found, levels = [], [dark]
    while min(levels[-1].shape) * LARGEST > 4 * SIGMAS[0]:
        levels.append(cv2.pyrDown(levels[-1]))
    for level, image in enumerate(levels):
        where = cv2.resize(skin.astype(np.uint8), image.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
        found += _maxima(image, where, 2**level)
    found.sort(key=lambda peak: (-peak[3], -peak[0]))
    return _outlined(found, levels)


def _maxima(image: np.ndarray, skin: np.ndarray, zoom: int) -> list[tuple[float, float, float, float]]:
    """(strength, x, y, sigma) of the maxima at one level, in the geometry of the finest."""
    skin = skin.copy()
    edge = max(1, BORDER // zoom)
    skin[:edge] = skin[-edge:] = skin[:, :edge] = skin[:, -edge:] = False
    if not skin.any():
        return []
    stack = [cv2.GaussianBlur(image, (0, 0), sigma) for sigma in SIGMAS]
    kernel = np.ones((3, 3), np.uint8)
    found = []
    for sigma, narrow, wide in zip(SIGMAS, stack[:-1], stack[1:], strict=False):
        response = narrow - wide
        inside = response[skin]
        # the quieter part of the skin tells its unevenness; at coarse levels the spots themselves would
        spread = float(np.percentile(np.abs(inside[:: max(1, inside.size // 20000)]), QUIET)) / QUIET_SIGMAS
        gate = max(LEAST_CONTRAST * RESPONSE, NOISE_GATE * spread if zoom <= FINE else 0.0)
        peaks = (response >= cv2.dilate(response, kernel)) & (response > gate) & skin
        for y, x in zip(*np.nonzero(peaks), strict=True):
            if _round_enough(response, int(x), int(y)):
                found.append((float(response[y, x]), (x + 0.5) * zoom - 0.5, (y + 0.5) * zoom - 0.5, sigma * zoom))
    return found


def _round_enough(response: np.ndarray, x: int, y: int) -> bool:
    height, width = response.shape
    if not (0 < x < width - 1 and 0 < y < height - 1):
        return True
    patch = response[y - 1 : y + 2, x - 1 : x + 2]
    xx = patch[1, 0] + patch[1, 2] - 2 * patch[1, 1]
    yy = patch[0, 1] + patch[2, 1] - 2 * patch[1, 1]
    xy = 0.25 * (patch[0, 0] + patch[2, 2] - patch[0, 2] - patch[2, 0])
    trace, determinant = xx + yy, xx * yy - xy * xy
    return determinant > 0 and trace * trace * LINE_RATIO < (LINE_RATIO + 1) ** 2 * determinant


def _outlined(found: list[tuple[float, float, float, float]], levels: list[np.ndarray]) -> list[Spot]:
    """The outline of each spot at half its contrast; one that is texture of a larger one is left out."""
    kept: list[Spot] = []
    covered = np.zeros(levels[0].shape, np.float32)  # contrast of the strongest spot so far at each pixel
    for strength, x, y, sigma in found:
        around = float(covered[round(y), round(x)]) if _inside(covered, x, y) else 0.0
        if strength < RESPONSE * STANDS_OUT * around:
            continue
        level = min(max(0, int(np.log2(max(sigma, 1.0) / 2.8))), len(levels) - 1)
        spot = _outline(levels[level], x, y, sigma, 2**level)
        if spot is None or spot.contrast < STANDS_OUT * around:
            continue
        box = covered[spot.top : spot.top + spot.height, spot.left : spot.left + spot.width]
        own = spot.mask[: box.shape[0], : box.shape[1]]
        if around and np.count_nonzero(box[own]) > 0.7 * own.sum() and _same_size(spot, x, y, kept):
            continue
        box[own] = np.maximum(box[own], spot.contrast)
        kept.append(spot)
    return kept


def _inside(image: np.ndarray, x: float, y: float) -> bool:
    return 0 <= round(y) < image.shape[0] and 0 <= round(x) < image.shape[1]


def _same_size(spot: Spot, x: float, y: float, kept: list[Spot]) -> bool:
    """Whether one at this place, at most twice as wide, is there already."""
    return any(
        one.left <= x < one.left + one.width and one.top <= y < one.top + one.height
        and one.size_px < 2.0 * spot.size_px
        for one in kept
    )  # fmt: skip


def _outline(dark: np.ndarray, x: float, y: float, sigma: float, zoom: int) -> Spot | None:
    x, y, sigma = (x + 0.5) / zoom - 0.5, (y + 0.5) / zoom - 0.5, sigma / zoom
    reach = max(4, round(3.2 * sigma))
    column, row = round(x), round(y)
    left, top = max(0, column - reach), max(0, row - reach)
    patch = dark[top : row + reach + 1, left : column + reach + 1]
    column, row = min(column - left, patch.shape[1] - 1), min(row - top, patch.shape[0] - 1)
    core = max(1, round(0.6 * sigma))
    peak = float(patch[max(0, row - core) : row + core + 1, max(0, column - core) : column + core + 1].mean())
    surround = float(np.percentile(patch, 25))
    contrast = peak - surround
    if contrast < LEAST_CONTRAST:
        return None
    mask = (patch > surround + 0.5 * contrast).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    label = labels[row, column]
    left_in, top_in, width, height, area = (int(value) for value in stats[label])
    if label == 0 or area < FILLED * max(width, height) ** 2:
        if sigma * zoom < PATCHY:
            return None
        # a patchy spot has no outline of its own: the disc that fits it
        radius = max(2, round(DISC * sigma))
        left_in, top_in, width, height = column - radius, row - radius, 2 * radius + 1, 2 * radius + 1
        shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, height))
        inside = slice(max(0, -top_in), patch.shape[0] - top_in), slice(max(0, -left_in), patch.shape[1] - left_in)
        own = np.ascontiguousarray(shape[inside])
        left_in, top_in, (height, width), area = max(0, left_in), max(0, top_in), own.shape, int(own.sum())
    else:
        own = (labels[top_in : top_in + height, left_in : left_in + width] == label).astype(np.uint8)
    if area * zoom * zoom < LEAST_AREA:
        return None
    if zoom > 1:
        own = cv2.resize(own, (width * zoom, height * zoom), interpolation=cv2.INTER_NEAREST)
    return Spot(
        shape="blob",
        x_px=(left + left_in + width / 2) * zoom - 0.5, y_px=(top + top_in + height / 2) * zoom - 0.5,
        size_px=2.0 * float(np.sqrt(area / np.pi)) * zoom, contrast=contrast,
        left=(left + left_in) * zoom, top=(top + top_in) * zoom, mask=own > 0,
    )  # fmt: skip
