"""How long the FiftyOne dataset takes to build, to bring up to date and to open, and what memory it needs.

    python tests/benchmarks/inspection_build.py --workspace DIR --samples 100000 --out FILE

Two parts. Pictures: all slices and maps of the workspace's real results are made anew; core-seconds an image. Dataset: so
many samples (four slices an image) with fields, thumbnails and maps as a build writes them, each with files of its own
(hard links to the real pictures, so that the database and not the disk is measured), vectors, neighbours, map and views.
Then the same again, then a hundredth with another verdict, then the App until it shows the first images. Beside it, what
FiftyOne itself takes for samples that hold nothing but the name of a file: below that nobody gets with it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np

from workbench import lake
from workbench.inspection.database import server_of, stop_database
from workbench.inspection.dataset import Inspected, open_dataset, write_images
from workbench.inspection.fiftyone_at import fiftyone_at
from workbench.inspection.looks import compare_looks
from workbench.inspection.place import InspectionPlace
from workbench.inspection.sample_fields import sample_fields
from workbench.inspection.saved_views import save_views
from workbench.inspection.slice_pictures import Shown, SlicePictures, slice_pictures
from workbench.inspection.start_app import start_app, stop_app
from workbench.inspection.write_brain import write_brain
from workbench.jobs.shown_photo import shown_photo
from workbench.settings import load

CHUNK = 1_000
SLICES = 4
VECTOR = 192
BARE = 20_000


class Clock:
    """Wall and core seconds of this process's threads, and core seconds of the database."""

    def __init__(self, place: InspectionPlace | None = None) -> None:
        self.database = _process(place)
        self.wall, self.core, self.theirs = time.monotonic(), time.process_time(), self._theirs()

    def read(self) -> dict[str, float]:
        """Since it was made."""
        told = {"wall_s": time.monotonic() - self.wall, "core_s": time.process_time() - self.core}
        told |= {"database_core_s": self._theirs() - self.theirs} if self.database else {}
        return {name: round(value, 2) for name, value in told.items()}

    def _theirs(self) -> float:
        return sum(self.database.cpu_times()[:2]) if self.database else 0.0


def real_rows(settings) -> list[dict]:
    """The workspace's results, as a build reads them."""
    import pyarrow

    with lake.open(settings, read_only=True) as store:
        keys = store.query("inspection_keys", {"include_simulated": False, "failed_only": False})
        wanted = pyarrow.table({"key": keys["result_id"].to_list()})
        return store.query("inspection_images", frames={"wanted": wanted}).to_dicts()


def pictures(rows: list[dict], settings, media: Path) -> tuple[list[SlicePictures], dict]:
    """All pictures of the rows, one after the other on one thread."""
    clock = Clock()
    made = [
        slice_pictures(row, workspace=settings.workspace, media=media,
                       open_photo=lambda row: shown_photo(row, pixel_limit=settings.pixel_limit))
        for row in rows
    ]  # fmt: skip
    took = clock.read()
    return made, {"images": len(rows), **took, "core_s_per_image": round(took["core_s"] / len(rows), 4)}


def many(rows: list[dict], made: list[SlicePictures], images: int, folder: Path, *, changed: int = 0):
    """Chunks of images with files of their own; the first ``changed`` got another verdict."""

    def linked(file: Path, n: int) -> Path:
        target = folder / f"{n % 256:02x}" / f"{n}_{file.name}"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, target)
        return target

    def one(n: int) -> Inspected:
        row, shown = rows[n % len(rows)], made[n % len(rows)]
        row = {**row, "image_id": f"{row['image_id']}-{n}", "sku": f"{row['sku']}-{n // 3}"}
        row |= {"auto_failed": n % 7 == 0, "rework_minutes": float(n % 7 == 0), "first_verdict": "approved"}
        if n < changed:
            row |= {"auto_failed": True, "first_verdict": "rework", "people_reasons": ["halo"]}
        slices = {
            name: Shown(file=linked(s.file, n), thumbnail=linked(s.thumbnail, n), width_px=s.width_px, height_px=s.height_px)
            for name, s in shown.slices.items()
        }
        maps = {name: linked(file, n) for name, file in shown.maps.items()}
        return Inspected(fields=sample_fields(row), pictures=SlicePictures(slices=slices, maps=maps))

    numbers = iter(range(images))
    while part := list(islice(numbers, CHUNK)):
        yield [one(n) for n in part]


