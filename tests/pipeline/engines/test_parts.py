"""Which pieces count as the subject."""

import numpy as np

from pipeline.engines._parts import keep_subject


def _with(*boxes):
    confidence = np.full((200, 300), 0.02, np.float32)
    for top, left, height, width in boxes:
        confidence[top : top + height, left : left + width] = 0.95
    return confidence


def test_a_pair_stays_a_pair():
    pair = _with((60, 60, 60, 50), (60, 190, 60, 50))
    assert np.array_equal(keep_subject(pair), pair)


def test_a_speck_goes_and_a_strand_beside_the_subject_stays():
    found = keep_subject(_with((60, 100, 80, 100), (10, 10, 3, 3), (57, 120, 2, 5)))
    assert found[11, 11] < 0.5
    assert found[57, 122] > 0.9
    assert found[100, 150] > 0.9


def test_a_neighbour_cut_by_the_frame_goes_with_its_rim():
    confidence = _with((60, 100, 80, 100), (150, 270, 30, 30))
    confidence[148:150, 270:] = 0.4
    found = keep_subject(confidence)
    assert found[160, 280] < 0.5
    assert found[149, 280] < 0.2


def test_a_subject_cut_by_the_frame_stays():
    confidence = _with((80, 100, 120, 100))
    assert np.array_equal(keep_subject(confidence), confidence)


def test_nothing_found_is_left_alone():
    confidence = _with()
    assert np.array_equal(keep_subject(confidence), confidence)
