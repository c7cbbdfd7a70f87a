"""What is measured on each photo, kept so that a training that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.models._prepare_features import looks, outlines, small_copy
from pipeline.training.prepare_net_parts.garments import garment
from pipeline.training.prepare_net_parts.photos import KINDS, Photo, read

DRAWN = 6_000  # garments; with 13,000 the score on validation senders is the same within noise
TURNED = 4  # copies of each garment photo, turned and squeezed a little
CHUNK = 200  # photos or drawings kept at once


class OutOfTime(Exception):
    """The minutes of the request are over; what was made is kept."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of measurements: outlines as seen, outlines of the mirrored photo, looks."""

    seen: np.ndarray
    mirrored: np.ndarray
    looks: np.ndarray


def of_photos(found: Sequence[Photo], out: Path | None, until: float, say: Callable[[str], None]) -> Table:
    """Measure all photos, in chunks that are kept under ``out``; None keeps nothing."""

    def key(start: int) -> str:
        names = "\n".join(photo.name for photo in found[start : start + CHUNK])
        return hashlib.sha256(names.encode()).hexdigest()[:12]

    def make(start: int) -> dict[str, np.ndarray]:
        rows = [_measured(read(photo)) for photo in found[start : start + CHUNK]]
        return dict(zip(("seen", "mirrored", "looks"), map(np.stack, zip(*rows, strict=True)), strict=True))

    chunks = _chunks("photos", key, len(found), make, out, until, say)
    return Table(*(np.concatenate([chunk[name] for chunk in chunks]) for name in ("seen", "mirrored", "looks")))


def of_turned(found: Sequence[Photo], seed: int, out: Path, until: float, say: Callable[[str], None]) -> np.ndarray:
    """Outlines of `TURNED` copies of each photo, float32 (TURNED, n, columns)."""

    def key(start: int) -> str:
        names = "\n".join(photo.name for photo in found[start : start + CHUNK])
        return f"{seed}_{hashlib.sha256(names.encode()).hexdigest()[:12]}"

    def make(start: int) -> dict[str, np.ndarray]:
        rng = np.random.default_rng([seed, start, TURNED])
        rows = [[outlines(_turned(rng, small_copy(read(photo)))) for _ in range(TURNED)]
                for photo in found[start : start + CHUNK]]  # fmt: skip
        return {"seen": np.array(rows, np.float16)}

    chunks = _chunks("turned", key, len(found), make, out, until, say)
    return np.concatenate([chunk["seen"] for chunk in chunks]).swapaxes(0, 1)


def of_drawings(seed: int, out: Path, until: float, say: Callable[[str], None], count: int = DRAWN) -> tuple:
    """Outlines of drawn garments, float32 (count, n), and the index of each one's kind."""

    def make(start: int) -> dict[str, np.ndarray]:
        rng = np.random.default_rng([seed, start])
        kinds = rng.integers(0, len(KINDS), min(CHUNK, count - start))
        rows = [outlines(small_copy(garment(rng, KINDS[kind]))) for kind in kinds]
        return {"seen": np.stack(rows).astype(np.float16), "kinds": kinds}

    def key(start: int) -> str:
        return f"{seed}_{start:05d}_{min(CHUNK, count - start)}"

    chunks = _chunks("drawn", key, count, make, out, until, say)
    return tuple(np.concatenate([chunk[name] for chunk in chunks]) for name in ("seen", "kinds"))


def _measured(photo: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    small = small_copy(photo)
    return outlines(small), outlines(np.ascontiguousarray(small[:, ::-1])), looks(small)


def _turned(rng: np.random.Generator, small: np.ndarray) -> np.ndarray:
    """As another hand might have held the camera: turned, nearer or further, sheared, half of the time mirrored."""
    height, width = small.shape[:2]
    angle, squeeze = np.deg2rad(rng.normal(0, 7)), np.exp(rng.normal(0, 0.08))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    there = np.exp(rng.uniform(-0.2, 0.15)) * turn @ np.diag([squeeze, 1 / squeeze]) + rng.normal(0, 0.04, (2, 2))
    if rng.random() < 0.5:
        there[:, 0] *= -1
    centre = np.array([width / 2, height / 2])
    shift = centre + rng.normal(0, 6, 2) - there @ centre
    matrix = np.hstack([there, shift[:, None]])
    return cv2.warpAffine(small, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def _chunks(
    kind: str, key: Callable[[int], str], count: int, make: Callable[[int], dict[str, np.ndarray]],
    out: Path | None, until: float, say: Callable[[str], None],
) -> list[dict[str, np.ndarray]]:  # fmt: skip
    """Make what was not made before; the key says what a chunk holds."""
    made = []
    for start in range(0, count, CHUNK):
        if out is None:
            made.append(make(start))
            continue
        path = out / "measured" / f"{kind}_{key(start)}.npz"
        if not path.exists():
            if time.monotonic() > until:
                raise OutOfTime(f"{kind}: {start} of {count} measured")
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part.npz")
            np.savez(part, **make(start))
            part.rename(path)
            say(f"{kind}: {min(start + CHUNK, count)} of {count} measured")
        with np.load(path) as found:
            made.append({name: found[name] for name in found.files})
    return made
