"""A worse model is noticed, an equal one is not refused, and the test set says how much it could have seen."""

import numpy as np
import pytest
from scipy import stats

from pipeline.models import compare_models as module
from pipeline.models.compare_models import compare_models
from pipeline.training.training import Evaluation, Item
from workbench.domain.errors import ModelError

CATEGORIES = ("furniture", "glassware", "jewellery", "knit_fur", "sheer")


def _evaluation(values, *, groups=20, takes=2, test_set="t", **more):
    """``values``: (categories, groups, takes) of IoU."""
    rows = tuple(
        Item(f"{category}/{g}/{t}", category, f"{category}/{g}", {"iou": float(values[c, g, t]), "seconds": 1.0})
        for c, category in enumerate(CATEGORIES)
        for g in range(groups)
        for t in range(takes)
    )
    return Evaluation(name="toy", test_set=test_set, rows=rows, **more)


def _two(rng, loss=0.0, spread=0.02, groups=20):
    """Two models whose differences go with the group, as they do in life."""
    base = rng.uniform(0.8, 0.98, (len(CATEGORIES), groups, 2))
    apart = rng.normal(0, spread, (len(CATEGORIES), groups, 1)) + rng.normal(0, spread / 3, base.shape)
    return base, base + apart - np.asarray(loss).reshape(-1, 1, 1)


def test_equal_models_are_seldom_refused_and_never_for_one_line_alone(monkeypatch):
    """The chance to refuse a model that is no worse anywhere stays near 5% over all categories together."""
    monkeypatch.setattr(module, "REPEATS", 999)
    rng, tries = np.random.default_rng(1), 80
    refused = 0
    for seed in range(tries):
        old, new = _two(rng)
        refused += bool(compare_models(_evaluation(old), _evaluation(new), seed=seed).worse)
    assert refused <= stats.binom.ppf(0.999, tries, 0.05)
    assert module.ALPHA == 0.05


def test_a_loss_in_one_category_is_found_there():
    rng = np.random.default_rng(2)
    old, new = _two(rng, loss=np.array([0, 0, 0.05, 0, 0]))
    found = compare_models(_evaluation(old), _evaluation(new))
    assert {(line.category, line.measure) for line in found.worse} >= {("jewellery", "iou")}
    assert not {line.category for line in found.worse} & {"furniture", "glassware", "knit_fur", "sheer"}
    line = next(line for line in found.lines if line.category == "jewellery")
    assert line.loss == pytest.approx(0.05, abs=0.02) and line.former - line.new == pytest.approx(line.loss)
    assert line.n == 40 and line.groups == 20
    assert {line.measure for line in found.lines} == {"iou"}  # seconds are shown elsewhere and decide nothing


def _with_questions(found, *wrong):
    """The same, and thirty items of another kind, some of them answered wrongly."""
    rows = tuple(Item(f"flag/{n}", "flag", f"flag/{n}", {"brier": 0.9 if n in wrong else 0.01 * n}) for n in range(30))
    return Evaluation(name="toy", test_set="t", rows=(*found.rows, *rows))


def test_each_measure_is_compared_where_it_was_taken():
    old, _ = _two(np.random.default_rng(11))
    former, worse = _with_questions(_evaluation(old)), _with_questions(_evaluation(old), *range(20))
    lines = {(line.category, line.measure): line for line in compare_models(former, worse).lines}
    assert lines["all", "brier"].n == 30 and lines["all", "iou"].n == 200 and ("flag", "iou") not in lines
    assert {place for place, line in lines.items() if line.worse} == {("all", "brier")}
    assert not compare_models(former, former).worse


def test_a_gain_is_no_loss():
    old, new = _two(np.random.default_rng(3), loss=-0.1)
    found = compare_models(_evaluation(old), _evaluation(new))
    assert not found.worse and all(line.loss < 0 for line in found.lines)


def test_the_loss_that_is_called_detectable_is_detected_four_times_in_five(monkeypatch):
    monkeypatch.setattr(module, "REPEATS", 999)
    rng = np.random.default_rng(4)
    stated = np.mean(
        [next(x for x in compare_models(*map(_evaluation, _two(rng))).lines if x.category == "sheer").detectable for _ in range(8)]
    )  # fmt: skip
    seen, tries = 0, 60
    for seed in range(tries):
        old, new = _two(rng, loss=np.array([0, 0, 0, 0, stated]))
        seen += any(x.category == "sheer" for x in compare_models(_evaluation(old), _evaluation(new), seed=seed).worse)
    assert 0.6 <= seen / tries <= 0.97


def test_pictures_of_one_group_are_not_counted_as_independent():
    rng = np.random.default_rng(5)
    old, new = _two(rng, loss=0.01)
    twice = compare_models(
        _evaluation(np.repeat(old, 4, axis=2), takes=8), _evaluation(np.repeat(new, 4, axis=2), takes=8)
    )
    once = compare_models(_evaluation(old), _evaluation(new))
    for many, few in zip(twice.lines, once.lines, strict=True):
        assert many.detectable == pytest.approx(few.detectable, rel=0.02)


def test_lower_is_better_where_it_is_said():
    old, new = _two(np.random.default_rng(6), loss=-0.1)
    better = {"iou": "lower"}
    assert compare_models(_evaluation(old, better=better), _evaluation(new, better=better)).worse


def test_the_same_model_loses_nothing_and_says_nothing_of_power():
    old, _ = _two(np.random.default_rng(7))
    found = compare_models(_evaluation(old), _evaluation(old))
    assert not found.worse and {line.detectable for line in found.lines} == {None}
    assert {line.p_worse for line in found.lines} == {1.0}


def test_a_small_steady_loss_is_a_loss():
    old, _ = _two(np.random.default_rng(8))
    assert compare_models(_evaluation(old), _evaluation(old - 0.001)).worse


def test_few_groups_are_shown_but_not_judged():
    old, new = _two(np.random.default_rng(9), loss=0.3, groups=4)
    found = compare_models(_evaluation(old, groups=4), _evaluation(new, groups=4))
    assert [line.category for line in found.lines if line.p_worse is not None] == ["all"]
    assert [line.category for line in found.worse] == ["all"]


@pytest.mark.parametrize("harm", ["test_set", "items", "measure", "other", "nan"])
def test_what_cannot_be_compared_is_refused(harm):
    old, _ = _two(np.random.default_rng(10))
    former = _evaluation(old)
    if harm == "test_set":
        new, words = _evaluation(old, test_set="another"), "the test sets differ"
    elif harm == "items":
        new, words = Evaluation(name="toy", test_set="t", rows=former.rows[:-1]), "the test sets differ"
    elif harm == "measure":
        new, words = _evaluation(old, better={"mse": "lower"}), "none of the measures that decide"
    elif harm == "other":
        rows = (former.rows[0]._replace(measures={"mse": 0.1}), *former.rows[1:])
        new, words = Evaluation(name="toy", test_set="t", rows=rows), "the same measures for both models"
    else:
        new, words = _evaluation(np.where(old == old[0, 0, 0], np.nan, old)), "allowed: a finite number"
    with pytest.raises(ModelError, match=words):
        compare_models(former, new)
