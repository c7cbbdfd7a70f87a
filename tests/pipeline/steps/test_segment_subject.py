"""The step that finds the subject: what it hands on, what it records, and when it gives up."""

import cv2
import numpy as np
import pytest

from pipeline import registry
from pipeline.image import check_values, freeze
from pipeline.step import Engine
from pipeline.steps.segment_subject import STEP, segment_subject
from workbench.domain.errors import StepFailed, UsageError


def _photo(path):
    return freeze(cv2.imread(str(path))[..., ::-1])


def _empty(kind):
    """Studio shots with nothing in them, 600 x 450."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[-1:1:600j, -1:1:450j]
    if kind == "pure white":
        return np.full((600, 450, 3), 255, np.uint8)
    light = {"white": 0.93, "grey": 0.55, "dark": 0.12}[kind] * (1 - 0.12 * (x * x + y * y))
    picture = np.clip(light[..., None] + rng.normal(0, 0.008, (600, 450, 3)), 0, 1)
    ok, data = cv2.imencode(".jpg", (picture * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert ok
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


@pytest.mark.parametrize("engine", ["classical", "grabcut", "subject_net"])
def test_hands_on_a_map_that_keeps_the_contract_and_describes_it(sample_dir, engine):
    image = _photo(sample_dir / "renders" / "accessories_01_007" / "raw.jpg")
    given = segment_subject(image=image, params=STEP.params(engine=engine))
    assert set(given) == set(STEP.gives)
    check_values({"image": image, **given}, where="segment_subject")
    confidence, found = given["confidence"], given["segmentation"]
    assert found.engine == engine
    assert found.subject_share == pytest.approx((confidence >= 0.5).mean(), abs=0.003)
    assert found.levels == pytest.approx(len(np.unique(np.round(confidence * 255))), abs=2)
    assert 0.5 <= found.band_confidence <= 1.0
    assert found.sure_share <= found.subject_share


def test_records_less_confidence_where_the_outline_is_unclear(sample_dir):
    clear = _photo(sample_dir / "renders" / "apparel_01_006" / "raw.jpg")  # green on grey
    unclear = _photo(sample_dir / "renders" / "sheer_01_004" / "raw.jpg")  # white gauze on white
    records = [segment_subject(image=image, params=STEP.params())["segmentation"] for image in (clear, unclear)]
    assert records[0].band_confidence > records[1].band_confidence + 0.03


@pytest.mark.parametrize("kind", ["pure white", "white", "grey", "dark"])
def test_an_empty_frame_fails_with_a_reason(kind):
    with pytest.raises(StepFailed, match="no subject found"):
        segment_subject(image=freeze(_empty(kind)), params=STEP.params())


def test_a_frame_full_of_subject_fails_with_a_reason(monkeypatch):
    sure = Engine(run=lambda image, params: freeze(np.full(image.shape[:2], 0.99, np.float32)))
    monkeypatch.setattr(registry, "load", lambda kind, name: sure)
    with pytest.raises(StepFailed, match="no backdrop found"):
        segment_subject(image=freeze(np.zeros((64, 64, 3), np.uint8)), params=STEP.params(engine="sure"))


def test_the_smallest_accepted_subject_is_the_specs(sample_dir):
    image = _photo(sample_dir / "renders" / "accessories_01_007" / "raw.jpg")
    with pytest.raises(StepFailed, match="no subject found"):
        segment_subject(image=image, params=STEP.params(least_subject=0.4))


def test_an_unknown_engine_names_the_nearest():
    with pytest.raises(UsageError, match="classical"):
        segment_subject(image=freeze(np.zeros((64, 64, 3), np.uint8)), params=STEP.params(engine="clasical"))
