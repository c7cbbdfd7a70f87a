"""What is learned from: every label belongs to a photo, and no sender is on both sides."""

import csv
from collections import defaultdict

import pytest

from pipeline.training.prepare_net_parts.photos import CATEGORIES, FLAGS, KINDS, LARGEST, SHOTS, photos, read, split_of


@pytest.fixture(scope="module")
def found(sample_dir):
    return photos(sample_dir)


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_label_belongs_to_a_photo_and_says_who_looked(sample_dir, found):
    known = {photo.name: photo for photo in found}
    folder = sample_dir / "training" / "prepare"
    hashes = {row["file"]: row["source_sha256"] for row in rows(folder / "photos.csv")}
    labels = rows(folder / "labels.csv")
    assert len(labels) > 10_000
    for row in labels:
        assert row["sha256"] == hashes[row["file"]] and row["field"] in (*FLAGS, "shot_type")
        assert (row["annotator"], row["made"]) == ("vision-model", "assisted")  # no person looked, and none is claimed
        if row["field"] in FLAGS:
            assert known[row["file"]].flags[row["field"]] == (row["value"] == "yes")


def test_no_sender_and_no_render_is_on_both_sides(sample_dir, found):
    splits = defaultdict(set)
    for photo in found:
        splits[photo.source, photo.group].add(photo.split)
    assert all(len(sides) == 1 for sides in splits.values())
    shared = {row["sender_id"]: row["split"] for row in rows(sample_dir / "training" / "clothing_split.csv")}
    clothing = [photo for photo in found if photo.source == "clothing"]
    assert len(clothing) > 1600
    assert all(photo.split == shared[photo.group] == split_of(photo.group) for photo in clothing)
    assert len({photo.name for photo in found}) == len(found)


def test_names_are_among_the_known(found):
    for photo in found:
        assert photo.kind in (None, *KINDS) and photo.category in (None, *CATEGORIES) and photo.shot in (None, *SHOTS)
        assert set(photo.flags) <= set(FLAGS)
    assert set(LARGEST) <= set(KINDS) and {photo.kind for photo in found} == {None, *KINDS}


def test_photos_can_be_read(found):
    for photo in found[::300]:
        assert min(read(photo).shape[:2]) >= 160
