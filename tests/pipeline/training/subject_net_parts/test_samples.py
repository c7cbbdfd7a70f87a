"""Made training pictures: the same every time, composed as light is, apart from what is tested on."""

import itertools

import cv2
import numpy as np
import pytest

from pipeline.training.subject_net_parts.backdrops import Backdrops
from pipeline.training.subject_net_parts.collection import for_training
from pipeline.training.subject_net_parts.held_out import held_out
from pipeline.training.subject_net_parts.light import code_of, linear_of
from pipeline.training.subject_net_parts.real_masks import read_masks
from pipeline.training.subject_net_parts.renders import Cutout, Photo, premultiplied, read_renders
from pipeline.training.subject_net_parts.retaken import FAR_OUT, retaken
from pipeline.training.subject_net_parts.samples import Samples
from pipeline.training.subject_net_parts.scene import compose


@pytest.fixture(scope="module")
def collection(sample_dir):
    return for_training(sample_dir)


def test_light_and_code_values_are_each_other_s_way_back():
    codes = np.arange(256, dtype=np.uint8)
    assert np.array_equal(code_of(linear_of(codes)), codes)
    assert linear_of(np.uint8(188)) == pytest.approx(0.5029, abs=1e-4)  # IEC 61966-2-1


def test_number_and_seed_make_the_sample(collection):
    one, again, other = (Samples(collection, seed).batch(7, 3, 96) for seed in (5, 5, 6))
    assert np.array_equal(one.photos, again.photos) and np.array_equal(one.alphas, again.alphas)
    assert one.photos.shape != other.photos.shape or not np.array_equal(one.photos, other.photos)
    assert one.photos.dtype == one.alphas.dtype == np.uint8 and one.known.dtype == np.bool_
    assert one.photos.shape[:3] == one.alphas.shape == one.known.shape
    assert all(side % 32 == 0 for side in one.alphas.shape[1:])


def test_most_samples_show_a_subject_and_a_backdrop(collection):
    batch = Samples(collection, 1).batch(0, 40, 96)
    share = (batch.alphas > 127).mean((1, 2))
    assert (share > 0.01).mean() > 0.85  # lace and glass are mostly under one half
    assert (share < 0.9).all()


def test_an_opaque_product_hides_its_backdrop_and_lit_alike():
    straight = np.zeros((60, 60, 4), np.uint8)
    straight[10:50, 10:50] = (200, 40, 40, 255)
    cutout = Cutout(item="box", category="toy", pixels=premultiplied(straight))
    rng = np.random.default_rng(4)
    scene, alpha = compose(cutout, cutout, (128, 128), Backdrops([], []), rng)
    inside = scene[alpha == 1.0]
    assert len(inside) > 100 and np.ptp(inside, axis=0).max() < 1e-3  # one light on one colour, whatever lies behind
    assert scene.min() >= 0 and alpha.max() == pytest.approx(1.0)


def test_beyond_a_photo_nothing_is_known():
    rgb = np.full((60, 120, 3), 200, np.uint8)
    photo = Photo(item="p", category="c", group="g", rgb=rgb, alpha=np.full((60, 120), 255, np.uint8))
    for number in range(20):
        rgb, alpha, known = retaken(photo, (96, 96), np.random.default_rng(number))
        beyond = cv2.erode((~known).astype(np.uint8), np.ones((17, 17))) > 0  # JPEG mixes blocks of 16
        assert known.any() and beyond.any()
        assert not alpha[beyond].any() and np.abs(np.median(rgb[beyond], axis=0) - FAR_OUT).max() < 4
        assert np.median(alpha[known]) == 255


def test_training_validation_and_test_share_nothing(sample_dir, collection):
    trained = {photo.item for photo in (*collection.renders, *collection.photos)}
    trained |= {cutout.item for cutout in collection.cutouts}
    groups = {photo.group for photo in collection.photos}
    for split in ("validation", "test"):
        kept = list(itertools.islice(held_out(sample_dir, split), 3)) + list(read_masks(sample_dir, split))
        names = {row["image_id"] for row in read_renders(sample_dir, test=split == "test") if row["split"] == split}
        assert len(kept) > 3 and len(names) >= 40 and not trained & (names | {photo.item for photo in kept})
        assert not groups & {photo.group for photo in kept}
    assert {row["split"] for row in read_renders(sample_dir)} == {"train", "validation"}
    assert all("_03_" in row["image_id"] for row in read_renders(sample_dir, test=True))
