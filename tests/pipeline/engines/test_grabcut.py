"""The yardstick engine: finds a clear subject, answers yes or no, the same every time."""

import cv2
import numpy as np

from pipeline.engines.grabcut import ENGINE, grabcut
from pipeline.evaluation.iou import iou
from pipeline.image import check_values, freeze


def _disc(dtype, top):
    image = np.full((300, 400, 3), 0.8 * top, dtype)
    cv2.circle(image, (200, 150), 70, (0.1 * top, 0.2 * top, 0.6 * top), -1)
    truth = np.zeros((300, 400), np.float32)
    cv2.circle(truth, (200, 150), 70, 1.0, -1)
    return freeze(image), truth


def test_finds_a_clear_subject_at_both_depths():
    for dtype, top in ((np.uint8, 255), (np.uint16, 65535)):
        image, truth = _disc(dtype, top)
        confidence = grabcut(image, ENGINE.params())
        check_values({"image": image, "confidence": confidence}, where="grabcut")
        assert iou(confidence, truth) > 0.97


def test_says_yes_or_no_at_working_size(sample_dir):
    image = freeze(cv2.imread(str(sample_dir / "renders" / "apparel_01_006" / "raw.jpg"))[::2, ::2, ::-1])
    assert max(image.shape) <= ENGINE.params().working_side_px
    first = grabcut(image, ENGINE.params())
    assert set(np.unique(first)) == {0.0, 1.0}
    assert np.array_equal(first, grabcut(image, ENGINE.params()))
