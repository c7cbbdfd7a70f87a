"""Loads a model only if weights and card belong together, and says what is wrong when they do not."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from types import MappingProxyType

import numpy as np

from pipeline.models.card import Card
from pipeline.models.model import Model
from workbench.domain.errors import ModelError, nearest_match

WEIGHTS = Path(__file__).resolve().parent / "weights"
WAY_OUT = "weights and card of the same version; `workbench models restore NAME` brings the former ones back"


@functools.cache
def load_model(name: str, folder: Path = WEIGHTS) -> Model:
    """Weights and card of that name, checked against each other; kept for as long as the process lives.

    Args:
        name: Such as ``risk``.
        folder: Where ``NAME.safetensors`` and ``NAME.json`` lie.

    Raises:
        ModelError: Missing, truncated, damaged, or weights and card of different versions.
    """
    folder = Path(folder)
    weights = folder / f"{name}.safetensors"
    card = Card.parse(_read(folder / f"{name}.json", name, folder).decode("utf-8", "replace"), where=f"{name}.json")
    data = _read(weights, name, folder)
    header = _header(data, where=weights.name)
    version = (header.get("__metadata__") or {}).get("version")
    if version is not None and version != str(card.version):
        raise ModelError(
            f"the weights are of version {version}, the card of version {card.version}", where=weights.name,
            allowed=WAY_OUT,
        )  # fmt: skip
    arrays = _arrays(data, header, where=weights.name)
    for array, words in card.arrays.items():
        if array not in arrays:
            raise ModelError(f"array {array!r} is missing", where=weights.name, allowed=sorted(arrays))
        if describe(arrays[array]) != words:
            raise ModelError(f"array {array!r} is {describe(arrays[array])}", where=weights.name, allowed=words)
    digest = hashlib.sha256(data).hexdigest()
    if digest != card.sha256:
        raise ModelError(
            f"the weights have the hash {digest[:12]}…, the card says {card.sha256[:12] or 'none'}…",
            where=weights.name, allowed=WAY_OUT,
        )  # fmt: skip
    for file, expected in card.beside.items():
        found = hashlib.sha256(_read(folder / file, name, folder)).hexdigest()
        if found != expected:
            raise ModelError(
                f"the file has the hash {found[:12]}…, the card says {expected[:12]}…", where=file, allowed=WAY_OUT
            )
    return Model(name, MappingProxyType(arrays), card, digest, folder)


def describe(array: np.ndarray) -> str:
    """Type and shape as the card writes them: ``float32 3x64x64``."""
    return f"{array.dtype} {'x'.join(str(side) for side in array.shape) or 'scalar'}"


def _read(path: Path, name: str, folder: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        known = sorted(one.stem for one in folder.glob("*.json"))
        raise ModelError(
            f"there is no {path.name} in {folder}", where=name, allowed=known, nearest=nearest_match(name, known)
        ) from error
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror or error}", where=path.name) from error


def _header(data: bytes, *, where: str) -> dict:
    """The header of a safetensors file: eight bytes of length, then JSON."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or len(data) < 8 + length:
        raise ModelError(f"the file is truncated: {len(data)} bytes, less than its header", where=where)
    try:
        header = json.loads(data[8 : 8 + length])
        ends = [entry["data_offsets"][1] for key, entry in header.items() if key != "__metadata__"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ModelError(f"the header cannot be read: {error}", where=where, allowed="a safetensors file") from error
    expected = 8 + length + max(ends, default=0)
    if len(data) != expected:
        words = "truncated" if len(data) < expected else "longer than its header says"
        raise ModelError(f"the file is {words}: {len(data)} bytes", where=where, allowed=f"{expected} bytes")
    return header


def _arrays(data: bytes, header: dict, *, where: str) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"the header cannot be read: {error}", where=where, allowed="a safetensors file") from error
    for array in arrays.values():
        array.flags.writeable = False
    return arrays
