"""Dawid-Skene finds out who errs, and is right more often than counting heads."""

import numpy as np
import pytest

from labeling.consensus.dawid_skene import dawid_skene
from labeling.consensus.majority import majority
from workbench.domain.errors import LabelingError


def crowd(items=300, seed=1):
    """One careful labeler, one fair one, and three who say "mole" to most hairs."""
    rng = np.random.default_rng(seed)
    truth = {f"i{number:03d}": word for number, word in enumerate(rng.choice(["mole", "hair", "neither"], items))}
    said = []
    for item, word in truth.items():
        for labeler, right, lean in (("ann", 0.95, 0), ("bo", 0.85, 0), ("c", 0.6, 1), ("d", 0.6, 1), ("e", 0.6, 1)):
            other = "mole" if lean else rng.choice(["mole", "hair", "neither"])
            said.append((item, labeler, word if rng.random() < right else str(other)))
    return truth, said


def test_it_beats_the_majority():
    truth, said = crowd()
    by_model = {one.item_key: one for one in dawid_skene(said)}
    by_heads = {one.item_key: one.value for one in majority(said)}
    right = [sum(answers[item] == word for item, word in truth.items()) for answers in (
        {item: one.value for item, one in by_model.items()}, by_heads,
    )]  # fmt: skip
    assert right[0] > right[1] + 10 and right[0] > 0.93 * len(truth)
    assert all(sum(one.posterior.values()) == pytest.approx(1) and one.labelers == 5 for one in by_model.values())
    disputed = [one for one in by_model.values() if one.disputed]
    wrong = sum(one.value != truth[one.item_key] for one in disputed)
    settled_wrong = sum(one.value != truth[one.item_key] for one in by_model.values() if not one.disputed)
    assert disputed and wrong / len(disputed) > 3 * settled_wrong / (len(truth) - len(disputed))


def test_one_labeler_alone_cannot_be_held_against_anybody():
    with pytest.raises(LabelingError, match="answers of 1 labelers"):
        dawid_skene([("i", "ann", "mole"), ("j", "ann", "hair")])
