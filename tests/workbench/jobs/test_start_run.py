"""Runs as processes of their own: started, watched, paused, cancelled, killed and taken up again, all from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from workbench import lake
from workbench.domain.errors import StorageFull, UsageError
from workbench.jobs.compare_runs import compare_runs
from workbench.jobs.live_runs import dismiss_run, live_runs, wish_run
from workbench.jobs.run_pulse import RunGoesOn, RunPulse
from workbench.jobs.runs_frame import runs_frame
from workbench.jobs.start_run import Choices, choices_of, log_tail, past_run, run_again, start_run
from workbench.lake.desk import Desk

IMAGES = 30  # of the small set
PATIENCE_S = 120.0  # a limit for a busy machine, not an expectation
STRICT = (
    'name = "strict"\nversion = 1\ntitle = "Strict"\ndescription = "d"\n[max_risk]\ndefault = 0.0\n'
    "[max_check_risk]\ndefault = 0.0\n"
)


def until(told: Callable[[], object]):
    """Ask again and again until the answer is true; returns it."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if answer := told():
            return answer
        time.sleep(0.05)  # between two questions; the next answer decides
    raise AssertionError("it never came to be")


def the_run(settings, **wanted):
    """The live run once its state is as wanted."""
    return until(
        lambda: next(
            (run for run in live_runs(settings) if all(getattr(run, key) == value for key, value in wanted.items())),
            None,
        )
    )


def chosen(source, **more) -> Choices:
    return Choices(source=str(source), spec="cutout_only", policy="first", workers=1, **more)


def ended(settings, run_id):
    """The row of the run once the lake knows how it ended."""
    return until(lambda: (row := past_run(run_id, settings))["outcome"] and not live_runs(settings) and row)


def first_row(settings):
    return runs_frame(settings).row(0, named=True)


def test_a_run_is_paused_resumed_and_cancelled_from_outside(settings, small_photos):
    run_id = start_run(chosen(small_photos), settings=settings, by="Ann")
    running = the_run(settings, stage="running")
    assert running.run_id == run_id and running.state["by"] == "Ann" and running.state["total"] == IMAGES
    assert os.getsid(running.state["pid"]) == running.state["pid"], "it lives in a session of its own"

    wish_run(run_id[:15], "pause", by="Bo", settings=settings)
    paused = the_run(settings, stage="paused")
    assert paused.wished_by == "Bo"
    stored = until(lambda: (f := first_row(settings))["done"] == live_runs(settings)[0].state["images"] and f)
    assert stored["state"] == "paused" and 0 < stored["done"] < IMAGES
    beats = {live_runs(settings)[0].heard_at}
    until(lambda: (beats.add((now := live_runs(settings)[0]).heard_at), len(beats) >= 3 and now)[1])
    assert live_runs(settings)[0].state["images"] == stored["done"], "nothing is begun while it waits, and it beats on"

    wish_run(run_id, "go", by="Bo", settings=settings)
    until(lambda: live_runs(settings)[0].state["images"] > stored["done"])
    wish_run(run_id, "cancel", by="Bo", settings=settings)
    row = ended(settings, run_id)
    assert row["outcome"] == "interrupted" and row["images"] < IMAGES
    assert "Stopped with" in log_tail(running.state["pid"], settings)
    with pytest.raises(UsageError, match="no run"):
        wish_run(run_id, "pause", by="Bo", settings=settings)

    assert run_again(run_id, settings=settings, by="Cy") == run_id, "a run that was cut off is taken up, not begun anew"
    row = ended(settings, run_id)
    assert row["outcome"] == "finished" and row["images"] == IMAGES
    with lake.open(settings, read_only=True) as store:
        assert store.query("duplicate_keys").height == 0 and store.runs().height == 1


def test_a_second_start_is_refused_and_a_killed_run_is_found_dead_and_resumed(settings, small_photos):
    run_id = start_run(chosen(small_photos), settings=settings, by="Ann")
    alive = the_run(settings, stage="running")
    with pytest.raises(
        Exception, match=f"already going on as {run_id}: started by Ann on .*process {alive.state['pid']}"
    ):
        start_run(chosen(small_photos), settings=settings, by="Bo")
    command = [sys.executable, "-m", "workbench.cli", "run", str(small_photos), "--spec", "cutout_only"]
    again = subprocess.run(
        [*command, "--workspace", str(settings.workspace)], capture_output=True, text=True, timeout=120
    )
    assert again.returncode == 1 and "already going on" in again.stderr and "Traceback" not in again.stderr

    os.kill(alive.state["pid"], signal.SIGKILL)
    dead = the_run(settings, stage="died")
    assert dead.run_id == run_id and not dead.alive
    assert runs_frame(settings)["state"][0] == "died"
    assert run_again(run_id, settings=settings, by="Bo") == run_id, "the same run, at once: nobody waits for the dead"
    row = ended(settings, run_id)
    assert row["outcome"] == "finished" and row["images"] == IMAGES
    with lake.open(settings, read_only=True) as store:
        assert store.query("duplicate_keys").height == 0


