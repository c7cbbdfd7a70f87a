"""Skirts, trousers, shoes and hats: outline and seams; each gives no print, its silhouette and its marks."""

from __future__ import annotations

import numpy as np

from pipeline.training.prepare_net_parts.cloth import SIDE
from pipeline.training.prepare_net_parts.strokes import blank, curve, disc, fill, limb, oval, stroke

MIDDLE = SIDE / 2


def skirt(rng: np.random.Generator, _kind: str) -> tuple:
    """From a pencil to a plate: waistband, pleats, tiers."""
    u, mask, marks = rng.uniform, blank(), blank()
    length, waist = u(50, 118), u(20, 34)
    top, hem = (SIDE - length) / 2, min(waist * u(0.95, 2.2), 62)
    left = curve((MIDDLE - waist, top), (MIDDLE - hem, top + length), u(-0.02, 0.1))
    right = [(2 * MIDDLE - x, y) for x, y in reversed(left)]
    fill(mask, [*left, *curve(left[-1], right[0], -0.3 * u(-0.05, 0.25))[1:-1], *right])
    band = top + u(4, 9)
    stroke(marks, [(MIDDLE - waist * 1.1, band), (MIDDLE + waist * 1.1, band)], u(-0.4, 0.2), int(rng.integers(1, 4)))
    for x in u(-1, 1, int(rng.integers(0, 16))):
        stroke(marks, [(MIDDLE + waist * x, band), (MIDDLE + hem * x, top + length)], u(-0.3, 0.15))
    if rng.random() < 0.3:
        for y in np.arange(band + 14, top + length, u(14, 30)):
            stroke(marks, [(MIDDLE - hem, y), (MIDDLE + hem, y)], -0.35, 2)
    if rng.random() < 0.25:
        stroke(marks, [(MIDDLE, band), (MIDDLE, top + length)], -0.35)
    return None, mask, marks


def legs(rng: np.random.Generator, kind: str) -> tuple:
    """Trousers long or cropped, or shorts: two legs from a band, with a fly, pockets and sometimes a string."""
    u, mask, marks = rng.uniform, blank(), blank()
    pants = kind == "pants"
    waist = u(14, 24) if pants else u(26, 40)
    rise = waist * (u(0.9, 1.4) if pants else u(0.7, 1.1))
    leg = u(75, 100) * (0.72 if rng.random() < 0.15 else 1.0) if pants else waist * u(0.3, 1.2)
    leg = min(leg, 132 - rise)
    hip = waist * u(1.05, 1.3)
    foot_width = hip * (u(0.28, 0.55) if pants else u(0.45, 0.62))
    top = (SIDE - rise - leg) / 2
    crotch, end = top + rise, top + rise + leg
    spread = hip * 0.55 + leg * u(0.0, 0.16 if pants else 0.3)
    for side in (-1, 1):
        foot = MIDDLE + side * spread
        inner = (foot - side * foot_width, end)
        outer = curve((MIDDLE + side * waist, top), (MIDDLE + side * hip, crotch), u(-0.06, 0.06))
        fill(mask, [(MIDDLE, top), *outer, (foot + side * foot_width, end), inner, (MIDDLE, crotch)])
        stroke(marks, [(MIDDLE, crotch), inner], -0.3)
        stroke(marks, [(foot - foot_width, end - 3), (foot + foot_width, end - 3)], -0.25)
        if rng.random() < 0.7:
            pocket = (MIDDLE + side * waist * 0.55, top + 4), (MIDDLE + side * hip * 0.95, top + rise * 0.5)
            stroke(marks, curve(*pocket, side * 0.2), -0.35)
    band = top + u(4, 8)
    stroke(marks, [(MIDDLE - waist * 1.1, band), (MIDDLE + waist * 1.1, band)], -0.35, int(rng.integers(1, 3)))
    stroke(marks, [(MIDDLE, band), (MIDDLE, crotch)], -0.35)
    if rng.random() < 0.35:
        for side in (-1, 1):
            string = [(MIDDLE + side * 2, band), (MIDDLE + side * u(2, 7), band + u(8, 22))]
            stroke(marks, string, u(0.3, 1.0))
    return None, mask, marks


def shoes(rng: np.random.Generator, _kind: str) -> tuple:
    """Mostly a pair, from above or from the side, with an opening, laces or straps."""
    u, mask, marks = rng.uniform, blank(), blank()
    above, size, tilt = rng.random() < 0.65, u(40, 60), u(-0.5, 0.5)
    gap = size * u(0.45, 0.65)
    for side in (-1, 1) if rng.random() < 0.85 else (0,):
        shift = (side * gap, u(-6, 6)) if above else (u(-6, 6), side * gap)
        angle = tilt + u(-0.1, 0.1) + side * u(0, 0.15)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        centre = np.array([MIDDLE, MIDDLE]) + shift
        outline = (_sole(rng) if above else _profile(rng)) * size @ turn + centre
        fill(mask, outline)
        stroke(marks, [*outline, outline[0]], u(-0.5, 0.4), int(rng.integers(1, 4)))
        if above:
            opening = (outline - centre) * [0.62, 0.42] + centre + np.array([0, size * u(0.3, 0.5)]) @ turn
            fill(marks, opening, u(-0.75, 0.5))
        for nth in range(int(rng.integers(0, 6))):
            y = -size * 0.35 + nth * 6
            lace = np.array([(-size * 0.18, y), (size * 0.18, y + u(-4, 4))]) @ turn + centre
            stroke(marks, lace, u(-0.5, 1.0), int(rng.integers(1, 3)))
    return None, mask, marks


