"""Finds skin in any light and of any tone; what lies on it, moles and loose hairs, counts as part of it."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.model import Model

MODEL = "mole_hair"
LOOK_SIDE = 160  # px, longer side
REACH = 2.0  # px of the look, sigma of what counts as around a pixel
FEATURES = 7
TERMS = FEATURES + FEATURES * (FEATURES + 1) // 2
# Calibrated on outlined photos of the train split
LIKELY = 0.35  # probability from which a pixel is begun with as skin
SURELY, SURELY_NOT = 0.8, 0.1  # probabilities beyond which the photo's own colours do not overrule
ROUNDS = 4
FEWEST = 20  # px of the look: fewer cannot tell the photo's own colours
SMALLEST_GAP = 0.03  # of the longer side: narrower gaps in skin are hairs and moles
LARGEST_HOLE = 0.04  # of the frame: larger ones inside skin are something else
SMALLEST_PART = 0.15  # of the largest part: smaller ones are wood, paper or print of that colour


def find_skin(image: np.ndarray, within: np.ndarray | None = None, model: Model | None = None) -> np.ndarray:
    """Where skin is.

    Colour and smoothness tell what is likely skin anywhere; the colours of the surest parts in this very photo then
    settle the rest.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.
        within: bool (H, W), where skin can be at all, such as the subject; everywhere if None.
        model: Weights; the shipped ones if None.

    Returns:
        bool (H, W).

    Raises:
        ModelError: The weights are missing, damaged or of another version.
    """
    likely = skin_odds(image, model or load_model(MODEL, WEIGHTS))
    if within is not None:
        inside = cv2.resize(within.astype(np.uint8), likely.shape[::-1], interpolation=cv2.INTER_AREA) > 0
        likely = np.where(inside, likely, 0.0).astype(np.float32)
    skin = _whole(_settled(_look(image), likely))
    skin = cv2.resize(skin, image.shape[1::-1], interpolation=cv2.INTER_LINEAR) > 0
    return skin if within is None else skin & within


def skin_odds(image: np.ndarray, model: Model) -> np.ndarray:
    """Probability of skin per pixel of the look, ``float32``, from colour and smoothness alone."""
    values, shape = skin_features(image)
    score = np.clip(values @ model.array("skin_weight", (TERMS,)) + model.array("skin_bias", (1,)), -30.0, 30.0)
    return cv2.GaussianBlur((1.0 / (1.0 + np.exp(-score))).reshape(shape).astype(np.float32), (0, 0), 1.5)


def skin_features(image: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    """What is known of each pixel of the look, (pixels, TERMS), and the look's shape.

    Colour in CIELAB at the pixel and around it, how uneven the lightness is there, and the products of any two.
    """
    lab = cv2.cvtColor(_look(image).astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    lab = lab * np.float32([0.02, 0.05, 0.05]) - np.float32([1.0, 0.0, 0.0])
    around = cv2.GaussianBlur(lab, (0, 0), REACH)
    uneven = cv2.GaussianBlur(lab[..., 0] ** 2, (0, 0), REACH) - around[..., 0] ** 2
    plain = np.dstack([lab, around, 4.0 * np.sqrt(np.maximum(uneven, 0.0))]).reshape(-1, FEATURES)
    products = [plain[:, first : first + 1] * plain[:, first:] for first in range(FEATURES)]
    return np.concatenate([plain, *products], axis=1), lab.shape[:2]


def _look(image: np.ndarray) -> np.ndarray:
    scale = LOOK_SIDE / max(image.shape[:2])
    size = max(8, round(image.shape[1] * scale)), max(8, round(image.shape[0] * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return (small >> 8).astype(np.uint8) if small.dtype == np.uint16 else small


def _settled(look: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """What is likely, put right by the colours of the sure parts (graph cut); ``uint8``, 0 or 1."""
    known = np.where(likely > LIKELY, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    known[likely > SURELY] = cv2.GC_FGD
    known[likely < SURELY_NOT] = cv2.GC_BGD
    sure, sure_not = np.count_nonzero(known == cv2.GC_FGD), np.count_nonzero(known == cv2.GC_BGD)
    if sure >= FEWEST and sure_not >= FEWEST and sure + sure_not < known.size:
        cv2.setRNGSeed(0)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(look, known, None, *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return known & 1  # both kinds of foreground are odd


def _whole(skin: np.ndarray) -> np.ndarray:
    """Narrow gaps closed, small holes filled, small islands left out."""
    side = max(3, round(SMALLEST_GAP * LOOK_SIDE) | 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    framed = cv2.copyMakeBorder(skin, side, side, side, side, cv2.BORDER_REPLICATE)
    skin = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc)[side:-side, side:-side]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - skin, connectivity=4)
    for label in range(1, count):
        left, top, width, height, area = stats[label]
        inside = left > 0 and top > 0 and left + width < skin.shape[1] and top + height < skin.shape[0]
        if inside and area <= LARGEST_HOLE * skin.size:
            skin[labels == label] = 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(skin, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = areas >= SMALLEST_PART * areas[1:].max(initial=0)
    large[0] = False
    return large[labels].astype(np.uint8)
