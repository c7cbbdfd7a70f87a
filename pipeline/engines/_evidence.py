"""What speaks for subject at each pixel: two tables of evidence, weighed by `_weigh`."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.engines._edge_aware import EdgeAwareMean
from pipeline.engines._flood import lowest_wall
from pipeline.engines._paper_surface import fill_smoothly, fit_paper

LAB_BLACK = np.float32((16.0, 0.0, 0.0))  # L* + 16 is proportional to the cube root of luminance (CIE 15)
NEAR_FRAME = 0.012  # share of the longer side from which the flood starts
NOISE_FLOOR = 0.08  # Lab; an 8-bit photo at working size has no less
WALL_SCALE = 40.0  # grey levels per factor e of edge over noise: 255 levels span a factor of 580
COLOUR_BINS = 20  # per axis; one bin is about five Lab units on an ordinary photo


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The first look at a photo, at working size; maps are float32 (h, w)."""

    rgb: np.ndarray  # (h, w, 3) in [0, 1]
    lab: np.ndarray  # (h, w, 3), lightly smoothed
    noise: float  # Lab, on the paper
    edge: np.ndarray  # Lab per px
    edge_noise: float
    table: np.ndarray  # (features, h * w)


def first_look(rgb: np.ndarray) -> Look:
    """Distance from the paper, shadow apart, and what outlines enclose.

    Args:
        rgb: float32 (h, w, 3) in [0, 1], sRGB-encoded, at working size.
    """
    height, width = rgb.shape[:2]
    raw = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    lab = cv2.GaussianBlur(raw, (0, 0), 0.8)
    paper, spread = fit_paper(raw)
    away = _length(lab - paper)
    margin = max(2, round(NEAR_FRAME * max(height, width)))
    frame = np.ones((height, width), bool)
    frame[margin:-margin, margin:-margin] = False
    calm = away < np.percentile(away[frame], 60)
    grain = _length(lab - cv2.GaussianBlur(raw, (0, 0), 2.5))
    noise = max(NOISE_FLOOR, 1.4826 * float(np.median(grain[calm])))
    fine, coarse = _edges(raw, 1.0), _edges(raw, 2.2)
    fine_noise, coarse_noise = (max(0.03, float(np.median(e[calm]))) for e in (fine, coarse))
    seed = frame & (away < max(3.0, 3.0 * spread, 4.5 * noise, float(np.percentile(away[frame], 50))))
    walls = _wall(fine, fine_noise, seed), _half_wall(coarse, coarse_noise, seed)
    beside, along = _shadow_apart(lab, paper)
    texture = cv2.sqrt(cv2.GaussianBlur(fine * fine, (0, 0), 4))
    across = np.abs(np.linspace(-1, 1, width, dtype=np.float32))[None]
    down = np.abs(np.linspace(-1, 1, height, dtype=np.float32))[:, None]
    table = (
        _log(beside, 1.5),
        _log(np.maximum(along, 0), 1.5),
        _log(np.maximum(-along, 0), 1.5),
        _log(beside, 3 * noise),
        _log(np.abs(along), 3 * noise),
        walls[0],
        walls[1],
        _log(fine, 0.5),
        _log(coarse, 0.3),
        _log(texture, 0.5),
        np.maximum(across, down),
        np.full((height, width), np.log1p(spread), np.float32),
        np.full((height, width), np.log1p(noise / 0.2), np.float32),
    )
    stacked = np.stack(table).reshape(len(table), -1)
    return Look(rgb, lab, noise, fine, fine_noise, stacked)


