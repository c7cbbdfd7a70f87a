"""The photos the preparation network learns from and is tested on, with what is known of each."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

KINDS = (
    "t_shirt", "longsleeve", "shirt", "polo", "outwear", "blazer", "hoodie", "undershirt", "dress", "skirt", "pants",
    "shorts", "shoes", "hat",
)  # fmt: skip
LARGEST = ("t_shirt", "longsleeve", "shirt", "outwear", "dress", "skirt", "pants", "shorts", "shoes", "hat")
UNKNOWN = ("not_sure", "other", "skip", "top", "blouse", "body")  # no kind: what abstention is tested on
CATEGORIES = (
    "apparel", "footwear", "accessories", "furniture", "glassware", "hair_beauty", "jewellery", "knit_fur", "packaged",
    "sheer", "other",
)  # fmt: skip
SHOTS = ("flat_lay", "hanging", "mannequin", "packshot", "in_hand", "display", "skin_close_up")
FLAGS = (
    "hair_or_fur", "sheer", "glass_or_clear", "reflective", "dark_on_dark", "white_on_white", "thin_parts", "props",
    "person_visible", "skin_visible",
)  # fmt: skip
TAGS = {"hair": "hair_or_fur", "transparent": "glass_or_clear"}  # of the renders; the others are named as the flags
RENDERED_KINDS = {
    "tshirt": "t_shirt", "tshirt_on_hanger": "t_shirt", "trousers": "pants", "dress": "dress",
    "shirt_on_hanger": "shirt", "sweatshirt": "longsleeve",
}  # fmt: skip
FOLDERS = {"glass": "glassware", "cardboard": "packaged", "metal": "packaged", "plastic": "packaged", "skin": "other"}
PACKED = ("Milk", "Yoghurt", "Juice", "Cream", "yghurt", "Yogurt")  # words in the names of grocery photos


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photo. What is None, or missing from ``flags``, is not known."""

    name: str
    path: Path
    source: str
    group: str  # photos of one group are not independent
    split: str
    label: str  # as the source has it
    kind: str | None = None
    category: str | None = None
    shot: str | None = None
    flags: Mapping[str, bool] = field(default_factory=dict)


def photos(sample: Path) -> tuple[Photo, ...]:
    """All photos of the sample folder that the network may see, in the same order every time."""
    return (*_real(sample), *_rendered(sample), *_animals(sample))


def read(photo: Photo) -> np.ndarray:
    """RGB, uint8."""
    found = cv2.imread(str(photo.path))
    if found is None:
        raise FileNotFoundError(photo.path)
    return cv2.cvtColor(found, cv2.COLOR_BGR2RGB)


def split_of(key: str) -> str:
    """``train``, ``validation`` or ``test``, always the same for a sender or a file name."""
    tenth = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 10
    return "test" if tenth < 2 else "validation" if tenth == 2 else "train"


def _real(sample: Path) -> Iterator[Photo]:
    folder = sample / "training" / "prepare"
    seen: dict[str, dict[str, str]] = {}
    for row in _rows(folder / "labels.csv"):
        seen.setdefault(row["file"], {})[row["field"]] = row["value"]
    for row in _rows(folder / "photos.csv"):
        label, name = row["label"].lower().replace("-", "_").replace(" ", "_"), row["file"]
        known = seen.get(name, {})
        skin = row["source"] == "skin"
        flags = {flag: known[flag] == "yes" for flag in FLAGS if flag in known}
        yield Photo(
            name=name, path=folder / name, source=row["source"], group=row["sender_id"] or name, split=row["split"],
            label=label, kind=label if label in KINDS else None, category=_category(row["source"], label, name),
            shot="skin_close_up" if skin else known.get("shot_type"),
            flags={"skin_visible": True} if skin else flags,
        )  # fmt: skip


def _category(source: str, label: str, name: str) -> str | None:
    if source == "clothing":
        return {"shoes": "footwear", "hat": "accessories"}.get(label, None if label in UNKNOWN else "apparel")
    if source == "grocery":
        return "packaged" if any(word in name for word in PACKED) else "other"
    return FOLDERS[label]


def _rendered(sample: Path) -> Iterator[Photo]:
    shrunk = sample / "training" / "prepare"
    for row in _rows(sample / "manifest.csv"):
        if row["source"] == "render":
            yield _render(row["image_id"], sample / row["path"], row, "train")
    for row in _rows(shrunk / "renders.csv"):  # of other seeds: 2 to learn from, 3 for the test
        yield _render(row["image_id"], shrunk / row["file"], row, row["split"])


def _render(name: str, path: Path, row: Mapping[str, str], split: str) -> Photo:
    tags = {TAGS.get(tag, tag) for tag in row["failure_tags"].split(";")}
    flags = {flag: flag in tags for flag in FLAGS if flag != "person_visible"}  # a bust is no person
    hair, kind = row["category"] == "hair_beauty", row["subcategory"]
    shot = "mannequin" if hair or "bust" in kind else "hanging" if "hanger" in kind else "packshot"
    return Photo(
        name=name, path=path, source="renders", group=name, split=split, label=kind, category=row["category"],
        kind="shoes" if row["category"] == "footwear" else RENDERED_KINDS.get(kind), shot=shot,
        flags=flags | {"skin_visible": hair},
    )  # fmt: skip


def _animals(sample: Path) -> Iterator[Photo]:
    for row in _rows(sample / "manifest.csv"):
        if row["source"] == "AM-2k":
            yield Photo(
                name=row["image_id"], path=sample / row["path"], source="animals", group=row["image_id"],
                split=split_of(row["image_id"]), label="animal", flags={"hair_or_fur": True},
            )  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