def measure(workspace: Path, samples: int) -> dict:
    """All of it."""
    settings = load({}, workspace=workspace)
    home = Path(tempfile.mkdtemp(prefix="inspection_", dir=workspace))
    place = InspectionPlace(home=home)
    place.make()
    found: dict = {"samples": samples, "load": os.getloadavg()[0]}
    try:
        rows = [row for row in real_rows(settings) if row["outcome"] == "done"]
        made, found["pictures"] = pictures(rows, settings, place.media)
        rows, made = zip(*((r, m) for r, m in zip(rows, made, strict=True) if len(m.slices) == SLICES), strict=True)
        images, folder = samples // SLICES, place.media / "many"
        clock = Clock()
        for _ in many(rows, made, images, folder):
            pass
        found["links"] = clock.read()
        fo = fiftyone_at(place)
        found["bare"] = _bare(fo, place, folder)
        dataset = open_dataset(fo, place, simulated=False)
        memory = _memory()
        for name, changed in (("build", 0), ("same_again", 0), ("hundredth_changed", images // 100)):
            clock = Clock(place)
            done = write_images(fo, dataset, many(rows, made, images, folder, changed=changed))
            found[name] = {**clock.read(), "added": done.added, "changed": done.changed, "same": done.same}
            print(name, found[name], file=sys.stderr, flush=True)
        found["memory_mb"] = {"before": memory, "after": _memory()}
        clock = Clock(place)
        found["looks"] = _looks(dataset, images) | clock.read()
        clock = Clock(place)
        found["views"] = {"views": len(save_views(fo, dataset)), **clock.read()}
        found["memory_mb"] |= {"with_looks": _memory(), "database": _process(place).memory_info().rss // 2**20}
        clock = Clock()
        address = start_app(place)
        found["app_answers"] = clock.read()
        found["app_first_images"] = _first_images(f"{address}/datasets/{dataset.name}")
        found["database_mb"] = sum(file.stat().st_size for file in place.database.rglob("*") if file.is_file()) // 2**20
    finally:
        stop_app(place)
        stop_database(place)
        shutil.rmtree(home, ignore_errors=True)
    return found


def _bare(fo, place: InspectionPlace, folder: Path) -> dict:
    """FiftyOne's own share: samples with the name of a file alone, in chunks of the same size."""
    dataset = fo.Dataset("bare")
    clock = Clock(place)
    for begin in range(0, BARE, CHUNK * SLICES):
        names = range(begin, min(begin + CHUNK * SLICES, BARE))
        dataset.add_samples([fo.Sample(filepath=str(folder / f"{n}.webp")) for n in names], progress=False)
    told = {"samples": len(dataset), **clock.read()}
    dataset.delete()
    return told


def _process(place: InspectionPlace | None):
    """The database's process."""
    import psutil

    return psutil.Process(json.loads(server_of(place).note.read_text())["pid"]) if place is not None else None


def _looks(dataset, images: int) -> dict:
    keys, categories, failed = dataset.values(["key", "category", "auto_failed"])
    vectors = np.random.default_rng(0).normal(0, 1, (images, VECTOR)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    looks = compare_looks(vectors, keys, categories, failed)
    write_brain(dataset, keys, vectors, looks)
    return {"images": images, "layout": looks.layout}


def _first_images(address: str) -> dict:
    """In a browser, twice: the second time FiftyOne is warm."""
    from playwright.sync_api import sync_playwright

    told = {}
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name in ("first_s", "again_s"):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(300_000)
            began = time.monotonic()
            page.goto(address)
            page.locator("[data-cy=looker]").first.wait_for()
            told[name] = round(time.monotonic() - began, 1)
            page.close()
        browser.close()
    return told


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True, help="with real results, as `workbench demo` makes it")
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    text = json.dumps(measure(args.workspace.resolve(), args.samples), indent=1)
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
