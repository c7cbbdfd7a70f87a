"""The image contract: what a picture and a map are between two steps.

A picture is RGB, sRGB-encoded, shape (H, W, 3), ``uint8``, or ``uint16`` where the source has 16 bits. A map
(alpha, confidence, trimap, shadow) is ``float32`` (H, W) in [0, 1]. Arrays are read-only: a step returns new
ones. Geometry is a 3x3 ``float64`` matrix that carries source pixel coordinates (x, y, 1; pixel centres at
integers) to current ones. The runner calls `check_values` before and after each step; steps do not.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workbench.domain.errors import ContractError

PICTURES = frozenset({"photo", "image", "foreground", "flat", "paper", "marked"})
MAPS = frozenset({"confidence", "trimap", "alpha", "shadow"})
MATRICES = frozenset({"geometry"})
# names whose arrays must share one (H, W); `photo` keeps the source geometry, the rest move together
MOVING = ("image", "confidence", "trimap", "alpha", "foreground", "shadow", "flat", "paper")


def check_values(values: Mapping[str, object], *, where: str) -> None:
    """Refuse values that break the contract.

    Args:
        values: Name -> value, any subset of the names above; other names are not looked at.
        where: Step being checked, for the message.

    Raises:
        ContractError: Wrong type, shape, range, writeable array, or maps that do not fit the image.
    """
    shape: tuple[int, int] | None = None
    for name in MOVING:
        value = values.get(name)
        if isinstance(value, np.ndarray):
            if shape is None:
                shape = value.shape[:2]
            elif value.shape[:2] != shape:
                raise ContractError(f"{name} is {value.shape[:2]}, the others are {shape}", where=where)
    for name, value in values.items():
        if name in PICTURES:
            _check_picture(name, value, where)
        elif name in MAPS:
            _check_map(name, value, where)
        elif name in MATRICES and (
            not isinstance(value, np.ndarray) or value.shape != (3, 3) or not np.isfinite(value).all()
        ):
            raise ContractError(f"{name} is not a finite 3x3 matrix", where=where)


def freeze(array: np.ndarray) -> np.ndarray:
    """The same array, made read-only and C-contiguous."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


def levels(picture: np.ndarray) -> int:
    """Largest value of a picture's type: 255 or 65535."""
    return 65535 if picture.dtype == np.uint16 else 255


def _check_picture(name: str, value: object, where: str) -> None:
    if not isinstance(value, np.ndarray) or value.ndim != 3 or value.shape[2] != 3:
        raise ContractError(f"{name} is not an (H, W, 3) array", where=where)
    if value.dtype not in (np.uint8, np.uint16):
        raise ContractError(f"{name} is {value.dtype}", where=where, allowed="uint8, uint16")
    if value.flags.writeable:
        raise ContractError(f"{name} is writeable", where=where, allowed="read-only arrays")


def _check_map(name: str, value: object, where: str) -> None:
    if not isinstance(value, np.ndarray) or value.ndim != 2:
        raise ContractError(f"{name} is not an (H, W) array", where=where)
    if value.dtype != np.float32:
        raise ContractError(f"{name} is {value.dtype}", where=where, allowed="float32")
    if value.flags.writeable:
        raise ContractError(f"{name} is writeable", where=where, allowed="read-only arrays")
    if value.size:
        low, high = float(value.min()), float(value.max())
        if not (low >= 0.0 and high <= 1.0):  # also catches NaN
            raise ContractError(f"{name} spans {low:g} to {high:g}", where=where, allowed="0 to 1")
