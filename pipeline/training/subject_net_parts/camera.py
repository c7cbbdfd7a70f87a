"""What a camera and a hurried studio do to a picture: light, colour, blur, noise, compression."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.training.subject_net_parts.light import code_of

SHOULDER = 0.8  # linear light from which highlights roll off, as in the renders


class Camera:
    """Takes the photo; grain is cut from a field drawn once."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._grain = rng.standard_normal((768, 768, 3), dtype=np.float32)

    def shoot(self, scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The photo, uint8 (H, W, 3) sRGB-encoded, of a scene in linear light.

        Exposure and colour cast, fall-off to the corners, blur, noise that grows with the light, the roll-off of
        highlights and JPEG blocks; each in its own random measure, some left out.
        """
        height, width = scene.shape[:2]
        gain = np.exp2(rng.normal(0, 0.3)) * np.exp(rng.normal(0, 0.09, 3))
        scene = scene * gain.astype(np.float32)
        if rng.random() < 0.5:
            scene = scene * _fall_off(height, width, rng.uniform(0.05, 0.4))
        drawn = rng.random()
        if drawn < 0.3:
            scene = cv2.GaussianBlur(scene, (0, 0), float(rng.uniform(0.3, 1.1)))
        elif drawn < 0.36:
            length = int(rng.integers(2, 5))
            scene = cv2.blur(scene, (length, 1) if rng.random() < 0.5 else (1, length))
        if rng.random() < 0.7:
            scene = self._noisy(scene, rng)
        if rng.random() < 0.6:
            over = np.maximum(scene - np.float32(SHOULDER), 0)
            room = np.float32(1 - SHOULDER)
            scene = np.minimum(scene, SHOULDER) + room * (1 - np.exp(-over / room))
        return spoilt(code_of(scene), rng)

    def _noisy(self, scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        height, width = scene.shape[:2]
        top, left = rng.integers(768 - height + 1), rng.integers(768 - width + 1)
        grain = self._grain[top : top + height, left : left + width]
        strength = np.float32(rng.uniform(0.002, 0.02))
        return scene + grain * (strength * np.sqrt(np.maximum(scene, 0) + np.float32(0.01)))


def spoilt(photo: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A photo saved with more or less loss; often not at all."""
    drawn = rng.random()
    if drawn < 0.35:
        _, data = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])
        photo = cv2.imdecode(data, cv2.IMREAD_COLOR)  # the order of channels goes in and comes out the same
    return photo


def _fall_off(height: int, width: int, strength: float) -> np.ndarray:
    across = np.linspace(-1, 1, width, dtype=np.float32)[None]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    return (1 - np.float32(strength) * (across * across + down * down) / 2)[..., None]
