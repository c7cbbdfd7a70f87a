"""Measures how rough and speckled the matte's edge is beyond what the photo shows there."""

from __future__ import annotations

import numpy as np

from pipeline.checks._outline import trace_outline
from pipeline.step import Check, Measurement

BAND = 4  # px on either side of the outline
RUN = 9  # px along the outline: what varies faster is roughness
NOISE = 3.0 / 255  # sRGB; grain of the photo that must not pass for an explanation of the matte's roughness
WORST = 0.75  # quantile over the pieces
LIMIT = 7.5  # %; calibrated on the sample renders 000-005 with true mattes: 93% lie under it, jitter of 1 px over it


def edge_noise(*, image: np.ndarray, alpha: np.ndarray, params: object = None) -> Measurement:
    """Measures speckle and jitter of opacity along the edge that no detail of the photo explains.

    Opacity and photo are both taken minus their mean along the outline. What of the first is a linear function of
    the second's three channels is hair, weave or thread; the rest is noise of the matte.

    Args:
        image: (H, W, 3) corrected photo.
        alpha: (H, W) ``float32``.

    Returns:
        Unexplained scatter in percent of opacity at the worst quarter of the outline.
    """
    outline = trace_outline(alpha)
    if outline is None:
        return Measurement(None, reason="the matte has no outline long enough to judge")
    across = np.arange(-BAND, BAND + 1)
    rough = _fast_part(outline.read(alpha, across))
    detail = _fast_part(outline.read(image, across))
    pieces = len(rough)
    rough, detail = rough.reshape(pieces, -1), detail.reshape(pieces, -1, 3)
    samples = rough.shape[1]
    gram = np.einsum("psc,psd->pcd", detail, detail) + np.eye(3) * samples * NOISE**2
    seen = np.einsum("psc,ps->pc", detail, rough)
    explained = np.einsum("pc,pc->p", seen, np.linalg.solve(gram, seen[..., None])[..., 0])
    scatter = 100 * np.sqrt(np.maximum(np.square(rough).sum(axis=1) - explained, 0.0) / samples)
    value = float(np.quantile(scatter, WORST))
    return Measurement(value, worst_xy=outline.centre(int(scatter.argmax())))


def _fast_part(values: np.ndarray) -> np.ndarray:
    """Values minus their running mean along the outline; the ends, where the mean is cut, are left out."""
    total = np.cumsum(values, axis=1, dtype=np.float64)
    mean = (total[:, RUN:] - total[:, :-RUN]) / RUN
    half = RUN // 2
    return (values[:, half + 1 : half + 1 + mean.shape[1]] - mean).astype(np.float32)


CHECK = Check(
    run=edge_noise,
    needs=("image", "alpha"),
    unit="% opacity",
    better="lower",
    limit=LIMIT,
    words="rough or speckled edge",
)
