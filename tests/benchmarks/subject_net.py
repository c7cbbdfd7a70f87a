"""How well the subject network cuts out: ``python tests/benchmarks/subject_net.py --out subject_net.json``.

All engines see the same photos of the test split: renders of an unseen seed as shot and before other backdrops, and real
photos outlined without any engine. Means by category, with 95% intervals from a bootstrap over items, and over senders
for clothing. Processor seconds of one thread at the photos' own size and at 2048 x 2048. ``--runtimes`` adds what the
network alone takes in torch, with channels last, bfloat16 and compiled, and in ONNX Runtime, and how far they differ.
The first engine named is held against each other one, photo by photo. ``--every 2`` takes a half drawn by the photos'
names, the same for every engine. What was measured lies beside the answer, a line a photo; the same command again goes on
where it stopped. Another folder or new names for another version of an engine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np

from pipeline import registry
from pipeline.evaluation.grouped_mean import grouped_mean
from pipeline.training.subject_net import figures
from pipeline.training.subject_net_parts.held_out import held_out, measured
from pipeline.training.training import Evaluation, Item

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
SPEED_SIDE = 2048
SPEED_PHOTOS = ("accessories_01_007", "knit_fur_01_009", "glassware_01_007", "furniture_01_010")
ROUNDS = 15


def main() -> None:
    """Run the engines over the test split and write one JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--engines", nargs="+", default=["subject_net", "classical", "grabcut"])
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--every", type=int, default=1, help="one photo in so many, drawn by name: for slow engines")
    parser.add_argument("--processes", type=int, default=2, help="engines measured at the same time, a core each")
    parser.add_argument("--runtimes", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    with ProcessPoolExecutor(args.processes) as pool:
        kept = [args.out.with_suffix(f".{name}.{args.split}.jsonl") for name in args.engines]
        count = len(args.engines)
        found = pool.map(_measured, args.engines, [args.split] * count, [args.every] * count, kept)
        report = {"split": args.split, "every": args.every, "engines": dict(zip(args.engines, found, strict=True))}
    first, *others = args.engines
    report["ahead"] = {name: _ahead(report["engines"][first], report["engines"][name]) for name in others}
    if args.runtimes:
        report["runtimes"] = _runtimes()
    args.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _measured(name: str, split: str, every: int, kept: Path) -> dict:
    """One engine over the split: figures, items and processor seconds."""
    cv2.setNumThreads(1)
    engine = registry.load("engines", name)
    params = engine.params()
    engine.run(_large(SPEED_PHOTOS[0]), params)  # compiled and warm before anything is timed
    done = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()] if kept.is_file() else []
    known = {row["item"] for row in done}
    for photo in held_out(SAMPLE, split):
        if not _drawn(photo.item, every) or photo.item in known:
            continue
        started = time.process_time()
        found = engine.run(photo.rgb, params)
        spent = time.process_time() - started
        row = Item(photo.item, photo.category, photo.group, measured(found, photo))
        done.append(row._asdict() | {"core_seconds": spent})
        with open(kept, "a", encoding="utf-8") as file:
            file.write(json.dumps(done[-1]) + "\n")
    done = [row for row in done if _drawn(row["item"], every)]
    rows = tuple(Item(row["item"], row["category"], row["group"], row["measures"]) for row in done)
    found = Evaluation(name="subject_net", test_set=split, rows=rows)
    print(f"{name}: {len(rows)} photos", flush=True)
    return {
        "figures": [asdict(figure) for figure in (*figures(found), *figures(_kinds(found)))],
        "core_seconds": float(np.median([row["core_seconds"] for row in done])),
        "core_seconds_at_2048": _seconds_at_2048(engine, params),
        "items": [row._asdict() for row in rows],
    }


