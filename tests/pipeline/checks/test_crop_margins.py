from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.checks.crop_margins import CHECK
from pipeline.image import freeze
from pipeline.steps.crop_to_subject import STEP as CROP


def _cropped(values, **params):
    maps = {name: values[name] for name in ("image", "alpha", "foreground", "confidence", "geometry")}
    return CROP.run(**maps, trimap=values["alpha"], params=CROP.params(**params))


@pytest.mark.parametrize("aspect", ["1:1", "4:5", "subject"])
@pytest.mark.parametrize("focus", ["box", "weight"])
def test_what_the_crop_made_passes(sample, aspect, focus, clean, measure):
    made = _cropped(clean(sample), margin=0.1, aspect=aspect, focus=focus)
    assert measure(CHECK, made).value < 0.5


def test_a_frame_further_off_measures_more(sample, clean, rising):
    made = _cropped(clean(sample), margin=0.1)
    width = made["alpha"].shape[1]
    moved = [freeze(np.roll(made["alpha"], round(share * width), axis=1)) for share in (0.02, 0.04, 0.08)]
    rising(CHECK, made, [{**made, "alpha": alpha} for alpha in moved])


def test_other_margins_than_asked_measure_their_difference(clean, measure):
    made = _cropped(clean("packaged_01_000"), margin=0.05, aspect="subject")
    asked = SimpleNamespace(margin=0.09, focus="box")
    found = measure(CHECK, {"alpha": made["alpha"], "crop": asked})
    assert found.value == pytest.approx(4.0, abs=0.3)
    assert found.worst_xy is not None


def test_an_empty_matte_is_not_judged():
    found = CHECK.run(alpha=freeze(np.zeros((50, 50), np.float32)), crop=SimpleNamespace(margin=0.1, focus="box"))
    assert found.value is None
