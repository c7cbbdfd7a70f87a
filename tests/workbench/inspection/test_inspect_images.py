"""The FiftyOne dataset over a lake: whole, the same again writes nothing, a verdict changes one image, tags go both ways."""

import io
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from pipeline.store import Store
from tests.workbench.app.conftest import SHAPE, START, append, outcome
from tests.workbench.inspection.conftest import IMAGES, with_pictures
from workbench import lake
from workbench.domain.errors import LabelingError, UsageError
from workbench.domain.records import Review
from workbench.inspection.fiftyone_at import COLOURS, fiftyone_at
from workbench.jobs.inspect_images import Chosen, inspect_images
from workbench.jobs.inspection_place import inspection_place
from workbench.jobs.label_source import read_images
from workbench.jobs.push_tagged import push_tagged
from workbench.jobs.sync_tags import sync_tags
from workbench.lake.inspection import standing_tags
from workbench.lake.simulated import TABLES


@pytest.fixture(scope="module")
def built(inspected):
    return inspect_images(Chosen(), inspected)


@pytest.fixture
def dataset(inspected, built):
    dataset = fiftyone_at(inspection_place(inspected)).load_dataset(built.dataset)
    dataset.reload()
    return dataset


def test_every_image_is_there_with_what_a_person_looks_for(dataset, built):
    assert built.images == IMAGES == len(dataset) and built.written.added + built.written.same == IMAGES
    assert dataset.group_slices == ["photo", "on_white", "on_black", "on_checker"]
    halo = dataset.match({"image_id": "image_1"}).first()
    assert halo.people_reasons == ["halo", "holes"] and halo.verdict == "rework" and halo.rework_minutes == 7
    assert halo.flags == ["halo_width"] and halo.checks.halo_width == 2.0 and halo.attributes.complexity == 10
    assert os.path.isfile(halo.filepath) and os.path.isfile(halo.thumbnail_path) and os.path.isfile(halo.alpha.map_path)
    refused = dataset.match({"image_id": "image_4"}).first()
    assert refused.outcome == "refused" and refused.failure == "the photo is truncated"
    assert dataset.has_brain_run("looks_alike") and dataset.has_brain_run("map")


def test_the_map_is_drawn_in_our_colours(inspected, dataset):
    assert fiftyone_at(inspection_place(inspected)).app_config.color_pool == list(COLOURS)


def test_views_show_what_their_names_say(dataset):
    def images(name):
        return sorted(dataset.load_saved_view(name).values("image_id"))

    assert images("Shipped but later rejected") == ["image_0"]
    assert images("Low risk yet wrong") == ["image_0", "image_1"]
    assert images("High risk yet fine") == ["image_5"]
    assert images("sheer × holes") == ["image_1"] and images("apparel × halo") == ["image_0"]
    assert images("Came to nothing") == ["image_4"]
    assert len(dataset.load_saved_view("Nearest to failure 1")) > 1


def test_the_same_again_writes_nothing_and_a_new_verdict_one_image(inspected, built, dataset):
    before = dict(zip(*dataset.values(["id", "last_modified_at"]), strict=True))
    again = inspect_images(Chosen(), inspected)
    assert (again.written.added, again.written.changed, again.written.same) == (0, 0, IMAGES)
    dataset.reload()
    assert dict(zip(*dataset.values(["id", "last_modified_at"]), strict=True)) == before
    dataset.match({"image_id": "image_2"}).tag_samples("keep me")
    with lake.open(inspected) as store:
        row = store.results_of("set", "image_2").row(0, named=True)
        store.append_reviews([Review(
            review_id="late", set_id="set", image_id="image_2", result_id=row["result_id"], version=1, reviewer="bo",
            reviewed_at=START + timedelta(days=3), verdict="rework", reasons=("spill",), usable="start",
            active_seconds=120,
        )])  # fmt: skip
    changed = inspect_images(Chosen(failed_only=True), inspected)
    assert (changed.written.added, changed.written.changed) == (0, 1)
    dataset.reload()
    found = dataset.match({"image_id": "image_2"}).first()
    assert found.people_reasons == ["spill"] and found.tags == ["keep me"] and len(dataset) == IMAGES
    assert "image_2" in dataset.load_saved_view("Asked for: failed").values("image_id")


def test_tags_come_back_once_and_go(inspected, dataset):
    dataset.select_group_slices("on_black").match({"image_id": "image_0"}).tag_samples("bad edge")
    first = sync_tags(inspected, by="ann")
    assert first.added >= 1 and sync_tags(inspected, by="bo").added == 0
    with lake.open(inspected, read_only=True) as store:
        rows = standing_tags(store, simulated=False).to_dicts()
    (row,) = [one for one in rows if one["tag"] == "bad edge"]
    assert (row["image_id"], row["noted_by"]) == ("image_0", "ann")
    assert [one.photo.image_id for one in read_images("tag=bad edge", inspected, results=True)] == ["image_0"]
    with pytest.raises(LabelingError, match="no Label Studio server"):
        push_tagged("failure_mode", "bad edge", inspected)
    dataset.reload()
    assert not dataset.select_group_slices("photo").match({"image_id": "image_0"}).first().tags  # nothing is marked
    with pytest.raises(UsageError, match="bad edge"):
        push_tagged("failure_mode", "bad egde", inspected)
    dataset.select_group_slices("on_black").match({"image_id": "image_0"}).untag_samples("bad edge")
    assert sync_tags(inspected, by="bo").gone == 1
    with lake.open(inspected, read_only=True) as store:
        assert "bad edge" not in standing_tags(store, simulated=False)["tag"].to_list()
        assert store.query("duplicate_keys").height == 0
    assert "inspection_tags" in TABLES


def test_what_does_not_exist_is_named(inspected):
    with pytest.raises(UsageError, match="run-1"):
        inspect_images(Chosen(run="run-9"), inspected)
    with pytest.raises(UsageError, match="no image fits"):
        inspect_images(Chosen(simulated=True), inspected)


def test_engines_that_disagree_are_found(inspected, dataset):
    """The same photo by another engine that takes all of it for the subject."""
    first = with_pictures(outcome(inspected.workspace.parent, 3, category="sheer"), inspected.workspace)
    white = io.BytesIO()
    Image.new("L", SHAPE[::-1], 255).save(white, "PNG")
    files = [one for one in first.computation.artefacts if one.suffix != "alpha.png"]
    files.append(Store(inspected.workspace).put("alpha.png", white.getvalue()))
    computation = replace(first.computation, result_key="key-other", engine="other", artefacts=tuple(files))
    decision = replace(first.decision, routing_key="route-other")
    append(inspected.workspace, [replace(first, computation=computation, decision=decision)], "run-2")
    inspect_images(Chosen(), inspected)
    dataset.reload()
    view = dataset.load_saved_view("Engines disagree")
    images, engines, apart = view.values(["image_id", "engine", "engine_disagreement"])
    assert images == ["image_3", "image_3"] and set(engines) == {None, "other"}
    assert apart == pytest.approx([(255 - 30) / 255] * 2, abs=0.02)
