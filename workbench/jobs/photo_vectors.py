"""What the photos of a workspace look like, as numbers: computed once a photo, kept under its hash."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.whole_file import write_whole
from workbench.inspection.place import InspectionPlace
from workbench.inspection.slice_pictures import photo_name
from workbench.jobs.inspection_place import inspection_place
from workbench.settings import Settings

if TYPE_CHECKING:
    import numpy as np

KINDS = ("network", "colour_edge")
VERSION = 1  # rises when a vector of the same photo would come out another


def photo_vectors(
    files: Mapping[str, Path], place: InspectionPlace, *, kind: str = "network",
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Vectors by photo hash; a file that cannot be read has none.

    Args:
        files: Photo hash -> a picture of it, such as FiftyOne's.
        place: Where they are kept.
        kind: ``network``, our own encoder, or ``colour_edge``.
        on_progress: Called with how many are done.
    """
    store = place.vectors / f"{kind}_{VERSION}.npz"
    known = _read(store)
    missing = sorted(set(files) - set(known))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, (key, vector) in enumerate(_made(pool, missing, files, kind), start=1):
            if vector is not None:
                known[key] = vector
            if done % 50 == 0 or done == len(missing):
                on_progress(done, len(missing))
    if missing:
        _write(store, known)
    return {key: known[key] for key in files if key in known}


def known_vectors(place: InspectionPlace, *, kind: str = "network") -> dict[str, np.ndarray]:
    """Vectors that were computed before, by the name of the photo's picture."""
    return _read(place.vectors / f"{kind}_{VERSION}.npz")


def vectors_of(photos: Iterable[str], settings: Settings) -> np.ndarray | None:
    """What photos look like, a row a photo hash, NaN where not known; None before a FiftyOne dataset was built."""
    import numpy as np

    known = known_vectors(inspection_place(settings))
    if not known:
        return None
    empty = np.full(len(next(iter(known.values()))), np.nan, np.float32)
    asked = list(photos)
    names = {photo: photo_name(photo) for photo in set(asked)}
    return np.stack([known.get(names[photo], empty) for photo in asked]) if asked else None


def _made(pool: ThreadPoolExecutor, keys: Iterable[str], files: Mapping[str, Path], kind: str):
    yield from pool.map(lambda key: (key, _vector(files[key], kind)), keys)


def _vector(file: Path, kind: str) -> np.ndarray | None:
    import numpy as np
    from PIL import Image

    from pipeline.embedding.colour_edge_vector import colour_edge_vector
    from pipeline.embedding.network_vector import network_vector

    try:
        with Image.open(file) as opened:
            pixels = np.asarray(opened.convert("RGB"))
    except OSError:
        return None
    return network_vector(pixels) if kind == "network" else colour_edge_vector(pixels)


def _read(store: Path) -> dict[str, np.ndarray]:
    import numpy as np

    if not store.exists():
        return {}
    with np.load(store) as kept:
        return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))


def _write(store: Path, known: Mapping[str, np.ndarray]) -> None:
    import numpy as np

    if not known:
        return
    keys = sorted(known)
    arrays = {"keys": np.array(keys), "vectors": np.stack([known[key] for key in keys])}

    def write(part: Path) -> None:
        with part.open("wb") as file:  # by name, numpy would give it an ending of its own
            np.savez(file, **arrays)

    write_whole(store, write)
