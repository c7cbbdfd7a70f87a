"""The closed-form matting system of a band: known pixels stand on the right-hand side.

In every 3x3 window alpha is taken as an affine function of colour. The cost of leaving that model is a
quadratic form; its matrix, the matting Laplacian, is assembled here for the rows of unknown pixels only, from
the windows that touch one. A known neighbour's column times its alpha moves to the right-hand side.

Source: Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting", PAMI 30(2), 2008.
"""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit

from pipeline.image import levels
from pipeline.matting.band import Band

CENTRE = 12  # a pixel's own entry among its 25 coefficients
EPSILON = 1e-7  # regularisation of the window's colour covariance; PyMatting's default for closed form


def band_laplacian(image: np.ndarray, foreground: np.ndarray, band: Band) -> tuple[np.ndarray, np.ndarray]:
    """Assemble the system of the band.

    Args:
        image: RGB (H, W, 3), uint8 or uint16.
        foreground: uint8 (H, W), 1 where a known pixel is subject.
        band: The unknown pixels.

    Returns:
        Coefficients, float32 (n, 25): row i holds the 5x5 neighbourhood of pixel i, 0 at known pixels; and
        the right-hand side, float32, on the padded band.
    """
    coefficients = np.zeros((len(band.yx), 25), np.float32)
    constants = np.zeros(len(band.yx))
    centres = cv2.dilate((band.number >= 0).view(np.uint8), np.ones((3, 3), np.uint8))
    _assemble(image, 1.0 / levels(image), foreground, centres, band.number, coefficients, constants)
    right = np.zeros(band.length, np.float32)
    right[band.own] = constants
    return coefficients, right


@njit(cache=True, nogil=True, fastmath=True)
def _assemble(image, scale, foreground, centres, number, coefficients, constants):
    height, width = number.shape
    colour = np.empty((9, 3))
    index = np.empty(9, np.int32)
    known_alpha = np.empty(9)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            if not centres[y, x]:
                continue
            mean0 = mean1 = mean2 = 0.0
            for k in range(9):
                row = y - 1 + k // 3
                column = x - 1 + k % 3
                index[k] = number[row, column]
                known_alpha[k] = foreground[row, column]
                colour[k, 0] = image[row, column, 0] * scale
                colour[k, 1] = image[row, column, 1] * scale
                colour[k, 2] = image[row, column, 2] * scale
                mean0 += colour[k, 0]
                mean1 += colour[k, 1]
                mean2 += colour[k, 2]
            mean0 /= 9.0
            mean1 /= 9.0
            mean2 /= 9.0
            # nine times the regularised covariance, which the 1/9 before the inverse cancels
            s00 = s11 = s22 = EPSILON
            s01 = s02 = s12 = 0.0
            for k in range(9):
                colour[k, 0] -= mean0
                colour[k, 1] -= mean1
                colour[k, 2] -= mean2
                s00 += colour[k, 0] * colour[k, 0]
                s01 += colour[k, 0] * colour[k, 1]
                s02 += colour[k, 0] * colour[k, 2]
                s11 += colour[k, 1] * colour[k, 1]
                s12 += colour[k, 1] * colour[k, 2]
                s22 += colour[k, 2] * colour[k, 2]
            # whiten by its Cholesky factor: near-grey windows lose all digits in a determinant
            l00 = np.sqrt(s00)
            l10 = s01 / l00
            l20 = s02 / l00
            l11 = np.sqrt(max(s11 - l10 * l10, EPSILON))
            l21 = (s12 - l20 * l10) / l11
            l22 = np.sqrt(max(s22 - l20 * l20 - l21 * l21, EPSILON))
            for k in range(9):
                colour[k, 0] = colour[k, 0] / l00
                colour[k, 1] = (colour[k, 1] - l10 * colour[k, 0]) / l11
                colour[k, 2] = (colour[k, 2] - l20 * colour[k, 0] - l21 * colour[k, 1]) / l22
            for i in range(9):
                for j in range(i, 9):
                    if index[i] < 0 and index[j] < 0:
                        continue
                    value = -(
                        1.0 / 9.0
                        + colour[i, 0] * colour[j, 0]
                        + colour[i, 1] * colour[j, 1]
                        + colour[i, 2] * colour[j, 2]
                    )
                    step = 5 * (j // 3 - i // 3) + (j % 3 - i % 3)
                    if i == j:
                        coefficients[index[i], 12] += 1.0 + value
                    elif index[i] < 0:
                        constants[index[j]] -= value * known_alpha[i]
                    elif index[j] < 0:
                        constants[index[i]] -= value * known_alpha[j]
                    else:
                        coefficients[index[i], 12 + step] += value
                        coefficients[index[j], 12 - step] += value
