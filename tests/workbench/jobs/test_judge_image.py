"""A verdict is stored once, moves the files, and survives whoever is killed."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.benchmarks.simulated_lake import fill
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.domain.records import Review
from workbench.jobs.export_reviews import export_reviews
from workbench.jobs.judge_image import VerdictOutdated, judge_image
from workbench.jobs.qa_queue import ImageTaken, QueueFilters, list_queue, queue_counts, release, take_image
from workbench.jobs.standing_files import mend_files
from workbench.jobs.tally_verdicts import tally_verdicts
from workbench.jobs.undo_verdict import CannotUndo, undo_verdict
from workbench.lake.desk import Desk
from workbench.settings import load

WORKER = Path(__file__).with_name("judge_worker.py")
ROOT = WORKER.parents[3]


@pytest.fixture
def people():
    """Starts people at work in processes of their own, and ends what is left of them."""
    started = []

    def start(job, workspace, person, argument=""):
        process = subprocess.Popen(
            [sys.executable, str(WORKER), job, str(workspace), person, argument], cwd=ROOT, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def together(processes):
    """Let all begin at once; what each had to say."""
    for process in processes:
        assert process.stdout.readline() == "open\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=300)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return said


def test_a_verdict_moves_the_files_and_frees_the_image(board):
    for verdict, side in (("rework", "work"), ("approved", "ready"), ("rejected", "work")):
        item = board.take("apparel_01_003")
        judged = board.judge(item, verdict)
        assert judged.stored and judged.state == verdict and judged.files_problem is None
        found = board.files("apparel_01_003")
        assert sorted(f"delivery/{path}" for path in found) == sorted(judged.delivered)
        assert all(path.startswith(f"{side}/") and f"_{verdict}." in path for path in found)
        assert board.desk.claims() == []
    assert board.store.standing(board.set_id, "apparel_01_003").state == "rejected"
    assert list((board.workspace / "standing").glob("*.json")) == []


def test_the_same_submission_is_stored_once_and_another_is_refused(board):
    item = board.take("apparel_01_003")
    first = board.judge(item, "approved", token="press-1")
    again = board.judge(item, "approved", token="press-1")
    assert (first.stored, again.stored, again.review_id) == (True, False, first.review_id)
    with pytest.raises(VerdictOutdated, match="ann judged it meanwhile: approved"):
        board.judge(item, "rejected", token="press-2")
    assert board.store.reviews_of(board.set_id, "apparel_01_003")["verdict"].to_list() == ["approved"]
    assert all(path.startswith("ready/") for path in board.files("apparel_01_003"))


def test_what_is_on_anothers_screen_cannot_be_judged(board):
    item = board.take("apparel_01_003", "ann")
    with pytest.raises(ImageTaken, match="ann has this image") as refused:
        board.take("apparel_01_003", "bea")
    assert refused.value.holder == "ann"
    with pytest.raises(ImageTaken):
        board.judge(item, "approved", person="bea")
    release(board.desk, [item], "ann")
    assert board.judge(board.take("apparel_01_003", "bea"), "approved", person="bea").stored


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"verdict": "rework", "reasons": ()}, "rework without a reason; allowed: halo"),
        ({"verdict": "rework", "reasons": ("hallo",)}, "did you mean 'halo'"),
        ({"verdict": "aproved"}, "did you mean 'approved'"),
        ({"verdict": "approved", "actions": ("polished",)}, "action is 'polished'"),
        ({"verdict": "approved", "usable": "perhaps"}, "usable is 'perhaps'"),
        ({"verdict": "approved", "active_seconds": -1.0}, "active_seconds is -1"),
    ],
)
def test_words_that_are_not_on_the_lists_store_nothing(board, said, words):
    with pytest.raises(UsageError, match=words):
        board.judge(board.take("apparel_01_003"), **said)
    assert board.store.reviews_of(board.set_id, "apparel_01_003").is_empty()


def test_actions_say_whether_pixels_changed(board):
    board.judge(board.take("apparel_01_003"), "approved", actions=("spill_removed", "crop_adjusted"), usable="start")
    board.judge(board.take("footwear_01_003"), "approved", actions=("crop_adjusted",), active_seconds=12.5)
    first = board.store.reviews_of(board.set_id, "apparel_01_003").row(0, named=True)
    second = board.store.reviews_of(board.set_id, "footwear_01_003").row(0, named=True)
    assert (first["pixels_changed"], first["actions"]) == (True, ["spill_removed", "crop_adjusted"])
    assert (first["usable"], second["usable"]) == ("start", None)
    assert (second["pixels_changed"], second["active_seconds"]) == (False, 12.5)


def test_undo_brings_back_what_stood_before(board):
    before, state = board.files("apparel_01_003"), board.store.standing(board.set_id, "apparel_01_003").state
    judged = board.judge(board.take("apparel_01_003"), "rejected")
    with pytest.raises(CannotUndo, match="the verdict is ann's"):
        undo_verdict(board.store, board.desk, judged.review_id, "bea")
    undone = undo_verdict(board.store, board.desk, judged.review_id, "ann")
    assert undone.state == state and board.files("apparel_01_003") == before
    assert [claim.holder for claim in board.desk.claims()] == ["ann"]
    with pytest.raises(CannotUndo, match="taken back"):
        undo_verdict(board.store, board.desk, judged.review_id, "ann")
    second = board.judge(board.take("apparel_01_003"), "approved")
    assert undo_verdict(board.store, board.desk, second.review_id, "bea", lead=True).state == state


def test_only_the_newest_verdict_can_be_taken_back(board):
    first = board.judge(board.take("apparel_01_003"), "rework")
    board.judge(board.take("apparel_01_003"), "approved")
    with pytest.raises(CannotUndo, match="later verdict"):
        undo_verdict(board.store, board.desk, first.review_id, "ann")
    assert board.store.standing(board.set_id, "apparel_01_003").state == "approved"


def test_a_clock_that_goes_behind_does_not_turn_verdicts_round(board):
    item = board.take("apparel_01_003")
    late = board.judge(item, "rework")
    row = board.store.reviews_of(board.set_id, "apparel_01_003").row(0, named=True)
    early = Review(
        review_id="early", set_id=board.set_id, image_id="apparel_01_003", result_id=item.result_id, version=1,
        reviewer="bea", reviewed_at=row["reviewed_at"] - timedelta(hours=1), verdict="approved",
    )  # fmt: skip
    assert board.store.append_judgement(early, last_review_id=late.review_id).new
    assert board.store.standing(board.set_id, "apparel_01_003").review_id == "early"


def test_a_tally_counts_what_stands(board):
    since = datetime.now(UTC)
    board.judge(board.take("apparel_01_003"), "approved", active_seconds=10.0)
    board.judge(board.take("footwear_01_003"), "rework", active_seconds=30.0)
    gone = board.judge(board.take("packaged_01_003"), "approved", active_seconds=100.0)
    board.judge(board.take("glassware_01_003", "bea"), "approved", person="bea")
    undo_verdict(board.store, board.desk, gone.review_id, "ann")
    counted = tally_verdicts(board.store, "ann", since)
    assert (counted.images, counted.approved, counted.rework, counted.rejected) == (2, 1, 1, 0)
    assert counted.median_active_seconds == 20.0
    assert tally_verdicts(board.store, "cem", since).median_active_seconds is None


@pytest.mark.parametrize("moment", ["before_lake", "before_files", "among_links", "after_files"])
def test_whoever_is_killed_the_verdict_and_its_files_agree(board, people, moment):
    board.store.close()
    process = people("die_at", board.workspace, "ann", moment)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == -9 and "alive" not in out
    set_id, image_id = out.split()
    with lake.open(board.settings) as store:
        stored = store.reviews_of(set_id, image_id).height
        assert stored == (0 if moment == "before_lake" else 1)
        assert len(list((board.workspace / "standing").glob("*.json"))) == 1
        assert mend_files(store) == 1
        state = store.standing(set_id, image_id).state
        assert state == ("approved" if stored else "queued")
    found = board.files(image_id)
    assert len(found) == 9 and all(f"_{state}." in path for path in found)
    assert all(path.startswith("ready/" if stored else "work/") for path in found)
    assert list((board.workspace / "standing").glob("*.json")) == []


def test_the_next_verdict_mends_what_a_killed_one_left(board, people):
    board.store.close()
    process = people("die_at", board.workspace, "ann", "before_files")
    set_id, image_id = process.communicate(timeout=120)[0].split()
    other = next(name for name in board.ids if name != image_id)
    with lake.open(board.settings) as store:
        item = take_image(store, board.desk, set_id, other, "bea")
        judge_image(store, board.desk, item, person_id="bea", verdict="approved", token="x")
    assert all(path.startswith("ready/") for path in board.files(image_id))


def test_two_people_empty_a_queue_together(tmp_path, people):
    fill(tmp_path / "ws", 100, judged=0.0)
    settings = load({}, workspace=tmp_path / "ws")
    filters = QueueFilters(include_simulated=True)
    with lake.open(settings, read_only=True) as store:
        waiting = set(list_queue(store, filters)["image_id"])
    assert len(waiting) >= 40
    said = together([people("empty_queue", tmp_path / "ws", name) for name in ("ann", "bea")])
    judged = [line.split()[0] for lines in said for line in lines]
    assert all(line.endswith("True") for lines in said for line in lines)
    assert Counter(judged) == Counter(waiting)  # none lost, none twice
    assert all(len(lines) > 1 for lines in said)
    with lake.open(settings) as store:
        assert Counter(export_reviews(store, include_simulated=True)["image_id"].to_list()) == Counter(waiting)
        assert store.query("duplicate_keys").is_empty()
        assert list_queue(store, filters).is_empty()
        assert queue_counts(store, filters).is_empty()
    assert Desk(settings).claims() == []


def test_two_take_one_verdict_back_at_once(board, people):
    state = board.store.standing(board.set_id, "apparel_01_003").state
    judged = board.judge(board.take("apparel_01_003"), "rejected")
    board.store.close()
    said = together([people("take_back", board.workspace, "ann", judged.review_id) for _ in range(2)])
    assert sorted(lines[0].split()[0] for lines in said) == ["refused", "undone"]
    with lake.open(board.settings) as store:
        assert store.standing(board.set_id, "apparel_01_003").state == state
        assert store.query("duplicate_keys").is_empty()


def test_files_that_cannot_be_moved_hold_nobody_up(board):
    item = board.take("apparel_01_003")
    artefact = board.workspace / item.row["artefacts"][0]["path"]
    artefact.rename(artefact.with_suffix(".away"))
    judged = board.judge(item, "approved")
    assert judged.stored and "is gone" in judged.files_problem
    assert board.judge(board.take("footwear_01_003"), "approved").files_problem is None
    artefact.with_suffix(".away").rename(artefact)
    assert mend_files(board.store) == 1
    assert len(board.files("apparel_01_003")) == 9


def test_what_was_shown_under_another_result_is_refused(board):
    item = board.take("apparel_01_003")
    with pytest.raises(VerdictOutdated, match="another run made or routed it anew"):
        board.judge(replace(item, result_id="another"), "approved")
    with pytest.raises(VerdictOutdated, match="version 1 came"):
        board.judge(replace(item, version=2), "approved")