def _kinds(found: Evaluation) -> Evaluation:
    """The same items in three kinds: renders as shot, composed, real."""

    def kind(row: Item) -> str:
        first = row.category.split()[0]
        return f"all {first}" if first in ("composed", "real") else "all renders"

    rows = tuple(row._replace(category=kind(row)) for row in found.rows)
    return Evaluation(name=found.name, test_set=found.test_set, rows=rows)


def _drawn(item: str, every: int) -> bool:
    """Whether a photo is in the random part: by its name, so a quarter lies within the half."""
    return int(hashlib.sha256(item.encode()).hexdigest(), 16) % every == 0


def _ahead(first: dict, other: dict) -> list[dict]:
    """By how much the first engine lies above another on the same photos, by category and kind of photo."""
    found = {row["item"]: row for row in first["items"]}
    pairs = [(found[row["item"]], row) for row in other["items"] if row["item"] in found]
    rows = []
    for measure in pairs[0][0]["measures"]:
        gained: dict[str, list[tuple[float, str]]] = {}
        for one, two in pairs:
            category = one["category"]
            kind = category.split()[0] if category.startswith(("composed", "real")) else "renders"
            for name in (category, f"all {kind}"):
                gained.setdefault(name, []).append((one["measures"][measure] - two["measures"][measure], one["group"]))
        for name, values in gained.items():
            mean = grouped_mean(*map(list, zip(*values, strict=True)))
            rows.append({"category": name, "measure": measure, **asdict(mean)})
    return rows


def _large(name: str) -> np.ndarray:
    photo = cv2.imread(str(SAMPLE / "renders" / name / "raw.jpg"), cv2.IMREAD_COLOR_RGB)
    return cv2.resize(photo, (SPEED_SIDE, SPEED_SIDE), interpolation=cv2.INTER_CUBIC)


def _seconds_at_2048(engine, params) -> float:
    spent = []
    for name in SPEED_PHOTOS:
        photo = _large(name)
        started = time.process_time()
        engine.run(photo, params)
        spent.append(time.process_time() - started)
    return float(np.median(spent))


def _runtimes() -> dict[str, dict[str, float]]:
    """The shipped network on one photo of working size, one thread: median core-seconds, largest change of opacity."""
    import torch

    from pipeline.engines._subject_network import NAME, session
    from pipeline.models.load_model import load_model
    from pipeline.training.subject_net_parts.runnable import network_of

    torch.set_num_threads(1)
    net = network_of(load_model(NAME).arrays)
    photo = _large(SPEED_PHOTOS[0])
    photo = (
        cv2.resize(photo, (320, 320), interpolation=cv2.INTER_AREA).astype(np.float32).transpose(2, 0, 1)[None] / 255
    )
    given = torch.from_numpy(np.ascontiguousarray(photo))
    last, last_net = given.to(memory_format=torch.channels_last), network_of(load_model(NAME).arrays)
    last_net = last_net.to(memory_format=torch.channels_last)
    compiled, compiled_last = torch.compile(net), torch.compile(last_net)

    def bfloat16(network):
        def run():
            with torch.autocast("cpu", torch.bfloat16):
                return network(last).float()

        return run

    ways = {
        "torch": lambda: net(given),
        "torch, channels last": lambda: last_net(last),
        "torch, channels last, bfloat16": bfloat16(last_net),
        "torch.compile": lambda: compiled(given),
        "torch.compile, channels last": lambda: compiled_last(last),
        "torch.compile, channels last, bfloat16": bfloat16(compiled_last),
        "ONNX Runtime": lambda: torch.from_numpy(session().run(None, {"photo": given.numpy()})[0]),
    }
    report, truth = {}, None
    with torch.inference_mode():
        for name, way in ways.items():
            answer = torch.sigmoid(way())
            truth = answer if truth is None else truth
            spent = []
            for _ in range(ROUNDS):
                started = time.process_time()
                way()
                spent.append(time.process_time() - started)
            off = float((answer - truth).abs().max())
            report[name] = {"core_seconds": float(np.median(spent)), "largest_change": off}
    return report


if __name__ == "__main__":
    main()
