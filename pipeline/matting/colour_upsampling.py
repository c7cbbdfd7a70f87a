"""Carry a small alpha to a large photo along the photo's own colours.

Around each small pixel alpha is fitted as an affine function of colour; its coefficients, not alpha, are
enlarged and applied to the large photo, so edges fall where the photo has them.

Source: He, Sun, "Fast Guided Filter", arXiv 1505.00996, 2015, with the colour guide of He, Sun, Tang, PAMI
35(6), 2013.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import levels

_SIDE_PX = 5  # of the fitting window, in small pixels
_REGULARISATION = 1e-4  # 1 % of the range, squared: colour differences below that are noise


def upsample_alpha(small_image: np.ndarray, small_alpha: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Alpha for ``image`` from a solution on a smaller version of it.

    Args:
        small_image: RGB (h, w, 3).
        small_alpha: float32 (h, w).
        image: RGB (H, W, 3), of the same type.

    Returns:
        float32 (H, W), not clipped.
    """

    def mean(values):
        return cv2.blur(values, (_SIDE_PX, _SIDE_PX), borderType=cv2.BORDER_REPLICATE)

    # plain matrix sums in float64 throughout: the covariances of flat areas are small
    colour = small_image.astype(np.float64) / levels(small_image)
    centre, opacity = mean(colour), mean(small_alpha.astype(np.float64))
    covariance = np.empty((*small_alpha.shape, 3, 3))
    along = np.empty((*small_alpha.shape, 3, 1))
    for i in range(3):
        along[..., i, 0] = mean(colour[..., i] * small_alpha) - centre[..., i] * opacity
        for j in range(i, 3):
            value = mean(colour[..., i] * colour[..., j]) - centre[..., i] * centre[..., j]
            covariance[..., i, j] = covariance[..., j, i] = value
    covariance += _REGULARISATION * np.eye(3)
    slope = np.linalg.solve(covariance, along)[..., 0]
    offset = opacity - (slope * centre).sum(axis=-1)
    size = image.shape[1], image.shape[0]
    alpha = cv2.resize(mean(offset).astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    for channel in range(3):
        factor = cv2.resize(mean(slope[..., channel]).astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        factor *= image[..., channel]
        factor /= levels(image)
        alpha += factor
    return alpha
