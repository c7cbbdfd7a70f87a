"""Averaging that stops at edges, and enlarging a small map so that it follows the photo's edges."""

from __future__ import annotations

import cv2
import numba
import numpy as np

ROUNDS = 3  # of horizontal and vertical passes: Min et al. 2014


class EdgeAwareMean:
    """A mean over everything that can be reached without crossing an edge.

    Args:
        guide: float32 (H, W, 3), colours in a space where ``softness`` is one just-visible edge.
        softness: Colour step across which the weight falls to 1/e.

    Source:
        Min et al. 2014, "Fast global image smoothing based on weighted least squares".
    """

    def __init__(self, guide: np.ndarray, softness: float) -> None:
        self._across = _weights(guide, softness, axis=1)
        self._down = np.ascontiguousarray(_weights(guide, softness, axis=0).T)

    def __call__(self, maps: np.ndarray, reach: float) -> np.ndarray:
        """Each of the maps, float32 (N, H, W), averaged; ``reach`` is the weight of smoothness against data."""
        maps = np.array(maps, np.float32)
        for turn in range(ROUNDS):
            share = np.float32(1.5 * reach * 4 ** (ROUNDS - 1 - turn) / (4**ROUNDS - 1))
            _solve_rows(maps, self._across, share)
            turned = np.ascontiguousarray(maps.transpose(0, 2, 1))
            _solve_rows(turned, self._down, share)
            maps = np.ascontiguousarray(turned.transpose(0, 2, 1))
        return maps


def enlarge(small_map: np.ndarray, small: np.ndarray, image: np.ndarray, *, radius_px: int, edge: float) -> np.ndarray:
    """A small map at the photo's full size, its edges where the photo has them.

    Around each small pixel the map is written as a linear function of the colour; these functions are enlarged and
    applied to the full-size colours.

    Args:
        small_map: float32 (h, w).
        small: float32 (h, w, 3) in [0, 1], the photo at that size.
        image: uint8 or uint16 (H, W, 3).
        radius_px: Of the windows, in small pixels.
        edge: Colour variance below which a window counts as flat.

    Source:
        He and Sun 2015, "Fast guided filter".
    """
    slope, level = _linear_in_colour(small_map, small, radius_px, edge)
    height, width = image.shape[:2]
    scale = np.float32(1.0 / (65535 if image.dtype == np.uint16 else 255))
    out = cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR)
    for channel in range(3):
        full = cv2.resize(slope[..., channel] * scale, (width, height), interpolation=cv2.INTER_LINEAR)
        plane = cv2.extractChannel(image, channel)
        out = cv2.add(out, cv2.multiply(full, plane, dtype=cv2.CV_32F), dtype=cv2.CV_32F)
    return np.clip(out, 0.0, 1.0, out=out)


def _linear_in_colour(
    target: np.ndarray, colour: np.ndarray, radius_px: int, edge: float
) -> tuple[np.ndarray, np.ndarray]:
    """Slope (h, w, 3) and level (h, w) of the map as a linear function of the colour, in windows."""
    window = (2 * radius_px + 1, 2 * radius_px + 1)
    colour, target = colour.astype(np.float64), target.astype(np.float64)  # grey windows: nearly singular in float32
    mean_colour, mean_target = cv2.blur(colour, window), cv2.blur(target, window)
    together = cv2.blur(colour * target[..., None], window) - mean_colour * mean_target[..., None]
    red, green, blue = cv2.split(colour)
    mean_r, mean_g, mean_b = cv2.split(mean_colour)
    rr = cv2.blur(red * red, window) - mean_r * mean_r + edge
    gg = cv2.blur(green * green, window) - mean_g * mean_g + edge
    bb = cv2.blur(blue * blue, window) - mean_b * mean_b + edge
    rg = cv2.blur(red * green, window) - mean_r * mean_g
    rb = cv2.blur(red * blue, window) - mean_r * mean_b
    gb = cv2.blur(green * blue, window) - mean_g * mean_b
    i_rr, i_rg, i_rb = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg  # adjugate of the 3x3 covariance
    i_gg, i_gb, i_bb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    scale = 1.0 / (rr * i_rr + rg * i_rg + rb * i_rb)
    t_r, t_g, t_b = cv2.split(together)
    slope = cv2.merge(
        (
            (i_rr * t_r + i_rg * t_g + i_rb * t_b) * scale,
            (i_rg * t_r + i_gg * t_g + i_gb * t_b) * scale,
            (i_rb * t_r + i_gb * t_g + i_bb * t_b) * scale,
        )
    )
    level = mean_target - (slope * mean_colour).sum(axis=2)
    return cv2.blur(slope, window).astype(np.float32), cv2.blur(level, window).astype(np.float32)


def _weights(guide: np.ndarray, softness: float, axis: int) -> np.ndarray:
    """How freely values pass from each pixel to the next along an axis; 0 past the last."""
    step = np.diff(guide, axis=axis)
    size = np.sqrt(np.einsum("ijk,ijk->ij", step, step))
    weight = np.zeros(guide.shape[:2], np.float32)
    weight[: size.shape[0], : size.shape[1]] = np.exp(size * np.float32(-1.0 / softness))
    return weight


@numba.njit(cache=True, fastmath=True)
def _solve_rows(maps: np.ndarray, weight: np.ndarray, share: float) -> None:
    """Solve (1 + share * Laplacian) out = in along each row, in place (Thomas algorithm)."""
    count, height, width = maps.shape
    carry = np.empty(width, np.float32)
    for y in range(height):
        carry[0] = share * weight[y, 0] / (1 + share * weight[y, 0])
        for n in range(count):
            maps[n, y, 0] /= 1 + share * weight[y, 0]
        for x in range(1, width):
            left, right = share * weight[y, x - 1], share * weight[y, x]
            scale = 1 / (1 + left + right - left * carry[x - 1])
            carry[x] = right * scale
            for n in range(count):
                maps[n, y, x] = (maps[n, y, x] + left * maps[n, y, x - 1]) * scale
        for x in range(width - 2, -1, -1):
            for n in range(count):
                maps[n, y, x] += carry[x] * maps[n, y, x + 1]