def hat(rng: np.random.Generator, _kind: str) -> tuple:
    """A cap with its peak, a knitted beanie, or a hat with a brim all around."""
    u, mask, marks = rng.uniform, blank(), blank()
    rest, wide = MIDDLE + u(-6, 10), u(32, 52)
    tall, round_off = wide * u(0.75, 1.25), u(0.7, 1.0)
    turns = np.linspace(np.pi, 0, 24)
    dome = [(MIDDLE + np.cos(t) * wide, rest - max(np.sin(t), 0.0) ** round_off * tall) for t in turns]
    fill(mask, [*dome, *curve((MIDDLE + wide, rest), (MIDDLE - wide, rest), u(-0.02, 0.1))])
    style = rng.choice([_peak, _cuff, _brim], p=[0.5, 0.38, 0.12])
    style(rng, mask, marks, rest, wide, tall)
    return None, mask, marks


def _sole(rng: np.random.Generator) -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 40)
    width = rng.uniform(0.28, 0.4) * (1 + 0.18 * np.sin(t)) * (1 - 0.12 * np.cos(2 * t))
    return np.stack([width * np.cos(t), -np.sin(t)], 1)


def _profile(rng: np.random.Generator) -> np.ndarray:
    heel = rng.uniform(0.0, 0.5)
    points = [(-1, -0.9 - heel), (-0.35, -1 - heel), (-0.1, -0.3), (0.6, -0.1), (1, 0.4), (1, 0.8), (-1, 0.8)]
    return np.array(points) * [1.0, rng.uniform(0.25, 0.45)]


def _peak(rng: np.random.Generator, mask: np.ndarray, marks: np.ndarray, rest: float, wide: float, tall: float) -> None:
    u = rng.uniform
    drop, reach, shift = wide * u(0.35, 0.95), wide * u(0.75, 1.1), u(-0.5, 0.5) * wide
    turns = np.linspace(0, np.pi, 20)
    peak = [(MIDDLE + shift * np.sin(t) + np.cos(t) * reach, rest - 3 + np.sin(t) * drop) for t in turns]
    fill(mask, peak)
    fill(marks, peak, u(-0.4, 0.35))
    stroke(marks, [peak[0], *curve(peak[0], peak[-1], u(-0.12, 0.12)), peak[-1]], -0.45)
    for x in (-0.5, 0.0, 0.5):  # seams of the crown
        stroke(marks, curve((MIDDLE, rest - tall), (MIDDLE + x * 1.2 * wide, rest), x * 0.3), -0.25)
    if rng.random() < 0.7:
        oval(marks, (MIDDLE, rest - tall * 0.4), (wide * u(0.2, 0.5), tall * u(0.12, 0.3)), 0.0, u(-0.6, 0.9))


def _cuff(rng: np.random.Generator, mask: np.ndarray, marks: np.ndarray, rest: float, wide: float, tall: float) -> None:
    u, cuff = rng.uniform, tall * rng.uniform(0.2, 0.45)
    if rng.random() < 0.7:
        left, right = MIDDLE - wide * 1.03, MIDDLE + wide * 1.03
        fill(mask, [(left, rest - 2), (right, rest - 2), (right, rest + cuff), (left, rest + cuff)])
        stroke(marks, [(left, rest), (right, rest)], -0.45, 2)
    for x in np.arange(-wide, wide, u(3, 7)):  # ribs
        stroke(marks, [(MIDDLE + x * 0.4, rest - tall), (MIDDLE + x, rest + cuff)], u(-0.2, 0.05))
    if rng.random() < 0.4:
        disc(mask, (MIDDLE, rest - tall - 4), u(6, 13))
    if rng.random() < 0.2:  # flaps over the ears
        for side in (-1, 1):
            end = (MIDDLE + side * wide, rest + wide * u(0.5, 0.9))
            fill(mask, limb((MIDDLE + side * wide * 0.8, rest), end, wide * 0.25, 2))


def _brim(rng: np.random.Generator, mask: np.ndarray, marks: np.ndarray, rest: float, wide: float, tall: float) -> None:
    oval(mask, (MIDDLE, rest), (wide * 1.4, wide * rng.uniform(0.4, 1.2)), rng.uniform(-20, 20), 1.0)
    oval(marks, (MIDDLE, rest - tall * 0.2), (wide * 0.9, wide * 0.25), 0.0, rng.uniform(-0.4, -0.1))
