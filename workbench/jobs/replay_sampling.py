"""What each way of choosing would have bought on labels that exist: replayed round by round, against chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from labeling.sampling.choose_next import RANDOM, RANDOM_SHARE, choose_next
from labeling.sampling.pool import Pool
from labeling.sampling.strategy import strategy_names
from pipeline.evaluation.ranking import auroc
from pipeline.models.mole_hair import CLASSES
from pipeline.models.mole_hair_view import View
from pipeline.training.mole_hair_parts.figures import MOLE
from pipeline.training.mole_hair_parts.labelled import FOLDER, Labelled, labelled
from pipeline.training.mole_hair_parts.learners import LEARNERS

if TYPE_CHECKING:
    import polars as pl

START, STEP, ROUNDS, REPEATS, DRAWS = 100, 100, 3, 8, 400
MEASURES = ("auroc", "correct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """``rows``: strategy, labels, measure, value, gain (over chance), low, high; the gain's 95% interval is from test
    photos and repeats drawn again, the same for both sides.
    """

    rows: pl.DataFrame
    learner: str
    repeats: int
    labels: int
    test_crops: int
    test_photos: int


def replay_sampling(
    *, learner: str = "rings", strategies: Sequence[str] = (), repeats: int = REPEATS, rounds: int = ROUNDS,
    folder: Path = FOLDER, seed: int = 0, say: Callable[[str], None] = lambda words: None,
) -> Replay:  # fmt: skip
    """Pretend that most labels are not there yet: start from some photos, choose, learn, choose again.

    Each strategy spends the same share by lot that `label_next` spends. The test photos stay what they are.

    Args:
        learner: ``rings`` (seconds) or ``network`` (hours).
        strategies: All when left out.
        repeats: Starts from other photos.
        rounds: Choices after the start.
        folder: Labelled candidates.
        seed: Same seed, same figures.
        say: Told how far it is.
    """
    data, test = labelled(("train", "validation"), folder), labelled(("test",))
    names = [name for name in (strategies or strategy_names()) if name != RANDOM]
    scores: dict[str, list[list[np.ndarray]]] = {name: [] for name in (RANDOM, *names)}  # [repeat][round]
    for repeat in range(repeats):
        start = _start(data, seed + repeat)
        for name in scores:
            scores[name].append(_one(data, test, start, name, LEARNERS[learner], rounds, seed + repeat))
        say(f"repeat {repeat + 1} of {repeats}")
    return Replay(
        rows=_compared(scores, test, rounds, seed), learner=learner, repeats=repeats, labels=len(data),
        test_crops=len(test), test_photos=len(set(test.sources)),
    )  # fmt: skip


def _start(data: Labelled, seed: int) -> list[int]:
    """Crops of whole photos drawn by lot, until there are enough and of every class."""
    chosen: list[int] = []
    for photo in np.random.default_rng(seed).permutation(np.unique(data.sources)):
        chosen += np.flatnonzero(data.sources == photo).tolist()
        if len(chosen) >= START and len(set(data.labels[chosen])) == len(CLASSES):
            break
    return chosen


def _one(
    data: Labelled, test: Labelled, start: list[int], name: str, learner, rounds: int, seed: int
) -> list[np.ndarray]:
    known, seen = list(start), []
    for step in range(rounds + 1):
        mine = data.take(np.array(known))
        look = learner(mine, seed)
        seen.append(look(test).odds)
        if step == rounds:
            break
        taken = set(known)
        left = [place for place in range(len(data)) if place not in taken]
        pool = _pool(data.take(np.array(left)), look, mine)
        share = 1.0 if name == RANDOM else RANDOM_SHARE
        for choice in choose_next(pool, [name], STEP, random_share=share, seed=1000 * seed + step):
            known.append(left[choice.place])
    return seen


def _pool(left: Labelled, look: Callable[[Labelled], View], mine: Labelled) -> Pool:
    view, known = look(left), look(mine)
    called = [f"{kind} called {CLASSES[int(row.argmax())]}" for kind, row in zip(left.kinds, view.odds, strict=True)]
    sure = view.odds.max(axis=1)
    failures = {name: float(1 - sure[np.array(called) == name].mean()) for name in set(called)}
    return Pool(
        keys=tuple(map(str, left.names)), odds=view.odds, votes=view.votes, embedding=view.embedding,
        labelled=known.embedding, categories=tuple(called), failures=failures,
    )  # fmt: skip


def _compared(scores: dict[str, list[list[np.ndarray]]], test: Labelled, rounds: int, seed: int) -> pl.DataFrame:
    import polars as pl

    photos, place = np.unique(test.sources, return_inverse=True)
    rng = np.random.default_rng(seed)
    repeats = len(scores[RANDOM])
    weights = [np.ones(len(test))]
    weights += [rng.multinomial(len(photos), np.full(len(photos), 1 / len(photos)))[place] for _ in range(DRAWS)]
    drawn = [np.arange(repeats), *(rng.integers(repeats, size=repeats) for _ in range(DRAWS))]
    rows = []
    for step in range(1, rounds + 1):
        for measure in MEASURES:
            # (draws, repeats) a strategy; row 0 is what was seen
            table = {
                name: np.array([[_value(measure, runs[repeat][step], test, weight) for repeat in range(repeats)]
                                for weight in weights])
                for name, runs in scores.items()
            }  # fmt: skip
            base = np.array([row[chosen].mean() for row, chosen in zip(table[RANDOM], drawn, strict=True)])
            for name, values in table.items():
                mean = np.array([row[chosen].mean() for row, chosen in zip(values, drawn, strict=True)])
                gain = mean - base
                low, high = np.percentile(gain[1:], [2.5, 97.5])
                rows.append(
                    {
                        "strategy": name, "labels": START + step * STEP, "measure": measure, "value": float(mean[0]),
                        "gain": float(gain[0]), "low": float(low), "high": float(high),
                    }
                )  # fmt: skip
    return pl.DataFrame(rows)


def _value(measure: str, odds: np.ndarray, test: Labelled, weight: np.ndarray) -> float:
    if measure == "auroc":
        found = auroc(odds[:, MOLE], test.labels == MOLE, weight.astype(float))
        return 0.5 if found is None else found
    return float(np.average(odds.argmax(axis=1) == test.labels, weights=weight))
