"""How much of the faults recorded with the sample renders each correcting step takes away.

    python tests/benchmarks/correction_faults.py [FOLDER] [--half held|tuned|all] [--matte truth|own]

FOLDER holds manifest.csv (default: sample_data). Thresholds were calibrated on the renders numbered 0 to 5 of each
category ("tuned"); figures are reported on 6 to 11 ("held"). Errors, before and after:

- colour, degrees: angle between the recorded channel gains and those found (before: and no gains at all);
- exposure, EV: recorded error minus what was taken out, absolute; with the default paper rolls, which are the ones
  the renders' studio owns, and once more with its five grey ones only;
- vignette, EV: light the corners lack against the centre, absolute; a lift beyond what was lost counts too;
- tilt, degrees: recorded roll minus the turn, absolute;
- centre, share of the frame: distance of the true matte's middle from the frame's middle.

A faultless photo is made by inverting what was recorded: the light before the tone curve's shoulder is divided by
gains, exposure and vignette; the photo is turned by the recorded roll, and shifted so that the product is centred.
Its error is 0 before, so what a step does to it is its error after. ``--matte own`` runs the pipeline's own cutout
for tilt and centre instead of the true alpha. Prints JSON; medians with 95% bootstrap intervals (seeded).
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from pipeline.geometry import shift, turn, warp_map, warp_picture
from pipeline.image import freeze
from pipeline.registry import step
from pipeline.tone import curve, scene_light

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
NEUTRAL = {"white", "light_grey", "mid_grey", "charcoal", "black"}
MOVED = ("image", "alpha", "foreground", "confidence", "trimap", "geometry")


def rows_of(folder: Path, half: str) -> list[dict[str, str]]:
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.get("wb_gain_r")]
    wanted = {"held": (False, True), "tuned": (True, False), "all": (True, True)}[half]
    return [row for row in rows if wanted[int(row["image_id"][-3:]) >= 6]]


def read(folder: Path, row: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    picture = cv2.imread(str(folder / (row.get("path") or row["raw_path"])), cv2.IMREAD_COLOR)
    alpha = cv2.imread(str(folder / row["alpha_path"]), cv2.IMREAD_GRAYSCALE)
    return freeze(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)), freeze(alpha.astype(np.float32) / 255)


def gains_of(row: dict[str, str]) -> np.ndarray:
    return np.array([float(row[f"wb_gain_{channel}"]) for channel in "rgb"])


def without_light_faults(picture: np.ndarray, row: dict[str, str]) -> np.ndarray:
    """The photo as it would have been with neutral light, right exposure and a perfect lens."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    radius = np.square((x - width / 2) / (width / 2)) + np.square((y - height / 2) / (height / 2))
    lens = np.square(1 + float(row["vignette"]) * radius / 2)[..., None]
    light = scene_light(picture / 255.0) * lens / (gains_of(row) * 2.0 ** float(row["exposure_ev"]))
    knee, room = 0.8, 0.2
    rolled = np.where(light > knee, 1 - room * np.exp(-np.maximum(light - knee, 0) / room), light)
    encoded = np.where(rolled <= 0.0031308, rolled * 12.92, 1.055 * np.maximum(rolled, 1e-9) ** (1 / 2.4) - 0.055)
    assert curve(1.0, np.array([0.5]))[0].round(6) == 0.5  # the same shoulder as the step's
    return freeze(np.rint(np.clip(encoded, 0, 1) * 255).astype(np.uint8))


