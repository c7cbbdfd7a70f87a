"""Who needs a word about which class: how often a labeler names a class that others see, beside how often they do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

LEAST_ITEMS = 20  # of a class that a labeler must have answered before anything is said about them
LEVEL = 0.05  # over all labelers and classes together


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigure:
    """One labeler and one class. The truth is the known answer, where there is one, else what most others say.

    ``others_share`` is how often the other labelers name it, ``instead`` what this one says most often in its place,
    ``p_adjusted`` the chance of doing so badly by accident (exact binomial, Holm over all rows).
    """

    labeler: str
    word: str
    items: int
    right: int
    share: float | None
    low: float | None
    high: float | None
    others_share: float | None
    instead: str | None
    p_adjusted: float | None

    @property
    def needs_a_word(self) -> bool:
        """Whether it is more than bad luck."""
        return self.p_adjusted is not None and self.p_adjusted < LEVEL


def class_figures(
    answers: Iterable[tuple[str, str, str]], words: Sequence[str], known: Mapping[str, str] | None = None
) -> list[ClassFigure]:
    """A row a labeler and class, of the items whose truth can be told without the labeler.

    Args:
        answers: (item, labeler, value); each labeler's answer to an item once.
        words: Every class.
        known: Item -> value that is known to be right.
    """
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for item, labeler, value in answers:
        said[item][labeler] = value
    seen: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for item, given in said.items():
        for labeler, value in given.items():
            if (truth := _truth(item, labeler, given, known or {})) is not None:
                seen[labeler][truth][value] += 1
    total = {word: sum((seen[labeler][word] for labeler in seen), Counter()) for word in words}
    rows = []
    for labeler in sorted(seen):
        for word in words:
            own, others = seen[labeler][word], total[word] - seen[labeler][word]
            rows.append(_figure(labeler, word, own, others))
    return _together(rows)


def wilson(right: int, n: int) -> tuple[float | None, float | None]:
    """The 95% interval of a share (Wilson 1927)."""
    from statsmodels.stats.proportion import proportion_confint

    if n == 0:
        return None, None
    low, high = proportion_confint(right, n, method="wilson")
    return max(0.0, float(low)), min(1.0, float(high))


def _truth(item: str, labeler: str, given: Mapping[str, str], known: Mapping[str, str]) -> str | None:
    if item in known:
        return known[item]
    votes = Counter(value for other, value in given.items() if other != labeler).most_common()
    return votes[0][0] if votes and (len(votes) == 1 or votes[0][1] > votes[1][1]) else None


def _figure(labeler: str, word: str, own: Counter[str], others: Counter[str]) -> ClassFigure:
    from scipy.stats import binom

    n, right, n_others = own.total(), own[word], others.total()
    low, high = wilson(right, n)
    missed = Counter({value: number for value, number in own.items() if value != word}).most_common(1)
    share_others = others[word] / n_others if n_others else None
    enough = min(n, n_others) >= LEAST_ITEMS
    p = float(binom.cdf(right, n, min(share_others, 1 - 1e-9))) if enough else None
    return ClassFigure(
        labeler=labeler, word=word, items=n, right=right, share=right / n if n else None, low=low, high=high,
        others_share=share_others, instead=missed[0][0] if missed else None, p_adjusted=p,
    )  # fmt: skip


def _together(rows: list[ClassFigure]) -> list[ClassFigure]:
    """The same with ``p_adjusted`` that holds for all of them together (Holm 1979)."""
    from statsmodels.stats.multitest import multipletests

    tested = [place for place, row in enumerate(rows) if row.p_adjusted is not None]
    out = list(rows)
    if tested:
        for place, p in zip(tested, multipletests([rows[k].p_adjusted for k in tested], method="holm")[1], strict=True):
            out[place] = replace(rows[place], p_adjusted=float(p))
    return out
