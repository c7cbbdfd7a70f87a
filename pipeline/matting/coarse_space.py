"""Coarse unknowns that speak colour: alpha varies over a small cell as an affine function of RGB.

The errors a matting system damps slowest are not smooth in space, they follow the picture: in every hair, alpha
may shift along with colour at almost no cost. So a cell of pixels becomes one node with four unknowns, the
coefficients of 1, R, G and B over the cell, orthonormalised there; a direction the cell's colours do not span is
dropped. Nodes are joined 2x2 into coarser nodes that hold the same four functions over a larger cell.

Source: aggregation multigrid with a local near-null space: Vanek, Mandel, Brezina, Computing 56, 1996. That the
near-null space of matting is {1, R, G, B} follows from the closed form itself (Levin et al. 2008, theorem 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from pipeline.image import levels
from pipeline.matting.band import Band

CELL_PX = 4  # 4 px needs 10-15 iterations where 8 px needs 20-30, at the same time for each (measured on renders)
JOIN = 2
_DEPENDENT = 1e-3  # a column that loses this much of its length to the earlier ones adds nothing but rounding
_VOID = 1e-12  # energy of an unknown that no pixel feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """Nodes of one grid.

    ``number`` int32 (h, w): node of each cell, -1 where empty. ``yx`` int32 (m, 2). ``functions`` (m, 4, 4):
    the functions 1, R, G, B in each node's own orthonormal basis.
    """

    number: np.ndarray
    yx: np.ndarray
    functions: np.ndarray


def cells_of_pixels(image: np.ndarray, band: Band) -> tuple[Nodes, np.ndarray, np.ndarray]:
    """Gather the band's pixels in cells of `CELL_PX` squared.

    Returns:
        The nodes; each pixel's node, int32 (n,); and the basis: on the padded band, float32 (length, 4).
    """
    number, yx = _number_cells(band.yx, band.number.shape, CELL_PX)
    basis = np.zeros((band.length, 4), np.float32)
    functions = np.empty((len(yx), 4, 4))
    parent = np.empty(len(band.yx), np.int32)
    scale = 1.0 / levels(image)
    _fill_cells(image, scale, band.number, band.starts, yx, CELL_PX, parent, basis, functions)
    return Nodes(number=number, yx=yx, functions=functions), parent, basis


def join_nodes(nodes: Nodes) -> tuple[Nodes, np.ndarray, np.ndarray]:
    """Join nodes 2x2.

    Returns:
        The coarser nodes; each node's parent, int32 (m,); and the basis, float32 (m + 1, 4, 4).
    """
    number, yx = _number_cells(nodes.yx, nodes.number.shape, JOIN)
    basis = np.zeros((len(nodes.yx) + 1, 4, 4), np.float32)
    functions = np.empty((len(yx), 4, 4))
    parent = np.empty(len(nodes.yx), np.int32)
    _fill_joined(nodes.number, nodes.functions, yx, JOIN, parent, basis, functions)
    return Nodes(number=number, yx=yx, functions=functions), parent, basis


@njit(cache=True, nogil=True)
def _number_cells(yx, shape, size):
    height = (shape[0] + size - 1) // size
    width = (shape[1] + size - 1) // size
    number = np.full((height, width), -1, np.int32)
    for i in range(yx.shape[0]):
        number[yx[i, 0] // size, yx[i, 1] // size] = 0
    count = 0
    for y in range(height):
        for x in range(width):
            if number[y, x] == 0:
                number[y, x] = count
                count += 1
    cells = np.empty((count, 2), np.int32)
    for y in range(height):
        for x in range(width):
            if number[y, x] >= 0:
                cells[number[y, x], 0] = y
                cells[number[y, x], 1] = x
    return number, cells


@njit(cache=True, nogil=True)
def _orthonormalise(columns, rows, functions):
    """Modified Gram-Schmidt, twice, in place; dependent columns become zero."""
    functions[:] = 0.0
    for k in range(4):
        before = 0.0
        for i in range(rows):
            before += columns[i, k] * columns[i, k]
        for _ in range(2):
            for j in range(k):
                s = 0.0
                for i in range(rows):
                    s += columns[i, j] * columns[i, k]
                for i in range(rows):
                    columns[i, k] -= s * columns[i, j]
                functions[j, k] += s
        after = 0.0
        for i in range(rows):
            after += columns[i, k] * columns[i, k]
        if after <= _DEPENDENT * _DEPENDENT * before or after <= _VOID:
            for i in range(rows):
                columns[i, k] = 0.0
        else:
            length = np.sqrt(after)
            functions[k, k] = length
            for i in range(rows):
                columns[i, k] /= length


@njit(cache=True, nogil=True)
def _fill_cells(image, scale, number, starts, cells, size, parent, basis, functions):
    height, width = number.shape
    columns = np.empty((size * size, 4))
    member = np.empty(size * size, np.int32)
    for node in range(cells.shape[0]):
        rows = 0
        for y in range(cells[node, 0] * size, min(height, (cells[node, 0] + 1) * size)):
            for x in range(cells[node, 1] * size, min(width, (cells[node, 1] + 1) * size)):
                if number[y, x] >= 0:
                    member[rows] = number[y, x]
                    columns[rows, 0] = 1.0
                    for channel in range(3):
                        columns[rows, channel + 1] = image[y, x, channel] * scale - 0.5
                    rows += 1
        _orthonormalise(columns, rows, functions[node])
        for i in range(rows):
            parent[member[i]] = node
            own = starts[member[i], 2] + 2
            for k in range(4):
                basis[own, k] = columns[i, k]


@njit(cache=True, nogil=True)
def _fill_joined(number, fine, cells, size, parent, basis, functions):
    height, width = number.shape
    columns = np.empty((size * size * 4, 4))
    member = np.empty(size * size, np.int32)
    for node in range(cells.shape[0]):
        count = 0
        for y in range(cells[node, 0] * size, min(height, (cells[node, 0] + 1) * size)):
            for x in range(cells[node, 1] * size, min(width, (cells[node, 1] + 1) * size)):
                child = number[y, x]
                if child >= 0:
                    member[count] = child
                    for row in range(4):
                        for k in range(4):
                            columns[4 * count + row, k] = fine[child, row, k]
                    count += 1
        _orthonormalise(columns, 4 * count, functions[node])
        for i in range(count):
            parent[member[i]] = node
            for row in range(4):
                for k in range(4):
                    basis[member[i], row, k] = columns[4 * i + row, k]
