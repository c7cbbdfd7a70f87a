"""Averaging and enlarging along edges."""

import cv2
import numpy as np

from pipeline.engines._edge_aware import EdgeAwareMean, enlarge


def test_averages_within_a_region_and_not_across_its_edge():
    guide = np.zeros((60, 80, 3), np.float32)
    guide[:, 40:] = 50.0
    noisy = np.random.default_rng(1).normal(0, 1, (60, 80)).astype(np.float32)
    noisy[:, 40:] += 10.0
    mean = EdgeAwareMean(guide, 2.0)(noisy[None], 600.0)[0]
    assert mean[:, :40].std() < 0.3 * noisy[:, :40].std()
    assert abs(mean[:, :40].mean() - noisy[:, :40].mean()) < 0.05
    assert abs(mean[:, 40:].mean() - noisy[:, 40:].mean()) < 0.05


def test_keeps_a_constant_and_does_not_touch_its_input():
    guide = np.random.default_rng(2).uniform(0, 100, (31, 47, 3)).astype(np.float32)
    given = np.full((2, 31, 47), 0.7, np.float32)
    assert np.allclose(EdgeAwareMean(guide, 2.0)(given, 100.0), 0.7, atol=1e-4)
    assert (given == np.float32(0.7)).all()


def test_each_row_pass_solves_its_equations():
    # a single row has no neighbours below: three horizontal passes with shares s1, s2, s3, each (I + s L)^-1
    rng = np.random.default_rng(3)
    guide, data = rng.uniform(0, 4, (1, 12, 3)).astype(np.float32), rng.uniform(0, 1, 12)
    weight = np.exp(-np.sqrt((np.diff(guide[0], axis=0) ** 2).sum(axis=1)) / 2.0)
    laplacian = np.zeros((12, 12))
    for i, w in enumerate(weight):
        laplacian[i : i + 2, i : i + 2] += [[w, -w], [-w, w]]
    expected = data
    for share in (1.5 * 20 * 16 / 63, 1.5 * 20 * 4 / 63, 1.5 * 20 / 63):
        expected = np.linalg.solve(np.eye(12) + share * laplacian, expected)
    found = EdgeAwareMean(guide, 2.0)(data[None, None].astype(np.float32), 20.0)[0, 0]
    assert np.allclose(found, expected, atol=1e-5)


def test_enlarging_puts_the_edge_where_the_photo_has_it():
    full = np.full((400, 400, 3), 220, np.uint8)
    cv2.circle(full, (201, 197), 121, (40, 60, 160), -1)
    truth = (full[..., 0] < 100).astype(np.float32)
    small = cv2.resize(full, (50, 50), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    small_map = cv2.GaussianBlur(cv2.resize(truth, (50, 50), interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    along_edges = enlarge(small_map, small, full, radius_px=2, edge=1e-5)
    plain = cv2.resize(small_map, (400, 400), interpolation=cv2.INTER_LINEAR)
    assert np.abs(along_edges - truth).mean() < 0.7 * np.abs(plain - truth).mean()
    assert ((along_edges >= 0.5) == (truth >= 0.5)).mean() > 0.999
    deep = enlarge(small_map, small, full.astype(np.uint16) * 257, radius_px=2, edge=1e-5)
    assert np.allclose(deep, along_edges, atol=1e-4)


def test_enlarging_a_grey_photo_stays_finite():
    # all channels alike: the colours of a window lie on one line
    grey = np.random.default_rng(4).integers(0, 256, (200, 200, 1), np.uint8).repeat(3, axis=2)
    grey[:, :100] = 255
    small = cv2.resize(grey, (100, 100), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    small_map = (small[..., 0] < 0.5).astype(np.float32)
    large = enlarge(small_map, small, grey, radius_px=2, edge=1e-5)
    assert np.isfinite(large).all()
    assert np.abs(cv2.resize(large, (100, 100), interpolation=cv2.INTER_AREA) - small_map).mean() < 0.2
