"""Several photos of one product with a known matte: as shot, before made backdrops, before busy ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.training.subject_net_parts.backdrops import Backdrops
from pipeline.training.subject_net_parts.camera import Camera
from pipeline.training.subject_net_parts.light import linear_of
from pipeline.training.subject_net_parts.renders import Cutout, premultiplied, shrunk
from pipeline.training.subject_net_parts.scene import compose
from pipeline.training.subject_net_parts.textures import surfaces

SIDE = 660  # px, longest side of the photos; the engine looks at 512
SIZES = ((660, 528), (600, 600), (528, 660))
MADE, BUSY = "made", "busy"
UNKNOWN_GREY = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A photo with its true matte; ``foreground`` is the product cut out, where there is one.

    ``outlined``: the matte is a mask outlined by eye, where `UNKNOWN_GREY` means that nobody can tell.
    """

    item: str
    category: str
    photo: Path
    alpha: Path
    foreground: Path | None
    outlined: bool = False


class Studio:
    """Takes the photos. Everything drawn follows from the item's name, so that order does not matter.

    Args:
        neighbours: Foreground files from which other products come that reach into the frame.
        places: Photos of busy places.
    """

    def __init__(self, neighbours: Sequence[Path], places: Sequence[Path]) -> None:
        rng = np.random.default_rng(0)
        textures = surfaces(rng)
        scenes = [linear_of(cv2.imread(str(place), cv2.IMREAD_COLOR_RGB)) for place in places]
        self._backdrops = {MADE: Backdrops(textures, []), BUSY: _Busy(scenes)}
        self._camera, self._neighbours = Camera(rng), tuple(neighbours)

    def takes(self, known: Known, names: Sequence[str]) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Yield (name of the take, photo uint8 (H, W, 3), true opacity float32 (H, W), NaN where it is not known)."""
        for name in names:
            kind, _, number = name.partition("_")
            if kind == "shot":
                photo = cv2.imread(str(known.photo), cv2.IMREAD_COLOR_RGB)
                grey = cv2.imread(str(known.alpha), cv2.IMREAD_GRAYSCALE)
                alpha = shrunk(grey, SIDE).astype(np.float32) / 255
                if known.outlined:
                    unknown = (grey == UNKNOWN_GREY).astype(np.float32)
                    alpha[shrunk(unknown, SIDE) > 0] = np.nan
                yield name, shrunk(photo, SIDE), alpha
            elif known.foreground is not None:
                seed = np.frombuffer(f"{known.item}/{name}".encode(), np.uint8)
                rng = np.random.default_rng([*seed.tolist(), int(number or 0)])
                scene, alpha = compose(
                    _cutout(known.item, known.foreground), self._neighbour(known.foreground, rng),
                    SIZES[rng.integers(len(SIZES))], self._backdrops[kind], rng,
                )  # fmt: skip
                yield name, self._camera.shoot(scene, rng), np.clip(alpha, 0.0, 1.0)

    def _neighbour(self, own: Path, rng: np.random.Generator) -> Cutout:
        others = [path for path in self._neighbours if path != own]
        return _cutout("neighbour", others[rng.integers(len(others))])


class _Busy(Backdrops):
    """Only parts of real photos."""

    def __init__(self, scenes: list[np.ndarray]) -> None:
        super().__init__([], scenes)

    def draw(self, size: tuple[int, int], tone: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Part of a busy place."""
        return self._real(size, rng)


def _cutout(item: str, path: Path) -> Cutout:
    straight = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    ys, xs = np.nonzero(straight[..., 3] > 2)
    box = slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1)
    return Cutout(item=item, category="", pixels=premultiplied(cv2.cvtColor(straight[box], cv2.COLOR_BGRA2RGBA)))
