"""The learning curve: parts by photo, a band where families agree, none where they do not."""

import numpy as np

from pipeline.training.mole_hair_parts import learning_curve
from pipeline.training.mole_hair_parts.labelled import labelled
from pipeline.training.mole_hair_parts.learning_curve import Point, part_of, summary


def points(test, separations, labels):
    mole, rng = test.labels == 0, np.random.default_rng(0)
    return [
        Point(labels=n, scores=rng.normal(size=len(test)) + apart * mole)
        for apart, n in zip(separations, labels, strict=True)
    ]


def test_a_part_holds_whole_photos():
    data = labelled(("validation",))
    part = part_of(data, 0.5, seed=1)
    assert 0 < len(part) < len(data)
    for source in set(part.sources):
        assert (part.sources == source).sum() == (data.sources == source).sum()


def test_a_curve_that_has_levelled_off_gives_a_band(monkeypatch):
    monkeypatch.setattr(learning_curve, "DRAWS", 20)
    test = labelled(("test",))
    found = summary(points(test, (4.0,) * 8, (100, 100, 200, 200, 400, 400, 800, 800)), test)
    assert len(found["families"]) >= 2 and found["withheld"] is None
    assert 0.99 < found["band"][0] < found["band"][1] <= 1.0 and found["band"][1] - found["band"][0] < 0.01


def test_a_curve_that_still_rises_is_not_told_how_far(monkeypatch):
    monkeypatch.setattr(learning_curve, "DRAWS", 20)
    test = labelled(("test",))
    rising = (0.3, 0.3, 0.6, 0.6, 0.95, 0.95, 1.3, 1.3)
    found = summary(points(test, rising, (100, 100, 200, 200, 400, 400, 800, 800)), test)
    assert found["families_apart"] > found["limit"] and found["band"] is None and "apart" in found["withheld"]
