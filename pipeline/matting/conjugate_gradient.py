"""Solve a band's system until no pixel's alpha moves by more than a stated amount.

The usual test, a residual of 1e-7, says little about alpha: the systems are so ill-conditioned that it is too
strict for knitwear and too lax for glass. Preconditioned by `Multigrid` an iteration's step is a good estimate
of the error left before it, so the largest step of any pixel is what is compared with the tolerance.

Source: flexible conjugate gradients, Notay, SIAM J. Sci. Comput. 22(4), 2000.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from pipeline.matting import sweeps
from pipeline.matting.multigrid import Multigrid

_FAST = {"cache": True, "nogil": True, "fastmath": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Alpha on the padded band, not yet clipped, and how it was reached.

    ``residual`` is relative to the right-hand side; ``last_step`` is the largest change of any pixel's alpha in
    the last iteration.
    """

    alpha: np.ndarray
    iterations: int
    residual: float
    last_step: float


def solve(
    coefficients: np.ndarray,
    starts: np.ndarray,
    right: np.ndarray,
    multigrid: Multigrid,
    *,
    tolerance: float,
    max_iterations: int,
) -> Solved:
    """Solve from zero.

    Args:
        coefficients, starts, right: The system, see `band_laplacian` and `Band`.
        multigrid: Its approximate inverse.
        tolerance: Stop when no alpha moved by more than this.
        max_iterations: Stop after so many in any case.
    """
    x = np.zeros_like(right)
    residual = right.copy()
    product = np.zeros_like(right)
    size = sweeps.dot(right, right)
    left, iterations, step, energy = size, 0, 0.0, 1.0
    direction = None
    while iterations < max_iterations and left > 0.0:
        better = multigrid.apply(residual)
        if direction is None:
            direction = better
        else:
            # orthogonal to the last direction alone: the preconditioner changes a little with its input
            conjugate = -sweeps.dot(better, product) / energy
            _turn(direction, better, np.float32(conjugate))
        energy = sweeps.multiply(coefficients, starts, direction, product)
        if not energy > 0.0:
            break
        length = sweeps.dot(direction, residual) / energy
        step, left = _advance(x, residual, direction, product, np.float32(length))
        iterations += 1
        if step <= tolerance:
            break
    relative = float(np.sqrt(left / size)) if size > 0.0 else 0.0
    return Solved(alpha=x, iterations=iterations, residual=relative, last_step=float(step))


@njit(**_FAST)
def _turn(direction, better, conjugate):
    for i in range(direction.size):
        direction[i] = better[i] + conjugate * direction[i]


@njit(**_FAST)
def _advance(x, residual, direction, product, length):
    largest = np.float32(0.0)
    left = 0.0
    for i in range(x.size):
        change = length * direction[i]
        x[i] += change
        largest = max(largest, abs(change))
        residual[i] -= length * product[i]
        left += np.float64(residual[i]) * np.float64(residual[i])
    return largest, left
