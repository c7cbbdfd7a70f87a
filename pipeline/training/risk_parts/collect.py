"""Run the pipeline over photos with a known matte: ``python -m pipeline.training.risk_parts.collect``.

One JSON line a photo, appended as it is done; the same command again goes on where it stopped. To be run again when
the default engine changes: a risk model knows one engine only.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from pipeline.spec import load_spec
from pipeline.training.risk_parts.outcome import outcome
from pipeline.training.risk_parts.takes import Known, Studio
from pipeline.training.subject_net_parts.learned_from import learned_from

SAMPLE = Path(__file__).resolve().parents[3] / "sample_data"
SPEC = "marketplace_gauged"
TAKES = ("shot", "made_1", "made_2", "busy_1")
TRAINED = {"subject_net": learned_from}  # engines that were trained on photos of ours: which ones they know
QUALITY = 92  # of the JPEG that the pipeline gets to see
BY_LABEL = {"glass": "glassware", "Shoes": "footwear", "Hat": "accessories"}  # as the sample's manifest has them
BY_SOURCE = {"clothing": "apparel", "materials": "packaged", "grocery": "packaged"}


def main() -> None:
    """Go through the photos and append what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renders", type=Path, help="folder of rendered products, meta.json in each")
    parser.add_argument("--manifest", type=Path, help="CSV with image_id, category, path and alpha_path")
    parser.add_argument("--masks", type=Path, help="folder of real photos with masks, masks.csv in it")
    parser.add_argument("--out", type=Path, required=True, help="JSON lines, appended to")
    parser.add_argument("--split", choices=("train", "test"), required=True, help="which busy places are used")
    parser.add_argument("--spec", default=SPEC, help="name or file; its engine is the one the model will know")
    parser.add_argument("--takes", nargs="+", default=list(TAKES))
    parser.add_argument("--part", type=int, nargs=2, default=(0, 1), metavar=("K", "OF"), help="for several processes")
    args = parser.parse_args()
    spec = load_spec(args.spec)
    found = (*_renders(args.renders), *_manifest(args.manifest), *_masks(args.masks, args.split, spec.engine()))
    seen = TRAINED[spec.engine()](SAMPLE) if spec.engine() in TRAINED else frozenset()
    known = sorted(found, key=lambda one: (one.item in seen, one.item[-3:], one.item))
    studio = Studio([one.foreground for one in known if one.foreground], _places(args.split))
    done = set()
    if args.out.is_file():
        done = {(row["item"], row["take"]) for row in map(json.loads, args.out.read_text().splitlines())}
    for take in args.takes:  # a take of all before the next: a collection that is cut short is still even
        for number, one in enumerate(known):
            if number % args.part[1] != args.part[0] or (one.item, take) in done:
                continue
            for name, photo, truth in studio.takes(one, [take]):
                row = {"item": one.item, "category": one.category, "take": name, "outlined": one.outlined,
                       "seen": one.item in seen, "outcome": _run(photo, truth, spec)}  # fmt: skip
                with open(args.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
                sys.stderr.write(f"{one.item} {name}\n")


def _run(photo: np.ndarray, truth: np.ndarray, spec) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        cv2.imwrite(str(path), photo[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        return outcome(path, truth, spec)


def _renders(folder: Path | None) -> list[Known]:
    if folder is None:
        return []
    found = []
    for path in sorted(folder.glob("*/*/meta.json")):
        meta, here = json.loads(path.read_text(encoding="utf-8")), path.parent
        found.append(
            Known(item=meta["image_id"], category=meta["category"], photo=here / "raw.jpg", alpha=here / "alpha.png",
                  foreground=here / "foreground.png")
        )  # fmt: skip
    return found


def _manifest(path: Path | None) -> list[Known]:
    if path is None:
        return []
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["alpha_path"]]
    return [
        Known(item=row["image_id"], category=row["category"], photo=path.parent / row["path"],
              alpha=path.parent / row["alpha_path"], foreground=None)
        for row in rows
    ]  # fmt: skip


def _masks(folder: Path | None, split: str, engine: str | None) -> list[Known]:
    """Real photos; a mask that was begun from the engine's own answer cannot tell where that engine is wrong."""
    if folder is None:
        return []
    with open(folder / "masks.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split and row["begun_from"] != engine]
    return [
        Known(item=Path(row["file"]).stem, category=BY_LABEL.get(row["label"], BY_SOURCE[row["category"]]),
              photo=folder / row["file"], alpha=(folder / row["file"]).with_suffix(".png"), foreground=None,
              outlined=True)
        for row in rows
    ]  # fmt: skip


def _places(split: str) -> list[Path]:
    """Busy places: every other photo of the sample's clothing and materials, the other half for the other split."""
    found = [
        path for kind in ("clothing", "materials") for path in sorted((SAMPLE / "photos" / kind).glob("*.jpg"))
    ]  # fmt: skip
    return found[::2] if split == "train" else found[1::2]


if __name__ == "__main__":
    main()
