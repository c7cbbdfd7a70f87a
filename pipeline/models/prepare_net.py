"""What a photo shows before anyone edits it: kind of product, kind of shot, and what will be hard about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.models._prepare_features import looks, seen, small_copy
from pipeline.models._subject_crop import Placed, find_subject
from pipeline.models._subject_encoder import encoder
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.model import Model
from pipeline.models.ruled_out import ruled_out

NAME = "prepare_net"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was recognised. Probabilities are calibrated; None where the model abstains or a flag is withheld.

    A flag is withheld when no data could show that it sees the product and not the place the photo comes from.
    """

    category: str | None  # as manifests name it
    category_probability: float | None
    garment: str | None  # kind of clothing
    garment_probability: float | None
    shot_type: str | None
    shot_type_probability: float | None
    hair_or_fur: float | None
    sheer: float | None
    glass_or_clear: float | None
    reflective: float | None
    dark_on_dark: float | None
    white_on_white: float | None
    thin_parts: float | None
    props: float | None
    person_visible: float | None
    skin_visible: float | None
    novelty: float  # 1 is as far from the training photos as one photo in a hundred of theirs
    beyond_doubt: str | None  # what is so sure that it may contradict a manifest
    rules_out: str | None  # the categories it contradicts, with commas between
    abstained: str | None  # why category, garment or shot type are missing
    model: str  # name@version


def prepare_net(image: np.ndarray, folder: Path = WEIGHTS) -> Seen:
    """Look at a photo and say what it is, or why that cannot be said.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.
        folder: Where the weights are.

    Raises:
        ModelError: The weights are missing or damaged.
    """
    small = small_copy(image)
    model = load_model(NAME, folder)
    subject = find_subject(small)
    session = encoder(model.file_beside("onnx"))
    sides = (seen(small, subject, Placed(mirrored=side), session)[None] for side in (False, True))
    found = scores(model.arrays, *sides, looks(small, subject)[None])
    return told(model, {head: rows[0] for head, rows in found.items()})


def scores(
    arrays: Mapping[str, np.ndarray], straight: np.ndarray, mirrored: np.ndarray, measured: np.ndarray
) -> dict[str, np.ndarray]:
    """Probabilities of every head for rows of measurements, and their novelty.

    Args:
        arrays: The weights.
        straight: What is seen of the photos, (n, 11214).
        mirrored: The same of the mirrored photos.
        measured: Looks of the photos, (n, 244).

    Returns:
        ``garment``, ``category``, ``shot_type``: (n, classes); ``flags``: (n, flags); ``novelty``: (n,).
    """
    sides = [compress(arrays, rows) for rows in (straight, mirrored)]
    whole = np.concatenate([joined(arrays, side, measured) for side in sides]).reshape(2, len(straight), -1)
    found = {
        "garment": np.mean([_softmax(arrays, "garment", side) for side in sides], axis=0),
        "category": np.mean([_softmax(arrays, "category", side) for side in whole], axis=0),
        "shot_type": np.mean([_softmax(arrays, "shot_type", side) for side in whole], axis=0),
    }
    logits = whole.mean(axis=0) @ arrays["flags_weight"] + arrays["flags_offset"]
    found["flags"] = 1.0 / (1.0 + np.exp(-logits))
    nearby = (whole.mean(axis=0) - arrays["novelty_middle"]) @ arrays["novelty_axes"]
    found["novelty"] = np.sqrt(np.square(nearby).mean(axis=1)) / arrays["novelty_limit"]
    return found


def joined(arrays: Mapping[str, np.ndarray], compressed: np.ndarray, measured: np.ndarray) -> np.ndarray:
    """The row that the heads of category, shot and flags read: standardised looks and leading axes."""
    scaled = np.clip((measured - arrays["looks_middle"]) / arrays["looks_scale"], -4.0, 4.0)
    return np.concatenate([scaled, compressed[:, arrays["leading"]]], axis=1)


def told(model: Model, found: Mapping[str, np.ndarray]) -> Seen:
    """One photo's probabilities as they are stored: with abstentions, and without flags that were not shown."""
    facts = model.card.facts
    reasons: list[str] = []
    novelty = float(found["novelty"])
    if novelty > 1.0:
        reasons.append(f"unlike the photos it learned from: {novelty:.2f} times the limit")
    named: dict[str, object] = {}
    for head in ("category", "garment", "shot_type"):
        names, probability = facts["names"][head], found[head]
        best = int(np.argmax(probability))
        sure = float(probability[best])
        wanted = head != "garment" or named["category"] in facts["garment_categories"]
        if names[best] == "other":
            reasons.append(f"{head}: none that it knows")
        elif wanted and sure < facts["least"][head]:
            second = int(np.argsort(probability)[-2])
            reasons.append(f"{head}: {names[best]} {sure:.2f}, {names[second]} {probability[second]:.2f}")
        elif wanted and novelty <= 1.0:
            named[head], named[f"{head}_probability"] = names[best], sure
            continue
        named[head] = named[f"{head}_probability"] = None
    flags = {
        flag: float(value) if flag in facts["shown"] else None
        for flag, value in zip(facts["names"]["flags"], found["flags"], strict=True)
    }
    category = None if named["category"] is None else (named["category"], named["category_probability"])
    doubtless, out = ruled_out(category, flags if novelty <= 1.0 else {}, facts["sure"])
    return Seen(
        **named, **flags, novelty=novelty, beyond_doubt=doubtless, rules_out=out,
        abstained="; ".join(reasons) or None, model=model.card.label,
    )  # fmt: skip


def compress(arrays: Mapping[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    """What is seen, on the principal axes of the outlines and of the encoder's features."""
    parts = np.split(rows.astype(np.float32), [len(arrays["outline_axes"])], axis=1)
    return np.concatenate(
        [(part - arrays[f"{name}_middle"]) @ arrays[f"{name}_axes"].astype(np.float32)
         for name, part in zip(("outline", "feature"), parts, strict=True)], axis=1,
    )  # fmt: skip


def _softmax(arrays: Mapping[str, np.ndarray], head: str, rows: np.ndarray) -> np.ndarray:
    logits = rows @ arrays[f"{head}_weight"] + arrays[f"{head}_offset"]
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
