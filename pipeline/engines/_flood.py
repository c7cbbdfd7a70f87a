"""How high a wall one has to climb to get somewhere from the frame: outlines enclose, soft shadows do not."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def lowest_wall(cost: np.ndarray, seed: np.ndarray) -> np.ndarray:
    """Height of the lowest wall between the seeds and each pixel.

    Of all 4-connected ways from any seed to the pixel, the one whose highest cost is lowest counts; that cost is
    the value. With edge strength as the cost, what a closed outline encloses gets the strength of its weakest
    place. One bucket per grey level, so the time is linear in the pixels.

    Args:
        cost: uint8 (H, W).
        seed: Bool (H, W); without any seed everything is 255.

    Source:
        Meyer 1994, "Topographic distance and watershed lines" (flooding with an ordered queue).
    """
    height, width = cost.shape
    flat, seeds = cost.ravel(), seed.ravel()
    wall = np.full(height * width, 255, np.uint8)
    done = np.zeros(height * width, np.bool_)
    following = np.full(height * width, -1, np.int32)  # next pixel in the same bucket
    first = np.full(256, -1, np.int32)
    for pixel in range(height * width):
        if seeds[pixel]:
            level = flat[pixel]
            wall[pixel], done[pixel] = level, True
            following[pixel], first[level] = first[level], pixel
    level = 0
    while level < 256:
        pixel = first[level]
        if pixel < 0:
            level += 1
            continue
        first[level] = following[pixel]
        y = pixel // width
        x = pixel - y * width
        for side in range(4):
            ny, nx = y + (side == 0) - (side == 1), x + (side == 2) - (side == 3)
            if ny < 0 or ny >= height or nx < 0 or nx >= width:
                continue
            neighbour = ny * width + nx
            if not done[neighbour]:
                done[neighbour] = True
                reached = max(np.int64(flat[neighbour]), np.int64(level))
                wall[neighbour] = reached
                following[neighbour], first[reached] = first[reached], neighbour
    return wall.reshape(height, width)
