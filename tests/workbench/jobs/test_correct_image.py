"""A retoucher's file becomes the next version, waits for a person, and is what every later run delivers."""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from workbench.jobs.correct_image import UploadRefused, correct_image
from workbench.jobs.judge_image import VerdictOutdated
from workbench.jobs.qa_queue import QueueFilters, list_queue, queue_counts
from workbench.jobs.run_set import run_set
from workbench.jobs.undo_verdict import CannotUndo, undo_verdict

IMAGE = "packaged_01_003"


def artefacts(board, row):
    return {file["suffix"]: board.workspace / file["path"] for file in row["artefacts"]}


def corrected_mask(board, item, path: Path) -> Path:
    """The delivered matte with a corner of the product filled in by hand."""
    alpha = cv2.imread(str(artefacts(board, item.row)["alpha.png"]), cv2.IMREAD_UNCHANGED)
    height, width = alpha.shape
    alpha[height // 3 : height // 2, width // 3 : width // 2] = 255
    alpha[:3] = 0
    cv2.imwrite(str(path), alpha)
    return path


def correct(board, item, file, name=None):
    return correct_image(
        board.store, board.desk, item, file, name=name or getattr(file, "name", "x.png"), person_id="ann"
    )


def ready(board, image_id):
    """Suffix -> digest of what lies in ``ready``."""
    found = {}
    for path in (board.workspace / "delivery" / "ready").rglob(f"*_{image_id}_*"):
        if not path.name.endswith(".json"):
            found[path.name.split("_approved.", 1)[1]] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def run_again(board, policy="first"):
    board.store.close()
    done = run_set(str(board.photos), settings=board.settings, workers=1, policy=policy)
    from workbench import lake

    board.store = lake.open(board.settings)
    return done


def test_from_rework_to_the_shop_and_no_way_back(board, tmp_path):
    images = board.store.count_images()
    item = board.take(IMAGE)
    with pytest.raises(VerdictOutdated, match="nobody has sent it back"):
        correct(board, item, corrected_mask(board, item, tmp_path / "early.png"))
    board.judge(item, "rework", reasons=("holes",), usable="start")
    assert [row["image_id"] for row in list_queue(board.store, QueueFilters(whats=("correct",))).to_dicts()] == [IMAGE]

    item = board.take(IMAGE)
    made = correct(board, item, corrected_mask(board, item, tmp_path / "mine.png"))
    assert (made.version, made.kind, made.outcome.status, made.files_problem) == (2, "mask", "queued", None)
    assert made.outcome.decision.reasons and "a person approves it" in str(made.outcome.decision.reasons)
    assert made.outcome.decision.lane != "auto" and made.outcome.computation.engine == "by_hand"
    found = board.files(IMAGE)
    assert len(found) == 9 and all(path.startswith("work/") and "_queued.v2." in path for path in found)
    row = board.take(IMAGE).row
    assert (row["version"], row["state"], row["verdict"]) == (2, "queued", None)
    kept = json.loads(row["attributes"])
    assert kept["correction.by"] == "ann" and (board.workspace / kept["correction.file"]).is_file()
    assert {event["name"] for event in board.store.events_of(row["result_id"]).to_dicts()} >= {
        "refine_matte",
        "web_jpeg",
    }
    assert queue_counts(board.store)["images"].sum() >= 1

    run_again(board)  # a run in between does not bring version 1 back
    assert board.store.standing(board.set_id, IMAGE).version == 2
    assert all("_queued.v2." in path for path in board.files(IMAGE))

    board.judge(board.take(IMAGE), "approved")
    delivered = {file.suffix: file.sha256 for file in made.outcome.computation.artefacts}
    assert ready(board, IMAGE) == {f"v2.{suffix}": digest for suffix, digest in delivered.items()}

    done = run_again(board)
    assert done.failed == 0
    assert ready(board, IMAGE) == {f"v2.{suffix}": digest for suffix, digest in delivered.items()}
    now = board.store.standing(board.set_id, IMAGE)
    assert (now.version, now.state) == (2, "approved")
    listed = board.store.images()
    assert listed.height == images == board.store.count_images()
    assert listed.filter(listed["image_id"] == IMAGE)["version"].to_list() == [2]
    for run in board.store.runs().to_dicts():
        assert run["images"] == images and run["failed"] == 0
    assert board.store.query("duplicate_keys").is_empty()


def test_another_policy_routes_the_version_that_holds(board, tmp_path):
    item = board.take(IMAGE)
    board.judge(item, "rework")
    item = board.take(IMAGE)
    correct(board, item, corrected_mask(board, item, tmp_path / "mine.png"))
    policy = tmp_path / "second.toml"
    from workbench.routing.policy import load_policy

    policy.write_text(load_policy("first").text.replace('name = "first"', 'name = "second"'))
    run_again(board, policy=str(policy))
    now = board.store.standing(board.set_id, IMAGE)
    assert (now.version, now.state, now.decision.policy_name) == (2, "queued", "second")
    board.judge(board.take(IMAGE), "approved")
    assert all("_approved.v2." in path for path in board.files(IMAGE))


def test_the_working_file_comes_back_as_it_went(board):
    for suffix, kind in (("psd", "layered psd"), ("cutout.png", "picture")):
        item = board.take(IMAGE)
        board.judge(item, "rejected")
        item = board.take(IMAGE)
        files = artefacts(board, item.row)
        made = correct(board, item, files[suffix].read_bytes(), f"back.{suffix.rsplit('.', 1)[-1]}")
        assert made.kind == kind
        for file in made.outcome.computation.artefacts:
            if file.suffix in ("alpha.png", "cutout.png"):
                then = cv2.imread(str(files[file.suffix]), cv2.IMREAD_UNCHANGED).astype(int)
                now = cv2.imread(str(board.workspace / file.path), cv2.IMREAD_UNCHANGED).astype(int)
                assert np.abs(then - now).max() <= 1, (suffix, file.suffix)


def test_a_verdict_with_a_version_after_it_stays(board, tmp_path):
    judged = board.judge(board.take(IMAGE), "rework")
    item = board.take(IMAGE)
    correct(board, item, corrected_mask(board, item, tmp_path / "mine.png"))
    with pytest.raises(CannotUndo, match="version 2 came since"):
        undo_verdict(board.store, board.desk, judged.review_id, "ann")
    with pytest.raises(VerdictOutdated):
        correct(board, item, corrected_mask(board, item, tmp_path / "late.png"))


def test_a_refused_file_changes_nothing(board, tmp_path):
    board.judge(board.take(IMAGE), "rework")
    item = board.take(IMAGE)
    before = {path: path.stat().st_mtime_ns for path in (board.workspace / "artefacts").rglob("*")}
    small = tmp_path / "small.png"
    cv2.imwrite(str(small), np.eye(64, dtype=np.uint8) * 255)
    for file, name, words in (
        (small, "small.png", r"the file has 64 x 64 px; allowed: \d+ x \d+ px, as delivered"),
        (b"8BPS" + b"\0" * 40, "broken.psd", "broken.psd"),
    ):
        with pytest.raises(UploadRefused, match=words):
            correct(board, item, file, name)
    assert before == {path: path.stat().st_mtime_ns for path in (board.workspace / "artefacts").rglob("*")}
    assert board.store.standing(board.set_id, IMAGE).version == 1
    assert all("_rework." in path for path in board.files(IMAGE))
    assert [claim.holder for claim in board.desk.claims()] == ["ann"]  # the image is still on the screen
