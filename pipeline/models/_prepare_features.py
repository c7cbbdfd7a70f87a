"""What is measured on a small copy of the photo beside what the network sees: outlines, colours, texture, paper."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.backdrop import fit_backdrop
from pipeline.complexity import measure
from pipeline.image import freeze
from pipeline.models._subject_crop import SIDE, Placed, crop
from pipeline.models._subject_encoder import COLUMNS, encode

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

SMALL_SIDE = 160  # px, shortest side of the copy everything is measured on, as the training photos are kept
FRAME = 96  # px, the square that the whole photo is squeezed to: a frame's aspect only tells the camera
FINE = 128  # px, the square that colours and texture of the whole photo are read from
COARSE, MASK, PROFILE = 96, 20, 32  # px of the subject's square for coarse seams, silhouette, and its widths
BINS = (12, 4, 4)  # hue, saturation, value
HUES = np.array([0, 118, 124, 132, 140, 255])  # 8-bit CIELAB a and b: five steps either way of grey
GRADIENTS = {"silhouette": 1764, "seams": 1764, "coarse": 324, "frame": 324}
BLOCKS = {**GRADIENTS, "mask": MASK**2, "widths": 2 * PROFILE, "cloth": 38, "form": 8}  # columns of the outlines
OUTLINES = sum(BLOCKS.values())
SEEN = OUTLINES + COLUMNS  # columns of `seen`: outlines, then what the encoder sees


def small_copy(image: np.ndarray) -> np.ndarray:
    """The photo with its shortest side at `SMALL_SIDE`, uint8; smaller photos are enlarged."""
    eight = image if image.dtype == np.uint8 else (image >> 8).astype(np.uint8)
    height, width = eight.shape[:2]
    scale = SMALL_SIDE / min(height, width)
    size = max(SMALL_SIDE, round(width * scale)), max(SMALL_SIDE, round(height * scale))
    return cv2.resize(eight, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def seen(small: np.ndarray, subject: np.ndarray, placed: Placed, session: InferenceSession) -> np.ndarray:
    """The subject's outlines and what the encoder sees of it, float32 (SEEN,).

    Args:
        small: The photo, (h, w, 3) ``uint8``.
        subject: Its opacity, see `pipeline.models._subject_crop.find_subject`.
        placed: How the subject is turned in its square.
        session: See `pipeline.models._subject_encoder.encoder`.
    """
    photo, alpha = crop(small, subject, placed)
    frame = _square(small[:, ::-1] if placed.mirrored else small, FRAME)
    outlines = {**_outlines(photo, alpha), "frame": _gradients(FRAME, 24).compute(frame), "form": _form(subject)}
    columns = [outlines[name].ravel() for name in BLOCKS]
    return np.concatenate([*columns, encode(photo, alpha, session)]).astype(np.float32)


def looks(small: np.ndarray, subject: np.ndarray) -> np.ndarray:
    """Colour, texture, size and what the paper says, float32 (n,); see `pipeline.complexity` for the evidence."""
    fine = _square(small, FINE)
    lab = cv2.cvtColor(fine.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    inside = _square(subject, FINE) > 127
    hsv = cv2.cvtColor(fine, cv2.COLOR_RGB2HSV)
    colours = cv2.calcHist([hsv], [0, 1, 2], None, list(BINS), [0, 180, 0, 256, 0, 256]).ravel() / FINE**2
    height, width = _span(inside.any(axis=1)), _span(inside.any(axis=0))
    size = [inside.mean(), height, width, height / max(width, 0.05)]
    return np.concatenate(
        [2.0 * np.sqrt(colours), size, _tones(lab, inside), _texture(lab[..., 0], inside), _paper(small)]
    ).astype(np.float32)


def _outlines(photo: np.ndarray, alpha: np.ndarray) -> dict[str, np.ndarray]:
    """Silhouette, seams and cloth of the subject in its square, without what lies around it."""
    inside = alpha > 127
    if not inside.any():
        inside[:] = True
    opacity = alpha[..., None] / np.float32(255)
    alone = photo * opacity + photo[inside].mean(axis=0) * (1 - opacity)  # its own colour around it: only seams show
    alone = np.clip(alone, 0, 255).astype(np.uint8)
    widths = [cv2.resize(_row(inside.mean(axis=axis)), (PROFILE, 1), interpolation=cv2.INTER_AREA) for axis in (1, 0)]
    return {
        "silhouette": _gradients(SIDE, 16).compute(alpha), "seams": _gradients(SIDE, 16).compute(alone),
        "coarse": _gradients(COARSE, 24).compute(_square(alone, COARSE)), "mask": _square(alpha, MASK) / 255.0,
        "widths": np.concatenate(widths), "cloth": _cloth(photo, inside),
    }  # fmt: skip


def _square(picture: np.ndarray, side: int) -> np.ndarray:
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)


def _row(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)[None]


def _gradients(side: int, cell: int) -> cv2.HOGDescriptor:
    return cv2.HOGDescriptor((side, side), (2 * cell, 2 * cell), (cell, cell), (cell, cell), 9)


def _cloth(photo: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Colours, lightness and weave of the subject alone: 38 numbers, the shares as roots."""
    lab = cv2.cvtColor(photo, cv2.COLOR_RGB2LAB).astype(np.float32)
    pixels = lab[inside]
    hues = np.histogram2d(pixels[:, 1], pixels[:, 2], bins=[HUES, HUES])[0].ravel()
    tones = np.histogram(pixels[:, 0], bins=8, range=(0, 255))[0]
    blurred = [cv2.GaussianBlur(lab[..., 0], (0, 0), sigma) for sigma in (0.5, 1, 2, 4, 8, 16)]
    weave = [np.log1p(np.abs(a - b)[inside].mean()) for a, b in pairwise(blurred)]
    return np.concatenate([np.sqrt(hues / len(pixels)), np.sqrt(tones / len(pixels)), weave])


def _form(subject: np.ndarray) -> np.ndarray:
    """Aspect, fullness, size, raggedness and two moments of the silhouette in the photo: 8 numbers near 1.

    Source: Hu, "Visual pattern recognition by moment invariants", IRE Transactions on Information Theory 8 (1962).
    """
    there = (subject > 127).astype(np.uint8)
    outlines_found, _ = cv2.findContours(there, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines_found:
        return np.zeros(8)
    outline = max(outlines_found, key=cv2.contourArea)
    area, _, _, width, height = cv2.contourArea(outline) + 1, *cv2.boundingRect(there)
    around = cv2.contourArea(cv2.convexHull(outline)) + 1
    sides = sorted(cv2.minAreaRect(outline)[1])
    moments = cv2.HuMoments(cv2.moments(outline)).ravel()[:2]
    return np.array([
        np.log(width / height), area / around, np.log(area) / 5, cv2.arcLength(outline, True) ** 2 / area / 100,
        sides[1] / (sides[0] + 1) / 3, 3 * there.mean(), *(-np.sign(moments) * np.log10(np.abs(moments) + 1e-9)),
    ])  # fmt: skip


def _span(there: np.ndarray) -> float:
    places = np.flatnonzero(there)
    return float(places[-1] - places[0] + 1) / FINE if len(places) else 0.0


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
