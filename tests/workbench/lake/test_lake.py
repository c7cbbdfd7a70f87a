"""What goes into the lake comes out of it, once, as it was."""

import itertools
import math
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from workbench import lake
from workbench.domain.errors import LakeError
from workbench.lake.rows import result_id

HERE = Path(__file__).parent


def append(store, *outcomes, run_id="run", **how):
    return store.append_results(outcomes, run_id=run_id, spec_name="spec", **how)


def without_events(made):
    return replace(made, events=())


def test_a_computation_comes_back_equal(store, make):
    made = make.outcome()
    assert append(store, made) == 1
    assert store.known_results(["result-i1", "unknown"]) == {"result-i1": without_events(made.computation)}


def test_a_refusal_comes_back_equal(store, make):
    made = make.outcome(
        outcome="refused", failure_kind="PhotoRefused", failure_reason="animated", failure_step="load_image",
        geometry=None, width_px=None, height_px=None, attributes={}, checks=(), artefacts=(), events=(),
        peak_memory_bytes=None, engine=None,
    )  # fmt: skip
    append(store, made)
    assert store.known_results(["result-i1"]) == {"result-i1": made.computation}
    assert store.known_routing(["routing-i1"]) == {}
    row = store.images().row(0, named=True)
    assert (row["outcome"], row["state"], row["lane"]) == ("refused", None, None)


def test_a_lane_decision_comes_back_equal(store, make):
    made = make.outcome(decided={"lane": "auto", "audit_sample": True, "hold": True, "risk": None})
    append(store, made)
    (found,) = store.known_routing(["routing-i1"]).items()
    assert found[0] == ("set", "i1", "routing-i1")
    assert found[1].decision == made.decision
    assert found[1].delivered == made.delivered
    assert found[1].status == "queued"
    assert found[1].result_id == result_id(made)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
COUNTER = itertools.count()
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with lake.open(tmp_path_factory.mktemp("shared") / "ws") as opened:
        yield opened


@how(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT, number=NUMBERS, flag=st.booleans())
def test_any_text_and_number_survives(shared, make, text, number, flag):
    image_id = f"i{next(COUNTER)}"
    made = make.outcome(
        image_id,
        attributes={text: number, "text": text, "flag": flag, "none": None},
        failure_reason=text,
        peak_memory_bytes=2**62,
        geometry=(number,) * 9,
        photo_changes={"sku": text, "extra": {text: text}},
    )
    append(shared, made)
    shared.append_images([made.photo])
    key = made.computation.result_key
    assert shared.known_results([key]) == {key: without_events(made.computation)}
    assert shared.results_of("set", image_id)["sku"].item() == text


def test_what_no_database_can_hold_is_spelled_out(store, make):
    name = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")  # as Python reads a Latin-1 file name
    made = make.outcome(photo_changes={"sku": "a\0b", "relative_path": name})
    store.append_images([made.photo])
    append(store, made)
    row = store.images().row(0, named=True)
    assert (row["sku"], row["relative_path"]) == ("a\\x00b", "caf\\xe9.jpg")


def test_numbers_that_are_none_become_null(store, make):
    check = replace(make.computation().checks[0], value=math.nan, limit=math.inf)
    append(store, make.outcome(attributes={"a": math.nan, "b": np.float32(0.5), "c": np.bool_(True)}, checks=(check,)))
    found = store.known_results(["result-i1"])["result-i1"]
    assert found.attributes == {"a": None, "b": 0.5, "c": True}
    assert (found.checks[0].value, found.checks[0].limit) == (None, None)


def test_a_time_without_zone_is_refused_and_nothing_is_stored(store, make):
    with pytest.raises(LakeError, match="no zone"):
        append(store, make.outcome(), make.outcome("i2", made_at=datetime(2026, 1, 1)))
    assert store.count_images() == 0


def test_times_are_the_same_moment_in_utc(store, make):
    moment = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=9)))
    append(store, make.outcome(made_at=moment))
    row = store.results_of("set", "i1").row(0, named=True)
    assert row["made_at"] == moment
    assert row["made_at"].utcoffset() == timedelta(0)
    assert row["day"].isoformat() == "2025-12-31"


