"""Turn what was collected into the frame that is kept: ``python -m pipeline.training.risk_parts.tabulate``."""

from __future__ import annotations

import argparse
import csv
import hashlib
from pathlib import Path

import polars as pl

from pipeline.training.risk_parts.collect import SAMPLE
from pipeline.training.risk_parts.table import collected


def main() -> None:
    """Judge every collected result by the tolerances and write one Parquet file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="JSON lines of `collect`; the same result counts once")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    with open(SAMPLE / "manifest.csv", newline="", encoding="utf-8") as file:
        photos = {row["image_id"]: SAMPLE / row["path"] for row in csv.DictReader(file)}
    hashes = {item: hashlib.sha256(path.read_bytes()).hexdigest() for item, path in photos.items()}
    frames = [collected(path, photo_hashes=hashes) for path in args.files]
    found = pl.concat(frames).unique("item", keep="first").sort("item")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    found.write_parquet(args.out)


if __name__ == "__main__":
    main()
