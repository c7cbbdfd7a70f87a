"""All measures of one matte against its truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.boundary_f import boundary_f
from pipeline.evaluation.conn import conn
from pipeline.evaluation.grad import grad
from pipeline.evaluation.iou import iou
from pipeline.evaluation.mse import mse
from pipeline.evaluation.sad import sad


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One matte against its truth; SAD, Grad and Conn in thousands. ``unknown_share`` is 1 without a trimap."""

    sad: float
    mse: float
    grad: float
    conn: float
    iou: float
    boundary_f: float
    unknown_share: float


def evaluate_image(alpha: np.ndarray, truth: np.ndarray, trimap: np.ndarray | None = None) -> Evaluation:
    """Everything the benchmarks say about one matte, in source geometry.

    With a trimap, pixels it knows are set to their value in the matte, and SAD, MSE, Grad and Conn are taken over
    the unknown pixels; without one over the whole image. IoU and boundary F always see the whole image.

    Args:
        alpha: Estimated matte, float (H, W) in [0, 1].
        truth: True matte, float (H, W): the 8-bit file / 255.
        trimap: Float (H, W), 0 backdrop, 1 subject, anything between unknown; or None.

    Raises:
        ContractError: The mattes cannot be compared, or the trimap leaves nothing unknown.

    Source:
        Rhemann et al. 2009, "A perceptually motivated online benchmark for image matting", CVPR.
    """
    unknown = None
    if trimap is not None:
        unknown = (trimap > 0.0) & (trimap < 1.0)
        alpha = np.where(unknown, alpha, trimap >= 1.0).astype(np.asarray(alpha).dtype)
    return Evaluation(
        sad=sad(alpha, truth, unknown),
        mse=mse(alpha, truth, unknown),
        grad=grad(alpha, truth, unknown),
        conn=conn(alpha, truth, unknown),
        iou=iou(alpha, truth),
        boundary_f=boundary_f(alpha, truth),
        unknown_share=1.0 if unknown is None else float(unknown.mean()),
    )
