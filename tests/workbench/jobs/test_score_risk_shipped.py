"""The shipped risk model speaks about results of the spec that gauges doubt, and is silent about all others."""

import dataclasses
import hashlib

import pytest

from pipeline.compute import Task, compute
from pipeline.spec import load_spec
from workbench.domain.records import Facts, Photo
from workbench.jobs.score_risk import _shipped, score_risk
from workbench.routing.decide_lane import decide_lane
from workbench.routing.policy import load_policy


@pytest.fixture(scope="module")
def facts(sample_dir, sample_rows, tmp_path_factory):
    """One sample photo under the spec that gauges doubt, without its files."""
    row = next(row for row in sample_rows if row["image_id"] == "apparel_01_003")
    path = sample_dir / row["path"]
    spec = dataclasses.replace(load_spec("marketplace_gauged"), files=())
    task = Task(
        path=str(path), photo_hash=hashlib.sha256(path.read_bytes()).hexdigest(), result_key="k" * 64, spec=spec,
        workspace=str(tmp_path_factory.mktemp("ws")), pixel_limit=100_000_000,
    )  # fmt: skip
    photo = Photo(set_id="s", image_id=row["image_id"], sku="x", path=str(path), relative_path="p", category="apparel")
    return Facts(photo=photo, spec_name=spec.name, spec_hash=spec.hash, computation=compute(task))


def test_inside_of_what_it_knows_the_shipped_model_speaks(facts):
    assert facts.computation.outcome == "done"
    assert _shipped().refuses(facts.computation) is None
    found = score_risk(facts)
    assert found.calibrated and found.model == _shipped().label and 0 < found.value < 1
    lane = decide_lane(facts, load_policy("first"), score=score_risk)
    assert lane.risk_calibrated and any(found.model in reason.words for reason in lane.reasons)


def test_a_photo_it_learned_from_is_scored_by_the_member_that_did_not(facts):
    model = _shipped()
    assert model.fold_of(facts.computation.photo_hash) > 0
    stranger = dataclasses.replace(facts.computation, photo_hash="0" * 64)
    assert model.risk(stranger, "apparel") != model.risk(facts.computation, "apparel")


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"segmentation.engine": "classical"}, "not classical"), ({"segmentation.engine_version": 1}, "2, not 1"),
     ({"segmentation.engine_weights": "0" * 12}, "not 000000000000"), ({"doubt.scale": None}, "doubt.scale was not measured")],
)  # fmt: skip
def test_another_engine_version_or_spec_gets_the_heuristic(facts, changed, words):
    made = facts.computation
    made = dataclasses.replace(made, attributes={**made.attributes, **changed})
    assert words in _shipped().refuses(made)
    found = score_risk(dataclasses.replace(facts, computation=made))
    assert not found.calibrated and found.model is None
