"""Freezes labels into a numbered dataset: what labelers agreed on over what was labelled before, split by photo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from labeling.datasets.frozen import DatasetCard, Frozen, dataset_names, open_dataset, write_dataset
from labeling.datasets.near_copies import near_copies
from labeling.datasets.source_split import RULE, source_split
from pipeline.training.mole_hair_parts.labelled import FOLDER, labelled, read_crops, rows_of
from workbench import lake
from workbench.domain.errors import LabelingError, UsageError
from workbench.lake import label_worth
from workbench.lake.labels import SIMULATED_KEY, answers
from workbench.settings import Settings

PROJECT, QUESTION = "mole_hair", "answer"
FROM = ("both", "lake", "file")
SPLITS = ("train", "validation", "test")
LEARNED = ("train", "validation")
SIMULATED = "simulated labelers"
_KEPT = (
    "crop_hash", "source", "source_kind", "split", "strip_index", "left", "top", "width", "height", "crop_side",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """The dataset, and whether it is new: the same content is never frozen twice in a row."""

    frozen: Frozen
    new: bool


def datasets_home(settings: Settings) -> Path:
    """Where frozen datasets lie."""
    return settings.workspace / "datasets"


def freeze_dataset(
    name: str, settings: Settings, *, folder: Path = FOLDER, labels: str = "both", include_simulated: bool = False
) -> Freezing:
    """Freeze the labels of candidate crops as the next version of ``name``.

    A photo keeps its split for good; crops that nearly repeat one of the test crops are left out of what is learned.
    What simulated labelers said is left out unless it is asked for, and then the card counts it.

    Args:
        name: Of the dataset.
        settings: Workspace.
        folder: Candidate crops, laid out as ``sample_data/training/mole_hair``.
        labels: ``lake``: what labelers said; ``file``: the folder's own; ``both``: the former over the latter.
        include_simulated: Whether answers of simulated labelers count; a model made of them is never put in use.

    Raises:
        UsageError: An unknown choice, or nothing that could be frozen.
        LabelingError: A photo would stand in two splits.
    """
    if labels not in FROM:
        raise UsageError(f"labels from {labels!r}", allowed=FROM)
    left_out: Counter[str] = Counter()
    agreed = {} if labels == "file" else _agreed(settings, left_out, include_simulated=include_simulated)
    rows = _rows(rows_of(folder), agreed, left_out, use_file=labels != "lake")
    strangers = agreed.keys() - {row["crop_hash"] for row in rows_of(folder)}
    left_out["not among the candidate crops"] += len(strangers)
    _check_sources(rows, folder)
    rows, leaks = _without_leaks(rows, folder, left_out)
    if not rows:
        raise UsageError(
            "no label to freeze", where=str(folder), allowed=f"labels of {PROJECT}: `workbench label pull {PROJECT}`, "
            "then `workbench label consensus`, or --labels file",
        )  # fmt: skip
    home = datasets_home(settings)
    versions = dataset_names(home).get(name, [])
    before = open_dataset(name, home) if versions else None
    against = {} if before is None else _changes(before.rows(), rows)
    if before is not None and not any(against.values()):
        return Freezing(frozen=before, new=False)
    card = DatasetCard(
        name=name, version=versions[-1] + 1 if versions else 1, project=PROJECT, question=QUESTION,
        made_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        made_by=f"workbench dataset freeze {name} --labels {labels}" + " --include-simulated" * include_simulated,
        items=len(rows), simulated=sum(row["made"] == SIMULATED for row in rows),
        classes={split: dict(sorted(Counter(r["label"] for r in rows if r["split"] == split).items()))
                 for split in SPLITS},
        sources={split: len({r["source"] for r in rows if r["split"] == split}) for split in SPLITS},
        labels_from=dict(Counter(row["annotator"] for row in rows)), left_out={k: n for k, n in left_out.items() if n},
        split=RULE, leaks=leaks, against=against,
    )  # fmt: skip
    pictures = {f"{Path(source).stem}.webp": folder / "crops" / f"{Path(source).stem}.webp"
                for source in {row["source"] for row in rows}}  # fmt: skip
    return Freezing(frozen=write_dataset(home, card, rows, pictures), new=True)


def _agreed(settings: Settings, left_out: Counter[str], *, include_simulated: bool) -> dict[str, Mapping[str, Any]]:
    """What holds of each item, with whether a simulated labeler had a part in it; a lead's decision is a person's."""
    with lake.open(settings) as store:
        found = label_worth.consensus(store, PROJECT).filter(question=QUESTION)
        made_up = set(answers(store, PROJECT).filter(project_key=SIMULATED_KEY)["item_key"])
    agreed = {
        row["item_key"]: row | {"simulated": row["item_key"] in made_up and row["method"] != label_worth.SETTLED}
        for row in found.to_dicts()
    }
    if include_simulated:
        return agreed
    left_out["answers of simulated labelers"] = sum(row["simulated"] for row in agreed.values())
    return {key: row for key, row in agreed.items() if not row["simulated"]}


def _rows(
    known: Sequence[Mapping[str, str]], agreed: Mapping[str, Mapping[str, Any]], left_out: Counter[str], *,
    use_file: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    rows: dict[str, dict[str, Any]] = {}
    for row in known:
        key = row["crop_hash"]
        base = {name: row.get(name, "") for name in _KEPT} | {"split": row.get("split") or source_split(row["source"])}
        one = agreed.get(key)
        if one is not None and (one["disputed"] or one["value"] is None):
            left_out["disputed"] += 1
        elif one is not None:
            who = "a lead's decision" if one["method"] == label_worth.SETTLED else f"consensus ({one['method']})"
            rows[key] = base | {
                "label": one["value"], "annotator": f"{SIMULATED}, {who}" if one["simulated"] else who,
                "made": SIMULATED if one["simulated"] else "labelers", "labelers": one["labelers"],
                "labelled_at": f"{one['decided_at'].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            }  # fmt: skip
        elif use_file and row.get("label"):
            rows[key] = base | {
                "label": row["label"], "annotator": row.get("annotator") or "unknown", "made": row.get("made") or "",
                "labelers": 1, "labelled_at": row.get("labelled_at") or "",
            }  # fmt: skip
        else:
            left_out["not labelled"] += 1
    return sorted(rows.values(), key=lambda row: (row["source"], int(row["strip_index"])))


def _check_sources(rows: Sequence[Mapping[str, Any]], folder: Path) -> None:
    splits: dict[str, set[str]] = {}
    for row in rows:
        splits.setdefault(row["source"], set()).add(row["split"])
    tested = set(labelled(("test",)).sources)
    torn = [source for source, where in splits.items()
            if len(where) > 1 or (source in tested and where != {"test"})]  # fmt: skip
    if torn:
        raise LabelingError(
            f"{len(torn)} photos stand in two splits, such as {torn[0]}", where=str(folder),
            allowed="all crops of a photo in one split, photos of the fixed test set in test",
        )  # fmt: skip


def _without_leaks(
    rows: list[dict[str, Any]], folder: Path, left_out: Counter[str]
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Leave out of what is learned whatever stands, or nearly stands, among the test crops; also the fixed ones."""
    learned = [place for place, row in enumerate(rows) if row["split"] in LEARNED]
    own = read_crops([rows[place] for place in learned], folder)
    tested = read_crops([row for row in rows if row["split"] == "test"], folder)
    fixed = labelled(("test",))
    crops = np.concatenate([tested.crops, fixed.crops]) if len(tested) else fixed.crops
    names = {*tested.names, *fixed.names}
    same = {place for place, name in zip(learned, own.names, strict=True) if name in names}
    near = {learned[one] for one, _ in near_copies(own.crops, crops)} - same
    left_out["a crop of the test set"] += len(same)
    left_out["nearly a crop of the test set"] += len(near)
    leaks = {
        "photos in two splits": 0, "same crop learned and tested": len(same), "near copies of test crops": len(near),
        "pairs compared": len(own) * len(crops),
    }  # fmt: skip
    return [row for place, row in enumerate(rows) if place not in same | near], leaks


def _changes(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    was, is_ = ({row["crop_hash"]: (row["label"], row["split"]) for row in rows} for rows in (before, now))
    return {
        "added": len(is_.keys() - was.keys()), "removed": len(was.keys() - is_.keys()),
        "changed": sum(was[key] != is_[key] for key in was.keys() & is_.keys()),
    }  # fmt: skip