def test_a_dead_run_can_be_taken_off_the_page(settings, small_photos):
    run_id = start_run(chosen(small_photos), settings=settings, by="Ann")
    alive = the_run(settings, stage="running")
    dismiss_run(run_id, settings)
    assert the_run(settings, stage="running").run_id == run_id, "a run that lives is not hidden"
    os.kill(alive.state["pid"], signal.SIGKILL)
    the_run(settings, stage="died")
    dismiss_run(run_id, settings)
    assert live_runs(settings) == []
    assert runs_frame(settings)["state"][0] == "cut off"


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (Choices(source="/nowhere", spec="cutout_only", policy="first"), "no such file or folder"),
        (Choices(source="{set}", spec="cutout_onyl", policy="first"), "did you mean 'cutout_only'"),
        (Choices(source="{set}", spec="cutout_only", policy="first@9"), "no policy 'first@9'; allowed: first@1"),
        (Choices(source="--help", spec="cutout_only", policy="first"), "no such file or folder"),
    ],
)
def test_a_usage_error_comes_back_with_what_is_allowed(settings, small_photos, choices, words):
    source = choices.source.format(set=small_photos)
    with pytest.raises(UsageError, match=words):
        start_run(Choices(source=source, spec=choices.spec, policy=choices.policy), settings=settings, by="Ann")
    assert live_runs(settings) == []


def test_two_policies_compared(settings, small_photos):
    (settings.workspace / "policies").mkdir(parents=True)
    (settings.workspace / "policies" / "strict.toml").write_text(STRICT)
    first = start_run(chosen(small_photos, limit=3), settings=settings, by="Ann")
    assert ended(settings, first)["outcome"] == "finished"
    strict = start_run(
        Choices(source=str(small_photos), spec="cutout_only", policy="strict", workers=1, limit=5),
        settings=settings,
        by="--Bo",
    )
    assert ended(settings, strict)["outcome"] == "finished" and past_run(strict, settings)["reused"] == 3
    found = compare_runs(first, "latest", settings=settings)
    totals = found.totals
    assert (totals["both"], totals["only_a"], totals["only_b"], totals["same_pixels"]) == (3, 0, 2, 3)
    assert found.lanes["images"].sum() == 3 and set(found.lanes["lane_b"]) == {"manual"}
    changed = found.lanes.filter(found.lanes["lane_a"] != found.lanes["lane_b"])["images"].sum()
    assert totals["lane_changed"] == changed
    assert found.images["change"].to_list().count("only_b") == 2
    assert found.images["change"].to_list().count("lane") == changed
    assert (found.checks["newly_flagged"] == 0).all(), "the same pixels flip no check"
    assert choices_of(past_run(strict, settings)).policy == "strict@1"
    assert runs_frame(settings)["by"].to_list() == ["--Bo", "Ann"]
    with pytest.raises(UsageError, match="compared with itself"):
        compare_runs(first, first, settings=settings)
    other = run_elsewhere(settings, small_photos)
    with pytest.raises(UsageError, match="different sets"):
        compare_runs(first, other, settings=settings)


def run_elsewhere(settings, small_photos) -> str:
    """The same photos under another name are another set."""
    run_id = start_run(chosen(small_photos, limit=2, set_name="other"), settings=settings, by="Ann")
    ended(settings, run_id)
    assert choices_of(past_run(run_id, settings)).set_name == "other"
    return run_id


def test_a_pulse_holds_its_task_and_lets_it_go(settings):
    desk = Desk(settings)
    with RunPulse(desk, task="t", by="Ann") as pulse:
        pulse.start("run-1", lambda: {"images": 3})
        (live,) = live_runs(settings)
        assert live.alive and live.state["images"] == 3 and live.state["by"] == "Ann"
        with pytest.raises(RunGoesOn, match="as run-1: started by Ann"), RunPulse(desk, task="t"):
            pass
        with RunPulse(desk, task="another"):
            pass
    assert live_runs(settings) == [] and desk.claims() == []


def test_an_error_that_the_lake_could_not_note_stays_visible(settings):
    def meet_a_full_disk():
        with RunPulse(Desk(settings), task="t", by="Ann") as pulse:
            pulse.start("run-1", lambda: {"images": 3})
            raise StorageFull("the disk is full; nothing half-written was kept", where="/data")

    with pytest.raises(StorageFull):
        meet_a_full_disk()
    (live,) = live_runs(settings)
    assert live.stage == "full" and not live.alive and "free some space" in live.state["problem"]