def second_look(look: Look, answer: np.ndarray) -> np.ndarray:
    """What a first answer makes visible: the paper near by with its shadows, the subject's colours, its inside.

    Args:
        look: The first look.
        answer: float32 (h, w) in [0, 1], probability of subject so far.

    Returns:
        Table (features, h * w), float32.
    """
    height, width = answer.shape
    trust = np.clip(1.0 - answer / 0.35, 0.0, 1.0) ** 2
    trust *= 0.02 + 0.98 * cv2.exp(-look.edge / np.float32(3 * look.edge_noise + 0.3))
    beside, along = _shadow_apart(look.lab, fill_smoothly(look.lab, trust))
    colours = _colour_odds(look.lab, answer)
    odds = _odds(answer)
    sure = 0.02 + np.abs(2.0 * answer - 1.0)
    mean = EdgeAwareMean(look.lab, max(1.0, 0.4 + 2.5 * look.noise))
    near = mean(np.stack((odds * sure, sure, colours)), 30.0)
    far = mean(np.stack((odds * sure, sure)), 600.0)
    quarter = cv2.resize(answer, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    around = cv2.resize(cv2.GaussianBlur(quarter, (0, 0), 5), (width, height), interpolation=cv2.INTER_LINEAR)
    table = (
        _log(beside, 1.5),
        _log(np.maximum(along, 0), 1.5),
        _log(np.maximum(-along, 0), 1.5),
        odds / 4,
        near[0] / np.maximum(near[1], 1e-6) / 4,
        far[0] / np.maximum(far[1], 1e-6) / 4,
        colours / 5,
        near[2] / 5,
        cv2.GaussianBlur(answer, (0, 0), 4),
        around,
        _odds(_enclosed(cv2.GaussianBlur(answer, (0, 0), 1.2), 1)) / 4,
        _enclosed(cv2.dilate(answer, np.ones((5, 5), np.uint8)), 3),
    )
    kept = look.table[[5, 6, 7, 8, 9, 12]]
    return np.concatenate((np.stack(table).reshape(len(table), -1), kept))


def _shadow_apart(lab: np.ndarray, paper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance from the paper beside, and along, the line of more or less light on it.

    Scaling linear light scales (L* + 16, a*, b*) as a whole, so a shadow moves a colour along the line to black.
    """
    colour, base = lab + LAB_BLACK, paper + LAB_BLACK
    length = np.maximum(_length(base), 1.0)
    share = np.einsum("ijk,ijk->ij", colour, base) / (length * length)
    return _length(colour - share[..., None] * base), (share - 1.0) * length


def _edges(lab: np.ndarray, sigma: float) -> np.ndarray:
    smooth = cv2.GaussianBlur(lab, (0, 0), sigma)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis, ksize=3, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    return cv2.sqrt(np.einsum("ijk,ijk->ij", across, across) + np.einsum("ijk,ijk->ij", down, down))


def _wall(edge: np.ndarray, noise: float, seed: np.ndarray) -> np.ndarray:
    cost = np.minimum(WALL_SCALE * _log(edge, noise), 255).astype(np.uint8)
    return lowest_wall(cost, seed).astype(np.float32) / 64


def _half_wall(edge: np.ndarray, noise: float, seed: np.ndarray) -> np.ndarray:
    """The same at half size on thickened edges, where small gaps in an outline close."""
    height, width = edge.shape
    size = (width + 1) // 2, (height + 1) // 2
    thick = cv2.resize(cv2.dilate(edge, np.ones((3, 3), np.uint8)), size, interpolation=cv2.INTER_AREA)
    start = cv2.resize(seed.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return cv2.resize(_wall(thick, noise, start), (width, height), interpolation=cv2.INTER_LINEAR)


def _enclosed(answer: np.ndarray, shrink: int) -> np.ndarray:
    """The answer with what it surrounds filled in, as far as the surrounding is sure."""
    height, width = answer.shape
    size = max(2, width // shrink), max(2, height // shrink)
    small = cv2.resize(answer, size, interpolation=cv2.INTER_AREA)
    frame = np.ones(small.shape, bool)
    frame[1:-1, 1:-1] = False
    filled = lowest_wall((np.clip(small, 0, 1) * 255).astype(np.uint8), frame).astype(np.float32) / 255
    return cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)


def _colour_odds(lab: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Log odds of each pixel's colour among the likely subject's against the likely paper's."""
    flat = lab.reshape(-1, 3)
    low, high = flat.min(axis=0), flat.max(axis=0) + 1e-3
    bins = ((lab - low) * (COLOUR_BINS / (high - low))).astype(np.int32)
    index = ((bins[..., 0] * COLOUR_BINS + bins[..., 1]) * COLOUR_BINS + bins[..., 2]).ravel()
    shares = []
    for weight in (answer * answer, (1.0 - answer) ** 2):
        count = np.bincount(index, weight.ravel(), COLOUR_BINS**3).astype(np.float32)
        for _ in range(3):  # smooth along each axis in turn: neighbouring bins share their counts
            count = cv2.GaussianBlur(count.reshape(COLOUR_BINS, -1), (1, 5), 0.8, borderType=cv2.BORDER_CONSTANT)
            count = np.ascontiguousarray(count.reshape(COLOUR_BINS, -1).T)
        shares.append(count.ravel() / (count.sum() + 1e-6) + 1e-5)
    return np.log(shares[0] / shares[1])[index].reshape(answer.shape).astype(np.float32)


def _odds(probability: np.ndarray) -> np.ndarray:
    clipped = np.clip(probability, 1e-3, 1.0 - 1e-3)
    return cv2.log(clipped / (1.0 - clipped))


def _log(value: np.ndarray, unit: float) -> np.ndarray:
    return cv2.log(value * np.float32(1.0 / unit) + 1.0)


def _length(vectors: np.ndarray) -> np.ndarray:
    return cv2.sqrt(np.einsum("ijk,ijk->ij", vectors, vectors))
