"""Band matting against PyMatting's whole-image closed form, on the same photos and trimaps.

    python tests/benchmarks/band_matting.py [--large sample_data/large] [--pairs sample_data/matting] [--only TEXT]

Renders (folders NAME_1mp, NAME_3mp, NAME_6mp with raw.jpg and alpha.png) get a trimap from their true alpha: unknown
is every pixel with 2 < alpha < 253 (of 255) and every edge between subject and backdrop, grown by 0.4 % of the longer
side; glass a second time with 1.2 %, which leaves more than a fifth of the frame unknown. Pairs bring their own trimap.

Each method runs alone in a process of its own, on one thread, after a warm-up that compiles it. Reported: unknown
share, CPU and wall seconds of the solve, peak memory of the process and its growth during the solve, iterations, SAD
against true alpha over the unknown pixels (divided by 1000), and the two alphas' mean difference. PyMatting stops at a
relative residual of 1e-7 (its default), the band solver when no alpha moves by more than 1/128 (the step's default); its
confidence pull is off, since a trimap has no confidence. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
GROW, GROW_WIDE = 0.004, 0.012
TOLERANCE = 1 / 128
METHODS = ("pymatting", "band")


def trimap_of(alpha, grow: float):
    """Trimap by the rule above, float32 0, 0.5, 1, from an 8-bit alpha."""
    import cv2
    import numpy as np

    square = np.ones((3, 3), np.uint8)
    subject, backdrop = (alpha >= 253).astype(np.uint8), (alpha <= 2).astype(np.uint8)
    unknown = (1 - (subject | backdrop)) | (cv2.dilate(subject, square) & cv2.dilate(backdrop, square))
    radius = max(2, round(grow * max(alpha.shape)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.where(cv2.dilate(unknown, disc) > 0, 0.5, alpha > 127).astype(np.float32)


def cases(large: Path, pairs: Path) -> list[dict]:
    """Every photo to measure: name, photo, alpha, and a trimap file or a width to grow it by."""
    found = []
    for folder in sorted(pairs.glob("*")) if pairs.is_dir() else []:
        photo = next((folder / name for name in ("photo.png", "photo.jpg") if (folder / name).exists()), None)
        if photo and (folder / "trimap.png").exists():
            found.append({"name": folder.name, "photo": photo, "alpha": folder / "alpha.png",
                          "trimap": folder / "trimap.png", "size": "pair"})  # fmt: skip
    for size in ("1mp", "3mp", "6mp"):
        for folder in sorted(large.glob(f"*_{size}")):
            for grow in (GROW, GROW_WIDE) if folder.name.startswith("glass") else (GROW,):
                found.append({"name": f"{folder.name} grown {100 * grow:g} %", "photo": folder / "raw.jpg",
                              "alpha": folder / "alpha.png", "grow": grow, "size": size})  # fmt: skip
    return found


def solve(method: str, case: dict, out: Path) -> dict:
    """Run one method on one case in this process, and say what it took."""
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    image = cv2.cvtColor(cv2.imread(case["photo"]), cv2.COLOR_BGR2RGB)
    if "trimap" in case:
        given = cv2.imread(case["trimap"], cv2.IMREAD_GRAYSCALE)
        trimap = np.select([given < 26, given > 229], [0.0, 1.0], 0.5).astype(np.float32)
    else:
        trimap = trimap_of(cv2.imread(case["alpha"], cv2.IMREAD_GRAYSCALE), case["grow"])
    iterations = 0

    def run(image, trimap):
        nonlocal iterations
        iterations = 0
        if method == "band":
            from pipeline.matting.closed_form import closed_form

            found = closed_form(image, trimap, trimap, pull=0.0, tolerance=TOLERANCE, max_iterations=1000,
                                max_unknown_px=10**9)  # fmt: skip
            iterations = found.iterations
            return found.alpha
        from pymatting import estimate_alpha_cf

        def count(*_):
            nonlocal iterations
            iterations += 1

        alpha = estimate_alpha_cf(image / 255.0, trimap.astype(np.float64), cg_kwargs={"callback": count})
        return alpha.astype(np.float32)

    ramp = np.repeat(np.linspace(0, 1, 64, dtype=np.float32)[:, None], 64, axis=1)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    run(noise, np.select([ramp < 0.3, ramp > 0.7], [0.0, 1.0], 0.5).astype(np.float32))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, wall = time.process_time(), time.perf_counter()
    alpha = run(image, trimap)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    np.save(out, alpha)
    np.save(out.with_suffix(".unknown.npy"), trimap == 0.5)
    return {"cpu_s": round(cpu, 3), "wall_s": round(wall, 3), "peak_mb": round(peak / 1024),
            "growth_mb": round((peak - before) / 1024), "iterations": iterations}  # fmt: skip


def measure(case: dict, scratch: Path) -> dict:
    """Run both methods on one case and compare them."""
    import cv2
    import numpy as np

    row: dict = {"name": case["name"], "size": case["size"]}
    alphas = {}
    for method in METHODS:
        out = scratch / f"{method}.npy"
        words = json.dumps({key: str(value) if isinstance(value, Path) else value for key, value in case.items()})
        done = subprocess.run(
            [sys.executable, __file__, "--child", method, words, str(out)],
            capture_output=True, text=True, check=True, cwd=ROOT,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        row[method] = json.loads(done.stdout.splitlines()[-1])
        alphas[method] = np.load(out)
    truth = cv2.imread(str(case["alpha"]), cv2.IMREAD_GRAYSCALE) / 255.0
    unknown = np.load(scratch / "band.unknown.npy")
    row |= {"width": truth.shape[1], "height": truth.shape[0], "unknown_share": round(float(unknown.mean()), 4),
            "unknown_px": int(unknown.sum())}  # fmt: skip
    for method in METHODS:
        row[method]["sad"] = round(float(np.abs(alphas[method] - truth)[unknown].sum() / 1000), 5)
    row["sad_ratio"] = round(row["band"]["sad"] / row["pymatting"]["sad"], 4)
    row["mean_difference"] = round(float(np.abs(alphas["band"] - alphas["pymatting"])[unknown].mean()), 5)
    row["cpu_ratio"] = round(row["pymatting"]["cpu_s"] / row["band"]["cpu_s"], 1)
    row["wall_ratio"] = round(row["pymatting"]["wall_s"] / row["band"]["wall_s"], 1)
    row["memory_ratio"] = round(row["pymatting"]["peak_mb"] / row["band"]["peak_mb"], 1)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", type=Path, default=ROOT / "sample_data" / "large")
    parser.add_argument("--pairs", type=Path, default=ROOT / "sample_data" / "matting")
    parser.add_argument("--only", default="", help="measure only cases whose name contains this")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        method, case, out = given.child
        print(json.dumps(solve(method, json.loads(case), Path(out))))
        return
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for case in cases(given.large.resolve(), given.pairs.resolve()):
            if given.only in case["name"]:
                rows.append(measure(case, Path(scratch)))
                print(rows[-1]["name"], rows[-1]["cpu_ratio"], rows[-1]["sad_ratio"], file=sys.stderr, flush=True)
    means = {}
    for size in [*dict.fromkeys(row["size"] for row in rows), "all"]:
        chosen = [row for row in rows if size in (row["size"], "all")]
        means[size] = {"n": len(chosen)} | {
            key: round(statistics.mean(row[key] for row in chosen), 4)
            for key in ("unknown_share", "cpu_ratio", "wall_ratio", "memory_ratio", "sad_ratio", "mean_difference")
        }
    print(json.dumps({"threads": 1, "tolerance_alpha": TOLERANCE, "pymatting_rtol": 1e-7, "mean": means,
                      "images": rows}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
