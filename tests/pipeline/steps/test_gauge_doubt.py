"""A sound cutout raises little doubt, one with a part missing more; the numbers land in the attributes."""

import cv2
import numpy as np
import pytest

from pipeline import registry
from pipeline.compute import attributes
from pipeline.image import freeze
from pipeline.steps.gauge_doubt import GaugeDoubtParams, gauge_doubt
from pipeline.steps.prepare_image import prepare_image
from pipeline.steps.segment_subject import Params, segment_subject


@pytest.fixture(scope="module")
def seen(sample_dir):
    photo = cv2.imread(str(sample_dir / "renders" / "apparel_01_007" / "raw.jpg"), cv2.IMREAD_COLOR_RGB)
    image = freeze(cv2.resize(photo, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    found = {"image": image, **prepare_image(image=image, params=None), **segment_subject(image=image, params=Params())}
    return {name: found[name] for name in registry.step("gauge_doubt").needs}


def test_a_missing_part_raises_doubt(seen):
    found = gauge_doubt(**seen, params=GaugeDoubtParams())["doubt"]
    confidence = seen["confidence"]
    rows = np.flatnonzero(confidence.max(axis=1) > 0.5)
    cut = np.where(np.arange(len(confidence))[:, None] > rows.mean(), confidence, 0.0).astype(np.float32)
    lost = gauge_doubt(**(seen | {"confidence": freeze(cut)}), params=GaugeDoubtParams())["doubt"]
    for measure in ("scale", "scale_place", "second_missed", "outline_bare", "stray_edges"):
        assert getattr(lost, measure) > getattr(found, measure), measure
    assert lost.scale_place > 0.5 > found.scale_place


def test_the_first_engine_is_no_second_opinion(seen):
    doubt = gauge_doubt(**seen, params=GaugeDoubtParams(second_engine="subject_net"))["doubt"]
    assert doubt.second_engine is None and doubt.second_missed is None and doubt.scale is not None


def test_the_numbers_are_stored_and_the_picture_is_not_changed(seen):
    given = gauge_doubt(**seen, params=GaugeDoubtParams())
    assert set(given) == set(registry.step("gauge_doubt").gives) == {"doubt"}
    assert attributes(given).keys() >= {"doubt.scale", "doubt.flip", "doubt.edge_entropy", "doubt.second_engine"}
