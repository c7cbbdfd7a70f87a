import cv2
import numpy as np

from pipeline.matting.colour_upsampling import upsample_alpha


def test_edges_fall_where_the_large_photo_has_them():
    y, x = np.mgrid[:240, :320]
    alpha = ((x - 160) ** 2 + (y - 120) ** 2 < 80**2).astype(np.float32)
    image = (alpha[..., None] * [180, 120, 60] + (1 - alpha[..., None]) * [40, 70, 160]).astype(np.uint8)
    small_image = cv2.resize(image, (80, 60), interpolation=cv2.INTER_AREA)
    small_alpha = cv2.resize(alpha, (80, 60), interpolation=cv2.INTER_AREA)
    found = upsample_alpha(small_image, small_alpha, image)
    plain = cv2.resize(small_alpha, (320, 240), interpolation=cv2.INTER_LINEAR)
    assert np.abs(found - alpha).mean() < 0.2 * np.abs(plain - alpha).mean()


def test_sixteen_bits_mean_the_same():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)
    small = cv2.resize(image, (30, 20), interpolation=cv2.INTER_AREA)
    alpha = rng.random((20, 30), dtype=np.float32)
    eight = upsample_alpha(small, alpha, image)
    sixteen = upsample_alpha(small.astype(np.uint16) * 257, alpha, image.astype(np.uint16) * 257)
    np.testing.assert_allclose(eight, sixteen, atol=1e-4)
