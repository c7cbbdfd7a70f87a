"""A flag is told when it holds on other sources too; a source detector is not."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.training.prepare_net_parts.heads import Material
from pipeline.training.prepare_net_parts.measured import Table
from pipeline.training.prepare_net_parts.photos import FLAGS, Photo
from pipeline.training.prepare_net_parts.shown import left_out, shown

EACH = 120
SOURCES = ("board", "floor")


def material(truth, signal):
    """Photos of two sources; ``signal`` (2, EACH): what can be seen of ``sheer`` in each, ``truth`` the answers."""
    rng = np.random.default_rng(3)
    photos = tuple(
        Photo(name=f"{source}{n}", path=Path(), source=source, group=f"{source}{n}", split="train", label="",
              flags={"sheer": bool(truth[k][n])})
        for k, source in enumerate(SOURCES) for n in range(EACH)
    )  # fmt: skip
    looks = np.stack([np.concatenate(signal), rng.normal(size=2 * EACH)], axis=1).astype(np.float32)
    seen = rng.normal(size=(2 * EACH, 3)).astype(np.float32)
    arrays = {
        "outline_middle": np.zeros(2), "outline_axes": np.eye(2), "feature_middle": np.zeros(1),
        "feature_axes": np.eye(1), "looks_middle": np.zeros(2), "looks_scale": np.ones(2), "leading": np.arange(3),
    }  # fmt: skip
    return Material(photos, Table(seen, seen, looks), None), arrays


@pytest.fixture
def truth():
    return np.random.default_rng(4).random((2, EACH)) < 0.4


def test_what_looks_the_same_everywhere_is_told(truth):
    found, arrays = material(truth, 2.0 * truth + 0.2 * np.random.default_rng(5).normal(size=truth.shape))
    assert shown(found, arrays) == ("sheer",)
    assert [row["source"] for row in left_out(found, arrays)["sheer"]] == list(SOURCES)


def test_what_looks_the_other_way_round_elsewhere_is_not(truth):
    """Inside each source it is seen well; learned from one alone it is wrong on the other."""
    signal = np.stack([truth[0] - 0.5, 0.5 - truth[1]]) + 0.1 * np.random.default_rng(6).normal(size=truth.shape)
    found, arrays = material(truth, signal)
    assert shown(found, arrays) == ()
    assert max(row["auroc"] for row in left_out(found, arrays)["sheer"]) < 0.1


def test_a_flag_with_one_source_is_not_shown(truth):
    truth[1] = False
    found, arrays = material(truth, 2.0 * truth)
    assert shown(found, arrays) == ()
    assert all(rows == [] for rows in left_out(found, arrays).values()) and set(left_out(found, arrays)) == set(FLAGS)
