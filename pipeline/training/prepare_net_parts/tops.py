"""What is worn above the waist, and dresses: how a garment is cut, then its outline, sleeves and neck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.training.prepare_net_parts.cloth import SIDE
from pipeline.training.prepare_net_parts.strokes import blank, curve, disc, fill, limb, stroke
from pipeline.training.prepare_net_parts.trimmings import trim

ALWAYS_LONG = ("longsleeve", "outwear", "blazer", "hoodie")
MIDDLE = SIDE / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A garment's measures in px from the frame's top left; half widths from the middle line."""

    kind: str
    top: float
    bottom: float
    chest: float
    shoulder: float
    slope: float  # how far the shoulder falls
    neck: float
    depth: float  # of the neckline
    armpit: float
    middle: float  # where the waist is
    waist: float
    hem: float
    bare: bool  # without sleeves
    long: bool


def top(rng: np.random.Generator, kind: str) -> tuple:
    """A garment worn above the waist: (paint and where) or None, silhouette, and how much marks lighten the cloth."""
    cut = _cut(rng, kind)
    mask, marks = blank(), blank()
    neckline = _body(rng, cut, mask)
    if not cut.bare:
        for side in (-1, 1):
            _sleeve(rng, cut, side, mask, marks)
    elif kind in ("undershirt", "dress") and rng.random() < 0.4:
        _straps(rng, cut, mask)
    edge = [(x, y + 2) for x, y in reversed(neckline)]
    neckline = [(MIDDLE - cut.neck, cut.top + 1), *edge, (MIDDLE + cut.neck, cut.top + 1)]
    stroke(marks, neckline, rng.uniform(-0.5, 0.3), int(rng.integers(1, 4)))
    stroke(marks, [(MIDDLE - cut.hem, cut.bottom - 3), (MIDDLE + cut.hem, cut.bottom - 3)], rng.uniform(-0.3, 0.1))
    layer = trim(rng, cut, mask, marks)
    if rng.random() < 0.45:  # the hanger
        hook = [(MIDDLE, cut.top + 3), (MIDDLE, cut.top - 6), (MIDDLE + 3, cut.top - 9), (MIDDLE + 5, cut.top - 6)]
        stroke(mask, hook, rng.uniform(0.5, 1.0))
    return layer, mask, marks


def _cut(rng: np.random.Generator, kind: str) -> Cut:
    u = rng.uniform
    dress = kind == "dress"
    chest = u(16, 25) if dress else u(24, 34)
    length = u(92, 122) if dress else chest * u(2.1, 2.9)
    if kind in ("outwear", "blazer") and rng.random() < 0.3:
        length *= 1.3
    length = min(length, 124)
    bare = kind == "undershirt" or rng.random() < {"dress": 0.5, "outwear": 0.08}.get(kind, 0.0)
    shoulder, neck, depth = chest * u(0.85, 1.05), u(0.3, 0.5), chest * u(0.05, 0.3)
    if bare and kind != "outwear":
        shoulder, neck, depth = chest * u(0.7, 0.95), u(0.45, 0.7), chest * u(0.1, 0.8)
    start, slope = (SIDE - length) / 2 + u(-4, 6), chest * u(0.1, 0.28)
    armpit = start + slope + chest * u(0.55, 0.85)
    return Cut(
        kind=kind, top=start, bottom=start + length, chest=chest, shoulder=shoulder, slope=slope,
        neck=shoulder * neck, depth=depth, armpit=armpit,
        middle=armpit + (start + length - armpit) * u(0.2, 0.5),
        waist=chest * (u(0.7, 1.0) if dress else u(0.88, 1.0)), hem=chest * (u(0.95, 2.1) if dress else u(0.88, 1.15)),
        bare=bare, long=kind in ALWAYS_LONG or rng.random() < {"shirt": 0.6, "dress": 0.35}.get(kind, 0.0),
    )  # fmt: skip


def _body(rng: np.random.Generator, cut: Cut, mask: np.ndarray) -> list:
    """Fill the body and return the neckline from right to left."""
    round_neck = curve(
        (MIDDLE + cut.neck, cut.top), (MIDDLE - cut.neck, cut.top), cut.depth / (2 * cut.neck + 1e-6)
    )[1:-1]  # fmt: skip
    neckline = [(MIDDLE, cut.top + cut.depth)] if rng.random() < 0.35 else round_neck
    arm = curve(
        (MIDDLE - cut.shoulder, cut.top + cut.slope), (MIDDLE - cut.chest, cut.armpit), -0.12 if cut.bare else 0.0
    )
    left = [(MIDDLE - cut.neck, cut.top), *arm, (MIDDLE - cut.waist, cut.middle), (MIDDLE - cut.hem, cut.bottom)]
    right = [(2 * MIDDLE - x, y) for x, y in reversed(left)]
    hem = curve((MIDDLE - cut.hem, cut.bottom), (MIDDLE + cut.hem, cut.bottom), rng.uniform(-0.08, 0.05))[1:-1]
    fill(mask, [*left, *hem, *right, *neckline])
    return neckline


def _sleeve(rng: np.random.Generator, cut: Cut, side: int, mask: np.ndarray, marks: np.ndarray) -> None:
    """One sleeve: short, or long and straight, bent, or folded over the body."""
    u = rng.uniform
    reach = cut.chest * (u(1.7, 2.4) if cut.long else u(0.45, 1.0))
    angle = u(0.8, 1.6) if cut.long else u(0.3, 1.2)
    wide = (cut.armpit - cut.top - cut.slope) * u(0.42, 0.55)
    cuff = wide * (u(0.5, 0.85) if cut.long else u(0.75, 1.1))
    fold = rng.random() if cut.long else 1.0
    if fold < 0.1:
        angle = u(1.7, 2.4)
    begin = np.array([MIDDLE + side * (cut.shoulder - wide * 0.4), cut.top + cut.slope + wide * 0.75])
    hand = begin + reach * np.array([side * np.cos(angle), np.sin(angle)])
    if 0.1 <= fold < 0.5:  # a bent elbow
        half = (wide + cuff) / 2
        elbow, bent = (begin + hand) / 2, angle + u(-0.5, 0.7)
        hand = elbow + reach / 2 * np.array([side * np.cos(bent), np.sin(bent)])
        fill(mask, limb(begin, elbow, wide, half))
        disc(mask, elbow, half)
        fill(mask, limb(elbow, hand, half, cuff))
    else:
        fill(mask, limb(begin, hand, wide, cuff))
    edge = limb(begin, hand, wide, cuff)
    stroke(marks, edge[:2] if side < 0 else edge[2:], -0.3)
    shoulder, armpit = (MIDDLE + side * cut.shoulder, cut.top + cut.slope), (MIDDLE + side * cut.chest, cut.armpit)
    stroke(marks, [shoulder, armpit], -0.2)


def _straps(rng: np.random.Generator, cut: Cut, mask: np.ndarray) -> None:
    """Cut off above the chest and hang it on two straps."""
    edge = cut.top + cut.depth * 0.9
    mask[: int(edge)] = 0
    end = edge - cut.chest * rng.uniform(0.4, 0.8)
    width = int(rng.integers(1, 4))
    for side in (-1, 1):
        inner = MIDDLE + side * cut.neck * rng.uniform(0.6, 1.0)
        stroke(mask, [(MIDDLE + side * cut.neck, edge + 3), (inner, end)], 1.0, width)
