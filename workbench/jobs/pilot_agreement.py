"""How far engines agree where nobody knows the truth: shared area of their mattes, pair by pair."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

from pipeline.evaluate import read_map
from pipeline.evaluation.iou import iou
from workbench.jobs.pilot_folder import DrawnPhoto, PilotFolder

FILE = "agreement.json"


def pilot_agreement(
    folder: PilotFolder, photos: Sequence[DrawnPhoto], engines: Sequence[str]
) -> dict[str, dict[str, float]]:
    """``image_id -> "one|other" -> IoU`` of all mattes that are there; each pair is measured once and kept."""
    try:
        known = json.loads((folder.path / FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        known = {}
    found, new = {}, False
    for photo in photos:
        mattes = {}
        for engine in engines:
            path = folder.matte(engine, photo.image_id)
            if path.exists() and (folder.result(engine, photo.image_id) or {}).get("outcome") == "done":
                mattes[engine] = path
        maps, pairs = {}, {}
        for one, other in itertools.combinations(sorted(mattes), 2):
            key = "|".join(f"{name}@{mattes[name].stat().st_mtime_ns}" for name in (one, other))
            value = known.get(photo.image_id, {}).get(key)
            if value is None:
                for name in (one, other):
                    maps[name] = maps.get(name) if name in maps else read_map(mattes[name])
                value, new = iou(maps[one], maps[other]), True
            pairs[key] = value
        found[photo.image_id] = pairs
    if new:
        folder.write(FILE, found)
    return {
        image: {"|".join(part.split("@")[0] for part in key.split("|")): value for key, value in pairs.items()}
        for image, pairs in found.items()
    }
