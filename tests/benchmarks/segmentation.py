"""How well the engines find the subject: ``python tests/benchmarks/segmentation.py --out segmentation.json``.

Renders with index 6 to 11 (the classical engine was fitted on 0 to 5) in the studio and before parts of real photos
(others than those it was fitted on), and the matting pairs of real animals (never fitted on). Brier score against the
true opacity, and against opacity >= 0.5 as yes or no. Speed at 2048 x 2048 in processor seconds of one thread.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np

from pipeline import registry
from pipeline.evaluation.boundary_f import boundary_f
from pipeline.evaluation.interval import bootstrap_interval
from pipeline.evaluation.iou import iou
from pipeline.training.classical_evidence import before_scene

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
REPORTED = range(6, 12)
SPEED_SIDE = 2048
SPEED_PHOTOS = ("accessories_01_007", "knit_fur_01_009", "glassware_01_007", "furniture_01_010")


def main() -> None:
    """Run the engines over the pictures and write one JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--engines", nargs="+", default=["classical", "grabcut"])
    args = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = list(_pictures())
    report = {"n": len(pictures), "seconds_at_2048": {}, "engines": {}}
    for name in args.engines:
        engine = registry.load("engines", name)
        rows = defaultdict(list)
        for group, photo, alpha in pictures:
            measures = _measure(engine.run(photo, engine.params()), alpha)
            rows[group].append(measures)
            rows[group.split("/")[0] + "/all"].append(measures)
        report["engines"][name] = {
            group: {m: asdict(bootstrap_interval([r[m] for r in items])) for m in items[0]}
            for group, items in sorted(rows.items())
        }
        report["seconds_at_2048"][name] = _seconds(engine)
    args.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _pictures():
    """Yield (group, photo uint8, alpha float32)."""
    with open(SAMPLE / "manifest.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    places = [SAMPLE / r["path"] for r in rows if "/clothing/" in r["path"] or "/materials/" in r["path"]]
    places = places[1::2]  # the others were fitted on
    rng = np.random.default_rng(0)
    for row in rows:
        if not row["alpha_path"]:
            continue
        photo = np.ascontiguousarray(cv2.imread(str(SAMPLE / row["path"]))[..., ::-1])
        alpha = cv2.imread(str(SAMPLE / row["alpha_path"]), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
        if row["source"] == "AM-2k":
            yield "real/animals", photo, alpha
        elif row["source"] == "render" and int(row["image_id"][-3:]) in REPORTED:
            yield f"studio/{row['category']}", photo, alpha
            colours = photo.astype(np.float32) / 255
            place = cv2.imread(str(places[rng.integers(len(places))]))[..., ::-1]
            mixed = before_scene(colours, alpha, place, rng)
            yield f"busy/{row['category']}", np.round(mixed * 255).astype(np.uint8), alpha


def _measure(confidence: np.ndarray, alpha: np.ndarray) -> dict[str, float]:
    hard = (confidence >= 0.5).astype(np.float32)
    subject = (alpha >= 0.5).astype(np.float32)
    return {
        "iou": iou(confidence, alpha),
        "boundary_f": boundary_f(confidence, alpha),
        "brier_alpha": float(((confidence - alpha) ** 2).mean()),
        "brier_alpha_hard": float(((hard - alpha) ** 2).mean()),
        "brier_subject": float(((confidence - subject) ** 2).mean()),
        "brier_subject_hard": float(((hard - subject) ** 2).mean()),
        "levels": float(len(np.unique(np.round(confidence * 255)))),
    }


def _seconds(engine) -> dict:
    """Processor seconds a photo at 2048 x 2048, compiled and warm."""
    spent = []
    for turn, name in enumerate((SPEED_PHOTOS[0], *SPEED_PHOTOS)):
        photo = cv2.imread(str(SAMPLE / "renders" / name / "raw.jpg"))[..., ::-1]
        photo = cv2.resize(photo, (SPEED_SIDE, SPEED_SIDE), interpolation=cv2.INTER_CUBIC)
        start = time.process_time()
        engine.run(photo, engine.params())
        if turn:
            spent.append(time.process_time() - start)
    return asdict(bootstrap_interval(spent))


if __name__ == "__main__":
    main()
