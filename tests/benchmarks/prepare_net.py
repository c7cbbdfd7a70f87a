"""What the preparation model sees, in tables: ``python tests/benchmarks/prepare_net.py > prepare_net.json``.

On photos of held-out clothing senders, held-out photos of the other sources and renders of an unseen seed: garments
beside a colour + HOG baseline, categories, shots, calibration with the error that a perfectly calibrated model of the same
size would show, abstention, and every flag inside each source and on a source it never learned from.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline.models._prepare_features import small_copy
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.prepare_net import prepare_net, scores, told
from pipeline.training.prepare_net_parts.heads import Material
from pipeline.training.prepare_net_parts.judged import interval, macro_f1
from pipeline.training.prepare_net_parts.measured import Table, of_photos
from pipeline.training.prepare_net_parts.photos import CATEGORIES, KINDS, LARGEST, SHOTS, Photo, photos, read
from pipeline.training.prepare_net_parts.shown import left_out
from pipeline.training.prepare_net_parts.tables import classes, flags, garments

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
SIDE, CELL = 128, 16  # px, of the baseline's gradients
COLOURS = 192  # the first columns of looks: the baseline's colours
BASELINE_C = 0.1  # best of 1e-4 to 1 on the validation senders


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--split", default="test", choices=("validation", "test"))
    parser.add_argument("--measured", type=Path, help="where measurements are kept, e.g. the training's folder")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    found = photos(SAMPLE)
    model = load_model("prepare_net", args.weights)
    table = of_photos(
        found, model.file_beside("onnx"), args.measured, float("inf"), lambda words: print(words, file=sys.stderr)
    )
    held = np.array([photo.split == args.split for photo in found])
    asked, rows = [photo for photo in found if photo.split == args.split], part(table, held)
    answers = scores(model.arrays, rows.seen, rows.mirrored, rows.looks)
    print(json.dumps({
        "split": args.split, "model": model.card.label, "sha256": model.sha256, "shown": model.card.facts["shown"],
        "garments": garments(asked, answers["garment"]), "baseline": baseline(found, table, args.split, answers["garment"]),
        "categories": classes(asked, answers["category"], "category", CATEGORIES),
        "shots": classes(asked, answers["shot_type"], "shot", SHOTS),
        "flags_inside_sources": flags(asked, answers["flags"]),
        "flags_on_a_source_never_learned": left_out(Material(found, table, None), dict(model.arrays)),
        "contradicted": contradicted(asked, model, answers), "abstained": abstained(asked, model, answers), "core_seconds_per_image": seconds(asked[:40], args.weights),
    }, indent=1))  # fmt: skip


def part(table: Table, keep: np.ndarray) -> Table:
    """Some rows."""
    return Table(table.seen[keep], table.mirrored[keep], table.looks[keep])


def baseline(found: tuple[Photo, ...], table: Table, split: str, ours: np.ndarray) -> dict[str, object]:
    """Colour histogram and HOG of the frame under a regularised logistic regression, fitted on the same senders."""
    ten = np.array([photo.source == "clothing" and photo.kind in LARGEST for photo in found])
    kinds = np.array([LARGEST.index(p.kind) if t else -1 for p, t in zip(found, ten, strict=True)])
    splits, groups = (np.array([getattr(photo, name) for photo in found]) for name in ("split", "group"))
    rows = np.zeros((len(found), COLOURS + len(gradients(read(found[0])))), np.float32)
    for place in np.flatnonzero(ten):
        rows[place] = np.concatenate([gradients(read(found[place])), table.looks[place, :COLOURS]])
    learn, ask = ten & (splits == "train"), ten & (splits == split)
    fitted = make_pipeline(StandardScaler(), LogisticRegression(C=BASELINE_C, max_iter=500))
    probability = fitted.fit(rows[learn], kinds[learn]).predict_proba(rows[ask])
    said, truth, sure = probability.argmax(axis=1), kinds[ask], probability.max(axis=1)
    among = ours[ten[splits == split]][:, [KINDS.index(kind) for kind in LARGEST]].argmax(axis=1)
    top = sure >= np.quantile(sure, 0.4)

    def gain(rows: np.ndarray) -> float:
        return macro_f1(truth[rows], among[rows], 10) - macro_f1(truth[rows], said[rows], 10)

    everything = np.arange(len(truth))
    return {
        "macro_f1": macro_f1(truth, said, 10), "macro_f1_confident": macro_f1(truth[top], said[top], 10),
        "gain": gain(everything), "gain_interval": interval(gain, groups[ask]), "n": len(truth),
    }  # fmt: skip


def contradicted(asked: list[Photo], model, answers: dict[str, np.ndarray]) -> dict[str, dict[str, int]]:
    """By what was seen beyond doubt: how often it was, and how often it would have spoken against the true category."""
    found: dict[str, dict[str, int]] = {}
    for row, photo in enumerate(asked):
        seen = told(model, {head: values[row] for head, values in answers.items()})
        if seen.rules_out and photo.category is not None:
            counts = found.setdefault(f"{seen.category or 'a flag'} in {photo.source}", {"n": 0, "wrongly": 0})
            counts["n"] += 1
            counts["wrongly"] += photo.category in seen.rules_out.split(",")
    return found


def gradients(photo: np.ndarray) -> np.ndarray:
    """HOG of the whole frame."""
    hog = cv2.HOGDescriptor((SIDE, SIDE), (2 * CELL, 2 * CELL), (CELL, CELL), (CELL, CELL), 9)
    return hog.compute(cv2.resize(small_copy(photo), (SIDE, SIDE), interpolation=cv2.INTER_AREA)).ravel()


def abstained(asked: list[Photo], model, answers: dict[str, np.ndarray]) -> dict[str, object]:
    """How often the garment is said of clothing, by what the source calls the photo, and how often it is then right."""
    said: dict[str, list[str | None]] = {}
    right: list[bool] = []
    for row, photo in enumerate(asked):
        seen = told(model, {head: values[row] for head, values in answers.items()})
        if photo.source == "clothing":
            said.setdefault("a kind it knows" if photo.kind else photo.label, []).append(seen.garment)
            if photo.kind and seen.garment:
                right.append(seen.garment == photo.kind)
    return {
        "garment said": {k: {"n": len(v), "said": float(np.mean([x is not None for x in v]))} for k, v in said.items()},
        "right when said": float(np.mean(right)) if right else None, "n": len(right),
    }  # fmt: skip


def seconds(asked: list[Photo], weights: Path) -> float:
    """Processor time of one look, median."""
    spent = []
    for photo in asked:
        image = read(photo)
        start = time.process_time()
        prepare_net(image, weights)
        spent.append(time.process_time() - start)
    return float(np.median(spent))


if __name__ == "__main__":
    main()
