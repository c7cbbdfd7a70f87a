"""Writes a model whole or not at all: weights, what runs beside them, and the card, last."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.models.card import Card
from pipeline.models.load_model import describe, load_model


def save_model(
    folder: Path, name: str, arrays: Mapping[str, np.ndarray], card: Card, *, beside: Mapping[str, bytes] | None = None
) -> Path:
    """Keep a model as ``NAME.safetensors`` with ``NAME.json`` beside it; hash and sizes are filled in.

    Args:
        folder: Made if it is not there.
        name: Must be the card's.
        arrays: Plain arrays.
        card: What the model is; its ``sha256``, ``size_bytes``, ``arrays`` and ``beside`` are replaced.
        beside: Further files by suffix, e.g. ``{"onnx": …}``, named in the card with their hashes.

    Returns:
        Path of the weights.

    Raises:
        ValueError: The card is another model's.
    """
    from safetensors.numpy import save

    if card.name != name:
        raise ValueError(f"the card is of {card.name!r}, not of {name!r}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plain = {key: np.ascontiguousarray(arrays[key]) for key in sorted(arrays)}
    # one entry only: the library writes several in any order, and the same model must have the same hash
    data = save(plain, metadata={"version": str(card.version)})
    files = {f"{name}.{suffix}": content for suffix, content in (beside or {}).items()}
    card = dataclasses.replace(
        card, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data),
        arrays={key: describe(array) for key, array in plain.items()},
        beside={file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
    )  # fmt: skip
    weights = folder / f"{name}.safetensors"
    # the card goes last: until it is there, loading says that weights and card do not belong together
    for file, content in ({weights.name: data} | files | {f"{name}.json": card.text().encode()}).items():
        _write(folder / file, content)
    load_model.cache_clear()
    return weights


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
