"""What people said without knowing whose work they saw: shares, a ranking, and whether they could tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.vendors.two_way_draws import two_way_draws

DRAWS = 2000
LEAST_JUDGES = 2
Choice = Literal["left", "right", "equal"]
_PRIOR = 0.5  # of a win each way between any two engines, so that a clean sweep has a finite strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One comparison: which side was preferred, and which one was taken for the machine's (None: not asked)."""

    pair: str  # id of the pair; a repeat has the same with another turn
    turn: int
    image_id: str
    category: str
    judge: str
    left: str  # engine
    right: str
    choice: Choice
    machine: Choice | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its 95% interval over images and judges; None with a ``reason`` where there is none."""

    share: float | None
    low: float | None
    high: float | None
    votes: int
    images: int
    judges: int
    reason: str | None = None


def preference(votes: Sequence[Vote], engine: str, other: str, *, draws: int = DRAWS, seed: int = 0) -> Share:
    """How often one engine's work was preferred to another's; "equal" counts half. Repeats are left out."""
    met = [vote for vote in votes if vote.turn == 0 and {vote.left, vote.right} == {engine, other}]
    return _share(met, [_won(vote, engine) for vote in met], draws, seed)


def consistency(votes: Sequence[Vote], *, draws: int = DRAWS, seed: int = 0) -> Share:
    """How often a pair that was shown again got the same answer, sides turned."""
    first = {(vote.judge, vote.pair): vote for vote in votes if vote.turn == 0}
    again = [vote for vote in votes if vote.turn > 0 and (vote.judge, vote.pair) in first]
    same = [float(_winner(vote) == _winner(first[vote.judge, vote.pair])) for vote in again]
    return _share(again, same, draws, seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """Place of one engine: log strength against the mean of all, with its interval, and the chance to be preferred."""

    engine: str
    strength: float
    low: float
    high: float
    wins_against_mean: float
    votes: int


def bradley_terry(votes: Sequence[Vote], *, draws: int = 500, seed: int = 0) -> list[Strength]:
    """The engines in the order in which they were preferred, with intervals over images and judges.

    Half a win each way is added between any two engines, so that one that never lost has a finite strength.

    Source:
        Bradley and Terry 1952; Hunter 2004, "MM algorithms for generalized Bradley-Terry models".
    """
    import numpy as np

    met = [vote for vote in votes if vote.turn == 0]
    names = sorted({name for vote in met for name in (vote.left, vote.right)})
    if len(names) < 2:
        return []
    place = {name: n for n, name in enumerate(names)}
    left = np.array([place[vote.left] for vote in met])
    right = np.array([place[vote.right] for vote in met])
    won = np.array([_won(vote, vote.left) for vote in met])
    weights = two_way_draws([v.image_id for v in met], [v.judge for v in met], draws=draws, seed=seed)
    found = _fit(_wins(np.ones(len(met)), left, right, won, len(names)))
    drawn = np.array([_fit(_wins(row, left, right, won, len(names))) for row in weights])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    ranked = [
        Strength(
            engine=name, strength=float(found[n]), low=float(low[n]), high=float(high[n]),
            wins_against_mean=float(1 / (1 + np.exp(-found[n]))), votes=int(((left == n) | (right == n)).sum()),
        )
        for name, n in place.items()
    ]  # fmt: skip
    return sorted(ranked, key=lambda one: -one.strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessing:
    """Whether people could tell the machine's work: ``words`` says what may be concluded, and nothing more."""

    accuracy: Share
    margin: float
    indistinguishable: bool
    words: str


def guessing(votes: Sequence[Vote], reference: str, *, margin: float, planned: int, draws: int = DRAWS,
             seed: int = 0) -> Guessing:  # fmt: skip
    """Whether people can tell an engine's work from the reference's, against a margin fixed beforehand.

    Args:
        votes: All of them.
        reference: The engine that stands for the retoucher.
        margin: They cannot tell if the whole interval lies within 0.5 plus or minus this.
        planned: Votes registered before the first; nothing is concluded earlier.
        draws: Of the bootstrap.
        seed: Same seed, same interval.
    """
    asked = [v for v in votes if v.turn == 0 and v.machine is not None and reference in (v.left, v.right)]
    right = [0.5 if v.machine == "equal" else float(_at(v, v.machine) != reference) for v in asked]
    found = _share(asked, right, draws, seed)
    done = sum(vote.turn == 0 for vote in votes)
    within = found.low is not None and 0.5 - margin < found.low and found.high < 0.5 + margin
    if found.share is None:
        words = f"nothing can be said: {found.reason}"
    elif done < planned:
        words, within = f"{done} of {planned} registered comparisons: nothing is concluded before the last", False
    elif found.judges < LEAST_JUDGES:
        words, within = "one judge: this says nothing about other people", False
    elif within:
        words = "indistinguishable: the whole interval lies within the margin fixed beforehand"
    elif found.low > 0.5:
        words = "they can tell"
    else:
        words = "not shown to be indistinguishable, and not shown to be told apart"
    return Guessing(accuracy=found, margin=margin, indistinguishable=within, words=words)


def _share(votes: Sequence[Vote], values: Sequence[float], draws: int, seed: int) -> Share:
    import numpy as np

    images, judges = [v.image_id for v in votes], [v.judge for v in votes]
    sizes = {"votes": len(votes), "images": len(set(images)), "judges": len(set(judges))}
    if not votes:
        return Share(share=None, low=None, high=None, **sizes, reason="no comparisons")
    if sizes["images"] < 2:
        return Share(share=float(np.mean(values)), low=None, high=None, **sizes, reason="one image has no spread")
    weights = two_way_draws(images, judges, draws=draws, seed=seed)
    total = weights.sum(axis=1)
    drawn = (weights @ np.asarray(values))[total > 0] / total[total > 0]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Share(share=float(np.mean(values)), low=float(low), high=float(high), **sizes)


def _at(vote: Vote, side: Choice) -> str:
    return vote.left if side == "left" else vote.right


def _winner(vote: Vote) -> str:
    return "equal" if vote.choice == "equal" else _at(vote, vote.choice)


def _won(vote: Vote, engine: str) -> float:
    return 0.5 if vote.choice == "equal" else float(_winner(vote) == engine)


def _wins(weights, left, right, won, names: int):
    import numpy as np

    wins = np.full((names, names), _PRIOR)
    np.fill_diagonal(wins, 0.0)
    np.add.at(wins, (left, right), weights * won)
    np.add.at(wins, (right, left), weights * (1 - won))
    return wins


def _fit(wins):
    """Log strengths around 0 by the MM algorithm; with the added half wins it always converges."""
    import numpy as np

    met, won = wins + wins.T, wins.sum(axis=1)
    strength = np.ones(len(wins))
    for _ in range(1000):
        pairs = met / (strength[:, None] + strength[None, :])
        np.fill_diagonal(pairs, 0.0)
        new = won / pairs.sum(axis=1)
        new /= np.exp(np.log(new).mean())
        if np.abs(np.log(new / strength)).max() < 1e-9:
            break
        strength = new
    return np.log(new)
