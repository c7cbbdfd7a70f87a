"""How far the camera was rolled, read from the product itself.

Most products are left-right symmetric about a plumb line: a bottle, a shirt, a face with its hair. The matte is
mirrored at every angle, and the angle where it fits itself best is the roll. Where the matte is not symmetric, long
straight lines that are nearly level or plumb (a rail, a table top, a placket) may tell. A shoe or a necklace
does neither: then nothing is claimed.

Source: mirror symmetry as the peak of the autocorrelation with the reflected shape, after Loy and Eklundh,
"Detecting symmetry and symmetric constellations of features", ECCV 2006, reduced to one axis near the vertical.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.backdrop import fit_size
from pipeline.image import levels

SIDE = 160  # px, of the square the matte is turned in
LINE_SIDE = 512  # px, longest side of the photo the straight lines are found in
SEARCH = 9.0  # degrees either way
STEP_DEG = 0.5
# calibrated on every second half of the sample renders with their true mattes
MIN_MATCH = 0.93  # share of the matte that meets its mirror image; below, chairs, bags and necklaces find chance axes
# a large roll is rare, so it has to fit better: folded knitwear lies askew at 0.96 and 5 degrees
MATCH_AT_1_DEG, MATCH_PER_DEG = 0.90, 0.018
MAX_DOUBT = 2.4  # sqrt((1 - match) / curvature): above, the matte is as symmetric one or two degrees away
DEG_PER_DOUBT = 0.35  # standard error in degrees per unit of doubt
ROLL_SPREAD = 2.0  # degrees; how far cameras are rolled
EDGE = 1.0  # degrees; a peak that close to the end of the search is no peak
MIN_LINE = 0.30  # sum of squared line lengths over the diagonal's square that counts as evidence
MIN_LINE_SHARE = 0.6  # of all nearly level (or plumb) lines that agree
LINE_WIDTH = 0.35  # degrees; lines closer than that agree
LINE_ERROR = 0.6  # degrees, standard error of an agreed direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Camera roll: turning the photo by ``degrees`` counter-clockwise levels it. None where nothing tells."""

    degrees: float | None
    error: float | None  # standard error, degrees
    evidence: str  # "symmetry", "lines" or "none"
    match: float  # 0 to 1: how well the matte meets its mirror image at the best angle


def find_roll(image: np.ndarray, alpha: np.ndarray) -> Roll:
    """Estimate the camera roll of a photo from the matte's symmetry, else from straight lines."""
    degrees, match, doubt = _symmetry(alpha)
    wanted = max(MIN_MATCH, MATCH_AT_1_DEG + MATCH_PER_DEG * (abs(degrees) - 1.0))
    if match >= wanted and doubt <= MAX_DOUBT and abs(degrees) <= SEARCH - EDGE:
        error = DEG_PER_DOUBT * doubt
        trust = ROLL_SPREAD**2 / (ROLL_SPREAD**2 + error**2)
        return Roll(degrees=degrees * trust, error=error, evidence="symmetry", match=match)
    direction = _lines(image)
    if direction is not None:
        return Roll(degrees=direction, error=LINE_ERROR, evidence="lines", match=match)
    return Roll(degrees=None, error=None, evidence="none", match=match)


def _symmetry(alpha: np.ndarray) -> tuple[float, float, float]:
    """(angle, match, doubt) of the best mirror axis near the vertical."""
    small = cv2.resize(alpha, fit_size(alpha.shape, 3 * SIDE), interpolation=cv2.INTER_AREA)
    rows, columns = np.flatnonzero(small.max(axis=1) > 0.3), np.flatnonzero(small.max(axis=0) > 0.3)
    if rows.size < 4 or columns.size < 4:
        return 0.0, 0.0, np.inf
    centre = (float(columns[0] + columns[-1]) / 2, float(rows[0] + rows[-1]) / 2)
    radius = 0.51 * np.hypot(columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    angles = np.arange(-SEARCH, SEARCH + STEP_DEG / 2, STEP_DEG)
    match = np.array([_mirror_match(small, centre, radius, angle) for angle in angles])
    best = int(match.argmax())
    if best in (0, len(angles) - 1):
        return float(angles[best]), float(match[best]), np.inf
    before, here, after = match[best - 1 : best + 2]
    bend = max(2 * here - before - after, 1e-9)
    angle = angles[best] + 0.5 * (after - before) / bend * STEP_DEG
    return float(angle), float(here), float(np.sqrt(max(1.0 - here, 1e-4) / (bend / STEP_DEG**2)))


def _mirror_match(small: np.ndarray, centre: tuple[float, float], radius: float, angle: float) -> float:
    """Share of the matte, turned by ``angle`` counter-clockwise, that meets its mirror image at the best axis."""
    turn = cv2.getRotationMatrix2D(centre, float(angle), SIDE / (2 * radius))
    turn[:, 2] += SIDE / 2 - np.array(centre)
    turned = cv2.warpAffine(small, turn, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    # correlating a row with its reflection is convolving it with itself: its spectrum squared
    spectrum = np.fft.rfft(turned, 2 * SIDE, axis=1)
    meets = np.fft.irfft(np.square(spectrum).sum(axis=0), 2 * SIDE)
    return float(meets.max() / max(np.square(turned, dtype=np.float64).sum(), 1e-9))


def _lines(image: np.ndarray) -> float | None:
    """The lean that long level or plumb lines of the whole photo agree on, degrees."""
    small = cv2.resize(image, fit_size(image.shape[:2], LINE_SIDE), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor((small / (levels(image) / 255)).astype(np.uint8), cv2.COLOR_RGB2GRAY)
    found = cv2.createLineSegmentDetector().detect(grey)[0]
    if found is None:
        return None
    run = found.reshape(-1, 4)[:, 2:] - found.reshape(-1, 4)[:, :2]
    weight = np.square(run).sum(axis=1) / (grey.shape[0] ** 2 + grey.shape[1] ** 2)
    direction = np.degrees(np.arctan2(run[:, 1], run[:, 0]))
    for lean in ((direction + 90) % 180 - 90, direction % 180 - 90):  # level lines first: plumb ones converge
        near = np.abs(lean) < SEARCH - EDGE
        if weight[near].sum() < MIN_LINE:
            continue
        grid = np.arange(-SEARCH, SEARCH + 0.05, 0.1)
        votes = np.exp(-0.5 * np.square((lean[near][:, None] - grid) / LINE_WIDTH)) * weight[near][:, None]
        total = votes.sum(axis=0)
        peak = int(total.argmax())
        if total[peak] >= max(MIN_LINE, MIN_LINE_SHARE * weight[near].sum()):
            return float(grid[peak])
    return None
