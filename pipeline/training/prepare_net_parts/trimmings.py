"""What is sewn or printed on a garment: prints, collars, buttons, hoods, zips, pockets, lapels, pleats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.training.prepare_net_parts.cloth import SIDE, pattern, random_colour, smooth_noise
from pipeline.training.prepare_net_parts.strokes import blank, curve, disc, fill, stroke

if TYPE_CHECKING:
    from pipeline.training.prepare_net_parts.tops import Cut

MIDDLE = SIDE / 2
PRINTED = {"t_shirt": 0.6, "longsleeve": 0.3, "hoodie": 0.3, "undershirt": 0.3, "dress": 0.3}  # how often


def trim(rng: np.random.Generator, cut: Cut, mask: np.ndarray, marks: np.ndarray) -> tuple | None:
    """Draw what that kind of garment has on it; a print comes back as (paint, where)."""
    if cut.kind in ("shirt", "polo") or (cut.kind == "outwear" and rng.random() < 0.3):
        _collar(rng, cut, mask, marks)
        _buttons(rng, cut, marks)
    if cut.kind == "hoodie" or (cut.kind == "outwear" and rng.random() < 0.45):
        _hood(rng, cut, mask, marks)
    if cut.kind == "outwear" or (cut.kind == "hoodie" and rng.random() < 0.4):
        _zip(rng, cut, marks)
    elif cut.kind == "hoodie":
        _pouch(rng, cut, marks)
    if cut.kind == "outwear":
        _quilting(rng, cut, marks)
    if cut.kind == "blazer":
        _lapels(rng, cut, marks)
    if cut.kind == "dress" and rng.random() < 0.6:
        _waist(rng, cut, marks)
    return _print(rng, cut) if rng.random() < PRINTED.get(cut.kind, 0.0) else None


def _contrast(rng: np.random.Generator) -> float:
    """Of a button or a zip: darker twice as often as lighter."""
    return float(rng.uniform(0.2, 0.6) * rng.choice([-1, -1, 1]))


def _print(rng: np.random.Generator, cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    where = blank()
    x, y = int(MIDDLE), int(cut.top + cut.depth + cut.chest * rng.uniform(0.6, 1.0))
    if rng.random() < 0.5:
        for line in range(int(rng.integers(1, 4))):
            words = "".join(chr(rng.integers(65, 91)) for _ in range(rng.integers(3, 8)))
            place, font = (x - int(cut.chest * 0.6), y + 10 * line), int(rng.integers(0, 8))
            cv2.putText(where, words, place, font, rng.uniform(0.3, 0.6), 1.0, int(rng.integers(1, 3)), cv2.LINE_AA)
    else:
        axes = tuple(int(side) for side in cut.chest * rng.uniform(0.2, 0.6, 2))
        cv2.ellipse(where, (x, y), axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        where *= smooth_noise(rng, 6) > rng.uniform(-1.5, 0.3)
    return pattern(rng, random_colour(rng), ["blobs", "plain", "stripes"]), where


def _collar(rng: np.random.Generator, cut: Cut, mask: np.ndarray, marks: np.ndarray) -> None:
    wide, rise = cut.neck * rng.uniform(0.7, 1.2), rng.uniform(1, 4)
    for side in (-1, 1):
        inner = (MIDDLE + side, cut.top + cut.depth + 2)
        flap = [(MIDDLE + side * cut.neck, cut.top - 2), inner, (MIDDLE + side * wide, inner[1] + wide * 0.6)]
        fill(mask, flap)
        fill(marks, flap, rng.uniform(-0.12, 0.15))
        stroke(marks, [*flap, flap[0]], -0.4)
    left, right = MIDDLE - cut.neck, MIDDLE + cut.neck
    fill(mask, [(left, cut.top - rise), (right, cut.top - rise), (right, cut.top + 4), (left, cut.top + 4)])


def _buttons(rng: np.random.Generator, cut: Cut, marks: np.ndarray) -> None:
    start = cut.top + cut.depth
    end = start + cut.chest * rng.uniform(0.5, 0.9) if cut.kind == "polo" else cut.bottom
    x = MIDDLE + rng.uniform(1, 3)
    stroke(marks, [(x, start), (x, end)], -0.35)
    button = _contrast(rng)
    for y in np.arange(start + 3, end - 2, rng.uniform(6, 13)):
        disc(marks, (MIDDLE, y), 1, button)
    if cut.kind == "shirt" and rng.random() < 0.4:
        x, y, half = MIDDLE + cut.chest * 0.45, cut.top + cut.chest * 0.9, cut.chest * 0.25
        pocket = [(x - half, y), (x + half, y), (x + half, y + 2 * half), (x - half, y + 2 * half), (x - half, y)]
        stroke(marks, pocket, -0.35)


def _hood(rng: np.random.Generator, cut: Cut, mask: np.ndarray, marks: np.ndarray) -> None:
    tall, wide = cut.chest * rng.uniform(0.5, 1.0), cut.neck * rng.uniform(1.1, 1.7)
    rim = curve((MIDDLE - wide, cut.top + 4), (MIDDLE + wide, cut.top + 4), -tall / (2 * wide))
    opening = curve((MIDDLE - 0.6 * wide, cut.top + 4), (MIDDLE + 0.6 * wide, cut.top + 4), -tall / (2 * wide))
    fill(mask, rim)
    fill(marks, opening, -rng.uniform(0.2, 0.5))
    stroke(marks, rim, -0.3)
    if cut.kind == "hoodie":
        start = cut.top + cut.depth
        for side in (-1, 1):
            end = (MIDDLE + side * rng.uniform(3, 6), start + rng.uniform(12, 22))
            stroke(marks, [(MIDDLE + side * 4, start), end], rng.uniform(0.2, 0.6))


def _zip(rng: np.random.Generator, cut: Cut, marks: np.ndarray) -> None:
    end = (MIDDLE + rng.uniform(-2, 2), cut.bottom)
    stroke(marks, [(MIDDLE, cut.top + cut.depth / 2), end], _contrast(rng), int(rng.integers(1, 3)))
    if rng.random() < 0.3:  # open
        left, right = MIDDLE - rng.uniform(2, 8), MIDDLE + rng.uniform(4, 14)
        fill(marks, [(MIDDLE, cut.top + cut.depth), (right, cut.bottom), (left, cut.bottom)], -0.4)


def _pouch(rng: np.random.Generator, cut: Cut, marks: np.ndarray) -> None:
    wide, upper, lower = cut.chest * 0.6, cut.bottom - cut.chest * rng.uniform(0.7, 0.9), cut.bottom - 5
    corners = [(-wide, lower), (-wide * 0.6, upper), (wide * 0.6, upper), (wide, lower)]
    stroke(marks, [(MIDDLE + x, y) for x, y in corners], -0.4)


def _quilting(rng: np.random.Generator, cut: Cut, marks: np.ndarray) -> None:
    if rng.random() < 0.35:
        for y in np.arange(cut.top + 8, cut.bottom, rng.uniform(7, 14)):
            stroke(marks, [(MIDDLE - cut.chest * 1.8, y), (MIDDLE + cut.chest * 1.8, y)], -0.25)
    for side in (-1, 1):  # pockets
        x = MIDDLE + side * cut.chest * 0.55
        end = (x + side * rng.uniform(-3, 6), cut.middle + rng.uniform(10, 20))
        stroke(marks, [(x, cut.middle + 4), end], -0.45)


def _lapels(rng: np.random.Generator, cut: Cut, marks: np.ndarray) -> None:
    end, neck = cut.top + cut.chest * rng.uniform(1.0, 1.7), cut.neck * 0.8
    fill(marks, [(MIDDLE - neck, cut.top), (MIDDLE + neck, cut.top), (MIDDLE, end)], rng.uniform(-0.55, 0.4))
    for side in (-1, 1):
        notch = (MIDDLE + side * cut.chest * rng.uniform(0.4, 0.6), cut.top + cut.chest * rng.uniform(0.55, 0.8))
        lapel = [(MIDDLE + side * neck, cut.top), (MIDDLE, end), notch]
        stroke(marks, [*lapel, lapel[0]], -0.4)
        x, y = MIDDLE + side * cut.chest * 0.55, cut.middle + cut.chest * rng.uniform(0.3, 0.6)
        stroke(marks, [(x - 6, y), (x + 6, y)], -0.45, int(rng.integers(1, 3)))
    stroke(marks, [(MIDDLE, end), (MIDDLE + rng.uniform(0, 3), cut.bottom)], -0.4)
    button = _contrast(rng)
    for nth in range(int(rng.integers(1, 3))):
        disc(marks, (MIDDLE + 2, end + 12 * nth), 1, button)


def _waist(rng: np.random.Generator, cut: Cut, marks: np.ndarray) -> None:
    seam = [(MIDDLE - cut.waist, cut.middle), (MIDDLE + cut.waist, cut.middle)]
    stroke(marks, seam, rng.uniform(-0.5, 0.3), int(rng.integers(1, 4)))
    for x in rng.uniform(-1, 1, int(rng.integers(0, 9))):
        pleat = [(MIDDLE + cut.waist * x, cut.middle + 2), (MIDDLE + cut.hem * x, cut.bottom)]
        stroke(marks, pleat, rng.uniform(-0.25, 0.12))
