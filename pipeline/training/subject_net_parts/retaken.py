"""A photo taken once more: moved, turned, mirrored, in other light, by a worse camera."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.training.subject_net_parts.camera import spoilt
from pipeline.training.subject_net_parts.network import MEAN
from pipeline.training.subject_net_parts.renders import Photo

FAR_OUT = (MEAN[0] * 255, MEAN[1] * 255, MEAN[2] * 255)  # beyond the photo: what the network sees as nothing
LAID = 0.15  # share of photos turned by a quarter or half turn or set on their head: what lies flat has no top
STRETCHED = 0.3  # share made a little wider or taller than they are
OTHER_COLOURS = 0.15  # share whose channels change places: another product of the same cut
GREY = 0.04  # share without colour


def retaken(photo: Photo, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The photo fitted into a frame of that height and width, its opacity, and where that is known.

    Args:
        photo: What was shot.
        size: Height and width.
        rng: Everything drawn comes from here.
    """
    height, width = size
    affine = _moved(photo.alpha.shape, size, rng)
    known = np.ones(photo.alpha.shape, np.uint8) if photo.known is None else photo.known.astype(np.uint8)
    rgb = cv2.warpAffine(photo.rgb, affine, (width, height), flags=cv2.INTER_LINEAR)
    alpha = cv2.warpAffine(photo.alpha, affine, (width, height), flags=cv2.INTER_LINEAR)
    known = cv2.warpAffine(known, affine, (width, height), flags=cv2.INTER_NEAREST) > 0
    inside = cv2.warpAffine(np.ones(photo.alpha.shape, np.uint8), affine, (width, height), flags=cv2.INTER_NEAREST)
    rgb = np.where(inside[..., None] > 0, _in_other_light(rgb, rng), np.uint8(FAR_OUT))
    return spoilt(np.ascontiguousarray(rgb), rng), alpha, known


def _moved(of: tuple[int, int], size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Where each point of the photo comes to lie, float (2, 3)."""
    (high, wide), (height, width) = of, size
    quarter = np.pi / 2 * rng.integers(1, 4) if rng.random() < LAID else 0.0
    across, down = (high, wide) if round(quarter / (np.pi / 2)) % 2 else (wide, high)
    scale = min(width / across, height / down) * float(np.exp(rng.uniform(-0.3, 0.35)))
    angle = quarter + np.radians(rng.normal(0, 6))
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if rng.random() < 0.5:
        matrix[:, 0] *= -1
    if rng.random() < STRETCHED:
        matrix[:, 0] *= rng.uniform(0.85, 1.15)
    spare = np.array([width - across * scale, height - down * scale])
    middle = np.array([width, height]) / 2 + rng.uniform(-0.5, 0.5, 2) * np.abs(spare)
    return np.column_stack((matrix, middle - matrix @ np.array([wide / 2, high / 2])))


def _in_other_light(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exposure, contrast and colour cast by a curve for each channel; now and then other colours, blur, noise."""
    if rng.random() < OTHER_COLOURS:
        rgb = rgb[..., rng.permutation(3)]
    if rng.random() < GREY:
        rgb = np.repeat(rgb.mean(2, dtype=np.float32, keepdims=True), 3, 2).astype(np.uint8)
    if rng.random() < 0.8:
        gain, power = np.exp(rng.normal(0, 0.18)) * np.exp(rng.normal(0, 0.08, 3)), np.exp(rng.normal(0, 0.2, 3))
        table = 255 * np.clip(gain * (np.arange(256)[:, None] / 255) ** power, 0, 1)
        rgb = cv2.LUT(np.ascontiguousarray(rgb), table.astype(np.uint8)[:, None])
    if rng.random() < 0.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), float(rng.uniform(0.3, 1.2)))
    if rng.random() < 0.25:
        noise = rng.standard_normal(rgb.shape, dtype=np.float32) * np.float32(rng.uniform(1, 8))
        rgb = np.clip(rgb + noise, 0, 255).astype(np.uint8)
    return rgb
