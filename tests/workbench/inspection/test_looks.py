"""Copies are found, a label that its neighbours contradict is doubted, nearness to failures is for unjudged images."""

import numpy as np

from workbench.inspection.looks import compare_looks


def unit(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_copies_labels_and_failures():
    draw = np.random.default_rng(0)
    shoes, rings = draw.normal(0, 0.05, (15, 16)) + np.eye(16)[0], draw.normal(0, 0.05, (15, 16)) + np.eye(16)[5]
    vectors = unit(np.vstack([shoes, rings, shoes[:1] + 1e-4]))
    categories = ["footwear"] * 14 + ["jewellery"] + ["jewellery"] * 15 + ["footwear"]
    failed = [True] + [False] * 4 + [None] * 26
    photos = [f"photo {n}" for n in range(31)]
    found = compare_looks(vectors, photos, categories, failed)
    assert found.points.shape == (31, 2) and "t-SNE" in found.layout
    assert found.duplicates[0] == found.duplicates[30] == 1 and found.duplicates[3] == 0
    assert found.label_doubt[14] > 0.9 > 0.2 > found.label_doubt[20]  # a shoe among shoes that is called a ring
    near = np.flatnonzero(found.near_failure)
    assert 30 in near and not set(near) & set(range(5))


def test_the_same_photo_under_two_names_is_no_duplicate():
    vectors = unit(np.random.default_rng(1).normal(0, 1, (12, 8)))
    twice = np.vstack([vectors, vectors[:1]])
    found = compare_looks(twice, [f"p{n}" for n in range(12)] + ["p0"], [None] * 13, [None] * 13)
    assert not found.duplicates.any() and np.isnan(found.label_doubt).all() and not found.near_failure.any()


def test_one_image_alone():
    found = compare_looks(unit([[1, 0]]), ["p"], ["sheer"], [True])
    assert found.points.tolist() == [[0, 0]] and not found.duplicates.any()
