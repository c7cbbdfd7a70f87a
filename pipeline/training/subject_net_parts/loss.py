"""What the network is told is wrong."""

from __future__ import annotations

import torch
from torch.nn import functional

EDGE_WEIGHT = 3.0  # of pixels along the outline against the others: they are few and decide the cut
EDGE_REACH = 2  # px to either side
AREA_SHARE = 0.5  # of the area term against the pixel term
COARSE_SHARE = 0.3  # of the coarse answer's term


def loss(fine: torch.Tensor, coarse: torch.Tensor, alpha: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Cross-entropy against opacity, more along the outline; shared against joint area; the same coarsely.

    Args:
        fine: Scores (N, 1, H, W).
        coarse: Scores (N, 1, H/8, W/8).
        alpha: Opacity (N, 1, H, W) in [0, 1].
        known: 1 where opacity is known, else 0 (N, 1, H, W).
    """
    weight = known * (1 + (EDGE_WEIGHT - 1) * _edge(alpha))
    pixels = functional.binary_cross_entropy_with_logits(fine, alpha, reduction="none")
    pixels = (pixels * weight).sum() / weight.sum().clamp_min(1)
    found = torch.sigmoid(fine) * known
    shared = torch.minimum(found, alpha * known).sum((1, 2, 3))
    joint = torch.maximum(found, alpha * known).sum((1, 2, 3))
    area = 1 - ((shared + 1) / (joint + 1)).mean()
    small, seen = functional.avg_pool2d(alpha, 8), functional.avg_pool2d(known, 8)
    rough = functional.binary_cross_entropy_with_logits(coarse, small, reduction="none")
    rough = (rough * seen).sum() / seen.sum().clamp_min(1)
    return pixels + AREA_SHARE * area + COARSE_SHARE * rough


def _edge(alpha: torch.Tensor) -> torch.Tensor:
    """1 near a change of opacity, else 0."""
    side = 2 * EDGE_REACH + 1
    highest = functional.max_pool2d(alpha, side, 1, EDGE_REACH)
    lowest = -functional.max_pool2d(-alpha, side, 1, EDGE_REACH)
    return (highest - lowest > 0.3).to(alpha.dtype)
