"""IoU against values worked out by hand, and its properties."""

import numpy as np
import pytest

from pipeline.evaluation.iou import iou


def test_shared_over_joint_area():
    # columns 0-3 against columns 2-5 of four rows: shared 2 columns, joint 6 -> 1/3
    a, b = np.zeros((4, 8)), np.zeros((4, 8))
    a[:, 0:4] = 1.0
    b[:, 2:6] = 1.0
    assert iou(a, b) == pytest.approx(1 / 3)


def test_half_opacity_counts_as_subject():
    # 128/255 is in, 127/255 is out: shared 1, joint 2
    alpha = np.array([[1.0, 127 / 255, 0.0]])
    truth = np.array([[1.0, 128 / 255, 0.0]])
    assert iou(alpha, truth) == 0.5


def test_two_empty_mattes_agree_and_one_does_not():
    empty, full = np.zeros((3, 3)), np.ones((3, 3))
    assert iou(empty, empty) == 1.0
    assert iou(empty, full) == 0.0


def test_is_symmetric_and_matches_a_plain_loop():
    rng = np.random.default_rng(8)
    a, b = rng.random((7, 6)), rng.random((7, 6))
    pixels = [(a[y, x] >= 0.5, b[y, x] >= 0.5) for y in range(7) for x in range(6)]
    expected = sum(p and q for p, q in pixels) / sum(p or q for p, q in pixels)
    assert iou(a, b) == iou(b, a) == pytest.approx(expected)
