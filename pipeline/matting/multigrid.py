"""An approximate inverse of a band's system: sweeps on pixels, then on ever coarser cells that speak colour.

One application costs about four passes over the pixel matrix and as much again on the coarse grids. Below the
pixels each grid is solved by up to two conjugate steps (a K-cycle), which keeps the number of iterations the
same whatever the size of the band.

Source: Notay, Vassilevski, "Recursive Krylov-based multigrid cycles", Numer. Linear Algebra Appl. 15, 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.matting import sweeps
from pipeline.matting.band import Band
from pipeline.matting.coarse_space import cells_of_pixels, join_nodes
from pipeline.matting.galerkin import coarsen_blocks, coarsen_pixels, invert_diagonal, neighbours_of

_DENSE_NODES = 32  # at most this many nodes are solved directly
_ENOUGH = 0.25  # a second coarse step is skipped when the first left less than this share of the residual
_RIDGE = 1e-6  # of the largest diagonal entry, for the direct solve
_TINY = 1e-30


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One coarse grid: its block matrix, and the way to the next coarser one (None on the last)."""

    blocks: np.ndarray
    neighbours: np.ndarray
    inverse: np.ndarray
    parent: np.ndarray | None = None
    basis: np.ndarray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Multigrid:
    """A preconditioner; call `apply` with a residual on the padded band."""

    coefficients: np.ndarray
    starts: np.ndarray
    parent: np.ndarray
    basis: np.ndarray
    grids: tuple[Grid, ...]
    direct: np.ndarray

    def apply(self, residual: np.ndarray) -> np.ndarray:
        """Approximate solution for this right-hand side, float32 on the padded band."""
        x = np.zeros_like(residual)
        sweeps.sweep_forward(self.coefficients, self.starts, residual, x)
        coarse = np.zeros((len(self.grids[0].blocks) + 1, 4), np.float32)
        sweeps.restrict_residual(self.coefficients, self.starts, x, self.basis, self.parent, coarse)
        correction = self._solve(0, coarse)
        sweeps.add_correction(self.starts, self.basis, self.parent, correction, x)
        sweeps.sweep_backward(self.coefficients, self.starts, residual, x)
        return x

    def _solve(self, level: int, right: np.ndarray) -> np.ndarray:
        """Up to two conjugate steps, each preconditioned by one cycle from this grid down."""
        first = self._cycle(level, right)
        if level == len(self.grids) - 1:
            return first
        grid = self.grids[level]
        image = np.empty_like(first)
        image[-1] = 0.0
        energy = max(sweeps.multiply_blocks(grid.blocks, grid.neighbours, first, image), _TINY)
        step = sweeps.dot(first.ravel(), right.ravel()) / energy
        left = right - np.float32(step) * image
        if sweeps.dot(left.ravel(), left.ravel()) < _ENOUGH**2 * sweeps.dot(right.ravel(), right.ravel()):
            return np.float32(step) * first
        second = self._cycle(level, left)
        overlap = sweeps.dot(second.ravel(), image.ravel())
        energy_2 = sweeps.multiply_blocks(grid.blocks, grid.neighbours, second, image) - overlap**2 / energy
        step_2 = sweeps.dot(second.ravel(), left.ravel()) / energy_2 if energy_2 > _TINY else 0.0
        return np.float32(step - step_2 * overlap / energy) * first + np.float32(step_2) * second

    def _cycle(self, level: int, right: np.ndarray) -> np.ndarray:
        x = np.zeros_like(right)
        if level == len(self.grids) - 1:
            x[:-1] = (self.direct @ right[:-1].ravel()).reshape(-1, 4)
            return x
        grid = self.grids[level]
        sweeps.sweep_blocks_forward(grid.blocks, grid.neighbours, grid.inverse, right, x)
        coarse = np.zeros((len(self.grids[level + 1].blocks) + 1, 4), np.float32)
        sweeps.restrict_blocks_residual(grid.blocks, grid.neighbours, x, grid.basis, grid.parent, coarse)
        sweeps.add_blocks_correction(grid.basis, grid.parent, self._solve(level + 1, coarse), x)
        sweeps.sweep_blocks_backward(grid.blocks, grid.neighbours, grid.inverse, right, x)
        return x


def build_multigrid(image: np.ndarray, band: Band, coefficients: np.ndarray) -> Multigrid:
    """Build all coarse grids of a band's system.

    Args:
        image: RGB (H, W, 3), uint8 or uint16, of the band's geometry.
        band: The unknown pixels.
        coefficients: float32 (n, 25), see `band_laplacian`.
    """
    nodes, pixel_parent, pixel_basis = cells_of_pixels(image, band)
    blocks = coarsen_pixels(coefficients, band, nodes, pixel_parent, pixel_basis)
    grids = []
    while True:
        neighbours = neighbours_of(nodes.number, nodes.yx)
        inverse = invert_diagonal(blocks)
        if len(nodes.yx) <= _DENSE_NODES:
            grids.append(Grid(blocks=blocks, neighbours=neighbours, inverse=inverse))
            break
        coarser, parent, basis = join_nodes(nodes)
        grids.append(Grid(blocks=blocks, neighbours=neighbours, inverse=inverse, parent=parent, basis=basis))
        blocks = coarsen_blocks(blocks, neighbours, nodes, coarser, parent, basis)
        nodes = coarser
    return Multigrid(
        coefficients=coefficients,
        starts=band.starts,
        parent=pixel_parent,
        basis=pixel_basis,
        grids=tuple(grids),
        direct=_invert(blocks, neighbours),
    )


def _invert(blocks: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    count = len(blocks)
    dense = np.zeros((count, 4, count + 1, 4))
    for i in range(count):
        for o in range(9):
            dense[i, :, neighbours[i, o], :] += blocks[i, o]
    dense = dense[:, :, :count].reshape(4 * count, 4 * count)
    dense = (dense + dense.T) / 2
    dense[np.diag_indices_from(dense)] += _RIDGE * dense.diagonal().max()
    return np.linalg.inv(dense).astype(np.float32)