def levelled(picture: np.ndarray, alpha: np.ndarray, row: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    height, width = alpha.shape
    matrix = turn(float(row["tilt_deg"]), ((width - 1) / 2, (height - 1) / 2))
    return warp_picture(picture, matrix, (width, height)), warp_map(alpha, matrix, (width, height))


def centred(picture: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    height, width = alpha.shape
    x, y = middle(alpha)
    matrix = shift(round((width - 1) / 2 - x), round((height - 1) / 2 - y))
    return warp_picture(picture, matrix, (width, height)), warp_map(alpha, matrix, (width, height))


def middle(alpha: np.ndarray) -> tuple[float, float]:
    down, across = np.flatnonzero((alpha > 0.05).any(axis=1)), np.flatnonzero((alpha > 0.05).any(axis=0))
    return (across[0] + across[-1]) / 2, (down[0] + down[-1]) / 2


def off_centre(alpha: np.ndarray) -> float:
    height, width = alpha.shape
    x, y = middle(alpha)
    return float(np.hypot((x - (width - 1) / 2) / width, (y - (height - 1) / 2) / height))


def run(name: str, **given):
    """A step with its default parameters, save those given."""
    known = {field.name for field in dataclasses.fields(step(name).params)}
    params = step(name).params(**{key: value for key, value in given.items() if key in known})
    return step(name).run(**{key: value for key, value in given.items() if key not in known}, params=params)


def moving(picture: np.ndarray, alpha: np.ndarray, matte: str) -> dict[str, np.ndarray]:
    """What align and crop need: with the true matte, or with the pipeline's own."""
    if matte == "own":
        values = {"image": picture}
        for name in ("segment_subject", "make_trimap", "refine_matte"):
            values |= run(name, **{need: values[need] for need in step(name).needs})
        return {name: values[name] for name in MOVED[:-1]} | {"geometry": freeze(np.eye(3))}
    trimap = freeze(np.where(alpha > 0.99, 1.0, np.where(alpha < 0.01, 0.0, 0.5)).astype(np.float32))
    parts = {"image": picture, "alpha": alpha, "foreground": picture, "confidence": alpha, "trimap": trimap}
    return parts | {"geometry": freeze(np.eye(3))}


def angle(one: np.ndarray, other: np.ndarray) -> float:
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def light_errors(picture: np.ndarray, gains: np.ndarray, ev: float, vignette: float) -> dict[str, float]:
    balanced = run("balance_colour", image=picture)
    cast = balanced["colour_balance"]
    light = run("correct_lighting", image=balanced["image"])["lighting"]
    rolls = step("correct_lighting").params().paper_rolls
    greys = run("correct_lighting", image=balanced["image"], paper_rolls=rolls[:5])["lighting"]
    return {
        "colour_deg": angle(np.array([cast.cast_r, cast.cast_g, cast.cast_b]), gains),
        "exposure_ev": abs(ev - light.exposure_ev),
        "exposure_ev_grey_rolls": abs(ev - greys.exposure_ev),
        "vignette_ev": abs(2 * np.log2((1 + vignette) / (1 + light.vignette))),
    }


def centre_error(values: dict[str, np.ndarray], true_alpha: np.ndarray) -> float:
    """Off-centre of the true matte in the frame that the crop cuts by the given one."""
    out = run("crop_to_subject", **{name: values[name] for name in MOVED})
    height, width = out["image"].shape[:2]
    return off_centre(warp_map(true_alpha, out["geometry"], (width, height)))


def measure(folder: Path, row: dict[str, str], matte: str) -> tuple[dict, dict, dict]:
    """(errors before, errors after, errors of a faultless photo after)."""
    picture, alpha = read(folder, row)
    ev, vignette, tilt = (float(row[name]) for name in ("exposure_ev", "vignette", "tilt_deg"))
    before = {
        "colour_deg": angle(np.ones(3), gains_of(row)), "exposure_ev": abs(ev), "exposure_ev_grey_rolls": abs(ev),
        "vignette_ev": float(2 * np.log2(1 + vignette)), "tilt_deg": abs(tilt), "centre_share": off_centre(alpha),
    }  # fmt: skip
    values = moving(picture, alpha, matte)
    after = light_errors(picture, gains_of(row), ev, vignette)
    after["tilt_deg"] = abs(tilt - run("align_upright", **values)["alignment"].turned_deg)
    after["centre_share"] = centre_error(values, alpha)

    clean = light_errors(without_light_faults(picture, row), np.ones(3), 0.0, 0.0)
    level, level_alpha = levelled(picture, alpha, row)
    values = moving(level, level_alpha, matte)
    clean["tilt_deg"] = abs(run("align_upright", **values)["alignment"].turned_deg)
    level, level_alpha = centred(level, level_alpha)
    clean["centre_share"] = centre_error(moving(level, level_alpha, matte), level_alpha)
    return before, after, clean


def median(values: list[float]) -> dict[str, float]:
    draws = np.random.default_rng(0).choice(np.array(values), (2000, len(values)))
    low, high = np.percentile(np.median(draws, axis=1), [2.5, 97.5])
    return {"median": round(float(np.median(values)), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def report(results: list[tuple[dict, dict, dict]]) -> dict[str, object]:
    figures = {}
    for error in results[0][0]:
        before, after, clean = ([result[k][error] for result in results] for k in range(3))
        figures[error] = {
            "n": len(before), "before": median(before), "after": median(after),
            "after_over_before": round(float(np.median(after) / max(np.median(before), 1e-9)), 3),
            "faultless_after": median(clean) | {"p90": round(float(np.percentile(clean, 90)), 4)},
            "faultless_touched": round(float(np.mean(np.array(clean) > 1e-9)), 3),
        }  # fmt: skip
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--half", choices=("held", "tuned", "all"), default="held")
    parser.add_argument("--matte", choices=("truth", "own"), default="truth")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows = rows_of(options.folder, options.half)
    results = [measure(options.folder, row, options.matte) for row in rows]
    groups = defaultdict(list)
    for row, result in zip(rows, results, strict=True):
        groups[row["category"]].append((result[0]["tilt_deg"], result[1]["tilt_deg"]))
        paper = "neutral paper" if row["backdrop_color"] in NEUTRAL else "coloured paper"
        groups[paper].append((result[0]["colour_deg"], result[1]["colour_deg"]))
    detail = {
        name: {"n": len(pairs), "before": round(float(np.median([b for b, _ in pairs])), 3),
               "after": round(float(np.median([a for _, a in pairs])), 3)}
        for name, pairs in sorted(groups.items())
    }  # fmt: skip
    papers = {name: detail.pop(name) for name in ("neutral paper", "coloured paper") if name in detail}
    print(json.dumps({
        "half": options.half, "matte": options.matte, "errors": report(results),
        "colour_deg_by_paper": papers, "tilt_deg_by_category": detail,
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
