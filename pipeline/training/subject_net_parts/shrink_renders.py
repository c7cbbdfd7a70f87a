"""Shrink a folder of renders to what is shipped: ``python -m pipeline.training.subject_net_parts.shrink_renders``.

Training renders become a WebP foreground (straight alpha, no empty margin) and, where the photo is not in the sample
set already, a small JPEG with its matte. Test renders keep a larger photo and matte.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from pipeline.training.subject_net_parts.renders import SIDE, is_validation, shrunk

COLUMNS = ("image_id", "category", "subcategory", "failure_tags", "split", "photo", "alpha", "foreground")
FOREGROUND_QUALITY, PHOTO_QUALITY = 80, 85
TEST_SIDE, TEST_QUALITY = 640, 90


def main() -> None:
    """Write one set, and its rows into ``items.csv`` beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("renders", type=Path, nargs="+")
    parser.add_argument("--sample", type=Path, default=Path("sample_data"))
    parser.add_argument("--set", choices=("train", "test"), required=True)
    args = parser.parse_args()
    folder = args.sample / "training" / ("renders" if args.set == "train" else "renders_test")
    folder.mkdir(parents=True, exist_ok=True)
    shrink = _for_training if args.set == "train" else _for_test
    rows = [
        shrink(item.parent, json.loads(item.read_text(encoding="utf-8")), args.sample, folder)
        for source in args.renders
        for item in sorted(source.glob("*/*/meta.json"))
    ]
    with open(folder / "items.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["image_id"]))


def _for_training(item: Path, meta: dict, sample: Path, folder: Path) -> dict[str, str]:
    name = meta["image_id"]
    row = _row(meta, "validation" if is_validation(name) else "train") | _foreground(item, sample, folder / name)
    shipped = sample / "renders" / name
    if shipped.is_dir():
        return row | {"photo": f"renders/{name}/raw.jpg", "alpha": f"renders/{name}/alpha.png"}
    return row | _photo(item, sample, folder / name, SIDE, PHOTO_QUALITY)


def _for_test(item: Path, meta: dict, sample: Path, folder: Path) -> dict[str, str]:
    to = folder / meta["image_id"]
    return _row(meta, "test") | _foreground(item, sample, to) | _photo(item, sample, to, TEST_SIDE, TEST_QUALITY)


def _foreground(item: Path, sample: Path, to: Path) -> dict[str, str]:
    straight = np.asarray(Image.open(item / "foreground.png").convert("RGBA"))
    scale = min(1.0, SIDE / max(straight.shape[:2]))
    ys, xs = np.nonzero(straight[..., 3] > 2)
    part = straight[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    foreground = to.with_name(to.name + ".webp")
    Image.fromarray(_averaged(part, size)).save(foreground, quality=FOREGROUND_QUALITY, alpha_quality=90, method=6)
    return {"foreground": foreground.relative_to(sample).as_posix()}


def _photo(item: Path, sample: Path, to: Path, side: int, quality: int) -> dict[str, str]:
    photo, alpha = to.with_name(to.name + ".jpg"), to.with_name(to.name + "_alpha.png")
    raw = cv2.imread(str(item / "raw.jpg"), cv2.IMREAD_COLOR)
    if max(raw.shape[:2]) <= side:
        shutil.copyfile(item / "raw.jpg", photo)
    else:
        cv2.imwrite(str(photo), shrunk(raw, side), [cv2.IMWRITE_JPEG_QUALITY, quality])
    truth = cv2.imread(str(item / "alpha.png"), cv2.IMREAD_GRAYSCALE)
    cv2.imwrite(str(alpha), shrunk(truth, side), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return {"photo": photo.relative_to(sample).as_posix(), "alpha": alpha.relative_to(sample).as_posix()}


def _averaged(straight: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """RGBA made smaller: opacity averaged, colour averaged by opacity."""
    alpha = straight[..., 3:].astype(np.float32) / 255
    small = cv2.resize(np.dstack((straight[..., :3] * alpha, alpha)), size, interpolation=cv2.INTER_AREA)
    colour = small[..., :3] / np.maximum(small[..., 3:], 1e-3)
    return np.clip(np.dstack((colour, small[..., 3:] * 255)) + 0.5, 0, 255).astype(np.uint8)


def _row(meta: dict, split: str) -> dict[str, str]:
    return {name: meta[name] for name in COLUMNS[:4]} | {"split": split}


if __name__ == "__main__":
    main()
