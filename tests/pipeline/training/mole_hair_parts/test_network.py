"""A few steps of training: seeded, learning, and the same through plain arrays."""

import numpy as np

from pipeline.evaluation.ranking import auroc
from pipeline.training.mole_hair_parts.labelled import labelled, squares
from pipeline.training.mole_hair_parts.network import fit, torch_logits


def test_learning_is_seeded_and_gets_somewhere():
    data = labelled(("validation",))
    runs = [fit(data, seed=seed, steps=4) for seed in (1, 1, 2)]
    assert all(np.array_equal(runs[0][name], runs[1][name]) for name in runs[0])
    assert any(not np.array_equal(runs[0][name], runs[2][name]) for name in runs[0])
    longer = torch_logits(fit(data, seed=1, steps=30, drawn=False), squares(data.crops))
    assert auroc(longer[:, 0], data.labels == 0) > 0.85
