"""Thin dark lines: hairs, found by how evenly dark they are along their length."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.skin.spot import Spot

# Calibrated on hairs marked by eye in 12 photos of the validation split and 20 of the train split
DIRECTIONS = 8
TOGETHER = 2  # neighbouring directions that make one piece: a hair is cut where it turns by about 45 degrees
SIGMA = 1.3  # px across the line, at each of the levels
LEVELS = 3
DOUBLINGS = 4  # the response is averaged over 2^4 px along the line
STRONG = 2.5  # times the skin's middling response: somewhere on a hair
WEAK = 1.6  # times the skin's middling response: everywhere on it
LEAST = 0.015  # log units, the weakest line that is looked at
TEXTURE = 2.3  # times the usual response around it: stronger than the network of lines in a mole
LONG = 40  # px: lines from this length on are no network, and among hairs hairs are usual
LONG_TEXTURE = 1.3  # times the usual response that is asked of those
CREST = 0.6  # of the largest response within 2 px: a line is its crest
TEXTURE_REACH = 24.0  # px, sigma of what counts as around
LEAST_LENGTH = 18  # px
PATCH = 0.4  # of its length squared: what covers more is no line
BORDER = 3  # px of the frame where filters see less than they need


def ridges(dark: np.ndarray, skin: np.ndarray) -> list[Spot]:
    """Lines darker than the skin beside them; a hair that bends a lot comes in several pieces.

    Args:
        dark: What `darkness` gives.
        skin: bool, same shape: where to look.

    Returns:
        Spots in the geometry of ``dark``.
    """
    found, taken, image = [], np.zeros(dark.shape, bool), dark
    for level in range(LEVELS):
        if min(image.shape) < 3 * LEAST_LENGTH:
            break
        where = cv2.resize(skin.astype(np.uint8), image.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
        found += _pieces(image, where, 2**level, taken)
        image = cv2.pyrDown(image)
    return found


def _pieces(image: np.ndarray, skin: np.ndarray, zoom: int, taken: np.ndarray) -> list[Spot]:
    skin = skin.copy()
    skin[:BORDER] = skin[-BORDER:] = skin[:, :BORDER] = skin[:, -BORDER:] = False
    if not skin.any():
        return []
    response, direction = _line_response(image)
    inside = response[skin]
    spread = float(np.percentile(inside[:: max(1, inside.size // 20000)], 50))  # each is the best of many directions
    strong, weak = max(LEAST, STRONG * spread), max(LEAST * 0.6, WEAK * spread)
    usual = _usual(response, skin)
    lines = (response > weak) & (response > CREST * cv2.dilate(response, np.ones((5, 5), np.uint8))) & skin
    found = []
    for start in range(0, DIRECTIONS, TOGETHER):
        group = lines & (direction >= start) & (direction < start + TOGETHER)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(group.astype(np.uint8), connectivity=8)
        for label in range(1, count):
            left, top, width, height, area = stats[label]
            length = float(np.hypot(width, height))
            if length < LEAST_LENGTH or area < LEAST_LENGTH:
                continue
            box = slice(top, top + height), slice(left, left + width)
            own = labels[box] == label
            peak = float(np.where(own, response[box], 0).max())
            stands_out = LONG_TEXTURE if length >= LONG else TEXTURE
            if peak < strong or peak < stands_out * float(usual[box][own].mean()) or area > PATCH * length * length:
                continue
            found.append(_spot(own, response[box], left, top, length, peak, zoom, taken))
    return [spot for spot in found if spot is not None]


def _usual(response: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """Root mean square of the response on the skin around each pixel."""
    where = skin.astype(np.float32)
    square = cv2.GaussianBlur(cv2.max(response, 0) ** 2 * where, (0, 0), TEXTURE_REACH)
    return cv2.sqrt(square / cv2.max(cv2.GaussianBlur(where, (0, 0), TEXTURE_REACH), 1e-3))


def _line_response(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How strongly a dark line runs through each pixel, in log units, and in which of the directions."""
    margin = 2**DOUBLINGS
    height, width = image.shape
    smooth = cv2.GaussianBlur(image, (0, 0), SIGMA)
    smooth = cv2.copyMakeBorder(smooth, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    xx = cv2.filter2D(smooth, -1, np.array([[1, -2, 1]], np.float32))
    yy = cv2.filter2D(smooth, -1, np.array([[1], [-2], [1]], np.float32))
    xy = cv2.filter2D(smooth, -1, np.array([[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]], np.float32))
    best = np.full(image.shape, -1.0, np.float32)
    which = np.zeros(image.shape, np.uint8)
    gain = -2.0 * SIGMA * SIGMA / 2**DOUBLINGS
    for index in range(DIRECTIONS):
        cosine, sine = np.cos(np.pi * index / DIRECTIONS), np.sin(np.pi * index / DIRECTIONS)
        # second derivative across the line: negative where the line is darker than what is beside it
        total = cv2.addWeighted(xx, gain * sine * sine, yy, gain * cosine * cosine, 0)
        total = cv2.scaleAdd(xy, -2 * gain * cosine * sine, total)
        reach_x = reach_y = 0
        for doubling in range(DOUBLINGS):
            x, y = round(cosine * 2**doubling), round(sine * 2**doubling)
            rows, columns = total.shape
            total = cv2.add(
                total[max(0, -y) : rows - max(0, y), max(0, -x) : columns - max(0, x)],
                total[max(0, y) : rows - max(0, -y), max(0, x) : columns - max(0, -x)],
            )
            reach_x, reach_y = reach_x + abs(x), reach_y + abs(y)
        left, top = margin - reach_x // 2, margin - reach_y // 2
        total = total[top : top + height, left : left + width]
        np.copyto(which, index, where=total > best)
        best = cv2.max(best, total)
    return best, which


def _spot(own, response, left, top, length, peak, zoom, taken) -> Spot | None:
    if zoom > 1:
        own = cv2.resize(own.astype(np.uint8), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_NEAREST) > 0
        left, top, length = left * zoom, top * zoom, length * zoom
    box = slice(top, top + own.shape[0]), slice(left, left + own.shape[1])
    own = own[: taken[box].shape[0], : taken[box].shape[1]]
    # a finer level has this line already
    if (taken[box] & own).sum() > 0.5 * own.sum():
        return None
    taken[box] |= own
    ys, xs = np.nonzero(own)
    middle = int(np.argmin((xs - xs.mean()) ** 2 + (ys - ys.mean()) ** 2))
    return Spot(
        shape="ridge", x_px=float(left + xs[middle]), y_px=float(top + ys[middle]), size_px=length, contrast=peak,
        left=int(left), top=int(top), mask=own,
    )  # fmt: skip
