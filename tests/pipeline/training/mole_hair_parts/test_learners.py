"""Learners that can be asked again and again: what they say of photos they never saw, and where like lies."""

import numpy as np
import pytest

from pipeline.models.mole_hair import mole_hair
from pipeline.models.mole_hair_view import mole_hair_view
from pipeline.training.mole_hair import LEARNED, learned_from
from pipeline.training.mole_hair_parts.labelled import UNDECIDED, labelled, read_crops, rows_of, squares
from pipeline.training.mole_hair_parts.learners import LEARNERS, ring_table, rings
from pipeline.training.mole_hair_parts.out_of_sample import out_of_sample
from workbench.domain.errors import UsageError


@pytest.fixture(scope="module")
def data():
    return labelled(LEARNED)


def test_rings_do_not_change_when_a_photo_is_turned(data):
    some = squares(data.crops[:30])
    turned = np.rot90(some, axes=(1, 2))
    assert ring_table(turned) == pytest.approx(ring_table(np.ascontiguousarray(turned[:, :, ::-1])), abs=1e-4)
    assert ring_table(some) == pytest.approx(ring_table(turned), abs=1e-4)


def test_rings_tell_moles_on_photos_they_never_saw(data):
    held = out_of_sample(data, rings)
    assert held.sum(axis=1) == pytest.approx(1)
    mole = data.labels == 0
    above = (held[mole, 0][:, None] > held[~mole, 0][None]).mean()
    assert 0.9 < above < 0.999  # 0.999 would mean that it had seen them
    assert (held.argmax(axis=1) == data.labels).mean() > 0.7


def test_nobody_judges_a_photo_they_learned_from(data):
    some = data.take(np.arange(0, len(data), 4))
    seen = []

    def watches(part, seed):
        look = rings(part, seed)
        return lambda held: seen.append((set(part.sources), set(held.sources))) or look(held)

    out_of_sample(some, watches, folds=3)
    assert len(seen) == 3 and all(not learned & held for learned, held in seen)
    assert set().union(*(held for _, held in seen)) == set(some.sources)


def test_a_view_says_what_the_classifier_says():
    crops = squares(labelled(("validation",)).crops[:70])
    view = mole_hair_view(crops)
    assert view.odds == pytest.approx(mole_hair(crops), abs=1e-5)
    members = len(view.votes)
    assert view.votes.shape == (members, 70, 3) and members >= 2 and len(view.embedding) == 70
    assert view.votes.sum(axis=2) == pytest.approx(1, abs=1e-5) and np.ptp(view.votes, axis=0).max() > 0.01
    assert set(LEARNERS) == {"network", "rings"}


def test_crops_nobody_decided_on_are_read_too():
    rows = [row for row in rows_of() if row["label"] == "unsure"][:5]
    some = read_crops(rows)
    assert (some.labels == UNDECIDED).all() and some.crops.shape == (5, 96, 96, 3)
    assert len(read_crops([])) == 0


def test_a_dataset_with_a_photo_of_the_test_set_is_refused(tmp_path):
    import csv

    from pipeline.training.mole_hair_parts.labelled import FOLDER

    rows = rows_of()[:60]
    (tmp_path / "crops").symlink_to(FOLDER / "crops")
    with open(tmp_path / "labels.csv", "w", newline="", encoding="utf-8") as file:
        sheet = csv.DictWriter(file, list(rows[0]))
        sheet.writeheader()
        sheet.writerows([{**row, "split": "train"} for row in rows])
    with pytest.raises(UsageError, match="photos of the fixed test set would be learned from"):
        learned_from(tmp_path)
