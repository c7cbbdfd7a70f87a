"""Photos, a workspace, and starts of real runs."""

import csv
from pathlib import Path

import pytest
from PIL import Image

from tests.workbench.jobs.judged_set import board, judged_photos, judged_run  # noqa: F401 (fixtures)
from workbench import settings as settings_module


@pytest.fixture(scope="session")
def small_photos(tmp_path_factory, sample_dir, sample_rows) -> Path:
    """A set of thirty photos of 720 px with a manifest: long enough a run to be paused in."""
    folder = tmp_path_factory.mktemp("photos") / "spring"
    folder.mkdir()
    chosen = [row for row in sample_rows if row["path"].startswith("renders/")][:30]
    with open(folder / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        sheet = csv.DictWriter(file, ("image_id", "sku", "path", "category"))
        sheet.writeheader()
        for row in chosen:
            with Image.open(sample_dir / row["path"]) as photo:
                photo.thumbnail((720, 720))
                photo.save(folder / f"{row['image_id']}.jpg", quality=90)
            sheet.writerow(
                {"image_id": row["image_id"], "sku": row["sku"], "path": f"{row['image_id']}.jpg",
                 "category": row["category"]}
            )  # fmt: skip
    return folder


@pytest.fixture
def settings(tmp_path):
    """Settings of a workspace of its own; sets may come from below the temporary folder."""
    return settings_module.load({"WORKBENCH_SOURCE_ROOTS": str(tmp_path)}, workspace=tmp_path / "ws")