def test_appending_again_adds_nothing(store, make):
    made = [make.outcome("i1"), make.outcome("i2"), make.outcome("i1")]
    assert append(store, *made) == 2
    assert append(store, *made) == 0
    assert store.query("duplicate_keys").is_empty()
    assert store.query(HERE / "wholeness.sql").row(0) == (2, 2, 2, 2 * make.EVENTS)
    verdict = make.review(result_id=result_id(made[0]))
    assert [store.append_reviews([verdict, verdict]), store.append_reviews([verdict])] == [1, 0]


def test_nothing_to_append_is_fine(store):
    assert append(store) == store.append_images([]) == store.append_reviews([]) == 0


def test_an_error_in_one_table_leaves_none_changed(store, make):
    broken = replace(make.outcome(), computation=make.computation(geometry=("wide",)))
    with pytest.raises((LakeError, ValueError)):
        append(store, make.outcome("i2"), broken)
    assert store.query(HERE / "wholeness.sql").row(0) == (0, 0, 0, 0)
    assert append(store, make.outcome("i2")) == 1  # the connection is still good


def test_a_reused_result_is_noted_for_its_run_and_brings_no_events(store, make):
    append(store, make.outcome(), run_id="run-1")
    assert append(store, make.outcome(reused=True), run_id="run-2") == 0
    assert store.query(HERE / "wholeness.sql").row(0) == (1, 1, 2, make.EVENTS)
    assert store.images(run_id="run-2")["reused"].to_list() == [True]


def test_one_photo_under_two_image_ids_shares_its_events(store, make):
    twin = make.outcome("i2", reused=True, result_key="result-i1")
    append(store, make.outcome("i1"), twin)
    events = store.events_of(result_id(twin))
    assert events["name"].to_list() == ["load_image", "segment_subject", "refine_matte"]
    assert store.query(HERE / "wholeness.sql").row(0, named=True)["step_events"] == make.EVENTS


def test_a_failure_tried_again_keeps_both_and_the_newest_holds(store, make):
    failed = make.outcome(outcome="failed", failure_kind="Timeout", failure_reason="over 60 s", events=())
    append(store, failed, recorded_at=make.NOON)
    assert store.known_results(["result-i1"])["result-i1"].outcome == "failed"
    append(store, make.outcome(), recorded_at=make.NOON + timedelta(minutes=1))
    assert store.known_results(["result-i1"])["result-i1"].outcome == "done"
    assert store.count_images() == 1
    assert store.count_images(outcome="failed") == 0
    assert store.results_of("set", "i1")["outcome"].to_list() == ["done", "failed"]


def test_photos_add_a_row_only_when_an_attribute_changed(store, make):
    first, later = make.NOON, make.NOON + timedelta(days=1)
    assert store.append_images([make.photo("i1"), make.photo("i2")], seen_at=first) == 2
    assert store.append_images([make.photo("i1"), make.photo("i2")], seen_at=later) == 0
    assert store.append_images([make.photo("i1", category="glassware")], seen_at=later) == 1
    assert store.append_images([make.photo("i1")], seen_at=later + timedelta(days=1)) == 1  # and back again
    append(store, make.outcome("i1"))
    row = store.images().row(0, named=True)
    assert row["category"] == "apparel"
    assert row["received_at"] == first  # the manifest gave none, so first seen


def test_runs_say_how_they_ended_and_what_came_out(store, make):
    assert store.latest_run() is None
    for number in (1, 2):
        store.append_run(
            run_id=f"run-{number}", set_id="set", source="photos/", spec_name="spec", spec_hash="h",
            started_at=make.NOON + timedelta(hours=number), images_expected=3, workers=2, options={"limit": None},
        )  # fmt: skip
    append(store, make.outcome("i1"), make.outcome("i2", outcome="failed", failure_kind="Crash"), run_id="run-2")
    store.append_run_end(run_id="run-2", ended_at=make.NOON + timedelta(hours=3), outcome="interrupted")
    store.append_run_end(run_id="run-2", ended_at=make.NOON + timedelta(hours=4), outcome="finished")
    latest = store.latest_run(set_id="set")
    assert latest["run_id"] == "run-2"
    assert latest["outcome"] == "finished"
    assert [latest[name] for name in ("images", "done", "refused", "failed", "reused")] == [2, 1, 0, 1, 0]
    older = store.runs().row(1, named=True)
    assert (older["ended_at"], older["outcome"], older["images"]) == (None, None, None)
    assert store.latest_run(set_id="other") is None


