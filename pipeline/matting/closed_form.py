"""Alpha of the unknown band, as closed-form matting gives it for the whole photo.

Known pixels keep their value and leave the system; each connected window of the band is a system of its own.

Source: Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting", PAMI 30(2), 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.matting.band import number_band
from pipeline.matting.colour_upsampling import upsample_alpha
from pipeline.matting.conjugate_gradient import Solved, solve
from pipeline.matting.laplacian import CENTRE, band_laplacian
from pipeline.matting.multigrid import build_multigrid
from pipeline.matting.windows import BOTH_SIDES, NO_SIDE, SUBJECT_ONLY, Windows, split_windows

_SURENESS = 8  # only a nearly certain guess pulls: lower powers turn half-opaque glass solid (measured on renders)
_SURE = 0.999  # a reduced pixel is known if this share of its pixels is (the rest is rounding)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedForm:
    """Alpha, float32 (H, W), and how it was found.

    ``one_sided_px`` lie in windows that know only subject or only backdrop, ``free_px`` in windows that know
    neither (their alpha is the guess). ``iterations``, ``residual`` and ``last_step`` are the worst of all
    windows. ``reduction`` is 1, or how many times smaller the photo was on which a huge band was solved.
    """

    alpha: np.ndarray
    unknown_px: int = 0
    windows: int = 0
    one_sided_px: int = 0
    free_px: int = 0
    iterations: int = 0
    residual: float = 0.0
    last_step: float = 0.0
    reduction: int = 1


def closed_form(
    image: np.ndarray,
    trimap: np.ndarray,
    guess: np.ndarray,
    *,
    pull: float,
    tolerance: float,
    max_iterations: int,
    max_unknown_px: int,
) -> ClosedForm:
    """Solve the band of a trimap.

    Args:
        image: RGB (H, W, 3), uint8 or uint16.
        trimap: float32 (H, W): 0 backdrop, 1 subject, anything between unknown.
        guess: float32 (H, W), the probability that alpha is 1: alpha of windows that no known pixel decides.
        pull: How strongly a guess draws alpha to its side: |2 guess - 1| to the eighth power, times this, weighs
            the squared distance from 0 or 1: near 0.5 a guess has no say. 0 is plain closed form.
        tolerance: A window is solved when no pixel's alpha moves by more than this.
        max_iterations: Per window.
        max_unknown_px: A larger band is solved on a photo reduced 2, 3, ... times, and its colour model then
            gives the full-size alpha (see `upsample_alpha`).
    """
    subject = (trimap >= 1.0).view(np.uint8)
    unknown = (trimap > 0.0).view(np.uint8) & (1 - subject)
    alpha = trimap.copy()
    x0, y0, width, height = cv2.boundingRect(unknown)
    if width == 0:
        return ClosedForm(alpha=alpha)
    # two pixels of margin hold every known pixel the band depends on
    crop = slice(max(y0 - 2, 0), y0 + height + 2), slice(max(x0 - 2, 0), x0 + width + 2)
    guess = np.ascontiguousarray(guess[crop])
    image, subject, unknown = image[crop], np.ascontiguousarray(subject[crop]), np.ascontiguousarray(unknown[crop])
    windows = split_windows(unknown, subject)
    kind = windows.kind[windows.owner]
    values = np.where(kind == NO_SIDE, guess.ravel()[windows.pixels], kind == SUBJECT_ONLY).astype(np.float32)
    limits = {"tolerance": tolerance, "max_iterations": max_iterations}
    two_sided = kind == BOTH_SIDES
    reduction = int(np.ceil(np.sqrt(np.count_nonzero(two_sided) / max_unknown_px)))
    if reduction > 1:
        solved = _solve_reduced(image, subject, unknown, guess, pull, reduction, limits, max_unknown_px)
        values[two_sided] = solved.alpha.ravel()[windows.pixels[two_sided]]
        steps = [(solved.iterations, solved.residual, solved.last_step)]
        reduction *= solved.reduction
    else:
        solution = np.zeros(unknown.shape, np.float32)
        done = _solve_windows(image, subject, windows, guess, pull, solution, limits)
        values[two_sided] = solution.ravel()[windows.pixels[two_sided]]
        steps = [(s.iterations, s.residual, s.last_step) for s in done]
    alpha[crop][unknown.view(bool)] = np.clip(values, 0.0, 1.0)
    iterations, residual, last_step = (max(column) for column in zip((0, 0.0, 0.0), *steps, strict=True))
    return ClosedForm(
        alpha=alpha,
        unknown_px=len(values),
        windows=windows.count,
        one_sided_px=int(np.count_nonzero((kind != BOTH_SIDES) & (kind != NO_SIDE))),
        free_px=int(np.count_nonzero(kind == NO_SIDE)),
        iterations=iterations,
        residual=residual,
        last_step=last_step,
        reduction=max(reduction, 1),
    )


def _solve_windows(
    image: np.ndarray,
    subject: np.ndarray,
    windows: Windows,
    guess: np.ndarray,
    pull: float,
    solution: np.ndarray,
    limits: dict,
) -> list[Solved]:
    """Solve group after group, writing alpha into ``solution``."""
    done = []
    for labels, crop in windows.groups():
        part = np.ascontiguousarray(image[crop])
        label = windows.label[crop]
        chosen = label == labels[0] if len(labels) == 1 else np.isin(label, labels)
        band = number_band(chosen)
        coefficients, right = band_laplacian(part, np.ascontiguousarray(subject[crop]), band)
        if pull > 0.0:
            likely = guess[crop][chosen]
            weight = pull * np.abs(2.0 * likely - 1.0) ** _SURENESS
            coefficients[:, CENTRE] += weight
            right[band.own] += weight * (likely > 0.5)
        multigrid = build_multigrid(part, band, coefficients)
        solved = solve(coefficients, band.starts, right, multigrid, **limits)
        solution[crop][chosen] = solved.alpha[band.own]
        done.append(solved)
    return done


def _solve_reduced(
    image: np.ndarray,
    subject: np.ndarray,
    unknown: np.ndarray,
    guess: np.ndarray,
    pull: float,
    reduction: int,
    limits: dict,
    max_unknown_px: int,
) -> ClosedForm:
    """Solve a photo ``reduction`` times smaller; the alpha returned has full size."""
    height, width = unknown.shape
    size = max(width // reduction, 1), max(height // reduction, 1)

    def reduce(picture):
        return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)

    backdrop = ((1 - unknown) & (1 - subject)).astype(np.float32)
    trimap = np.full(size[::-1], 0.5, np.float32)
    trimap[reduce(subject.astype(np.float32)) > _SURE] = 1.0
    trimap[reduce(backdrop) > _SURE] = 0.0
    small_image = reduce(image)
    small = closed_form(small_image, trimap, reduce(guess), pull=pull, max_unknown_px=max_unknown_px, **limits)
    alpha = upsample_alpha(small_image, small.alpha, image)
    return ClosedForm(
        alpha=alpha,
        iterations=small.iterations,
        residual=small.residual,
        last_step=small.last_step,
        reduction=small.reduction,
    )
