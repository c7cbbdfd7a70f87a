"""Mole or hair, part by part: ``python tests/benchmarks/mole_hair.py --photos DIR [--parts …] > mole_hair.json``.

``crops``: the classifier on the labelled test crops beside brightness. ``recall``: the detector on what was marked by
eye in the test photos. ``removal``: moles drawn on real skin and painted over. ``curve``: what more labels would buy;
about ten minutes, kept in ``--cache`` and taken up again. ``--photos`` is the folder of the dermoscopy photos, which the
sample data holds only as crops; ``crops`` and ``curve`` need none.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import polars as pl

from pipeline.evaluation.grouped_interval import grouped_interval
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.mole_hair import NAME, calibrated, mole_hair
from pipeline.skin.clean_skin import clean_skin
from pipeline.skin.find_spots import find_spots
from pipeline.skin.judge_spots import judge_spots
from pipeline.training.mole_hair import TEST_SET
from pipeline.training.mole_hair_parts.figures import MOLE, figures
from pipeline.training.mole_hair_parts.labelled import FOLDER, labelled, squares
from pipeline.training.mole_hair_parts.learning_curve import SHARES, Point, part_of, summary
from pipeline.training.mole_hair_parts.network import fit, torch_logits
from pipeline.training.mole_hair_parts.removal_quality import drawn_mole, paint_over
from pipeline.training.mole_hair_parts.spot_recall import hits, marks

PARTS = ("crops", "recall", "removal", "curve")
LENS_RIM = 50  # 8-bit level: darker than that, blurred, is the rim of a lens
SHIFTS = 4  # displaced copies of each photo's marks: what is found by chance
REPEATS, STEPS = 2, 160  # networks for each size of the learning curve, shorter than the shipped training
EVERY, MOLES_PER_PHOTO = 4, 3  # every fourth photo gets drawn moles
SIZES = (8.0, 40.0)  # px of a drawn mole


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--cache", type=Path, default=Path("mole_hair_curve"))
    args = parser.parse_args()
    cv2.setNumThreads(1)
    report = {"card": load_model(NAME, args.weights).card.label}
    for part in args.parts:
        if part in ("recall", "removal") and args.photos is None:
            parser.error(f"--parts {part} needs --photos")
        report[part] = {"crops": crops, "recall": recall, "removal": removal, "curve": curve}[part](args)
    json.dump(report, sys.stdout, indent=1)


def crops(args: argparse.Namespace) -> list[dict]:
    """The card's figures again."""
    test = labelled(("test",))
    odds = mole_hair(squares(test.crops), load_model(NAME, args.weights))
    return [asdict(one) for one in figures(TEST_SET, odds, test)]


def recall(args: argparse.Namespace) -> dict:
    """Share of the marks that became candidates, by kind, with intervals over photos, and candidates per photo."""
    found, rng = [], np.random.default_rng(0)
    candidates = []
    for name, marked in marks(FOLDER / "spots_marked.csv").items():
        image = _read(args.photos / name)
        spots = find_spots(image, _lens(image))
        candidates.append(len(spots))
        moved = []
        for _ in range(SHIFTS):
            shift = tuple(rng.uniform(0.25, 0.75) * side for side in image.shape[1::-1])
            moved.append(list(hits(marked, spots, image.shape[:2], shift)))
        chance = np.mean(moved, axis=0)
        found += [
            (name, mark.kind, hit, by_chance)
            for mark, hit, by_chance in zip(marked, hits(marked, spots, image.shape[:2]), chance, strict=True)
        ]
    out = {"photos": len(candidates), "candidates_median": float(np.median(candidates)),
           "candidates_mean": float(np.mean(candidates)), "candidates_most": max(candidates)}  # fmt: skip
    for kind in ("all", *sorted({row[1] for row in found})):
        part = [row for row in found if kind in ("all", row[1])]
        hit, groups = np.array([row[2] for row in part], float), np.array([row[0] for row in part])
        out[kind] = {
            "n": len(part), "found": int(hit.sum()),
            "recall_by_photo": grouped_interval(lambda w, h=hit: float(np.average(h, weights=w)) if w.sum() else None, groups),
            "wilson": wilson(int(hit.sum()), len(part)), "by_chance": float(np.mean([row[3] for row in part])),
        }  # fmt: skip
    return out


