"""Majority: the answer most labelers gave; a tie stays open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from labeling.consensus.verdict import Consensus


def majority(answers: Iterable[tuple[str, str, str]]) -> list[Consensus]:
    """Consensus by counting heads; its "posterior" is the share of labelers.

    Args:
        answers: (item, labeler, value); each labeler's answer to an item once.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for item, _, value in answers:
        votes[item][value] += 1
    found = []
    for item, given in votes.items():
        (value, most), *others = given.most_common()
        tied = bool(others) and others[0][1] == most
        total = given.total()
        found.append(
            Consensus(
                item_key=item,
                value=None if tied else value,
                posterior={word: number / total for word, number in given.items()},
                labelers=total,
            )
        )
    return found
