"""Passes over a system: multiply, Gauss-Seidel sweeps, residual, on pixels and on coarse blocks.

A sweep visits unknowns in reading order (forward, from a zero start) or against it (backward), so that the
pair is symmetric. After a forward sweep from zero the residual is the upper half of the matrix alone.
Pixel systems are float32 (n, 25) rows over a padded vector (see `pipeline.matting.band`). Block systems are
float32 (m, 9, 4, 4): node i and its 3x3 neighbours, four unknowns each, over vectors (m + 1, 4) whose last
row is the zero that stands for a missing neighbour.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_FAST = {"cache": True, "nogil": True, "fastmath": True}


@njit(**_FAST)
def multiply(coefficients, starts, x, out):
    """The product of the pixel matrix with ``x`` into ``out``; gives x . out in double precision."""
    total = 0.0
    for i in range(coefficients.shape[0]):
        s = np.float32(0.0)
        for row in range(5):
            start = starts[i, row]
            for k in range(5):
                s += coefficients[i, 5 * row + k] * x[start + k]
        own = starts[i, 2] + 2
        out[own] = s
        total += np.float64(x[own]) * np.float64(s)
    return total


@njit(**_FAST)
def sweep_forward(coefficients, starts, right, x):
    """Solve the lower half for ``x``, which must hold zeros."""
    for i in range(coefficients.shape[0]):
        own = starts[i, 2] + 2
        s = right[own]
        for row in range(2):
            start = starts[i, row]
            for k in range(5):
                s -= coefficients[i, 5 * row + k] * x[start + k]
        s -= coefficients[i, 10] * x[own - 2]
        x[own] = (s - coefficients[i, 11] * x[own - 1]) / coefficients[i, 12]


@njit(**_FAST)
def restrict_residual(coefficients, starts, x, basis, parent, coarse):
    """Project the residual after `sweep_forward` on the coarse basis, adding into ``coarse``."""
    for i in range(coefficients.shape[0]):
        own = starts[i, 2] + 2
        s = -coefficients[i, 13] * x[own + 1] - coefficients[i, 14] * x[own + 2]
        for row in range(3, 5):
            start = starts[i, row]
            for k in range(5):
                s -= coefficients[i, 5 * row + k] * x[start + k]
        node = parent[i]
        for k in range(4):
            coarse[node, k] += basis[own, k] * s


@njit(**_FAST)
def add_correction(starts, basis, parent, coarse, x):
    """Add what the coarse grid found to ``x``."""
    for i in range(starts.shape[0]):
        own = starts[i, 2] + 2
        node = parent[i]
        s = np.float32(0.0)
        for k in range(4):
            s += basis[own, k] * coarse[node, k]
        x[own] += s


@njit(**_FAST)
def sweep_backward(coefficients, starts, right, x):
    """One Gauss-Seidel sweep against reading order, from the ``x`` given."""
    for i in range(coefficients.shape[0] - 1, -1, -1):
        own = starts[i, 2] + 2
        s = right[own]
        for row in range(2):
            start = starts[i, row]
            for k in range(5):
                s -= coefficients[i, 5 * row + k] * x[start + k]
        for row in range(3, 5):
            start = starts[i, row]
            for k in range(5):
                s -= coefficients[i, 5 * row + k] * x[start + k]
        s -= coefficients[i, 10] * x[own - 2] + coefficients[i, 11] * x[own - 1] + coefficients[i, 14] * x[own + 2]
        x[own] = (s - coefficients[i, 13] * x[own + 1]) / coefficients[i, 12]


@njit(inline="always")
def _gather(blocks, neighbours, x, i, first, last):
    s0 = s1 = s2 = s3 = np.float32(0.0)
    for o in range(first, last):
        j = neighbours[i, o]
        x0, x1, x2, x3 = x[j, 0], x[j, 1], x[j, 2], x[j, 3]
        b = blocks[i, o]
        s0 += b[0, 0] * x0 + b[0, 1] * x1 + b[0, 2] * x2 + b[0, 3] * x3
        s1 += b[1, 0] * x0 + b[1, 1] * x1 + b[1, 2] * x2 + b[1, 3] * x3
        s2 += b[2, 0] * x0 + b[2, 1] * x1 + b[2, 2] * x2 + b[2, 3] * x3
        s3 += b[3, 0] * x0 + b[3, 1] * x1 + b[3, 2] * x2 + b[3, 3] * x3
    return s0, s1, s2, s3


@njit(inline="always")
def _put(inverse, i, r0, r1, r2, r3, x):
    for k in range(4):
        x[i, k] = inverse[i, k, 0] * r0 + inverse[i, k, 1] * r1 + inverse[i, k, 2] * r2 + inverse[i, k, 3] * r3


@njit(**_FAST)
def multiply_blocks(blocks, neighbours, x, out):
    """The product of the block matrix with ``x`` into ``out``; gives x . out in double precision."""
    total = 0.0
    for i in range(blocks.shape[0]):
        # in two parts: one loop of nine is compiled to something three times slower
        a0, a1, a2, a3 = _gather(blocks, neighbours, x, i, 0, 4)
        b0, b1, b2, b3 = _gather(blocks, neighbours, x, i, 4, 9)
        s0, s1, s2, s3 = a0 + b0, a1 + b1, a2 + b2, a3 + b3
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = s0, s1, s2, s3
        total += np.float64(x[i, 0] * s0 + x[i, 1] * s1) + np.float64(x[i, 2] * s2 + x[i, 3] * s3)
    return total


@njit(**_FAST)
def sweep_blocks_forward(blocks, neighbours, inverse, right, x):
    """Solve the lower half for ``x``, which must hold zeros."""
    for i in range(blocks.shape[0]):
        s0, s1, s2, s3 = _gather(blocks, neighbours, x, i, 0, 4)
        _put(inverse, i, right[i, 0] - s0, right[i, 1] - s1, right[i, 2] - s2, right[i, 3] - s3, x)


@njit(**_FAST)
def restrict_blocks_residual(blocks, neighbours, x, basis, parent, coarse):
    """Project the residual after `sweep_blocks_forward` on the next coarser basis."""
    for i in range(blocks.shape[0]):
        s0, s1, s2, s3 = _gather(blocks, neighbours, x, i, 5, 9)
        node = parent[i]
        for k in range(4):
            coarse[node, k] -= basis[i, 0, k] * s0 + basis[i, 1, k] * s1 + basis[i, 2, k] * s2 + basis[i, 3, k] * s3


@njit(**_FAST)
def add_blocks_correction(basis, parent, coarse, x):
    """Add what the next coarser grid found to ``x``."""
    for i in range(parent.shape[0]):
        node = parent[i]
        for k in range(4):
            s = np.float32(0.0)
            for e in range(4):
                s += basis[i, k, e] * coarse[node, e]
            x[i, k] += s


@njit(**_FAST)
def sweep_blocks_backward(blocks, neighbours, inverse, right, x):
    """One block Gauss-Seidel sweep against reading order, from the ``x`` given."""
    for i in range(blocks.shape[0] - 1, -1, -1):
        a0, a1, a2, a3 = _gather(blocks, neighbours, x, i, 0, 4)
        b0, b1, b2, b3 = _gather(blocks, neighbours, x, i, 5, 9)
        _put(
            inverse,
            i,
            right[i, 0] - a0 - b0,
            right[i, 1] - a1 - b1,
            right[i, 2] - a2 - b2,
            right[i, 3] - a3 - b3,
            x,
        )


@njit(**_FAST)
def dot(a, b):
    """Inner product of two float32 vectors, summed in double precision, without starting threads."""
    total = 0.0
    for i in range(a.size):
        total += np.float64(a[i]) * np.float64(b[i])
    return total
