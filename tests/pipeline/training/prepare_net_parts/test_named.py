"""Clothes are asked of heads that learned from other senders, and a photo that has no name counts as wrong."""

from pathlib import Path

import numpy as np

from pipeline.training.prepare_net_parts.heads import Material, fit_garment
from pipeline.training.prepare_net_parts.measured import Table
from pipeline.training.prepare_net_parts.named import NO_KIND, named
from pipeline.training.prepare_net_parts.photos import KINDS, Photo

RNG = np.random.default_rng(4)
WIDE = 6
OTHER = {"hat": "shoes", "shoes": "dress", "dress": "hat"}


def one(n, sender, split, kind, source="clothing"):
    return Photo(name=str(n), path=Path(), source=source, group=sender, split=split, label=kind or "other", kind=kind)


def test_nobody_is_asked_about_what_it_learned():
    """One sender calls every hat a shoe: a head that had learned from him would, too."""
    photos, rows = [], []
    for n in range(200):
        sender, kind = f"s{n % 21}", ("hat", "shoes", "dress", None)[n % 4]
        photos.append(one(n, sender, "validation" if n % 21 == 0 else "train", kind))
        rows.append(np.eye(WIDE)[n % 4] * (9 if n % 4 < 3 else 1) + RNG.normal(0, 1, WIDE))
    photos.append(one(200, "render", "train", "hat", source="renders"))
    rows = np.array([*rows, 9 * np.eye(WIDE)[0]], np.float32)
    arrays = {"outline_axes": np.eye(WIDE)[:, :WIDE], "outline_middle": np.zeros(WIDE), "feature_axes": np.zeros((0, 0)),
              "feature_middle": np.zeros(0)}  # fmt: skip
    train = [n for n, photo in enumerate(photos) if photo.split == "train"]
    known = [n for n in train if photos[n].kind is not None]
    material = Material(tuple(photos), Table(rows, rows, rows), rows[known][None])
    part = material.rows(np.isin(np.arange(len(photos)), train))
    arrays |= fit_garment(part, [rows[train], rows[train]], arrays)
    said, truth = named(material, arrays, 1.0)
    assert len(said) == len(truth) == 200 and np.allclose(said.sum(axis=1), 1)  # the render is no garment photo
    assert (truth == NO_KIND).sum() == sum(photo.kind is None for photo in photos)
    there = truth != NO_KIND
    assert (said[there].argmax(axis=1) == truth[there]).mean() > 0.9
    assert said[~there].max(axis=1).mean() < said[there].max(axis=1).mean()
    alone = [n for n, photo in enumerate(photos[:200]) if photo.group == "s1"]
    turned = tuple(
        photo if n not in alone or photo.kind is None else one(n, "s1", "train", OTHER[photo.kind])
        for n, photo in enumerate(photos)
    )  # fmt: skip
    said, truth = named(Material(turned, material.table, material.turned), arrays, 1.0)
    order = [n for n in train if n < 200]
    asked = [place for place, n in enumerate(order) if n in alone and turned[n].kind is not None]
    assert (said[asked].argmax(axis=1) != truth[asked]).all()  # it never learned that from its own photos
    assert KINDS[truth[asked[0]]] in OTHER
