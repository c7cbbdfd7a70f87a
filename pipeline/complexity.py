"""What makes a photo slow to retouch, measured before anyone touches it.

All evidence is rough by design: it rests on the backdrop model alone, before a matte exists, and costs a tenth of
a second. The score adds parts, so a retoucher can see why a photo is called hard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.backdrop import Backdrop
from pipeline.image import levels

SUBJECT_LIKELIHOOD = 0.25  # of backdrop, below which a pixel counts as product in the rough silhouette
SEEN_CONTRAST = 25.0  # CIELAB distance from the paper above which every selection tool finds the product
SHADOW_HUE, SHADOW_DEPTH, SHADOW_SLOPE = 4.0, 30.0, 1.2  # CIELAB: shadow keeps the paper's hue and has no edge
# Chai and Ngan, "Face segmentation using skin-color map in videophone applications", IEEE TCSVT 9 (1999)
SKIN_CR, SKIN_CB = (133, 173), (77, 127)
SKIN_MIN_LUMA = 40  # darker than that the chroma planes are noise
FUZZ_WIDTH = 4.5  # px at the working size of fuzz along the whole outline that counts as hair all around
TILE = 256  # px, of the places sharpness is read at
TILES = 6
# a planning judgement: fine detail, see-through parts and a product in the paper's colour take a retoucher longest
POINTS = {
    "contrast": 20.0, "backdrop": 10.0, "detail": 36.0, "transparency": 18.0, "reflection": 8.0, "skin": 4.0,
    "softness": 4.0,
}  # fmt: skip
# what a trained eye may see where the colours alone miss it, and the part it makes hard
HARD_FLAGS = {
    "contrast": ("dark_on_dark", "white_on_white"), "detail": ("hair_or_fur", "thin_parts"),
    "transparency": ("sheer", "glass_or_clear"), "reflection": ("reflective",), "skin": ("skin_visible",),
}  # fmt: skip
SEEN_FROM = 0.5  # probability from which a flag counts; below it a doubt would make every photo a little hard
BASE_MINUTES, SPAN_MINUTES, GROWTH = 2.0, 22.0, 1.4  # a clipping path takes 2 minutes, loose hair on busy ground 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was measured; shares are of the rough silhouette unless said otherwise."""

    subject_share: float  # of the frame
    contrast_de: float  # CIELAB distance of the silhouette just inside its rim from the paper, median
    skin_share: float
    detail_density: float  # 0 smooth outline to 1 fuzz: silhouette that a 7 px opening or closing changes, per outline
    transparency: float  # see-through cue: paper-coloured share inside the filled silhouette
    reflection: float  # glossy cue: share of small bright spots
    edge_width_px: float | None  # blur of the sharpest edges, Gaussian sigma in source pixels; None without edges


def measure(image: np.ndarray, backdrop: Backdrop) -> Evidence:
    """Evidence of one photo and its backdrop."""
    small = backdrop.small
    surface = backdrop.surface(small.shape[:2])
    lab, paper = (cv2.cvtColor(part, cv2.COLOR_RGB2LAB) for part in (small, surface))
    distance = np.sqrt(np.square(lab - paper).sum(axis=2))
    rough = (backdrop.likelihood < SUBJECT_LIKELIHOOD) & (distance > 3.0) & ~_shadow(lab, paper)
    rough = _largest(rough)
    filled = _filled(rough)
    area = int(filled.sum())
    if area < 50:
        return Evidence(
            subject_share=area / rough.size, contrast_de=0.0, skin_share=0.0, detail_density=0.0, transparency=0.0,
            reflection=0.0, edge_width_px=edge_width(image),
        )  # fmt: skip
    inner = cv2.erode(filled.astype(np.uint8), np.ones((5, 5), np.uint8))
    rim = inner - cv2.erode(inner, np.ones((13, 13), np.uint8))
    if not rim.any():  # too thin for a rim, or larger than the frame
        rim = filled.astype(np.uint8)
    return Evidence(
        subject_share=area / rough.size,
        contrast_de=float(np.median(distance[rim > 0])),
        skin_share=float(_skin(small)[filled].mean()),
        detail_density=_detail(rough),
        transparency=_transparency(lab, paper, distance, filled),
        reflection=_reflection(lab[..., 0], filled),
        edge_width_px=edge_width(image),
    )


def score(
    evidence: Evidence, backdrop: Backdrop, flags: Mapping[str, float | None] | None = None
) -> dict[str, float]:
    """Points of each part; their sum is the complexity, 0 to 100.

    Args:
        evidence: What was measured.
        backdrop: The paper.
        flags: Probabilities of what a model saw, as `HARD_FLAGS` names them; None is not known. A flag that is likely
            gives its part at least that share of its points: colours find no product that has the paper's.
    """
    shares = {
        "contrast": 1.0 - evidence.contrast_de / SEEN_CONTRAST,
        "backdrop": (1.0 - backdrop.uniformity) / 0.6,
        "detail": evidence.detail_density,
        "transparency": evidence.transparency / 0.25,
        "reflection": evidence.reflection / 0.04,
        "skin": evidence.skin_share / 0.4,
        "softness": 0.0 if evidence.edge_width_px is None else (evidence.edge_width_px - 1.0) / 2.0,
    }
    for part, names in HARD_FLAGS.items():
        told = max((flags or {}).get(name) or 0.0 for name in names)
        if told >= SEEN_FROM:
            shares[part] = max(shares[part], told)
    return {part: POINTS[part] * float(np.clip(share, 0.0, 1.0)) for part, share in shares.items()}


