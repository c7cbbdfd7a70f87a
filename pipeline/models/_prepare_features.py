"""What is measured on a small copy of the photo beside what the network sees: outlines, colours, texture, paper."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.backdrop import fit_backdrop
from pipeline.complexity import measure
from pipeline.image import freeze

SMALL_SIDE = 160  # px, shortest side of the copy everything is measured on, as the training photos are kept
FINE, COARSE, GRID = 128, 96, 64  # px, squares that outlines are read from; the last is where the subject is found
FRAME = 3  # px of `GRID` along the frame that are taken for ground
BINS = (12, 4, 4)  # hue, saturation, value


def small_copy(image: np.ndarray) -> np.ndarray:
    """The photo with its shortest side at `SMALL_SIDE`, uint8; smaller photos are enlarged."""
    eight = image if image.dtype == np.uint8 else (image >> 8).astype(np.uint8)
    height, width = eight.shape[:2]
    scale = SMALL_SIDE / min(height, width)
    size = max(SMALL_SIDE, round(width * scale)), max(SMALL_SIDE, round(height * scale))
    return cv2.resize(eight, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def square(small: np.ndarray, side: int) -> np.ndarray:
    """The photo squeezed to a square: a frame's aspect tells which camera took it, not what it shows."""
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_AREA)


def outlines(small: np.ndarray) -> np.ndarray:
    """Gradient directions of the frame and of the subject's own box, with the subject's silhouette, float32 (4364,)."""
    subject = _subject(square(small, GRID))
    box, inside = _box(small, subject)
    fine, coarse = _gradients(FINE, 16), _gradients(COARSE, 24)
    silhouettes = [cv2.resize(mask, (16, 16), interpolation=cv2.INTER_AREA).ravel() for mask in (subject, inside)]
    return np.concatenate(
        [fine.compute(square(small, FINE)).ravel(), coarse.compute(square(small, COARSE)).ravel(),
         fine.compute(square(box, FINE)).ravel(), *silhouettes]
    ).astype(np.float32)  # fmt: skip


def looks(small: np.ndarray) -> np.ndarray:
    """Colour, texture, size and what the paper says, float32 (n,); see `pipeline.complexity` for the evidence."""
    fine = square(small, FINE)
    lab = cv2.cvtColor(fine.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    subject = _subject(square(small, GRID))
    inside = cv2.resize(subject, (FINE, FINE), interpolation=cv2.INTER_NEAREST) > 0.5
    hsv = cv2.cvtColor(fine, cv2.COLOR_RGB2HSV)
    colours = cv2.calcHist([hsv], [0, 1, 2], None, list(BINS), [0, 180, 0, 256, 0, 256]).ravel() / FINE**2
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    size = [subject.mean(), _span(rows), _span(columns), _span(rows) / max(_span(columns), 0.05)]
    return np.concatenate(
        [2.0 * np.sqrt(colours), size, _tones(lab, inside), _texture(lab[..., 0], inside), _paper(small)]
    ).astype(np.float32)


def _gradients(side: int, cell: int) -> cv2.HOGDescriptor:
    return cv2.HOGDescriptor((side, side), (2 * cell, 2 * cell), (cell, cell), (cell, cell), 9)


def _subject(grid: np.ndarray) -> np.ndarray:
    """Roughly where the subject is, float32 (GRID, GRID) of 0 and 1: GrabCut from the middle of the frame.

    Source: Rother, Kolmogorov and Blake, "GrabCut", ACM Transactions on Graphics 23 (2004).
    """
    marks = np.full((GRID, GRID), cv2.GC_PR_BGD, np.uint8)
    marks[GRID // 5 : -GRID // 5, GRID // 5 : -GRID // 5] = cv2.GC_PR_FGD
    marks[:FRAME] = marks[-FRAME:] = marks[:, :FRAME] = marks[:, -FRAME:] = cv2.GC_BGD
    if int(grid.max()) - int(grid.min()) < 8:  # one colour: there is nothing to cut
        return np.zeros((GRID, GRID), np.float32)
    cv2.setRNGSeed(0)
    cv2.grabCut(np.ascontiguousarray(grid), marks, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    return np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)


def _box(small: np.ndarray, subject: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The photo and the silhouette cropped to the subject; both whole where hardly any was found."""
    rows, columns = np.flatnonzero(subject.sum(axis=1) > 2), np.flatnonzero(subject.sum(axis=0) > 2)
    if len(rows) < GRID // 8 or len(columns) < GRID // 8:
        return small, subject
    height, width = small.shape[:2]
    top, bottom = rows[0] * height // GRID, (rows[-1] + 1) * height // GRID
    left, right = columns[0] * width // GRID, (columns[-1] + 1) * width // GRID
    return small[top:bottom, left:right], subject[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _span(places: np.ndarray) -> float:
    return float(places[-1] - places[0] + 1) / GRID if len(places) else 0.0


def _tones(lab: np.ndarray, inside: np.ndarray) -> list[float]:
    """Lightness and colour of subject and ground, and how far apart they are: 15 numbers near 1."""
    found: list[float] = []
    for part in (inside, ~inside):
        pixels = lab[part] if part.sum() > 20 else lab.reshape(-1, 3)
        low, middle, high = np.percentile(pixels[:, 0], (5, 50, 95))
        chroma = np.hypot(pixels[:, 1], pixels[:, 2])
        found += [low / 50, middle / 50, high / 50, float(np.median(chroma)) / 20, float(pixels[:, 0].std()) / 20]
    subject, ground = (np.median(lab[part], axis=0) if part.sum() > 20 else np.zeros(3) for part in (inside, ~inside))
    apart = float(np.linalg.norm(subject - ground))
    light, dark = min(found[1], found[6]), max(found[1], found[6])
    return [
        *found,
        apart / 30,
        light,
        dark,
        float(np.exp(-apart / 15)) * light,
        float(np.exp(-apart / 15)) * (2 - dark),
    ]


def _texture(lightness: np.ndarray, inside: np.ndarray) -> list[float]:
    """Fine structure at four scales, inside the subject, at its rim and around it: 20 numbers."""
    rim = cv2.dilate(inside.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    rim &= cv2.erode(inside.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    found: list[float] = []
    finer = lightness
    for sigma in (0.8, 1.6, 3.2, 6.4):
        coarser = cv2.GaussianBlur(lightness, (0, 0), sigma)
        band = np.abs(finer - coarser)
        found += [float(np.log1p(band[part].mean())) if part.any() else 0.0 for part in (inside, rim, ~inside)]
        found += [float(np.log1p(np.percentile(band, 99))), float((lightness - coarser > 12).mean()) * 10]
        finer = coarser
    return found


def _paper(small: np.ndarray) -> list[float]:
    """What the backdrop's model and the first evidence say, 13 numbers near 1."""
    backdrop = fit_backdrop(freeze(small.copy()))
    evidence = measure(small, backdrop)
    return [
        backdrop.uniformity, backdrop.coverage, backdrop.border_coverage, backdrop.spread * 20, backdrop.chroma / 20,
        backdrop.lightness / 50, evidence.subject_share, evidence.contrast_de / 25, evidence.skin_share,
        evidence.detail_density, evidence.transparency * 4, evidence.reflection * 25, evidence.edge_width_px or 0.0,
    ]  # fmt: skip
