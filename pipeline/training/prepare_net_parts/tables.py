"""The tables of a test: garments, categories, shots, calibration, abstention, and every flag inside every source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.models.card import Figure
from pipeline.training.prepare_net_parts.judged import (
    auroc,
    by_class,
    calibration,
    inside_sources,
    interval,
    macro_f1,
)
from pipeline.training.prepare_net_parts.photos import CATEGORIES, FLAGS, KINDS, LARGEST, SHOTS, UNKNOWN, Photo

NOT_SEEN, NOT_SAID = "unseen kinds", "not sure, other, skip"
CONFIDENT = 0.6  # share of the photos that are answered most confidently
Scores = Mapping[str, np.ndarray]


def garments(photos: Sequence[Photo], probability: np.ndarray, names: Sequence[str] = KINDS) -> dict[str, object]:
    """The ten largest kinds of clothing: F1, by class, the confident part, calibration, and what is abstained on."""
    clothing = np.array([photo.source == "clothing" for photo in photos])
    ten = clothing & np.array([photo.kind in LARGEST for photo in photos])
    among = probability[:, [list(names).index(kind) for kind in LARGEST]]
    among = among / among.sum(axis=1, keepdims=True)
    sure, said = among[ten].max(axis=1), among[ten].argmax(axis=1)
    truth = np.array(
        [LARGEST.index(photo.kind) for photo in photos if photo.source == "clothing" and photo.kind in LARGEST]
    )
    groups = np.array([photo.group for photo in photos])[ten]
    top = sure >= np.quantile(sure, 1 - CONFIDENT)

    def f1(rows: np.ndarray) -> float:
        return macro_f1(truth[rows], said[rows], len(LARGEST))

    def f1_top(rows: np.ndarray) -> float:
        kept = rows[top[rows]]
        return macro_f1(truth[kept], said[kept], len(LARGEST)) if len(kept) else float("nan")

    everything = np.arange(len(truth))
    return {
        "n": len(truth), "senders": len(np.unique(groups)),
        "macro_f1": f1(everything), "macro_f1_interval": interval(f1, groups),
        "macro_f1_confident": f1_top(everything), "macro_f1_confident_interval": interval(f1_top, groups),
        "by_class": by_class(truth, said, LARGEST), "calibration": calibration(sure, said == truth),
        "abstention": _abstention(photos, probability, clothing),
    }  # fmt: skip


def classes(photos: Sequence[Photo], probability: np.ndarray, field: str, names: Sequence[str]) -> dict[str, object]:
    """Category or shot type inside each source: how often right, by class, and the calibration over all."""
    known = np.array([getattr(photo, field) is not None for photo in photos])
    truth = np.array([names.index(getattr(photo, field)) for photo in photos if getattr(photo, field) is not None])
    said, sure = probability[known].argmax(axis=1), probability[known].max(axis=1)
    sources = np.array([photo.source for photo in photos])[known]
    return {
        "n": len(truth), "right": float((said == truth).mean()), "calibration": calibration(sure, said == truth),
        "by_class": by_class(truth, said, names),
        "by_source": [
            {"source": str(source), "n": int((sources == source).sum()),
             "classes": len(np.unique(truth[sources == source])),
             "right": float((said == truth)[sources == source].mean()),
             "macro_f1": macro_f1(truth[sources == source], said[sources == source], len(names))}
            for source in np.unique(sources)
        ],
    }  # fmt: skip


def flags(photos: Sequence[Photo], probability: np.ndarray) -> dict[str, list[dict[str, object]]]:
    """AUROC of every flag inside every source that has both answers."""
    sources, groups = (np.array([getattr(photo, name) for photo in photos]) for name in ("source", "group"))
    found = {}
    for column, flag in enumerate(FLAGS):
        known = np.array([flag in photo.flags for photo in photos])
        truth = np.array([photo.flags.get(flag, False) for photo in photos])
        found[flag] = inside_sources(truth[known], probability[known, column], sources[known], groups[known])
    return found


def figures(photos: Sequence[Photo], told: Scores, test_set: str) -> tuple[Figure, ...]:
    """The card's figures."""
    worn = garments(photos, told["garment"])
    low, high = worn["macro_f1_interval"]
    sure_low, sure_high = worn["macro_f1_confident_interval"]
    n = int(worn["n"])
    said = [
        Figure(test_set=test_set, category="ten largest garments", measure="macro_f1", value=worn["macro_f1"], low=low,
               high=high, n=n),
        Figure(test_set=test_set, category="ten largest garments", measure="macro_f1_most_confident_60%",
               value=worn["macro_f1_confident"], low=sure_low, high=sure_high, n=round(n * CONFIDENT)),
        Figure(test_set=test_set, category="ten largest garments", measure="calibration_error",
               value=worn["calibration"]["error"], low=0.0, high=worn["calibration"]["floor_95"], n=n),
    ]  # fmt: skip
    for row in worn["by_class"]:
        for measure, of in (("precision", None), ("recall", row["n"])):
            said.append(Figure(test_set=test_set, category=f"garment {row['class']}", measure=measure,
                               value=row[measure], n=of))  # fmt: skip
    for unknown in (NOT_SAID, NOT_SEEN):
        if f"n {unknown}" in worn["abstention"]:
            said.append(
                Figure(test_set=test_set, category=f"kinds it knows against {unknown}", measure="abstention_auroc",
                       value=worn["abstention"][f"auroc in against {unknown}"], n=worn["abstention"][f"n {unknown}"])
            )  # fmt: skip
    for head, field, names in (("category", "category", CATEGORIES), ("shot_type", "shot", SHOTS)):
        for row in classes(photos, told[head], field, names)["by_source"]:
            said.append(
                Figure(test_set=test_set, category=f"{head} in {row['source']}", measure="right", value=row["right"],
                       n=row["n"])
            )  # fmt: skip
    for flag, rows in flags(photos, told["flags"]).items():
        for row in rows:
            said.append(
                Figure(test_set=test_set, category=f"{flag} in {row['source']}", measure="auroc", value=row["auroc"],
                       low=row["low"], high=row["high"], n=row["yes"] + row["no"])
            )  # fmt: skip
    return tuple(said)


