"""A finished image as the writers receive it."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from pipeline.image import freeze, levels


@pytest.fixture
def finished(sample_dir):
    """Make all values of one sample image at a depth and size: ``finished(np.uint16, (257, 129))``."""

    def make(dtype=np.uint8, shape=(257, 129), opacity=None) -> SimpleNamespace:
        folder = sample_dir / "renders" / "accessories_01_000"
        photo = cv2.cvtColor(cv2.imread(str(folder / "raw.jpg")), cv2.COLOR_BGR2RGB)
        alpha = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
        size = shape[::-1]
        photo, alpha = (cv2.resize(a, size, interpolation=cv2.INTER_AREA) for a in (photo, alpha))
        if opacity is not None:
            alpha = np.full_like(alpha, opacity)
        if dtype == np.uint16:
            noise = np.random.default_rng(5).integers(0, 257, photo.shape)
            photo = (photo.astype(np.int64) * 257 + noise - 128).clip(0, 65535).astype(np.uint16)
        top = levels(photo)
        image = cv2.addWeighted(photo, 0.9, photo, 0, top * 0.02)  # as if corrected
        band = (alpha > 0) & (alpha < 1)
        foreground = image.copy()
        foreground[band] = foreground[band] // 2
        shadow = cv2.GaussianBlur(alpha, (0, 0), max(shape) / 20) * np.float32(0.4)
        paper = np.full_like(image, top)
        paper[: shape[0] // 2] -= top // 16
        below = paper * (1 - shadow[..., None].astype(float))
        flat = (below * (1 - alpha[..., None]) + foreground * alpha[..., None].astype(float) + 0.5).astype(dtype)
        values = {
            "photo": photo, "image": image, "foreground": foreground, "alpha": alpha, "shadow": shadow,
            "paper": paper, "flat": flat, "geometry": np.eye(3),
        }  # fmt: skip
        return SimpleNamespace(**{name: freeze(value) for name, value in values.items()})

    return make
