"""Dawid-Skene: the likeliest answers when some labelers err more than others, and in their own ways."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable

from labeling.consensus.verdict import Consensus
from workbench.domain.errors import LabelingError

ROUNDS = 200
LEAST_LABELERS = 2


def dawid_skene(answers: Iterable[tuple[str, str, str]]) -> list[Consensus]:
    """Consensus with the posterior of each value, by crowd-kit's expectation-maximisation.

    Args:
        answers: (item, labeler, value); each labeler's answer to an item once.

    Raises:
        LabelingError: Fewer than two labelers: there is nobody to hold anybody against.

    Source: Dawid & Skene (1979), Maximum likelihood estimation of observer error-rates using the EM algorithm,
    Applied Statistics 28, 20-28.
    """
    import pandas as pd

    rows = list(answers)
    people = {labeler for _, labeler, _ in rows}
    if len(people) < LEAST_LABELERS:
        raise LabelingError(f"answers of {len(people)} labelers", allowed="two or more")
    labelers = Counter(item for item, _, _ in rows)
    with warnings.catch_warnings():
        # it asks for a progress bar nobody wants, and sets an index in a way that pandas 3 warns of
        warnings.simplefilter("ignore")
        from crowdkit.aggregation.classification.dawid_skene import DawidSkene

        posterior = DawidSkene(n_iter=ROUNDS).fit_predict_proba(pd.DataFrame(rows, columns=["task", "worker", "label"]))
    found = []
    for item, *shares in posterior.itertuples():
        chances = dict(zip(posterior.columns, map(float, shares), strict=True))
        best = max(chances, key=chances.__getitem__)
        found.append(Consensus(item_key=item, value=best, posterior=chances, labelers=labelers[item]))
    return found
