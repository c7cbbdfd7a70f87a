"""Writes the PSD a retoucher goes on with: the photo, the paper, the shadow, and the cutout under a mask."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from pipeline.colour_profiles import SRGB
from pipeline.deliver._levels import map_levels
from pipeline.deliver._psd import LONGEST_SIDE_PX, TRANSPARENCY, Layer, encode_psd
from pipeline.deliver.cutout_png import STRAIGHT_ALPHA
from pipeline.image import levels
from pipeline.step import NoParams, Writer
from workbench.domain.errors import StepFailed

_WHOLE_PX = 1e-6  # a shift this close to whole pixels moves no colour


def layered_psd(
    *,
    photo: np.ndarray,
    image: np.ndarray,
    foreground: np.ndarray,
    alpha: np.ndarray,
    geometry: np.ndarray,
    flat: np.ndarray | None,
    paper: np.ndarray | None,
    shadow: np.ndarray | None,
    params: NoParams,
) -> Mapping[str, bytes]:
    """Write all parts as layers that together show the finished picture.

    From bottom to top: "Original", the photo as it came (hidden: the paper covers it anyway); "Paper"; "Shadow",
    black at the shadow's strength; "Cutout", the corrected photo's own pixels under the matte as a layer mask;
    "Edge colour", clipped to it, the subject's colours free of spill, only where they differ. Without a flat
    picture there is no paper or shadow, and the file shows the cutout on transparency.

    Args:
        photo: (h, w, 3) as loaded, in the source geometry.
        image: (H, W, 3) corrected picture.
        foreground: (H, W, 3) the subject's own colours.
        alpha: float32 (H, W) in [0, 1].
        geometry: 3x3, source pixels to current ones.
        flat: (H, W, 3) finished picture, or None.
        paper: (H, W, 3) background, or None.
        shadow: float32 (H, W) in [0, 1], 1 is black, or None.
        params: None.

    Raises:
        StepFailed: The picture is larger than the format allows.
    """
    if max(image.shape) > LONGEST_SIDE_PX:
        raise StepFailed(
            f"{image.shape[1]} x {image.shape[0]} px", where="layered_psd", allowed=f"sides up to {LONGEST_SIDE_PX} px"
        )
    opacity = map_levels(alpha, image.dtype)
    layers = [_original(photo, geometry, image.shape[:2])]
    if flat is not None and paper is not None:
        layers.append(Layer(name="Paper", planes=_planes(paper)))
    if flat is not None and shadow is not None:
        black = np.zeros_like(opacity)
        darkness = map_levels(shadow, image.dtype)
        layers.append(Layer(name="Shadow", planes={TRANSPARENCY: darkness, 0: black, 1: black, 2: black}))
    layers.append(Layer(name="Cutout", planes=_planes(image), mask=opacity))
    layers.append(_edge_colour(image, foreground, opacity))
    merged = list(cv2.split(_on_white(foreground, alpha) if flat is None else flat))
    if flat is None:
        merged.append(opacity)
    data = encode_psd(merged, layers, transparent=flat is None, icc=SRGB, note=STRAIGHT_ALPHA)
    return {"psd": data}


def _original(photo: np.ndarray, geometry: np.ndarray, shape: tuple[int, int]) -> Layer:
    """The photo where it lies on the current canvas; pixels are resampled only if it was turned."""
    height, width = shape
    dx, dy = geometry[0, 2], geometry[1, 2]
    shift = np.array([[1, 0, round(dx)], [0, 1, round(dy)], [0, 0, 1]], float)
    if np.abs(geometry - shift).max() < _WHOLE_PX:
        x, y = round(dx), round(dy)
        part = photo[max(0, -y) : max(0, height - y), max(0, -x) : max(0, width - x)]
        return Layer(name="Original", planes=_planes(part), left=max(0, x), top=max(0, y), visible=False)
    turned = cv2.warpPerspective(
        photo, geometry, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    inside = np.full(photo.shape[:2], levels(photo), photo.dtype)
    inside = cv2.warpPerspective(inside, geometry, (width, height), flags=cv2.INTER_LINEAR)
    return Layer(name="Original", planes={TRANSPARENCY: inside, **_planes(turned)}, visible=False)


def _edge_colour(image: np.ndarray, foreground: np.ndarray, opacity: np.ndarray) -> Layer:
    """The foreground where it differs from the picture and shows, cut to the smallest box."""
    difference = cv2.absdiff(image, foreground)
    differs = cv2.max(cv2.max(difference[..., 0], difference[..., 1]), difference[..., 2])
    shown = ((differs > 0) & (opacity > 0)).view(np.uint8)
    x, y, width, height = cv2.boundingRect(shown)
    box = (slice(y, y + height), slice(x, x + width))
    visible = shown[box].astype(image.dtype) * image.dtype.type(levels(image))
    # colours outside the band are dropped: they would be stored and never seen
    colours = {n: np.where(visible > 0, plane, 0) for n, plane in _planes(foreground[box]).items()}
    return Layer(name="Edge colour", planes={TRANSPARENCY: visible, **colours}, left=x, top=y, clipped=True)


def _on_white(foreground: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The cutout on white, as Photoshop stores a transparent merged picture."""
    white = np.float32(levels(foreground))
    seen = white + (foreground.astype(np.float32) - white) * alpha[..., None]
    return (seen + np.float32(0.5)).astype(foreground.dtype)


def _planes(picture: np.ndarray) -> dict[int, np.ndarray]:
    return dict(enumerate(np.ascontiguousarray(picture[..., n]) for n in range(3)))


WRITER = Writer(
    run=layered_psd,
    needs=("photo", "image", "foreground", "alpha", "geometry"),
    wants=("flat", "paper", "shadow"),
)