def removal(args: argparse.Namespace) -> dict:
    """Moles drawn on clean skin of the test photos, painted over by three ways."""
    rows, refused, rng, model = [], 0, np.random.default_rng(0), load_model(NAME, args.weights)
    for name in list(marks(FOLDER / "spots_marked.csv"))[::EVERY]:
        photo = _read(args.photos / name)
        lens = _lens(photo)
        judged = judge_spots(photo, lens, model)
        on_it = [(one.spot.mask, (one.spot.left, one.spot.top)) for one in judged if one.answer != "neither"]
        clean = clean_skin(lens, on_it)
        for _ in range(MOLES_PER_PHOTO):
            size = float(np.exp(rng.uniform(*np.log(SIZES))))
            free = cv2.erode(clean.astype(np.uint8), np.ones((int(2.4 * size) | 1,) * 2), borderValue=0)
            places = np.argwhere(free)
            if not len(places):
                continue
            y, x = places[rng.integers(len(places))]
            drawn, spot = drawn_mole(photo, int(x), int(y), size, rng)
            painted = paint_over(photo, drawn, spot, clean)
            refused += not painted
            rows += [(name, one) for one in painted]
    out = {"drawn": len(rows) // 3 + refused, "left_for_want_of_clean_skin": refused}
    for way in sorted({one.way for _, one in rows}):
        part = [(name, one) for name, one in rows if one.way == way]
        groups = np.array([name for name, _ in part])
        out[way] = {"n": len(part), "outside": sum(one.outside for _, one in part)}
        for field in ("before", "error", "broad_error", "texture_ratio"):
            values = np.array([getattr(one, field) for _, one in part])
            out[way][field] = grouped_interval(lambda w, v=values: float(np.average(v, weights=w)), groups)
    return out


def curve(args: argparse.Namespace) -> dict:
    """Real labels only, and with hairs drawn over skin."""
    learned, test = labelled(("train", "validation")), labelled(("test",))
    seen = squares(test.crops)
    args.cache.mkdir(parents=True, exist_ok=True)
    out = {"test_crops": len(test), "steps": STEPS, "repeats": REPEATS}
    for drawn in (False, True):
        points = []
        for share in SHARES:
            for repeat in range(REPEATS):
                part = part_of(learned, share, repeat)
                kept = args.cache / f"{'drawn' if drawn else 'real'}_{share}_{repeat}_{len(part)}.npy"
                if not kept.is_file():
                    np.save(kept, torch_logits(fit(part, seed=repeat, drawn=drawn, steps=STEPS), seen))
                odds = calibrated(np.load(kept), np.ones(1, np.float32), np.zeros(3, np.float32))
                points.append(Point(labels=len(part), scores=odds[:, MOLE]))
        out["with drawn hairs" if drawn else "real labels only"] = summary(points, test)
    _keep(points, args.cache / "learning_curve.parquet")  # with drawn hairs, as the shipped network learned
    return out


def _keep(points: list[Point], file: Path) -> None:
    """What `workbench label worth` reads; it lies in the sample data."""
    rows = [
        {"labels": point.labels, "repeat": place % REPEATS, "test_crop": crop, "mole": float(score)}
        for place, point in enumerate(points)
        for crop, score in enumerate(point.scores)
    ]
    schema = {"labels": pl.Int32, "repeat": pl.Int8, "test_crop": pl.Int16, "mole": pl.Float32}
    pl.DataFrame(rows, schema=schema).write_parquet(file, compression="zstd")


def wilson(found: int, n: int, z: float = 1.96) -> list[float]:
    """Wilson's interval of a share."""
    middle = (found + z * z / 2) / (n + z * z)
    reach = z * np.sqrt(found * (n - found) / n + z * z / 4) / (n + z * z)
    return [float(middle - reach), float(middle + reach)]


def _lens(image: np.ndarray) -> np.ndarray:
    return cv2.erode((cv2.GaussianBlur(image, (0, 0), 3).max(2) > LENS_RIM).astype(np.uint8), np.ones((9, 9))) > 0


def _read(path: Path) -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])


if __name__ == "__main__":
    main()
