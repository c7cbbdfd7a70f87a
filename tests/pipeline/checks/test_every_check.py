"""What holds for all checks, found by listing the folder."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import registry
from pipeline.image import freeze

CHECKS = registry.names("checks")
CROP = SimpleNamespace(margin=0.08, focus="box")


def _odd_values():
    """Pictures that come out of hostile files: a pixel, a thread, noise, no subject, nothing but subject, 16 bits."""
    rng = np.random.default_rng(8)
    for shape in ((1, 1), (3, 200), (200, 3), (31, 40), (120, 90)):
        for kind in ("empty", "full", "noise", "dot", "half"):
            alpha = np.zeros(shape, np.float32)
            if kind == "full":
                alpha[:] = 1
            elif kind == "noise":
                alpha[:] = rng.random(shape)
            elif kind == "dot":
                alpha[shape[0] // 2, shape[1] // 2] = 1
            elif kind == "half":
                alpha[:, shape[1] // 2 :] = 1
            for depth in (np.uint8, np.uint16):
                image = freeze(rng.integers(0, 200, (*shape, 3)).astype(depth))
                maps = dict.fromkeys(("alpha", "confidence"), freeze(alpha))
                pictures = dict.fromkeys(("photo", "image", "foreground"), image)
                yield f"{kind} {shape} {depth.__name__}", {
                    **maps, **pictures, "geometry": freeze(np.eye(3)), "crop": CROP
                }  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_odd_pictures_get_a_finite_value_or_a_reason(name):
    check = registry.check(name)
    for what, values in _odd_values():
        found = check.run(**{need: values[need] for need in check.needs}, params=check.params())
        if found.value is None:
            assert found.reason, what
        else:
            assert np.isfinite(found.value) and found.value >= 0, what
        if found.worst_xy is not None:
            height, width = values["alpha"].shape
            assert 0 <= found.worst_xy[0] < width and 0 <= found.worst_xy[1] < height, what
            assert all(isinstance(each, int) for each in found.worst_xy), what


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_speaks_to_a_retoucher_and_asks_for_what_exists(name):
    check = registry.check(name)
    assert check.run.__name__ == name
    assert check.unit and check.words[0].islower() and not check.words.endswith(".")
    assert not {"flat", "paper", "shadow"} & set(check.needs), "a spec without a template has none"
    assert inspect.getdoc(check.run).split(".")[0].startswith("Measures")


def test_there_are_ten():
    assert len(CHECKS) >= 10