def test_pages_of_images_follow_filters_and_do_not_overlap(store, make):
    made = [make.outcome(f"i{n:02}", decided={"lane": "auto" if n % 2 else "manual"}) for n in range(25)]
    store.append_images([row.photo for row in made])
    append(store, *made)
    pages = [store.images(limit=10, offset=start)["image_id"].to_list() for start in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert len({image for page in pages for image in page}) == 25
    assert store.count_images(lane="auto") == 12
    assert store.count_images(search="SKU-I07") == 1
    assert store.count_images(search="%") == 0  # what is typed is text, not a pattern
    assert store.count_images(category="glassware") == 0
    assert store.choices().rows() == [("set", "apparel", "spec", False, 25)]


def test_a_verdict_changes_the_state_and_survives_a_new_policy(store, make):
    made = make.outcome(decided={"lane": "auto"})
    append(store, made, recorded_at=make.NOON)
    assert store.images()["state"].item() == "published"
    store.append_reviews([make.review(result_id=result_id(made), verdict="rework", reasons=("halo",))])
    assert store.images()["state"].item() == "rework"
    rerouted = make.outcome(reused=True, decided={"lane": "senior", "routing_key": "other-policy"})
    append(store, rerouted, run_id="run-2", recorded_at=make.NOON + timedelta(days=1))
    row = store.images().row(0, named=True)
    assert (row["lane"], row["state"]) == ("senior", "rework")
    found = store.reviews_of("set", "i1").row(0, named=True)
    assert (found["verdict"], found["reasons"], found["judgement"]) == ("rework", ["halo"], 1)


def test_a_verdict_taken_back_counts_no_more(store, make):
    one = make.outcome()
    store.append_results([one], run_id="r", spec_name="white")
    name = store.images().row(0, named=True)["result_id"]
    store.append_reviews([make.review(result_id=name, verdict="rejected")])
    assert store.images(state="rejected").height == 1
    assert store.append_retraction("v1", retracted_by="ann") == 1
    assert store.append_retraction("v1", retracted_by="ann") == 0
    assert store.images(state="queued").height == 1
    assert store.reviews_of("set", "i1").height == 0
    store.append_reviews([make.review("v2", result_id=name)])
    assert store.reviews_of("set", "i1")["judgement"].to_list() == [1], "the first verdict is the first that stands"


def test_simulated_images_appear_only_when_asked_for(store, make):
    append(store, make.outcome("i1"), make.outcome("i2", photo_changes={"simulated": True, "set_id": "sim"}))
    assert store.images()["image_id"].to_list() == ["i1"]
    assert store.count_images(include_simulated=True) == 2


def test_another_thread_is_refused(store):
    caught = []

    def use():
        try:
            store.runs()
        except LakeError as error:
            caught.append(str(error))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert "another process or thread" in caught[0]


def test_a_closed_lake_says_so(workspace):
    store = lake.open(workspace)
    store.close()
    store.close()
    with pytest.raises(LakeError, match="closed"):
        store.runs()


def test_an_unknown_query_names_the_nearest(store):
    with pytest.raises(LakeError, match="known_results"):
        store.query("known_result")


def test_importing_the_lake_and_the_metrics_loads_nothing_heavy():
    code = (
        "import sys, workbench.lake, workbench.metrics, workbench.settings;"
        "print([m for m in ('duckdb', 'polars', 'pyarrow', 'numpy', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_now_is_the_default_for_when_it_was_recorded(store, make):
    before = datetime.now(UTC)
    append(store, make.outcome())
    assert before <= store.images()["reported_at"].item() <= datetime.now(UTC)
