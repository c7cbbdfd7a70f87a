import numpy as np

from pipeline.matting import windows as w
from pipeline.matting.windows import split_windows


def split(unknown, subject=None):
    return split_windows(unknown.astype(np.uint8), np.zeros_like(unknown, np.uint8) if subject is None else subject)


def test_pixels_two_apart_share_a_patch_and_three_apart_do_not():
    for dy, dx in [(0, 1), (0, 2), (2, 0), (1, 1), (2, 2), (-2, 2), (2, -1)]:
        unknown = np.zeros((20, 20), bool)
        unknown[10, 10] = unknown[10 + dy, 10 + dx] = True
        assert split(unknown).count == 1, (dy, dx)
    for dy, dx in [(0, 3), (3, 0), (3, 3), (-3, 3), (1, 3), (-3, 2), (3, -3)]:
        unknown = np.zeros((20, 20), bool)
        unknown[10, 10] = unknown[10 + dy, 10 + dx] = True
        assert split(unknown).count == 2, (dy, dx)


def test_each_window_knows_which_sides_it_touches():
    unknown = np.zeros((40, 40), bool)
    subject = np.zeros((40, 40), np.uint8)
    subject[:, 20:] = 1
    for y, x in [(5, 5), (5, 35), (20, 19)]:
        unknown[y, x : x + 2] = True
    subject[unknown] = 0
    found = split(unknown, subject)
    kinds = {tuple(found.box[label][[0, 2]]): found.kind[label] for label in np.flatnonzero(found.size)}
    assert sorted(kinds.values()) == [w.SUBJECT_ONLY, w.BACKDROP_ONLY, w.BOTH_SIDES]
    assert [len(labels) for labels, _ in found.groups()] == [1]


def test_a_photo_without_known_pixels_is_one_window_without_sides():
    found = split(np.ones((9, 9), bool))
    assert found.count == 1
    assert found.kind[found.owner[0]] == w.NO_SIDE
    assert found.groups() == []


def test_a_group_sees_every_known_pixel_it_depends_on():
    unknown = np.zeros((50, 60), bool)
    subject = np.zeros((50, 60), np.uint8)
    subject[25:] = 1
    unknown[20:30, 10:20] = unknown[22:28, 40:45] = True
    subject[unknown] = 0
    ((labels, crop),) = split(unknown, subject).groups()  # both are small: solved at once
    assert len(labels) == 2
    assert crop[0].start <= 18 and crop[0].stop >= 32 and crop[1].start <= 8 and crop[1].stop >= 47
