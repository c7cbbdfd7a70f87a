"""Reads a retoucher's corrected file: the matte, and the subject's colours where the file has them."""

from __future__ import annotations

import io
import logging
import warnings
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipeline.colour_profiles import to_srgb
from pipeline.image import freeze
from pipeline.readers.decoded import Decoded
from pipeline.readers.formats import READERS, photo_format
from workbench.domain.errors import PhotoRefused

logging.getLogger("psd_tools").setLevel(logging.CRITICAL)  # what it finds wrong is reported as a refusal, once

OWN_LAYERS = frozenset({"Original", "Paper", "Shadow"})  # of our PSD: below the cutout, made anew
KINDS = "a PSD (ours, or flat with a mask), a PNG or TIFF with alpha, or a grey PNG as mask"
_LEAST_SHARE = 1e-4  # of the frame: a subject smaller than a hundredth of each side is a slip
_SEEN = 0.05  # the crop's own threshold for "there is subject here"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedFile:
    """What the file says. ``colours`` is (H, W, 3) sRGB with straight alpha, None when the file holds only a mask."""

    kind: str  # "layered psd", "flat psd", "picture" or "mask"
    alpha: np.ndarray  # float32 (H, W) in [0, 1]
    colours: np.ndarray | None
    bit_depth: int
    icc_description: str | None
    icc_problem: str | None


