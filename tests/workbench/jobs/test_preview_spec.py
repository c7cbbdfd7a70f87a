"""A preview in a real process: it leaves no trace but the pixels, which a later run takes up."""

import shutil

import pytest
from PIL import Image

from pipeline.spec import load_spec, parse_spec
from workbench import lake
from workbench.domain.errors import PhotoRefused
from workbench.jobs.edit_spec import set_values
from workbench.jobs.own_process import OwnProcess
from workbench.jobs.preview_spec import PreviewFailed, local_photo, preview_spec, start_preview, total_seconds
from workbench.jobs.run_set import run_set
from workbench.jobs.specs import save_spec
from workbench.jobs.trace_image import CannotTrace, known_trace, start_trace, trace_image
from workbench.settings import load

WAIT_S = 120


@pytest.fixture(scope="module")
def photo(tmp_path_factory, sample_dir, sample_rows):
    path = next(row["path"] for row in sample_rows if row["image_id"] == "footwear_01_007")
    target = tmp_path_factory.mktemp("photos") / "boot.jpg"
    with Image.open(sample_dir / path) as picture:
        picture.thumbnail((420, 420))
        picture.save(target, quality=93)
    return target


@pytest.fixture
def settings(tmp_path):
    return load({}, workspace=tmp_path / "ws")


def edited(name="marketplace_white", **places):
    return parse_spec(set_values(load_spec(name).text, places), where="edited.toml")


def test_it_writes_its_files_and_neither_lake_nor_delivery(photo, settings, tmp_path):
    spec = edited(**{"steps.crop_to_subject.margin": 0.2})
    made, files = preview_spec(spec, photo, settings, out=tmp_path / "out")
    assert made.outcome == "done" and total_seconds(made) > 0 and len(made.checks) == len(spec.checks)
    assert {file.name for file in files} >= {"boot_marketplace_white.cutout.png", "boot_marketplace_white.600.jpg"}
    assert all(file.stat().st_size for file in files)
    assert {p.name for p in settings.workspace.iterdir()} <= {"artefacts", "computations", "tmp"}
    assert not list((settings.workspace / "tmp").glob("*"))
    again = start_preview(spec, photo, settings)
    assert again.process is None and again.computation == made, "what is known is not computed again"


def test_a_later_run_takes_the_preview_up(photo, settings, tmp_path):
    spec = save_spec(edited(**{"steps.crop_to_subject.margin": 0.21}).text, settings, name="mine")
    preview_spec(spec, photo, settings, out=tmp_path / "out")
    (tmp_path / "set").mkdir()
    shutil.copy(photo, tmp_path / "set" / "boot.jpg")
    done = run_set(str(tmp_path / "set"), settings=settings, spec="mine", workers=1)
    assert (done.images, done.reused, done.failed) == (1, 1, 0)


def test_a_step_that_cannot_is_an_answer_and_a_missing_photo_is_said(photo, settings, tmp_path):
    made, files = preview_spec(edited(**{"steps.segment_subject.least_subject": 0.5}), photo, settings, out=tmp_path)
    assert made.outcome == "failed" and made.failure_step == "segment_subject" and files == ()
    with pytest.raises(PhotoRefused, match="no such file"):
        start_preview(load_spec("cutout_only"), tmp_path / "gone.jpg", settings)
    assert local_photo(str(photo), settings) == photo


def test_one_that_takes_too_long_is_ended(photo, tmp_path):
    hasty = load({"WORKBENCH_IMAGE_TIMEOUT_S": "1"}, workspace=tmp_path / "ws")
    huge = tmp_path / "huge.png"
    Image.effect_noise((5000, 5000), 90).convert("RGB").save(huge, compress_level=0)
    with pytest.raises(PreviewFailed, match="no result within 1 s"):
        preview_spec(load_spec("marketplace_white"), huge, hasty, out=tmp_path / "out")
    assert not (tmp_path / "ws" / "computations").exists()


def test_one_that_nobody_wants_any_more_is_stopped(photo, settings):
    side = start_preview(edited(**{"steps.crop_to_subject.margin": 0.3}), photo, settings)
    side.stop()
    assert side.process.wait(WAIT_S) and side.failure == "it was stopped" and side.computation is None


def test_a_worker_that_breaks_says_how():
    broken = OwnProcess({"work": "compute", "text": "name ="}, timeout_s=WAIT_S)
    assert broken.wait(WAIT_S) and broken.answer is None and "TypeError" in broken.failure
    unknown = OwnProcess({"work": "nothing"}, timeout_s=WAIT_S)
    assert unknown.wait(WAIT_S) and "KeyError" in unknown.failure


@pytest.fixture(scope="module")
def run_workspace(photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    (folder / "set").mkdir()
    shutil.copy(photo, folder / "set" / "boot.jpg")
    settings = load({}, workspace=folder / "ws")
    run_set(str(folder / "set"), settings=settings, workers=1)
    with lake.open(settings, read_only=True) as store:
        newest = store.images(limit=1).row(0, named=True)
        row = store.results_of(newest["set_id"], newest["image_id"]).row(0, named=True)
    return settings, row, folder / "set" / "boot.jpg"


def test_a_trace_shows_every_step_once_and_is_kept(run_workspace, tmp_path):
    settings, row, _ = run_workspace
    assert known_trace(row, settings) is None
    seen = []
    steps, note = trace_image(row["image_id"], settings, out=tmp_path, on_step=lambda done, total: seen.append(total))
    names = [use.name for use in load_spec("marketplace_white").steps]
    assert [step["name"] for step in steps] == names and note == "" and set(seen) == {len(names)}
    for step in steps:
        for name in step["pictures"].values():
            with Image.open(tmp_path / f"{name}.webp") as picture:
                assert picture.format == "WEBP" and max(picture.size) <= 1400
    kept = known_trace(row, settings)
    assert kept.done and kept.process is None and kept.steps == steps
    assert start_trace(row, settings).process is None, "nobody waits a second time"


def test_a_trace_that_cannot_be_made_says_why(run_workspace, tmp_path):
    settings, row, file = run_workspace
    with pytest.raises(CannotTrace, match="no image 'nobody'"):
        trace_image("nobody", settings, out=tmp_path)
    shutil.rmtree(settings.workspace / "cache", ignore_errors=True)
    with pytest.raises(CannotTrace, match="not kept here"):
        start_trace({**row, "spec_hash": "0" * 64}, settings)
    with pytest.raises(CannotTrace, match="cannot be read: there is no such file"):
        start_trace({**row, "path": str(file) + ".gone"}, settings)
    with pytest.raises(CannotTrace, match="another one now"):
        start_trace({**row, "photo_hash": "1" * 64}, settings)


def test_two_who_ask_share_one_process(run_workspace):
    settings, row, _ = run_workspace
    shutil.rmtree(settings.workspace / "cache", ignore_errors=True)
    one = start_trace(row, settings)
    other = start_trace(row, settings)
    assert one is other and one.process.wait(WAIT_S) and one.failure is None
    assert len(one.steps) == one.total
