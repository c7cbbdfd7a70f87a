"""Reads the file an engine sent back, and says what is wrong with it before anybody measures it."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.corrected_file import corrected_file
from pipeline.cutout import EngineFault
from pipeline.image import freeze
from workbench.domain.errors import PhotoRefused

FRAME = 0.02  # share of the shorter side that counts as the frame
MOST_ON_FRAME = 0.9  # mean opacity along the frame from which a matte is suspected to be inverted
LOOK_SIDE_PX = 256  # for that second look
_DAMAGE = ("truncated", "corrupt", "cannot be decoded")
_ENDINGS = {b"\x89PNG": "png", b"II*\0": "tif", b"MM\0*": "tif", b"8BPS": "psd", b"RIFF": "webp"}


def read_cutout(data: bytes, picture: np.ndarray, *, pixel_limit: int, where: str, enlarge: bool = False) -> np.ndarray:
    """The matte of an answer, float32 (H, W), at the photo's size.

    Args:
        data: The file: a PNG, TIFF, WebP or PSD with alpha, or a grey PNG as mask.
        picture: The upright photo, (H, W, 3).
        pixel_limit: Most pixels it may have.
        where: Engine or file, for messages.
        enlarge: Take a smaller matte of the same proportions and enlarge it.

    Raises:
        EngineFault: No picture, damaged, without alpha, of another size, or inverted.
    """
    ending = _ENDINGS.get(data[:4])
    if ending is None or (ending == "webp" and data[8:12] != b"WEBP"):  # sound and film are RIFF, too
        raise EngineFault("not_a_picture", f"the answer begins with {_shown(data)}", where=where,
                          allowed="a PNG, TIFF, WebP or PSD with alpha")  # fmt: skip
    try:
        alpha = corrected_file(data, f"answer.{ending}", pixel_limit=pixel_limit, webp=True).alpha
    except PhotoRefused as error:
        broken = any(word in error.found for word in _DAMAGE)
        raise EngineFault(
            "broken_file" if broken else "no_alpha", error.found, where=where, allowed=error.allowed
        ) from error
    alpha = _fitted(alpha, picture.shape[:2], where, enlarge)
    if looks_inverted(alpha, picture):
        raise EngineFault("inverted", "the alpha is opaque on the backdrop and clear on the product", where=where,
                          allowed="1 on the product, 0 on the backdrop")  # fmt: skip
    return freeze(np.clip(alpha, 0.0, 1.0))


def looks_inverted(alpha: np.ndarray, picture: np.ndarray) -> bool:
    """Whether a matte shows the backdrop instead of the product.

    Only a matte that is opaque along the frame is suspected; it is then held against what the classical engine sees.
    A product that fills the frame is opaque there too and agrees with it.
    """
    height, width = alpha.shape
    margin = max(1, round(FRAME * min(height, width)))
    frame = np.ones_like(alpha, bool)
    frame[margin:-margin, margin:-margin] = False
    if float(alpha[frame].mean()) < MOST_ON_FRAME:
        return False
    from pipeline.engines.classical import Params, classical

    scale = min(1.0, LOOK_SIDE_PX / max(height, width))
    size = max(32, round(width * scale)), max(32, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    seen = classical(small, Params(working_side_px=LOOK_SIDE_PX)) >= 0.5
    kept = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) >= 0.5
    return _shared(~kept, seen) > max(0.5, _shared(kept, seen))


def _shared(one: np.ndarray, other: np.ndarray) -> float:
    joint = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / joint if joint else 0.0


def _fitted(alpha: np.ndarray, shape: tuple[int, int], where: str, enlarge: bool) -> np.ndarray:
    if alpha.shape == shape:
        return alpha
    found = f"the alpha is {alpha.shape[1]} x {alpha.shape[0]} px, the photo {shape[1]} x {shape[0]} px"
    in_proportion = abs(alpha.shape[1] / alpha.shape[0] - shape[1] / shape[0]) < 2.0 / min(alpha.shape)
    if not (enlarge and in_proportion):
        raise EngineFault("other_size", found, where=where, allowed="the photo's size")
    return cv2.resize(alpha, shape[::-1], interpolation=cv2.INTER_LINEAR)


def _shown(data: bytes) -> str:
    if not data:
        return "nothing: it is empty"
    text = data[:60].decode("ascii", "replace").strip()
    return repr("".join(c if c.isprintable() else "?" for c in text))
