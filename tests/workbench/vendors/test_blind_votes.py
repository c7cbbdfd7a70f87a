"""What blind votes show, and what they do not."""

import itertools

import numpy as np
import pytest

from workbench.vendors.blind_votes import Vote, bradley_terry, consistency, guessing, preference

STRENGTH = {"a": 1.0, "b": 0.0, "c": -1.0}


def votes(rng, *, images=40, judges=4, strength=STRENGTH, taste=0.0, machine=None):
    found = []
    for judge in range(judges):
        for image in range(images):
            leaning = rng.normal(0, taste)
            for left, right in itertools.combinations(sorted(strength), 2):
                left, right = (left, right) if rng.uniform() < 0.5 else (right, left)
                chance = 1 / (1 + np.exp(-(strength[left] - strength[right] + (leaning if left < right else -leaning))))
                guess = None
                if machine is not None:
                    guess = (
                        ("left" if left == "a" else "right")
                        if rng.uniform() < machine
                        else ("right" if left == "a" else "left")
                    )
                found.append(Vote(pair=f"{image}-{min(left, right)}{max(left, right)}", turn=0, image_id=str(image),
                                  category="apparel", judge=f"j{judge}", left=left, right=right,
                                  choice="left" if rng.uniform() < chance else "right", machine=guess))  # fmt: skip
    return found


def test_the_ranking_is_that_of_the_strengths():
    found = bradley_terry(votes(np.random.default_rng(0), images=100))
    assert [one.engine for one in found] == ["a", "b", "c"]
    for one in found:
        assert one.strength == pytest.approx(STRENGTH[one.engine], abs=0.25)
        assert one.low < one.strength < one.high


def test_the_fit_is_that_of_a_logistic_regression():
    import statsmodels.api as sm

    met = votes(np.random.default_rng(1), images=300, judges=1)
    names = ["a", "b"]
    design = np.array([[(v.left == n) - (v.right == n) for n in names] for v in met], float)
    model = sm.GLM(np.array([v.choice == "left" for v in met], float), design, family=sm.families.Binomial()).fit()
    free = np.array([*model.params, 0.0])
    found = {one.engine: one.strength for one in bradley_terry(met, draws=2)}
    assert [found[n] for n in "abc"] == pytest.approx(list(free - free.mean()), abs=0.02)  # half a win is added


def test_one_that_never_lost_has_a_finite_strength():
    met = [
        Vote(pair=str(n), turn=0, image_id=str(n), category="x", judge="j", left="a", right="b", choice="left")
        for n in range(9)
    ]
    found = bradley_terry(met)
    assert found[0].engine == "a" and np.isfinite(found[0].strength)
    assert bradley_terry([]) == []


def test_preference_is_a_share_with_an_interval_that_knows_images_and_judges():
    met = votes(np.random.default_rng(12), images=60)
    found = preference(met, "a", "b")
    assert found.low < 1 / (1 + np.exp(-1)) < found.high and found.judges == 4 and found.votes == 240
    assert preference(met, "b", "a").share == pytest.approx(1 - found.share)
    shared = votes(np.random.default_rng(3), images=60, taste=3.0, strength={"a": 0.0, "b": 0.0})
    copied = [
        Vote(**{f: getattr(v, f) for f in Vote.__slots__} | {"judge": f"j{k}"}) for k in range(8) for v in shared[:60]
    ]
    one = preference(copied, "a", "b")  # eight judges who all say the same on each image add nothing
    alone = preference(shared[:60], "a", "b")
    assert one.high - one.low > 0.9 * (alone.high - alone.low)


def test_intervals_cover_over_many_tests():
    rng = np.random.default_rng(4)
    hits = 0
    for n in range(80):
        found = preference(votes(rng, images=25, judges=3, strength={"a": 0.0, "b": 0.0}), "a", "b", draws=300, seed=n)
        hits += found.low <= 0.5 <= found.high
    assert hits / 80 > 0.88


def test_repeats_measure_consistency_and_count_nowhere_else():
    first = Vote(pair="p", turn=0, image_id="1", category="x", judge="j", left="a", right="b", choice="left")
    again = Vote(pair="p", turn=1, image_id="1", category="x", judge="j", left="b", right="a", choice="right")
    other = Vote(pair="q", turn=0, image_id="2", category="x", judge="j", left="a", right="b", choice="equal")
    moved = Vote(pair="q", turn=1, image_id="2", category="x", judge="j", left="a", right="b", choice="left")
    found = consistency([first, again, other, moved])
    assert found.share == 0.5 and found.votes == 2
    assert preference([first, again, other, moved], "a", "b").votes == 2


def test_indistinguishable_only_inside_the_margin_after_the_last_planned_vote():
    met = votes(np.random.default_rng(5), images=150, judges=4, strength={"a": 0.0, "b": 0.0}, machine=0.5)
    found = guessing(met, "b", margin=0.1, planned=600)
    assert found.indistinguishable and found.words.startswith("indistinguishable")
    assert not guessing(met, "b", margin=0.01, planned=600).indistinguishable
    early = guessing(met, "b", margin=0.1, planned=601)
    assert not early.indistinguishable and "600 of 601" in early.words


def test_they_can_tell():
    met = votes(np.random.default_rng(6), images=60, judges=3, strength={"a": 0.0, "b": 0.0}, machine=0.8)
    found = guessing(met, "b", margin=0.1, planned=10)
    assert found.words == "they can tell" and found.accuracy.low > 0.6


def test_one_judge_says_nothing_about_others():
    met = votes(np.random.default_rng(7), images=200, judges=1, strength={"a": 0.0, "b": 0.0}, machine=0.5)
    assert "one judge" in guessing(met, "b", margin=0.2, planned=10).words


def test_nothing_is_concluded_from_nothing():
    assert "nothing can be said" in guessing([], "b", margin=0.1, planned=0).words
