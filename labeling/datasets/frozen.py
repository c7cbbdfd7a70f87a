"""A frozen dataset as it lies in a folder: ``NAME/VERSION/`` with ``labels.csv``, ``crops/`` and ``card.json``.

Laid out like ``sample_data/training/mole_hair``, so that a training reads either. Written once, whole or not at all,
and held to its hash whenever it is opened.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.domain.errors import LabelingError, StorageFull, UsageError, nearest_match

LABELS, CROPS, CARD = "labels.csv", "crops", "card.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_REFERENCE = re.compile(r"([a-z0-9][a-z0-9_-]{0,60})(?:@(\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCard:
    """What a dataset is. ``sha256`` is of its labels and pictures; ``classes`` counts by split, then by class."""

    name: str
    version: int
    project: str
    question: str
    made_at: str
    made_by: str  # the command
    items: int
    classes: Mapping[str, Mapping[str, int]]
    sources: Mapping[str, int]
    labels_from: Mapping[str, int]  # who said so: consensus of labelers, the labels that were there, a lead's decision
    left_out: Mapping[str, int]  # why items are not in it
    split: str  # how, in words
    leaks: Mapping[str, int]  # what the leak check looked for and how often it found it
    against: Mapping[str, int] = field(default_factory=dict)  # added, removed, changed since the version before
    simulated: int = 0  # of the items: what labelers said that never were
    sha256: str = ""

    @property
    def label(self) -> str:
        """``NAME@VERSION``."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """One version, opened and found unchanged."""

    card: DatasetCard
    folder: Path

    def rows(self) -> list[dict[str, str]]:
        """Its labels."""
        with open(self.folder / LABELS, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


def dataset_names(home: Path) -> dict[str, list[int]]:
    """Every dataset with its versions, oldest first."""
    found = {}
    for folder in sorted(home.glob("*")):
        versions = sorted(int(one.name) for one in folder.glob("*") if one.name.isdigit() and (one / CARD).is_file())
        if versions:
            found[folder.name] = versions
    return found


def open_dataset(reference: str, home: Path) -> Frozen:
    """A dataset by ``NAME@VERSION``, or its newest version by ``NAME``.

    Raises:
        UsageError: There is none of that name or version.
        LabelingError: It was changed since it was frozen.
    """
    asked, known = _REFERENCE.fullmatch(reference), dataset_names(home)
    labels = [f"{name}@{versions[-1]}" for name, versions in known.items()]
    if asked is None or asked[1] not in known or (asked[2] and int(asked[2]) not in known[asked[1]]):
        raise UsageError(
            f"no dataset {reference!r}", where=str(home), allowed=labels or "none yet: `workbench dataset freeze NAME`",
            nearest=nearest_match(reference, labels),
        )  # fmt: skip
    folder = home / asked[1] / str(int(asked[2] or known[asked[1]][-1]))
    card = DatasetCard(**json.loads((folder / CARD).read_text(encoding="utf-8")))
    if content_hash(folder) != card.sha256:
        raise LabelingError(
            f"{card.label} is not what was frozen: its files were changed", where=str(folder),
            allowed="the files as they were, or a new version (`workbench dataset freeze`)",
        )  # fmt: skip
    return Frozen(card=card, folder=folder)


def write_dataset(
    home: Path, card: DatasetCard, rows: Sequence[Mapping[str, Any]], pictures: Mapping[str, Path]
) -> Frozen:
    """Freeze rows and the pictures they name under the card's name and version; files are read-only from then on.

    Args:
        home: Folder of all datasets.
        card: Without its hash.
        rows: Of ``labels.csv``.
        pictures: Name in ``crops/`` -> file.

    Raises:
        UsageError: The name cannot be one, or that version exists.
        StorageFull: No room; nothing is left of it.
    """
    if not _NAME.fullmatch(card.name):
        raise UsageError(f"{card.name!r} as a name", allowed="lower-case letters, digits, _ and -")
    folder = home / card.name / str(card.version)
    if folder.exists():
        raise UsageError(f"{card.label} exists and is never changed", where=str(folder), allowed="the next version")
    part = folder.with_name(f".{card.version}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        (part / CROPS).mkdir(parents=True)
        (part / LABELS).write_bytes(labels_csv(rows))
        for name, file in sorted(pictures.items()):
            shutil.copyfile(file, part / CROPS / name)
        card = DatasetCard(**{**asdict(card), "sha256": content_hash(part)})
        (part / CARD).write_text(json.dumps(asdict(card), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for file in part.rglob("*"):
            if file.is_file():
                file.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        os.rename(part, folder)  # fails where another process froze this version meanwhile
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if folder.exists():
            raise UsageError(f"{card.label} exists and is never changed", where=str(folder)) from error
        raise StorageFull(f"the dataset could not be written: {error.strerror}", where=str(folder)) from error
    return Frozen(card=card, folder=folder)


def labels_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as they are stored."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, list(rows[0]) if rows else ["crop_hash"], lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows)
    return out.getvalue().encode("utf-8")


def content_hash(folder: Path) -> str:
    """SHA-256 of labels and pictures, by name; the card is not part of it."""
    whole = hashlib.sha256()
    for file in [folder / LABELS, *sorted((folder / CROPS).glob("*"))]:
        whole.update(f"{file.name}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
