"""A small lake of made-up records over real pictures, and FiftyOne's real database over it, once for all tests."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.store import Store
from tests.workbench.app.conftest import START, append, outcome
from workbench import lake
from workbench.domain.records import Review
from workbench.inspection.database import stop_database
from workbench.inspection.start_app import stop_app
from workbench.jobs.inspection_place import inspection_place
from workbench.lake.rows import result_id
from workbench.settings import Settings, load

IMAGES = 6  # two in auto, one in each other lane, one refused


def with_pictures(made, workspace: Path):
    """The image with a cutout and its maps, as a run leaves them."""
    if made.computation.outcome != "done":
        return made
    seed = int(hashlib.sha256(made.photo.image_id.encode()).hexdigest()[:8], 16)
    cutout = np.random.default_rng(seed).integers(0, 255, (40, 30, 4), np.uint8)
    cutout[..., 3] = 0
    cutout[8:30, 6:24, 3] = 255
    store, files = Store(workspace), list(made.computation.artefacts)
    for suffix, pixels in (("cutout.png", cutout), ("confidence.png", cutout[..., 0]), ("trimap.png", cutout[..., 3])):
        file = workspace.parent / "made.png"
        Image.fromarray(pixels).save(file)
        files.append(store.put(suffix, file.read_bytes()))
    return dataclasses.replace(made, computation=dataclasses.replace(made.computation, artefacts=tuple(files)))


def review(made, n: int, verdict: str, *, reasons=(), source="qa_board", minutes=2.0, usable=None) -> Review:
    """A verdict on an image of the run."""
    return Review(
        review_id=f"review-{n}", set_id="set", image_id=made.photo.image_id, result_id=result_id(made), version=1,
        reviewer="ann", reviewed_at=START + timedelta(days=1, hours=n), verdict=verdict, reasons=reasons,
        active_seconds=60 * minutes, source=source, usable=usable,
    )  # fmt: skip


def made_up_lake(folder: Path) -> Settings:
    """Settings of a workspace with six images, three of them judged."""
    workspace = folder / "workspace"
    made = [with_pictures(outcome(folder, n, category="sheer" if n % 2 else "apparel"), workspace) for n in range(IMAGES)]
    append(workspace, made, "run-1")
    settings = load({}, workspace=workspace)
    with lake.open(settings) as store:
        store.append_reviews(
            [
                review(made[0], 0, "rejected", reasons=("halo",), source="client"),
                review(made[1], 1, "rework", reasons=("holes", "halo"), minutes=7),
                review(made[5], 2, "approved"),
            ]
        )
    return settings


@pytest.fixture(scope="session")
def inspected(tmp_path_factory):
    """That workspace; its database and App end with the tests."""
    settings = made_up_lake(tmp_path_factory.mktemp("inspected"))
    yield settings
    stop_app(inspection_place(settings))
    stop_database(inspection_place(settings))
