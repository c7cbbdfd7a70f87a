"""Finds the opacity of every strand in the undecided band, and the subject's own colour there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.image import freeze
from pipeline.matting.closed_form import closed_form
from pipeline.matting.foreground import estimate_foreground
from pipeline.step import Step, param


@dataclass(frozen=True, slots=True, kw_only=True)
class RefineMatteParams:
    """How exactly, and up to which size, the band is solved."""

    confidence_pull: float = param(
        1.0, doc="How strongly a sure confidence draws alpha to its side in the band; 0 is plain closed form.",
        low=0.0, high=10.0,
    )  # fmt: skip
    tolerance: float = param(
        1 / 128, doc="The band is solved when no pixel's alpha moves by more; typical errors are a tenth of it.",
        low=1e-6, high=0.1,
    )  # fmt: skip
    max_iterations: int = param(100, doc="Iterations per connected window of the band.", low=1, high=10000)
    max_unknown_mpx: float = param(
        2.5, doc="A larger band is solved on a reduced photo and carried over along its colours.",
        unit="million pixels", low=0.01, high=50.0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Matte:
    """What the step did."""

    unknown_share: float  # share of the frame that was undecided
    windows: int  # connected parts of the band, each solved alone
    one_sided_share: float  # share of the band that touches only subject or only backdrop: alpha is constant there
    free_share: float  # share of the band that touches nothing known: alpha is the confidence there
    iterations: int  # most of any window
    residual: float  # largest of any window, relative to the right-hand side
    last_step: float  # largest change of any alpha in the last iteration
    reduction: int  # the band was solved on a photo this many times smaller; 1 is full size
    band_confidence: float | None  # mean of |2 confidence - 1| in the band: 1 is sure, 0 is a coin toss


def refine_matte(
    *, image: np.ndarray, confidence: np.ndarray, trimap: np.ndarray, params: RefineMatteParams
) -> Mapping[str, object]:
    """Solves the band only: what the trimap calls subject or backdrop stays exactly that.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``.
        confidence: (H, W) ``float32``.
        trimap: (H, W) ``float32``: 0, 1, and anything between is undecided.
        params: Accuracy and size limits.

    Returns:
        ``alpha`` (H, W) ``float32``; ``foreground`` like ``image``, equal to it where alpha is 1 and outside the
        band; the `Matte`.

    Source:
        Levin, Lischinski, Weiss, PAMI 30(2), 2008 (alpha); Germer et al., ICPR 2020 (foreground).
    """
    solved = closed_form(
        image,
        trimap,
        confidence,
        pull=params.confidence_pull,
        tolerance=params.tolerance,
        max_iterations=params.max_iterations,
        max_unknown_px=int(params.max_unknown_mpx * 1e6),
    )
    band = ((trimap > 0.0) & (trimap < 1.0)).view(np.uint8)
    foreground = estimate_foreground(image, solved.alpha, band)
    unknown = solved.unknown_px
    matte = Matte(
        unknown_share=unknown / trimap.size,
        windows=solved.windows,
        one_sided_share=solved.one_sided_px / unknown if unknown else 0.0,
        free_share=solved.free_px / unknown if unknown else 0.0,
        iterations=solved.iterations,
        residual=solved.residual,
        last_step=solved.last_step,
        reduction=solved.reduction,
        band_confidence=float(np.abs(2.0 * confidence[band.view(bool)] - 1.0).mean()) if unknown else None,
    )
    return {"alpha": freeze(solved.alpha), "foreground": freeze(foreground), "matte": matte}


STEP = Step(
    run=refine_matte,
    params=RefineMatteParams,
    needs=("image", "confidence", "trimap"),
    gives=("alpha", "foreground", "matte"),
)
