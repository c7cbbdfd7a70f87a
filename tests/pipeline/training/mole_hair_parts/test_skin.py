"""Photos with known skin: kinds, splits, and a fit that tells a hand from cloth."""

import numpy as np

from pipeline.training.mole_hair_parts.skin import skin_photos


def test_kinds_and_splits():
    found = {split: list(skin_photos(split)) for split in ("train", "test")}
    for photos in found.values():
        assert {photo.kind for photo in photos} == {"outlined", "render", "close-up", "without"}
        assert all(photo.skin.any() == (photo.kind != "without") for photo in photos)
        assert all(photo.skin.shape == photo.image.shape[:2] for photo in photos)
        shares = [photo.skin.mean() for photo in photos if photo.kind == "outlined"]
        assert min(shares) > 0.02 and max(shares) < 0.6
    assert not {photo.name for photo in found["train"]} & {photo.name for photo in found["test"]}
    assert np.mean([p.skin.mean() for p in found["test"] if p.kind == "close-up"]) > 0.8
