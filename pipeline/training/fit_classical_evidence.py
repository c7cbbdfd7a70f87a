"""Fit how the classical engine weighs its evidence: ``python -m pipeline.training.fit_classical_evidence``.

Data: the sample set's rendered products with index 0 to 5 (the others are for testing), as photographed, and cut out
and put before parts of real photos (clothing, materials) so that busy backdrops are seen too. Processor only, a few
minutes on one core, the same weights for the same seed and libraries.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path

import cv2
import numpy as np
from pymatting import estimate_foreground_ml
from scipy.optimize import minimize

from pipeline.engines._evidence import first_look, second_look
from pipeline.engines._weigh import WEIGHTS, Weighing

WORKING_SIDE = 512  # px, the engine's default
HIDDEN = 16
MEMBERS = 3  # fits whose scores are averaged: one alone depends on its start and its pixels
SHARE = 0.6  # of the pixels that each member sees
PER_PHOTO = 1600  # pixels drawn from each photo, half of them near the true edge
MIXED_WEIGHT = 0.6  # of a photo before a busy backdrop against one in the studio
DECAY = 1e-4
ROUNDS = 250
FITTED = range(6)  # indices of the renders that may be fitted on


def main() -> None:
    """Read the sample set, fit both looks, write the weights and their card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=Path, default=Path("sample_data"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(args.seed)
    photos = list(training_photos(args.sample, rng))
    looks = [first_look(small) for small, *_ in photos]
    first_draws = [_draw(truth, rng) for _, truth, _, _ in photos]
    first = _fit_several(_gather([look.table for look in looks], first_draws, photos), args.seed)
    # the second look must learn from answers as wrong as those on new photos: each half is answered by the other
    halves = np.array([fold for *_, fold in photos])
    answers: dict[int, np.ndarray] = {}
    for half in (0, 1):
        keep = [i for i in range(len(photos)) if halves[i] != half]
        other = _fit(
            _gather([looks[i].table for i in keep], [first_draws[i] for i in keep], [photos[i] for i in keep]),
            args.seed,
        )
        for i in np.flatnonzero(halves == half):
            answers[int(i)] = other(looks[i].table).reshape(photos[i][1].shape)
    draws, tables = [], []
    for i, look in enumerate(looks):
        for answer in (answers[i], first(look.table).reshape(answers[i].shape)):
            pixels, weight = _draw(photos[i][1], rng)
            tables.append(second_look(look, answer)[:, pixels])
            draws.append((i, pixels, weight))
    table = np.concatenate(tables, axis=1)
    target = np.concatenate([photos[i][1].ravel()[pixels] for i, pixels, _ in draws])
    weight = np.concatenate([w * photos[i][2] for i, _, w in draws])
    second = _fit_several((table, target, weight), args.seed)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    _write(args.out, {"first": first, "second": second}, len(photos), args.seed)


def training_photos(sample: Path, rng: np.random.Generator):
    """Yield (photo, true alpha, weight, half) at working size, studio and busy backdrop by turns."""
    with open(sample / "manifest.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    scenes = [sample / r["path"] for r in rows if "/clothing/" in r["path"] or "/materials/" in r["path"]]
    scenes = scenes[::2]  # the others are for testing
    for row in rows:
        if row["source"] != "render" or int(row["image_id"][-3:]) not in FITTED:
            continue
        half = int(row["image_id"][-3:]) % 2
        photo = cv2.imread(str(sample / row["path"]))[..., ::-1]
        alpha = cv2.imread(str(sample / row["alpha_path"]), cv2.IMREAD_GRAYSCALE)
        photo, alpha = _shrink(photo), _shrink(alpha)
        yield photo, alpha, 1.0, half
        scene = cv2.imread(str(scenes[rng.integers(len(scenes))]))[..., ::-1]
        yield before_scene(photo, alpha, scene, rng), alpha, MIXED_WEIGHT, half


def before_scene(photo: np.ndarray, alpha: np.ndarray, scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The product cut out and put before a random part of a real photo, more or less out of focus, with grain."""
    foreground = estimate_foreground_ml(photo.astype(np.float64), alpha.astype(np.float64))
    height, width = (max(8, int(side * rng.uniform(0.4, 1.0))) for side in scene.shape[:2])
    top, left = rng.integers(scene.shape[0] - height + 1), rng.integers(scene.shape[1] - width + 1)
    part = np.ascontiguousarray(scene[top : top + height, left : left + width])
    part = cv2.resize(part, alpha.shape[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    part = cv2.GaussianBlur(part, (0, 0), float(rng.choice((0.7, 2.0, 8.0))))
    mixed = alpha[..., None] * foreground + (1 - alpha[..., None]) * part + rng.normal(0, 0.008, photo.shape)
    return np.clip(mixed, 0, 1).astype(np.float32)


def _shrink(picture: np.ndarray) -> np.ndarray:
    scale = min(1.0, WORKING_SIDE / max(picture.shape[:2]))
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def _draw(truth: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of one photo, half of them near the true edge, with weights that give half of that emphasis back."""
    wide = np.ones((9, 9), np.uint8)
    edge = ((cv2.dilate(truth, wide) > 0.05) & (cv2.erode(truth, wide) < 0.95)).ravel()
    share = np.where(edge, 0.5 / max(1, edge.sum()), 0.5 / max(1, (~edge).sum()))
    pixels = rng.choice(truth.size, PER_PHOTO, p=share / share.sum())
    weight = np.sqrt(1.0 / (share[pixels] * truth.size))
    return pixels, weight / weight.mean()


def _gather(tables, draws, photos):
    table = np.concatenate([t[:, p] for t, (p, _) in zip(tables, draws, strict=True)], axis=1)
    target = np.concatenate([photo[1].ravel()[p] for photo, (p, _) in zip(photos, draws, strict=True)])
    weight = np.concatenate([photo[2] * w for photo, (_, w) in zip(photos, draws, strict=True)])
    return table, target, weight


def _fit_several(data: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int) -> Weighing:
    """Several fits on different pixels as one weighing that averages their scores."""
    table, target, weight = data
    fits = []
    for member in range(MEMBERS):
        some = np.random.default_rng((seed, member)).random(len(target)) < SHARE
        fits.append(_fit((table[:, some], target[some], weight[some]), seed + member))
    return Weighing(
        np.concatenate([f.inner for f in fits]),
        np.concatenate([f.inner_offset for f in fits]),
        np.concatenate([f.outer for f in fits]) / np.float32(MEMBERS),
        float(np.mean([f.outer_offset for f in fits])),
    )


def _fit(data: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int) -> Weighing:
    """Least weighted cross-entropy against the true opacity, by L-BFGS."""
    table, target, weight = data
    middle, spread = table.mean(axis=1, keepdims=True), table.std(axis=1, keepdims=True) + 1e-6
    table = ((table - middle) / spread).astype(np.float32)
    weight, features = (weight / weight.sum()).astype(np.float32), len(table)
    rng = np.random.default_rng(seed)
    start = np.concatenate(
        (
            rng.normal(0, 1.5 / np.sqrt(features), HIDDEN * features),
            rng.normal(0, 0.3, HIDDEN),
            rng.normal(0, 1.0 / np.sqrt(HIDDEN), HIDDEN),
            [0.0],
        )
    )

    def parts(theta):
        cut = HIDDEN * features
        inner = theta[:cut].reshape(HIDDEN, features)
        return inner, theta[cut : cut + HIDDEN, None], theta[cut + HIDDEN : -1], theta[-1]

    def loss(theta):
        inner, offset, outer, last = (np.float32(p) for p in parts(theta))
        raw = inner @ table + offset
        soft = 1.0 / (1.0 + np.abs(raw))
        hidden = raw * soft
        score = outer @ hidden + last
        wrong = weight * (1.0 / (1.0 + np.exp(-score)) - target)
        back = outer[:, None] * wrong * soft * soft
        value = float((weight * (np.logaddexp(0, score) - target * score)).sum()) + DECAY * float(theta @ theta)
        slope = np.concatenate(((back @ table.T).ravel(), back.sum(axis=1), hidden @ wrong, [wrong.sum()]))
        return value, slope.astype(np.float64) + 2 * DECAY * theta

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxfun": 2 * ROUNDS})
    sys.stderr.write(f"{table.shape[1]} pixels, loss {found.fun:.4f} after {found.nit} rounds\n")
    inner, offset, outer, last = parts(found.x)
    inner = inner / spread.T  # scaling folded in, so that the engine needs none
    offset = offset - inner @ middle
    return Weighing(inner.astype(np.float32), offset.astype(np.float32), outer.astype(np.float32), float(last))


def _write(path: Path, looks: dict[str, Weighing], photos: int, seed: int) -> None:
    """Safetensors by its published layout, and a card beside it."""
    header: dict[str, dict] = {}
    body = b""
    for look, weighing in looks.items():
        for field in ("inner", "inner_offset", "outer", "outer_offset"):
            array = np.atleast_1d(np.asarray(getattr(weighing, field), "<f4"))
            end = len(body) + array.nbytes
            header[f"{look}.{field}"] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(body), end]}
            body += array.tobytes()
    text = json.dumps(header, sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    card = {
        "name": path.stem,
        "made_by": f"python -m pipeline.training.fit_classical_evidence --seed {seed}",
        "data": f"{photos} pictures: sample renders with index 0 to 5, in the studio and before parts of the sample's "
        "clothing and materials photos",
        "licence": "weights: Apache-2.0; data: CC0-1.0 and MIT, see sample_data/ATTRIBUTION.md",
        "figures": "tests/benchmarks/RESULTS.md, segmentation",
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
