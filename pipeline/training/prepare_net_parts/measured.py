"""What is measured on each photo, kept so that a training that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.models._prepare_features import looks, seen, small_copy
from pipeline.models._subject_crop import Placed, find_subject
from pipeline.models._subject_encoder import encoder
from pipeline.training.prepare_net_parts.photos import Photo, read
from workbench.domain.errors import OutOfTime

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

TURNED = 4  # copies of each garment photo, turned a little
CHUNK = 200  # photos kept at once


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of measurements: what is seen, the same of the mirrored photo, looks."""

    seen: np.ndarray
    mirrored: np.ndarray
    looks: np.ndarray


def of_photos(
    found: Sequence[Photo], graph: bytes | Path, out: Path | None, until: float, say: Callable[[str], None]
) -> Table:
    """Measure all photos by an encoder's graph, in chunks that are kept under ``out``; None keeps nothing."""
    session = encoder(graph)

    def key(start: int) -> str:
        names = "\n".join(photo.name for photo in found[start : start + CHUNK])
        return hashlib.sha256(names.encode()).hexdigest()[:12]

    def make(start: int) -> dict[str, np.ndarray]:
        rows = [_measured(read(photo), session) for photo in found[start : start + CHUNK]]
        return dict(zip(("seen", "mirrored", "looks"), map(np.stack, zip(*rows, strict=True)), strict=True))

    chunks = _chunks("photos", key, len(found), make, out, until, say)
    return Table(*(np.concatenate([chunk[name] for chunk in chunks]) for name in ("seen", "mirrored", "looks")))


def of_turned(
    found: Sequence[Photo], graph: bytes | Path, seed: int, out: Path, until: float, say: Callable[[str], None]
) -> np.ndarray:
    """What is seen of `TURNED` copies of each photo, float16 (TURNED, n, columns)."""
    session = encoder(graph)

    def key(start: int) -> str:
        names = "\n".join(photo.name for photo in found[start : start + CHUNK])
        return f"{seed}_{hashlib.sha256(names.encode()).hexdigest()[:12]}"

    def make(start: int) -> dict[str, np.ndarray]:
        rng = np.random.default_rng([seed, start, TURNED])
        return {"seen": np.array([_turned(rng, photo, session) for photo in found[start : start + CHUNK]], np.float16)}

    chunks = _chunks("turned", key, len(found), make, out, until, say)
    return np.concatenate([chunk["seen"] for chunk in chunks]).swapaxes(0, 1)


def _measured(photo: np.ndarray, session: InferenceSession) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    small = small_copy(photo)
    subject = find_subject(small)
    sides = (seen(small, subject, Placed(mirrored=side), session) for side in (False, True))
    return (*sides, looks(small, subject))


def _turned(rng: np.random.Generator, photo: Photo, session: InferenceSession) -> list[np.ndarray]:
    """As other hands might have held the camera: turned, nearer or further, half of the time mirrored."""
    small = small_copy(read(photo))
    subject = find_subject(small)
    return [
        seen(small, subject, Placed(
            angle_deg=rng.normal(0, 8), mirrored=bool(rng.random() < 0.5), scale=float(np.exp(rng.uniform(-0.15, 0.1))),
            shift=tuple(rng.normal(0, 0.02, 2)),
        ), session)
        for _ in range(TURNED)
    ]  # fmt: skip


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
                raise OutOfTime(f"{start} of {count} photos measured ({kind})", where="prepare_net")
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part.npz")
            np.savez(part, **make(start))
            part.rename(path)
            say(f"{kind}: {min(start + CHUNK, count)} of {count} measured")
        with np.load(path) as found:
            made.append({name: found[name] for name in found.files})
    return made
