"""Teaches where skin is, from outlines drawn by eye, skin close-ups, and photos that are known to show none."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.skin.find_skin import skin_features
from pipeline.training.mole_hair_parts.labelled import FOLDER

PREPARE = FOLDER.parent / "prepare"
PIXELS = 500  # drawn from each photo
SHARE = {"outlined": 4.0, "render": 6.0, "close-up": 0.4, "without": 0.3}  # of a pixel; there are few outlined photos
CLOSE_UPS, WITHOUT = 60, 240  # photos of each kind
DARK = 50  # 8-bit level: darker than that is the frame of a lens
STRENGTH = 0.03  # inverse of the penalty
ROUNDS = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkinPhoto:
    """A photo with its true skin, bool; ``known`` is False where nobody can tell (the rim of a lens)."""

    name: str
    kind: str  # outlined, render, close-up, without
    image: np.ndarray
    skin: np.ndarray
    known: np.ndarray


def skin_photos(split: str, folder: Path = FOLDER, prepare: Path = PREPARE) -> Iterator[SkinPhoto]:
    """Photos of one split with their skin."""
    outlines: dict[str, list[dict[str, str]]] = {}
    with open(folder / "skin_outlines.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["split"] == split:
                outlines.setdefault(row["photo"], []).append(row)
    for photo, rows in outlines.items():
        image = _read(folder / "skin" / photo)
        skin = np.zeros(image.shape[:2], np.uint8)
        for row in rows:
            corners = [[int(value) for value in corner.split(",")] for corner in row["points"].split()]
            cv2.fillPoly(skin, [np.array(corners, np.int32)], 1)
        kind = "render" if photo.startswith("hair_beauty") else "outlined"
        yield SkinPhoto(name=photo, kind=kind, image=image, skin=skin > 0, known=np.ones(skin.shape, bool))
    with open(prepare / "photos.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    rows.sort(key=lambda row: row["source_sha256"])
    with open(prepare / "labels.csv", newline="", encoding="utf-8") as file:
        without = {r["file"] for r in csv.DictReader(file) if r["field"] == "skin_visible" and r["value"] == "no"}
    for row in [row for row in rows if row["source"] == "skin"][:CLOSE_UPS]:
        image = _read(prepare / row["file"])
        known = cv2.GaussianBlur(image, (0, 0), 3).max(2) > DARK
        yield SkinPhoto(name=row["file"], kind="close-up", image=image, skin=known, known=known)
    for row in [row for row in rows if row["file"] in without][:WITHOUT]:
        image = _read(prepare / row["file"])
        nothing = np.zeros(image.shape[:2], bool)
        yield SkinPhoto(name=row["file"], kind="without", image=image, skin=nothing, known=~nothing)


def fit_skin(photos: list[SkinPhoto], *, seed: int, say: Callable[[str], None] | None = None) -> dict[str, np.ndarray]:
    """Weights of `pipeline.skin.find_skin`: a logistic regression on pixels, each kind of photo with its `SHARE`."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(seed)
    tables, truths, weights = [], [], []
    for photo in photos:
        values, shape = skin_features(photo.image)
        skin = cv2.resize(photo.skin.astype(np.uint8), shape[::-1], interpolation=cv2.INTER_NEAREST).ravel() > 0
        known = cv2.resize(photo.known.astype(np.uint8), shape[::-1], interpolation=cv2.INTER_NEAREST).ravel() > 0
        chosen = rng.choice(np.flatnonzero(known), PIXELS)
        tables.append(values[chosen])
        truths.append(skin[chosen])
        weights.append(np.full(PIXELS, SHARE[photo.kind]))
    table, truth = np.concatenate(tables), np.concatenate(truths)
    middle, spread = table.mean(0), table.std(0) + 1e-6
    fitted = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    fitted.fit((table - middle) / spread, truth, sample_weight=np.concatenate(weights))
    if say:
        say(f"skin: learned from {len(table)} pixels of {len(photos)} photos")
    weight = fitted.coef_[0] / spread
    bias = fitted.intercept_ - middle @ weight
    return {"skin_weight": weight.astype(np.float32), "skin_bias": bias.astype(np.float32)}


def _read(path: Path) -> np.ndarray:
    from PIL import Image

    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
