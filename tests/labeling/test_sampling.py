"""Every strategy takes what it says it takes, a share always goes by lot, and what is not known is asked for."""

import numpy as np
import pytest

from labeling.sampling.choose_next import RANDOM, choose_next
from labeling.sampling.pool import Pool
from labeling.sampling.strategy import find_strategy, strategy_names
from workbench.domain.errors import LabelingError, UsageError


def pool(number=40, seed=0, **more):
    rng = np.random.default_rng(seed)
    odds = rng.dirichlet((1, 1, 1), number)
    known = {
        "odds": odds, "votes": np.stack([odds, rng.dirichlet((1, 1, 1), number)]),
        "embedding": rng.normal(size=(number, 5)), "categories": tuple("ab"[place % 2] for place in range(number)),
    }  # fmt: skip
    return Pool(keys=tuple(f"k{place}" for place in range(number)), **(known | more))


def pick(name, of, budget, seed=0):
    return find_strategy(name).pick(of, budget, np.random.default_rng(seed))


def test_the_folder_is_the_registry():
    names = ("disagreement", "diversity", "failure_quota", "margin", "random", "uncertainty")
    assert strategy_names() == names and all(find_strategy(name).about for name in names)
    with pytest.raises(UsageError, match="did you mean 'margin'"):
        find_strategy("margins")


@pytest.mark.parametrize("name", strategy_names())
def test_each_gives_as_many_different_items_as_asked_for_and_no_more_than_there_are(name):
    chosen = pick(name, pool(), 15)
    assert len(chosen) == len(set(chosen)) == 15 and set(chosen) <= set(range(40))
    assert sorted(pick(name, pool(), 500)) == list(range(40))


def test_uncertainty_and_margin_look_for_different_things():
    odds = np.array([[0.98, 0.01, 0.01], [0.49, 0.49, 0.02], [0.42, 0.29, 0.29], [0.7, 0.2, 0.1]])
    few = pool(4, odds=odds, votes=odds[None])
    assert pick("uncertainty", few, 1) == [2] and pick("margin", few, 1) == [1]


def test_disagreement_wants_sure_engines_that_contradict_each_other():
    sure, other, torn = (0.98, 0.01, 0.01), (0.01, 0.98, 0.01), (0.4, 0.4, 0.2)
    votes = np.array([[sure, sure, torn], [sure, other, torn]])
    assert pick("disagreement", pool(3, odds=votes.mean(0), votes=votes, embedding=np.zeros((3, 1)),
                                     categories=("a",) * 3), 1) == [1]  # fmt: skip


def test_diversity_goes_where_nothing_is_labelled_yet():
    rng = np.random.default_rng(1)
    heaps = np.concatenate([rng.normal(place, 0.05, (10, 2)) for place in (0.0, 5.0, 10.0, 15.0)])
    of = pool(embedding=heaps, labelled=np.zeros((3, 2)))
    assert {place // 10 for place in pick("diversity", of, 3)} == {1, 2, 3}


def test_the_failure_quota_follows_how_often_a_category_fails():
    of = pool(400, categories=tuple("ab"[place % 2] for place in range(400)), failures={"a": 0.3, "b": 0.1})
    chosen = pick("failure_quota", of, 100)
    assert sum(of.categories[place] == "a" for place in chosen) == 75


def test_a_share_goes_by_lot_and_is_a_fair_sample_of_everything():
    drawn = np.zeros(40)
    for seed in range(300):
        chosen = choose_next(pool(), ["uncertainty", "margin"], 10, random_share=0.3, seed=seed)
        by_lot = [one.place for one in chosen if one.strategy == RANDOM]
        assert len(by_lot) == 3 and len({one.place for one in chosen}) == 10
        assert [one.strategy for one in chosen if one.strategy != RANDOM].count("margin") in (3, 4)
        drawn[by_lot] += 1
    assert drawn.sum() == 900 and drawn.min() > 5  # 22.5 on average, also for what no strategy wants


def test_the_same_seed_chooses_the_same_and_the_whole_pool_can_be_asked_for():
    first, again = (choose_next(pool(), ["diversity"], 12, seed=4) for _ in range(2))
    assert first == again
    assert len(choose_next(pool(), ["random"], 1000)) == 40


def test_what_is_not_known_is_asked_for():
    with pytest.raises(UsageError, match=r"disagreement needs votes.*allowed: .*margin"):
        choose_next(pool(votes=None), ["disagreement"], 5)
    with pytest.raises(LabelingError, match="for 40 items"):
        choose_next(pool(odds=np.zeros((3, 3))), ["margin"], 5)
