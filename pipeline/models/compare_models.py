"""Is the new model worse than the one in use, beyond noise, and how large a loss would have been noticed at all?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from pipeline.training.training import Better, Evaluation, Item
from workbench.domain.errors import ModelError

ALPHA = 0.05  # chance that a model that is no worse anywhere is refused
POWER = 0.80  # a loss counts as detectable if it would have been noticed four times in five
LEAST_GROUPS = 5  # fewer say nothing about spread; such a category is shown but not judged on its own
REPEATS = 10_000
ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measure in one category. A loss is positive when the new model is worse."""

    category: str
    measure: str
    better: Better
    n: int
    groups: int
    former: float
    new: float
    loss: float
    p_worse: float | None  # of a loss this large if the new model were no worse; None: not judged
    worse: bool  # after Holm's correction over all judged lines
    detectable: float | None  # smallest loss noticed four times in five; None without spread to say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two models on the same test items."""

    name: str
    test_set: str
    lines: tuple[Line, ...]

    @property
    def worse(self) -> tuple[Line, ...]:
        """Where the new model is worse beyond noise."""
        return tuple(line for line in self.lines if line.worse)


def compare_models(former: Evaluation, new: Evaluation, *, seed: int = 0) -> Comparison:
    """Hold two models against each other on the same items, category by category.

    Paired: the difference is taken item by item. Whole groups are drawn again (bootstrap-t), and the error of many
    looks is shared among all categories and measures (Holm). A measure is compared over the items that have it: one
    test set may hold several kinds of question.

    Args:
        former: The model in use.
        new: The one that would replace it.
        seed: Same seed, same answer.

    Raises:
        ModelError: The test sets differ, an item has no value, or no measure says which way is better.

    Source:
        Efron and Tibshirani 1993, ch. 12.5 (bootstrap-t). Holm 1979, "A simple sequentially rejective multiple test
        procedure".
    """
    pairs = _paired(former, new)
    parts = {name: [pair for pair in pairs if name in pair[0].measures] for name in new.better}
    if not any(parts.values()):
        raise ModelError(
            f"the evaluation has none of the measures that decide, but {sorted(pairs[0][1].measures)}",
            where=new.name, allowed=sorted(new.better),
        )  # fmt: skip
    lines = [
        _line(group, category, measure, new.better[measure], seed)
        for measure, part in parts.items() if part
        for category, group in _categories(part).items()
    ]  # fmt: skip
    return Comparison(name=new.name, test_set=new.test_set, lines=_holm(lines))


def _categories(pairs: list[tuple[Item, Item]]) -> dict[str, list[tuple[Item, Item]]]:
    """All items, and those of each category where there are several."""
    names = sorted({old.category for old, _ in pairs})
    parts = {name: [pair for pair in pairs if pair[0].category == name] for name in names}
    return {ALL: pairs} | (parts if len(names) > 1 else {})


def _paired(former: Evaluation, new: Evaluation) -> list[tuple[Item, Item]]:
    old, other = {row.item: row for row in former.rows}, {row.item: row for row in new.rows}
    if former.test_set != new.test_set or old.keys() != other.keys() or not old:
        raise ModelError(
            f"the test sets differ: {new.test_set!r} with {len(other)} items, {former.test_set!r} with {len(old)}",
            where=new.name, allowed="the same items for both models",
        )  # fmt: skip
    for row in (*former.rows, *new.rows):
        for measure, value in row.measures.items():
            if measure in new.better and not np.isfinite(value):
                raise ModelError(f"{measure} of {row.item} is {value}", where=new.name, allowed="a finite number")
    for item in old:
        if set(new.better) & (old[item].measures.keys() ^ other[item].measures.keys()):
            raise ModelError(
                f"{item} was measured by {sorted(other[item].measures)}, not by {sorted(old[item].measures)}",
                where=new.name, allowed="the same measures for both models",
            )  # fmt: skip
    return [(old[item], other[item]) for item in sorted(old)]


def _line(
    pairs: Sequence[tuple[Item, Item]], category: str, measure: str, better: Better, seed: int
) -> tuple[Line, float]:
    sign = 1.0 if better == "lower" else -1.0
    values = np.array([[old.measures[measure], new.measures[measure]] for old, new in pairs], dtype=np.float64)
    loss = sign * (values[:, 1] - values[:, 0])
    names, place = np.unique([old.group for old, _ in pairs], return_inverse=True)
    sums, sizes = np.bincount(place, loss), np.bincount(place).astype(float)
    p, error = _bootstrap_t(sums, sizes, seed)
    line = Line(
        category=category, measure=measure, better=better, n=len(pairs), groups=len(names),
        former=float(values[:, 0].mean()), new=float(values[:, 1].mean()), loss=float(loss.mean()),
        p_worse=p if len(names) >= LEAST_GROUPS else None, worse=False, detectable=None,
    )  # fmt: skip
    return line, error


def _bootstrap_t(sums: np.ndarray, sizes: np.ndarray, seed: int) -> tuple[float, float]:
    """Chance of so large a mean loss under none, and the mean's standard error, groups drawn again."""
    count = len(sums)
    if count < 2:
        return 1.0, 0.0
    mean, error = _mean_and_error(np.ones((1, count)), sums, sizes)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=REPEATS).astype(float)
    means, errors = _mean_and_error(drawn, sums, sizes)
    away = means - mean
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(errors > 0, away / errors, np.where(np.abs(away) < 1e-12, 0.0, np.sign(away) * np.inf))
        seen = mean[0] / error[0] if error[0] > 0 else np.sign(mean[0]) * np.inf if abs(mean[0]) > 1e-12 else 0.0
    return float((1 + (t >= seen).sum()) / (REPEATS + 1)), float(error[0])


def _mean_and_error(drawn: np.ndarray, sums: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over items and its standard error by linearisation, for each row of drawn groups."""
    count, total = len(sums), drawn @ sizes
    mean = drawn @ sums / total
    away = sums[None, :] - mean[:, None] * sizes[None, :]
    error = np.sqrt((drawn * away**2).sum(axis=1) * count / (count - 1)) / total
    return mean, np.where(error < 1e-12, 0.0, error)


def _holm(lines: list[tuple[Line, float]]) -> tuple[Line, ...]:
    """Lines with ``worse`` set where Holm's procedure rejects, and the loss that the strictest step could see."""
    judged = sorted(
        (i for i, (line, _) in enumerate(lines) if line.p_worse is not None), key=lambda i: lines[i][0].p_worse
    )
    rejected = set()
    for step, i in enumerate(judged):
        if lines[i][0].p_worse > ALPHA / (len(judged) - step):
            break
        rejected.add(i)
    level = ALPHA / max(1, len(judged))
    return tuple(
        replace(line, worse=i in rejected, detectable=_detectable(line, error, level))
        for i, (line, error) in enumerate(lines)
    )


def _detectable(line: Line, error: float, level: float) -> float | None:
    if error == 0.0 or line.p_worse is None:
        return None
    spread = stats.t(line.groups - 1)
    return float((spread.ppf(1 - level) + spread.ppf(POWER)) * error)