def corrected_file(data: bytes, name: str, *, pixel_limit: int, webp: bool = False) -> CorrectedFile:
    """Read an upload.

    Args:
        data: The file.
        name: Its name; it must fit the content.
        pixel_limit: Most pixels it may have.
        webp: Take a still WebP with alpha, too, as services answer: its colours may be lossy, its alpha is stored level
            by level. Retouchers' own files are not taken as such.

    Raises:
        PhotoRefused: Damaged, another kind, CMYK, without alpha, an empty or a full one.
    """
    try:
        kind = photo_format(name, data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _psd(data, pixel_limit) if kind == "PSD" else _picture(kind, data, pixel_limit, webp)
    except (PhotoRefused, MemoryError):
        raise
    except Exception as error:  # decoders raise anything at all on hostile bytes: the file is at fault
        words = f"the file cannot be decoded: {type(error).__name__}: {str(error)[:200]}"
        raise PhotoRefused(words, allowed="an undamaged file") from error
    share = float((found.alpha > _SEEN).mean())
    if share < _LEAST_SHARE:
        raise PhotoRefused("the alpha is empty: nothing is cut out", allowed="a matte with the product in it")
    if float(found.alpha.min()) > 1 - _SEEN:
        raise PhotoRefused("the alpha is full: nothing is cut away", allowed="a matte that leaves the backdrop out")
    return found


def _picture(kind: str, data: bytes, pixel_limit: int, webp: bool) -> CorrectedFile:
    if kind not in ("PNG", "TIFF") and not (webp and kind == "WebP"):
        raise PhotoRefused(f"a {kind} cannot carry a matte", allowed=KINDS)
    decoded = READERS[kind](data, partial(_check_size, pixel_limit=pixel_limit))
    if decoded.profile_space == "CMYK":
        raise PhotoRefused("the file is CMYK", allowed="RGB, or a grey PNG as mask")
    if decoded.exif_orientation != 1:
        raise PhotoRefused("the file asks to be turned (EXIF orientation)", allowed="pixels as they are to be shown")
    if decoded.alpha is None:
        if decoded.colour_space != "grey" or kind != "PNG":
            raise PhotoRefused(f"the {kind} has no alpha", allowed=KINDS)
        return CorrectedFile(
            kind="mask", alpha=_shares(decoded.pixels), colours=None, bit_depth=decoded.bit_depth,
            icc_description=None, icc_problem=None,
        )  # fmt: skip
    if decoded.profile_space == "grey":
        raise PhotoRefused("grey with alpha: it is not clear what the grey is", allowed=KINDS)
    alpha = _shares(decoded.alpha)
    return _with_colours("picture", _straight(decoded, alpha), alpha, decoded.icc, decoded.bit_depth)


def _psd(data: bytes, pixel_limit: int) -> CorrectedFile:
    from psd_tools import PSDImage
    from psd_tools.composite import composite
    from psd_tools.constants import ColorMode, Resource

    READERS["PSD"](data, partial(_check_size, pixel_limit=pixel_limit))  # refuses what is cut or damaged
    file = PSDImage.open(io.BytesIO(data))
    if file.color_mode != ColorMode.RGB:
        raise PhotoRefused(f"the PSD is {file.color_mode.name}", allowed="RGB")
    profile = file.image_resources.get_data(Resource.ICC_PROFILE)
    icc = bytes(profile) if profile else None
    layers = [layer for layer in file if layer.name not in OWN_LAYERS]
    if not list(file):
        planes = file.numpy()
        if planes.shape[2] < 4:
            raise PhotoRefused(
                "the PSD is flat and has no alpha", allowed="layers with transparency, or an alpha channel"
            )
        alpha = np.ascontiguousarray(planes[..., 3], np.float32)
        return CorrectedFile(  # its colours are mixed with what lies behind
            kind="flat psd", alpha=freeze(np.clip(alpha, 0, 1)), colours=None, bit_depth=file.depth,
            icc_description=None, icc_problem=None,
        )  # fmt: skip
    if not any(layer.is_visible() for layer in layers):
        raise PhotoRefused("the PSD shows no layer above the paper", allowed="the Cutout layer, visible")
    size = (0, 0, file.width, file.height)
    colour, _, alpha = composite(
        file, alpha=0.0, viewport=size, force=True,
        layer_filter=lambda layer: layer.is_visible() and (layer.parent is not file or layer.name not in OWN_LAYERS),
    )  # fmt: skip
    kind = np.uint16 if file.depth == 16 else np.uint8
    most = np.float32(np.iinfo(kind).max)
    opacity = freeze(np.clip(alpha[..., 0].astype(np.float32), 0, 1))
    pixels = (np.clip(colour[..., :3], 0, 1) * most + np.float32(0.5)).astype(kind)
    layered = "layered psd" if any(layer.name == "Cutout" for layer in layers) else "flat psd"
    return _with_colours(layered, pixels, opacity, icc, file.depth)


def _with_colours(kind: str, pixels: np.ndarray, alpha: np.ndarray, icc: bytes | None, depth: int) -> CorrectedFile:
    found = to_srgb(np.ascontiguousarray(pixels), "RGB", icc)
    return CorrectedFile(
        kind=kind, alpha=alpha, colours=freeze(found.picture), bit_depth=depth, icc_description=found.description,
        icc_problem=found.problem,
    )  # fmt: skip


def _shares(plane: np.ndarray) -> np.ndarray:
    """Whole numbers as shares of 1."""
    return freeze(plane.astype(np.float32) / np.float32(np.iinfo(plane.dtype).max))


def _straight(decoded: Decoded, alpha: np.ndarray) -> np.ndarray:
    if not decoded.premultiplied:
        return decoded.pixels
    most = np.iinfo(decoded.pixels.dtype).max
    colours = decoded.pixels / np.maximum(alpha, 1 / most)[..., None]
    return np.clip(colours + 0.5, 0, most).astype(decoded.pixels.dtype)


def _check_size(width: int, height: int, *, pixel_limit: int) -> None:
    if width * height > pixel_limit:
        raise PhotoRefused(f"too large: {width} x {height} px", allowed=f"up to {pixel_limit / 1e6:g} million pixels")


def as_depth(picture: np.ndarray, kind: np.dtype) -> np.ndarray:
    """The same picture with 8 or 16 bits a channel."""
    if picture.dtype == kind:
        return picture
    if kind == np.uint16:
        return picture.astype(np.uint16) * np.uint16(257)
    return ((picture.astype(np.uint32) + 128) // 257).astype(np.uint8)
