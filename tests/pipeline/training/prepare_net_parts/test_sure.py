"""An answer may contradict a manifest from where it proved right, over all and inside every source."""

import numpy as np

from pipeline.training.prepare_net_parts.sure import FEWEST, lowest

ONE = np.repeat("floor", 100)


def test_it_begins_where_the_mistakes_end():
    probability = np.linspace(1.0, 0.01, 100)
    right = np.arange(100) < 60
    at = lowest(probability, right, ONE)
    kept = right[probability >= at]
    assert len(kept) >= 60 and kept.mean() >= 0.95 and right[probability >= at - 0.02].mean() < 0.95


def test_a_source_where_it_is_wrong_keeps_it_silent():
    probability = np.linspace(1.0, 0.5, 100)
    sources = np.where(np.arange(100) % 20 == 0, "board", "floor")
    assert lowest(probability, np.ones(100, bool), sources) == 0.5
    assert lowest(probability, sources == "floor", sources) != 0.5
    assert lowest(probability[sources == "board"], np.zeros(5, bool), sources[sources == "board"]) is None


def test_too_few_answers_prove_nothing():
    few = FEWEST - 1
    assert lowest(np.ones(few), np.ones(few, bool), ONE[:few]) is None
