"""From which probability on a garment is worth naming: so many of all that are named must be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pipeline.models.prepare_net import compress
from pipeline.training.prepare_net_parts.heads import FOLDS, Material, fit_garment, fold_of
from pipeline.training.prepare_net_parts.photos import KINDS

NO_KIND = -1  # a label that is no kind the model knows: whatever it is called is wrong


def named(material: Material, arrays: Mapping[str, np.ndarray], cooling: float) -> tuple[np.ndarray, np.ndarray]:
    """How clothes of senders that were not learned from are called, and what they are.

    Training photos are asked of heads that learned from other senders, validation photos of the shipped one. Photos
    that nobody could name (``not sure``, ``other``) and kinds that are never learned are among them: naming one is a
    mistake.

    Args:
        material: All photos.
        arrays: The fitted and calibrated heads.
        cooling: What calibration multiplied the garment's logits by.

    Returns:
        Probabilities (n, kinds) and the kind's place in `KINDS`, or `NO_KIND`.
    """
    clothes = np.array([photo.source == "clothing" for photo in material.photos])
    splits = np.array([photo.split for photo in material.photos])
    held = material.rows(clothes & (splits == "validation"))
    train = material.rows(splits == "train")
    sides = _sides(arrays, train)
    known = np.array([photo.kind is not None for photo in train.photos])
    asked = np.array([photo.source == "clothing" for photo in train.photos])
    folds = np.array([fold_of(photo.group) for photo in train.photos])
    said = np.zeros((len(asked), len(KINDS)))
    for fold in range(FOLDS):
        learn, ask = known & (folds != fold), asked & (folds == fold)
        part = replace(train.rows(learn), turned=train.turned[:, (folds != fold)[known]])
        head = fit_garment(part, [side[learn] for side in sides], arrays)
        said[ask] = _said(head, [side[ask] for side in sides], cooling)
    of_held = _said(arrays, _sides(arrays, held), 1.0)
    photos = (*(photo for photo, a in zip(train.photos, asked, strict=True) if a), *held.photos)
    truth = np.array([NO_KIND if photo.kind is None else KINDS.index(photo.kind) for photo in photos])
    return np.concatenate([said[asked], of_held]), truth


def _sides(arrays: Mapping[str, np.ndarray], material: Material) -> list[np.ndarray]:
    return [compress(arrays, rows) for rows in (material.table.seen, material.table.mirrored)]


def _said(head: Mapping[str, np.ndarray], sides: list[np.ndarray], cooling: float) -> np.ndarray:
    logits = [cooling * (side @ head["garment_weight"] + head["garment_offset"]) for side in sides]
    raised = [np.exp(one - one.max(axis=1, keepdims=True)) for one in logits]
    return np.mean([one / one.sum(axis=1, keepdims=True) for one in raised], axis=0)
