"""A model as it is used: plain arrays, and the card that says what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.models.card import Card
from workbench.domain.errors import ModelError, nearest_match


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Weights that were checked against their card. ``sha256`` is the weights file's and enters result keys."""

    name: str
    arrays: Mapping[str, np.ndarray]
    card: Card
    sha256: str
    folder: Path

    def array(self, name: str, shape: tuple[int | None, ...] | None = None, dtype: str | None = None) -> np.ndarray:
        """One array, held against what the code that uses it expects; None in ``shape`` is any length.

        Raises:
            ModelError: There is no such array, or it has another shape or type: weights of another version.
        """
        if name not in self.arrays:
            raise ModelError(
                f"there is no array {name!r}", where=self.card.label, allowed=sorted(self.arrays),
                nearest=nearest_match(name, self.arrays),
            )  # fmt: skip
        found = self.arrays[name]
        fits = shape is None or (
            len(shape) == found.ndim
            and all(want in (None, side) for want, side in zip(shape, found.shape, strict=True))
        )
        if not fits:
            wanted = " x ".join("any" if side is None else str(side) for side in shape)
            raise ModelError(f"array {name!r} has shape {found.shape}", where=self.card.label, allowed=wanted)
        if dtype is not None and found.dtype != np.dtype(dtype):
            raise ModelError(f"array {name!r} is {found.dtype}", where=self.card.label, allowed=dtype)
        return found

    def file_beside(self, suffix: str) -> Path:
        """A checked file beside the weights, such as ``onnx``.

        Raises:
            ModelError: The card names no such file.
        """
        name = f"{self.name}.{suffix}"
        if name not in self.card.beside:
            raise ModelError(f"the card names no file {name}", where=self.card.label, allowed=sorted(self.card.beside))
        return self.folder / name