def left_out_figures(found: Mapping[str, list[dict[str, object]]]) -> tuple[Figure, ...]:
    """The card's figures of flags on sources that they never learned from."""
    return tuple(
        Figure(test_set="all photos of a source that was not learned from", category=f"{flag} in {row['source']}",
               measure="auroc", value=row["auroc"], n=row["yes"] + row["no"])
        for flag, rows in found.items() for row in rows
    )  # fmt: skip


def _abstention(photos: Sequence[Photo], probability: np.ndarray, clothing: np.ndarray) -> dict[str, object]:
    """Whether being less sure marks what cannot be answered: in against out, and F1 over what is still answered."""
    sure = probability.max(axis=1)
    inside = clothing & np.array([photo.kind is not None for photo in photos])
    found: dict[str, object] = {}
    for name, labels in {NOT_SEEN: UNKNOWN[3:], NOT_SAID: UNKNOWN[:3]}.items():
        outside = clothing & np.array([photo.label in labels for photo in photos])
        if outside.any():
            both = np.concatenate([sure[inside], sure[outside]])
            found[f"auroc in against {name}"] = auroc(np.arange(len(both)) < inside.sum(), both)
            found[f"n {name}"] = int(outside.sum())
    truth = np.array([KINDS.index(photo.kind) for photo, there in zip(photos, inside, strict=True) if there])
    said, kept = probability[inside].argmax(axis=1), sure[inside]
    order = np.argsort(-kept)
    found["coverage"] = [
        {"answered": share, "macro_f1": macro_f1(truth[rows], said[rows], len(KINDS)),
         "right": float((truth[rows] == said[rows]).mean())}
        for share in (1.0, 0.8, 0.6, 0.4) for rows in [order[: round(share * len(order))]]
    ]  # fmt: skip
    return found
