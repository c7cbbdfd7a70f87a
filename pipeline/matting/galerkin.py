"""The same system seen by coarser unknowns: restrict, multiply, prolong (P' A P), without forming P.

Cells at least as wide as a pixel's reach touch only their eight neighbours, so every coarse matrix is a block
stencil, (m, 9, 4, 4) float32, whatever the level.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.matting.band import Band
from pipeline.matting.coarse_space import CELL_PX, JOIN, Nodes

_FAST = {"cache": True, "nogil": True, "fastmath": True}
_RIDGE = 1e-7  # keeps nearly singular diagonal blocks invertible in float32
_VOID = 1e-12


def coarsen_pixels(
    coefficients: np.ndarray, band: Band, nodes: Nodes, parent: np.ndarray, basis: np.ndarray
) -> np.ndarray:
    """Block matrix of the cells, from the pixel system."""
    blocks = np.zeros((len(nodes.yx), 9, 4, 4), np.float32)
    _coarsen_pixels(coefficients, band.starts, band.yx, basis, parent, CELL_PX, blocks)
    return blocks


def coarsen_blocks(
    blocks: np.ndarray, neighbours: np.ndarray, nodes: Nodes, coarser: Nodes, parent: np.ndarray, basis: np.ndarray
) -> np.ndarray:
    """Block matrix of the joined nodes, from that of the nodes."""
    joined = np.zeros((len(coarser.yx), 9, 4, 4), np.float32)
    _coarsen_blocks(blocks, neighbours, nodes.yx, basis, parent, JOIN, joined)
    return joined


@njit(cache=True, nogil=True)
def neighbours_of(number, yx):
    """The 3x3 neighbours of each node, int32 (m, 9); m where there is none."""
    height, width = number.shape
    count = yx.shape[0]
    neighbours = np.full((count, 9), count, np.int32)
    for i in range(count):
        for o in range(9):
            y = yx[i, 0] + o // 3 - 1
            x = yx[i, 1] + o % 3 - 1
            if 0 <= y < height and 0 <= x < width and number[y, x] >= 0:
                neighbours[i, o] = number[y, x]
    return neighbours


@njit(cache=True, nogil=True)
def invert_diagonal(blocks):
    """Inverse of each node's own block, float32 (m, 4, 4); unknowns that nothing feeds get a 1 there first."""
    count = blocks.shape[0]
    inverse = np.empty((count, 4, 4), np.float32)
    work = np.empty((4, 8))
    for i in range(count):
        for k in range(4):
            if blocks[i, 4, k, k] <= _VOID:
                blocks[i, 4, k, k] = 1.0
            for e in range(4):
                work[k, e] = blocks[i, 4, k, e]
                work[k, 4 + e] = 1.0 if k == e else 0.0
            work[k, k] *= 1.0 + _RIDGE
        for k in range(4):
            pivot = 1.0 / work[k, k]
            for e in range(8):
                work[k, e] *= pivot
            for row in range(4):
                if row != k:
                    factor = work[row, k]
                    for e in range(8):
                        work[row, e] -= factor * work[k, e]
        for k in range(4):
            for e in range(4):
                inverse[i, k, e] = work[k, 4 + e]
    return inverse


@njit(**_FAST)
def _coarsen_pixels(coefficients, starts, yx, basis, parent, size, blocks):
    part = np.zeros((9, 4), np.float32)
    for i in range(coefficients.shape[0]):
        cell_y = yx[i, 0] // size
        cell_x = yx[i, 1] // size
        part[:] = 0.0
        for row in range(5):
            start = starts[i, row]
            across = 3 * ((yx[i, 0] + row - 2) // size - cell_y + 1)
            for k in range(5):
                o = across + (yx[i, 1] + k - 2) // size - cell_x + 1
                value = coefficients[i, 5 * row + k]
                for e in range(4):
                    part[o, e] += value * basis[start + k, e]
        own = starts[i, 2] + 2
        node = parent[i]
        for o in range(9):
            for f in range(4):
                for e in range(4):
                    blocks[node, o, f, e] += basis[own, f] * part[o, e]


@njit(**_FAST)
def _coarsen_blocks(blocks, neighbours, yx, basis, parent, size, joined):
    count = blocks.shape[0]
    half = np.zeros((4, 4), np.float32)
    for i in range(count):
        cell_y = yx[i, 0] // size
        cell_x = yx[i, 1] // size
        node = parent[i]
        for o in range(9):
            j = neighbours[i, o]
            if j == count:
                continue
            to = 3 * ((yx[i, 0] + o // 3 - 1) // size - cell_y + 1) + (yx[i, 1] + o % 3 - 1) // size - cell_x + 1
            for f in range(4):
                for e in range(4):
                    s = np.float32(0.0)
                    for k in range(4):
                        s += blocks[i, o, f, k] * basis[j, k, e]
                    half[f, e] = s
            for f in range(4):
                for e in range(4):
                    s = np.float32(0.0)
                    for k in range(4):
                        s += basis[i, k, f] * half[k, e]
                    joined[node, to, f, e] += s
