"""One answer out of several labelers': counted by Dawid-Skene or by majority, kept in the lake, disputes settled."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from labeling.consensus.dawid_skene import dawid_skene
from labeling.consensus.majority import majority
from labeling.consensus.verdict import Consensus
from labeling.project import read_project
from workbench import lake
from workbench.domain.errors import UsageError, nearest_match
from workbench.lake import label_worth, labels
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

METHODS = ("dawid_skene", "majority")
_CLOSE = 1e-6


def label_consensus(project: str, settings: Settings, *, method: str = "dawid_skene") -> pl.DataFrame:
    """Count every question with one answer a labeler, note what is new, and give what holds now, disputed first.

    Where nobody shares an item, or only one person labels, there is nothing to weigh and heads are counted.

    Args:
        project: Which one.
        settings: Workspace.
        method: ``dawid_skene`` or ``majority``.

    Raises:
        UsageError: Another method, or nothing was answered.
    """
    import polars as pl

    if method not in METHODS:
        raise UsageError(f"consensus by {method!r}", allowed=METHODS, nearest=nearest_match(method, METHODS))
    read_project(project)
    with lake.open(settings) as store:
        given = labels.answers(store, project)
        if given.is_empty():
            raise UsageError(
                f"no answer to {project} is on record",
                allowed=f"`workbench label pull {project}` after somebody labelled",
            )
        held = {(row["question"], row["item_key"]): row for row in label_worth.consensus(store, project).to_dicts()}
        for question, answers in _one_answer_each(given).items():
            shared = len({item for item, _, _ in answers}) < len(answers)
            several = len({labeler for _, labeler, _ in answers}) > 1
            used = method if shared and several else "majority"
            found = dawid_skene(answers) if used == "dawid_skene" else majority(answers)
            new = [_row(one) for one in found if not _stands(held.get((question, one.item_key)), one, used)]
            label_worth.append_consensus(store, project, question, used, new)
        return label_worth.consensus(store, project).sort(
            pl.col("disputed"), pl.col("item_key"), descending=[True, False]
        )


def disputed_items(project: str, settings: Settings) -> pl.DataFrame:
    """What a lead should look at, least sure first: question, item_key, value, sure, labelers, source, picture."""
    import polars as pl

    with lake.open(settings, read_only=True) as store:
        rows = label_worth.consensus(store, project).filter(pl.col("disputed"))
        shown = store.query(
            "label_pictures", {"project": project}, frames={"wanted": rows.select("item_key").to_arrow()}
        )
    sure = [max(json.loads(posterior).values(), default=0.0) for posterior in rows["posterior"]]
    return (
        rows.with_columns(sure=pl.Series(sure, dtype=pl.Float64))
        .join(shown, on="item_key", how="left")
        .select("question", "item_key", "value", "sure", "labelers", "posterior", "source", "picture")
        .sort("sure", "item_key")
    )


def settle_item(project: str, question: str, item_key: str, value: str, settings: Settings, *, by: str) -> None:
    """Note a lead's decision; it holds from now on, whatever is counted later.

    Raises:
        UsageError: The question is not asked, or knows no such word.
    """
    words = {one.name: one.words for layout in read_project(project).layouts.values()
             for one in layout.questions.values()}  # fmt: skip
    if value not in words.get(question, ()):
        raise UsageError(f"{question} = {value!r}", where=project, allowed=words.get(question, words))
    with lake.open(settings) as store:
        label_worth.append_settlement(store, project, question, item_key, value, by=by)


def _one_answer_each(given: pl.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """Questions in which nobody gave an item two words; the others are sets of flags and have no one answer."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for question, item, labeler, value in given.select("question", "item_key", "annotator", "value").iter_rows():
        found[question].append((item, labeler, value))
    return {
        question: answers
        for question, answers in found.items()
        if len({(item, labeler) for item, labeler, _ in answers}) == len(answers)
    }


def _row(one: Consensus) -> dict[str, object]:
    return {
        "item_key": one.item_key, "value": one.value, "posterior": one.posterior, "labelers": one.labelers,
        "disputed": one.disputed,
    }  # fmt: skip


def _stands(held: dict | None, one: Consensus, method: str) -> bool:
    """Whether the lake says so already; what a lead settled stands whatever was counted."""
    if held is None:
        return False
    if held["method"] == label_worth.SETTLED:
        return True
    was = json.loads(held["posterior"])
    same = was.keys() == one.posterior.keys() and all(abs(was[key] - one.posterior[key]) < _CLOSE for key in was)
    return same and held["method"] == method and held["labelers"] == one.labelers