def expected_minutes(complexity: float) -> float:
    """Minutes of a retoucher's work to expect: 2 + 22 (complexity / 100)^1.4.

    A planning figure until timings of real work replace it: two minutes for a clipping path, 24 for the hardest.
    """
    return BASE_MINUTES + SPAN_MINUTES * (complexity / 100.0) ** GROWTH


def edge_width(image: np.ndarray) -> float | None:
    """Gaussian sigma, in pixels, of the sharpest strong edges; None where the photo has no edge.

    For a step edge blurred by sigma, the energies of gradient and second derivative across it are in the ratio
    2 sigma^2. Pixels and central differences add about 0.6 px to a perfectly sharp edge.
    """
    step = max(1, max(image.shape[:2]) // 512)
    coarse = cv2.cvtColor(np.ascontiguousarray(image[::step, ::step]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    slope = np.abs(cv2.Sobel(coarse, cv2.CV_32F, 1, 0)) + np.abs(cv2.Sobel(coarse, cv2.CV_32F, 0, 1))
    widths = []
    reach = max(1, TILE // step)
    for _ in range(TILES):
        y, x = np.unravel_index(int(slope.argmax()), slope.shape)
        if slope[y, x] < 0.08 * levels(image):
            break
        slope[max(0, y - reach // 2) : y + reach // 2 + 1, max(0, x - reach // 2) : x + reach // 2 + 1] = 0.0
        top, left = max(0, y * step - TILE // 2), max(0, x * step - TILE // 2)
        width = _tile_edge_width(image[top : top + TILE, left : left + TILE])
        if width is not None:
            widths.append(width)
    return float(np.percentile(widths, 25)) if widths else None


def _tile_edge_width(tile: np.ndarray) -> float | None:
    grey = cv2.cvtColor(np.ascontiguousarray(tile), cv2.COLOR_RGB2GRAY).astype(np.float32) / levels(tile)
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125)
    energy = across * across + down * down
    strong = energy > max(0.25 * float(energy.max()), 0.02**2)
    if strong.sum() < 20:
        return None
    near = cv2.dilate(strong.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    bend = cv2.Sobel(grey, cv2.CV_32F, 2, 0, scale=0.25) + cv2.Sobel(grey, cv2.CV_32F, 0, 2, scale=0.25)
    return float(np.sqrt(energy[near].sum() / max(2 * np.square(bend[near]).sum(), 1e-12)))


def _shadow(lab: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Where the paper is only darker, without an edge: bool (h, w)."""
    lightness = cv2.GaussianBlur(lab[..., 0], (0, 0), 1.5)
    slopes = (cv2.Sobel(lightness, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1)))
    slope = np.hypot(*slopes)
    darker = paper[..., 0] - lab[..., 0]
    hue = np.hypot(lab[..., 1] - paper[..., 1], lab[..., 2] - paper[..., 2])
    return (hue < SHADOW_HUE) & (darker > 0) & (darker < SHADOW_DEPTH) & (slope < SHADOW_SLOPE)


def _largest(mask: np.ndarray) -> np.ndarray:
    """The mask without specks: components of at least a twentieth of the largest one."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return np.zeros_like(mask)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    return np.concatenate([[False], sizes >= 0.05 * sizes.max()])[labels]


def _filled(mask: np.ndarray) -> np.ndarray:
    """The silhouette with small gaps bridged and everything its outline encloses."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(closed), outlines, -1, 1, cv2.FILLED) > 0


def _skin(small: np.ndarray) -> np.ndarray:
    """Where the colour may be skin, bool (h, w); leather and wood of that colour count too."""
    luma, cr, cb = cv2.split(cv2.cvtColor(np.rint(small * 255).astype(np.uint8), cv2.COLOR_RGB2YCrCb))
    return (cr >= SKIN_CR[0]) & (cr <= SKIN_CR[1]) & (cb >= SKIN_CB[0]) & (cb <= SKIN_CB[1]) & (luma >= SKIN_MIN_LUMA)


def _detail(rough: np.ndarray) -> float:
    """How much of the outline is hair, fringe, chain or thread."""
    mask = rough.astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    opened, closed = cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc), cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disc)
    fine = int((mask & (1 - opened)).sum()) + int((closed & (1 - mask)).sum())
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    length = sum(len(outline) for outline in outlines)
    return float(np.clip(fine / max(FUZZ_WIDTH * length, 1.0), 0.0, 1.0))


def _transparency(lab: np.ndarray, paper: np.ndarray, distance: np.ndarray, filled: np.ndarray) -> float:
    """Share of the inside that has the paper's colour, a little lighter or darker: glass, voile, mesh."""
    inside = cv2.erode(filled.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    if inside.sum() < 50:
        inside = filled
    hue = np.hypot(lab[..., 1] - paper[..., 1], lab[..., 2] - paper[..., 2])
    # a hole shows the paper itself: glass and voile are off it by more than the noise, by less than a product would be
    like_paper = (hue < 5.0) & (np.abs(lab[..., 0] - paper[..., 0]) < 14.0) & (distance > 2.5)
    return float(like_paper[inside].mean())


def _reflection(lightness: np.ndarray, filled: np.ndarray) -> float:
    """Share of small spots much brighter than what is around them."""
    tophat = cv2.morphologyEx(lightness, cv2.MORPH_TOPHAT, np.ones((15, 15), np.uint8))
    return float(((tophat > 25.0) & (lightness > 70.0))[filled].mean())
