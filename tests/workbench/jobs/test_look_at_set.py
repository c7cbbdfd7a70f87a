"""Looking at a set: what is in it is said before anything is computed, and agrees with what the pipeline will say."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from workbench.domain.errors import ManifestError
from workbench.jobs.look_at_set import LookCancelled, look_at_set
from workbench.jobs.read_set import PHOTO_SUFFIXES

BAD = Path(__file__).parents[2] / "faults" / "bad_inputs"


def test_the_sample_set(sample_dir, settings):
    asked = []
    found = look_at_set(str(sample_dir), settings=settings, on_progress=lambda done, total: asked.append((done, total)))
    assert found.images == found.readable == 165 and not found.issues and found.remote == 0
    assert found.categories["apparel"] == 25 and sum(found.categories.values()) == 165
    assert found.formats == {"JPEG": 164, "PNG": 1}
    assert sum(found.sizes.values()) == 165 and found.megapixels == pytest.approx(
        sum(w * h * n for (w, h), n in found.sizes.items()) / 1e6
    )
    assert asked[-1] == (165, 165)
    assert not settings.workspace.exists(), "looking makes nothing"


def test_bad_photos_are_named_and_good_ones_are_not(settings):
    found = look_at_set(str(BAD), settings=settings)
    with open(BAD / "expected.csv", newline="", encoding="utf-8") as file:
        expected = {row["file"]: row for row in csv.DictReader(file)}
    photos = {name for name in expected if name.lower().endswith(PHOTO_SUFFIXES)}
    assert found.images == len(photos)
    named = {issue.path: issue for issue in found.issues}
    unreadable = {path for path, issue in named.items() if issue.kind == "unreadable"}
    assert {expected[path]["outcome"] for path in unreadable} == {"refused"}, "what is called unreadable is refused"
    cut_off = {path for path in named if named[path].kind == "seems cut off"}
    assert "pillow/truncated_jpeg.jpg" in cut_off and "pillow/truncated_image.png" in cut_off
    # a header cannot tell more: at least a third of the hostile files are known before the run
    refused = {name for name in photos if expected[name]["outcome"] == "refused"}
    assert len(refused & set(named)) >= len(refused) / 3
    assert found.readable == found.images - len(unreadable)


def test_refused_rows_twins_and_missing_files(tmp_path, settings):
    folder = tmp_path / "set"
    folder.mkdir()
    Image.new("RGB", (64, 48), "red").save(folder / "a.png")
    shutil.copy(folder / "a.png", folder / "b.png")
    Image.new("RGB", (64, 48), "blue").save(folder / "c.png")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "manifest.csv").write_text(
        "image_id,path,category\n1,a.png,apparel\n2,b.png,apparel\n3,c.png,\n4,gone.jpg,\n5,empty.jpg,\n6,/etc/out.jpg,\n"
        "7,https://photos.example/a.jpg,footwear\n"
    )
    found = look_at_set(str(folder), settings=settings)
    assert (found.images, found.readable, found.remote, found.twins) == (7, 3, 1, 1)
    assert found.categories == {"no category": 4, "apparel": 2, "footwear": 1}
    assert found.sizes == {(64, 48): 3}
    assert {(issue.path, issue.kind) for issue in found.issues} == {
        ("gone.jpg", "unreadable"), ("empty.jpg", "unreadable"), ("/etc/out.jpg", "refused row"),
    }  # fmt: skip
    assert "no such file" in next(issue.reason for issue in found.issues if issue.path == "gone.jpg")


def test_a_photo_beyond_the_pixel_limit_is_named(tmp_path, settings):
    Image.new("RGB", (100, 100)).save(tmp_path / "large.png")
    (issue,) = look_at_set(str(tmp_path), settings=replace(settings, pixel_limit=9_999)).issues
    assert issue.kind == "unreadable" and "too large: 100 x 100 px" in issue.reason


def test_it_can_be_stopped(sample_dir, settings):
    with pytest.raises(LookCancelled):
        look_at_set(str(sample_dir), settings=settings, stopping=lambda: True)


def test_a_source_that_is_not_there_is_a_clear_error(settings):
    with pytest.raises(ManifestError, match="no such file or folder"):
        look_at_set("/nowhere/at/all", settings=settings)
