import numpy as np
import pytest

from pipeline.checks.subject_touches_frame import CHECK
from pipeline.image import freeze


def _touching(alpha, share):
    """The matte with a piece along the lower edge that takes this share of the border."""
    alpha = alpha.copy()
    height, width = alpha.shape
    alpha[-20:, : round(share * 2 * (height + width))] = 1
    return alpha


def test_more_contact_measures_more(sample, clean, rising):
    values = clean(sample)
    rising(CHECK, values, [{"alpha": freeze(_touching(values["alpha"], share))} for share in (0.02, 0.08, 0.2)])


def test_air_all_around_is_zero_and_nowhere_to_look(sample, clean, measure):
    found = measure(CHECK, clean(sample))
    assert found.value == 0.0 and found.worst_xy is None


@pytest.mark.parametrize("turns", range(4))
def test_each_side_counts_the_same_and_is_pointed_at(turns):
    alpha = np.zeros((120, 80), np.float32)
    alpha[0, 30:50] = 1  # 20 of a border of 400
    found = CHECK.run(alpha=freeze(np.rot90(alpha, turns)))
    assert found.value == pytest.approx(5.0)
    assert np.rot90(alpha, turns)[found.worst_xy[1], found.worst_xy[0]] == 1
