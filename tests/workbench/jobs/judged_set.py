"""A small set that was really run once, and a desk to judge it at; every test has a copy of its own."""

import csv
import secrets
import shutil
from types import SimpleNamespace

import pytest
from PIL import Image

from workbench import lake
from workbench.jobs.judge_image import judge_image
from workbench.jobs.qa_queue import take_image
from workbench.jobs.run_set import run_set
from workbench.lake.desk import Desk
from workbench.settings import load

CHOSEN = ("apparel_01_003", "footwear_01_003", "glassware_01_003", "packaged_01_003")
TIERS = ("standard", "high_value", "standard", "standard")


@pytest.fixture(scope="session")
def judged_photos(tmp_path_factory, sample_dir, sample_rows):
    """Four small photos with a manifest that says what a retoucher must know."""
    folder = tmp_path_factory.mktemp("judged") / "shop"
    folder.mkdir()
    rows = {row["image_id"]: row for row in sample_rows}
    columns = (
        "image_id", "sku", "path", "category", "brand", "campaign_tier", "deadline", "reference_path", "brand_notes",
        "colourway",
    )  # fmt: skip
    with open(folder / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns)
        out.writeheader()
        for place, (image_id, tier) in enumerate(zip(CHOSEN, TIERS, strict=True)):
            with Image.open(sample_dir / rows[image_id]["path"]) as photo:
                photo.thumbnail((360, 360))
                photo.save(folder / f"{image_id}.jpg", quality=92)
            out.writerow(
                {
                    "image_id": image_id, "sku": f"S-{max(place - 1, 0)}", "path": f"{image_id}.jpg",
                    "category": rows[image_id]["category"], "brand": "Aldine & Söhne", "campaign_tier": tier,
                    "deadline": f"2026-05-0{9 - place}T09:00:00+02:00", "brand_notes": "Keep the <b>labels</b> legible.",
                    "reference_path": f"{CHOSEN[0]}.jpg", "colourway": "sand",
                }
            )  # fmt: skip
    return folder


@pytest.fixture(scope="session")
def judged_run(tmp_path_factory, judged_photos):
    """The workspace in which they were run."""
    workspace = tmp_path_factory.mktemp("judged_run") / "ws"
    done = run_set(str(judged_photos), settings=load({}, workspace=workspace), workers=2)
    assert (done.images, done.failed) == (len(CHOSEN), 0)
    return workspace


@pytest.fixture
def board(tmp_path, judged_run, judged_photos):
    """A copy of it with an open lake; ``take`` and ``judge`` act for a person, ``files`` lists what is delivered."""
    workspace = tmp_path / "ws"
    shutil.copytree(judged_run, workspace)
    settings = load({}, workspace=workspace)
    here = SimpleNamespace(
        store=lake.open(settings), desk=Desk(settings), settings=settings, workspace=workspace, photos=judged_photos,
        ids=CHOSEN,
    )  # fmt: skip
    here.set_id = here.store.images()["set_id"][0]

    def take(image_id, person="ann"):
        return take_image(here.store, here.desk, here.set_id, image_id, person)

    def judge(item, verdict, person="ann", **said):
        said.setdefault("reasons", () if verdict == "approved" else ("halo",))
        said.setdefault("token", secrets.token_hex(8))
        return judge_image(here.store, here.desk, item, person_id=person, verdict=verdict, **said)

    def files(image_id):
        return sorted(
            path.relative_to(workspace / "delivery").as_posix()
            for path in (workspace / "delivery").rglob(f"*_{image_id}_*")
        )

    here.take, here.judge, here.files = take, judge, files
    yield here
    here.store.close()
