import cv2
import numpy as np
import pytest

from pipeline.checks.colour_spill import CHECK
from pipeline.image import freeze

COLOURED = ("apparel_01_001", "apparel_01_003", "apparel_01_007", "hair_beauty_01_003", "furniture_01_000",
            "packaged_01_006", "packaged_01_007")  # fmt: skip


def _spilled(values, share):
    """The foreground with that share of the backdrop's colour at the edge, fading out over 8 px."""
    depth = cv2.distanceTransform((values["alpha"] > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    weight = share * np.clip(1 - depth / 8, 0, 1)[..., None]
    backdrop = np.median(values["image"][values["alpha"] == 0], axis=0)
    return (values["foreground"] * (1 - weight) + backdrop * weight + 0.5).astype(np.uint8)


@pytest.mark.parametrize("name", COLOURED)
def test_more_spill_measures_more(name, clean, spoil, rising):
    values = clean(name)
    rising(CHECK, values, [spoil(values, foreground=_spilled(values, share)) for share in (0.1, 0.25, 0.5)])


def test_true_foregrounds_pass_and_strong_spill_does_not(clean, spoil, measure):
    for name in ("apparel_01_001", "apparel_01_003", "packaged_01_007"):
        assert measure(CHECK, clean(name)).value <= CHECK.limit
        assert measure(CHECK, spoil(clean(name), foreground=_spilled(clean(name), 0.5))).value > CHECK.limit


def test_a_grey_backdrop_has_nothing_to_spill():
    image = np.full((300, 300, 3), 200, np.uint8)
    image[100:200, 100:200] = (180, 40, 40)
    alpha = np.zeros((300, 300), np.float32)
    alpha[100:200, 100:200] = 1
    found = CHECK.run(image=freeze(image), foreground=freeze(image), alpha=freeze(alpha))
    assert found.value == 0.0 and "grey" in found.reason
