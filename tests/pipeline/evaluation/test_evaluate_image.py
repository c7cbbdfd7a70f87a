"""All measures together, with and without a trimap, on small cases and a real pair."""

import cv2
import numpy as np
import pytest

from pipeline.evaluation.evaluate_image import evaluate_image
from workbench.domain.errors import ContractError


def test_known_pixels_take_the_trimaps_value():
    # row 0 is unknown: only its 0.2 + 0.1 count. Rows 1 and 2 are known and wrong in alpha: they are set right.
    truth = np.array([[0.5, 0.5, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    alpha = np.array([[0.7, 0.4, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    trimap = np.array([[0.5, 0.5, 0.5], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]], np.float32)
    found = evaluate_image(alpha, truth, trimap)
    assert found.sad == pytest.approx(0.0003)
    assert found.mse == pytest.approx((0.04 + 0.01) / 3)
    assert found.unknown_share == pytest.approx(1 / 3)
    assert found.iou == pytest.approx(5 / 6)  # 0.4 falls below half, everything else is set right


def test_without_a_trimap_the_whole_image_counts():
    found = evaluate_image(np.zeros((4, 5), np.float32), np.ones((4, 5), np.float32))
    assert (found.sad, found.mse, found.iou, found.unknown_share) == (pytest.approx(0.02), 1.0, 0.0, 1.0)


def test_refuses_a_trimap_that_knows_everything():
    with pytest.raises(ContractError, match="unknown"):
        evaluate_image(np.zeros((4, 4)), np.zeros((4, 4)), np.zeros((4, 4), np.float32))


def test_truth_against_itself_and_blurred_on_a_real_pair(sample_dir):
    folder = sample_dir / "matting" / "am2k_10"
    truth = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE) / 255
    trimap = cv2.imread(str(folder / "trimap.png"), cv2.IMREAD_GRAYSCALE)
    trimap = np.where(trimap == 255, 1.0, np.where(trimap == 0, 0.0, 0.5))
    perfect = evaluate_image(truth, truth, trimap)
    assert (perfect.iou, perfect.boundary_f) == (1.0, 1.0)
    assert max(perfect.sad, perfect.mse, perfect.grad, perfect.conn) < 1e-9
    slightly, badly = (evaluate_image(np.clip(cv2.GaussianBlur(truth, (0, 0), s), 0, 1), truth, trimap) for s in (1, 6))
    for measure in ("sad", "mse", "grad", "conn"):
        assert 0 < getattr(slightly, measure) < getattr(badly, measure)
