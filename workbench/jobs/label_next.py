"""Chooses what to label next, or again, keeps the choice in the lake, and sends it to Label Studio if asked."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.pictures import Pictures
from labeling.project import list_projects, read_project
from labeling.sampling.choose_next import RANDOM_SHARE, choose_next, usable_strategies
from pipeline.training.mole_hair_parts.labelled import FOLDER
from workbench import lake
from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.labels import LabelTask
from workbench.jobs.asked_before import asked_before
from workbench.jobs.crop_pool import crop_pool
from workbench.jobs.freeze_dataset import PROJECT
from workbench.jobs.image_pool import image_pool
from workbench.jobs.image_tasks import SHOWS, image_tasks
from workbench.jobs.label_server import crops_folder
from workbench.jobs.label_tasks import candidate_tasks
from workbench.jobs.push_labels import PushReport, push_made_tasks
from workbench.lake import label_worth
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

AGAIN = "label_errors"  # the strategy of what is labelled a second time
DISPUTED = "disputed"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A choice: its name, what was chosen in order (item_key, strategy), and from how many.

    What is asked again has a turn as well, "2" for the second time: fixed here, so that sending it twice asks once.
    """

    name: str
    picks: pl.DataFrame
    pool: int


def label_next(
    project: str, settings: Settings, *, budget: int, strategies: Sequence[str] = (), source: str | None = None,
    random_share: float = RANDOM_SHARE, seed: int = 0,
) -> Batch:  # fmt: skip
    """Choose the next items and note them.

    Args:
        project: Which one.
        settings: Workspace.
        budget: How many.
        strategies: They take turns; all that know enough of these items when left out.
        source: mole_hair: a folder of candidate crops; others: as ``label push --from``.
        random_share: Drawn by lot in any case.
        seed: Same seed, same lake, same choice.

    Raises:
        UsageError: A project whose items are drawn elsewhere, an unknown strategy, or nothing left to label.
    """
    import polars as pl

    if project == PROJECT:
        pool = crop_pool(settings, folder=Path(source or FOLDER))
    elif project in SHOWS:
        pool = image_pool(project, settings, source=source)
    else:
        known = [name for name in list_projects() if name in (PROJECT, *SHOWS)]
        raise UsageError(
            f"nothing to choose from for {project!r}: `workbench pilot` draws blind pairs", where="label next",
            allowed=known, nearest=nearest_match(project, known),
        )  # fmt: skip
    chosen = choose_next(pool, strategies or usable_strategies(pool), budget, random_share=random_share, seed=seed)
    picks = pl.DataFrame([{"item_key": pool.keys[one.place], "strategy": one.strategy} for one in chosen])
    return _noted(project, settings, picks.to_dicts(), len(pool))


def ask_again(project: str, settings: Settings, rows: Iterable[Mapping[str, Any]], *, why: str = AGAIN) -> Batch:
    """Note items whose labels are doubted (item_key and whatever is known of the doubt), to be labelled once more.

    An item that already waits for an answer is left out, and one that several questions are doubted of is asked once.

    Raises:
        UsageError: None are doubted, or all were asked already.
    """
    doubted: dict[str, dict[str, Any]] = {}
    for row in rows:
        doubted.setdefault(row["item_key"], {k: v for k, v in row.items() if k != "item_key"})
    if not doubted:
        raise UsageError("nothing is doubted", where=project, allowed="labels to doubt")
    asked = asked_before(read_project(project), doubted, settings)
    picks = [
        {
            "item_key": key, "strategy": why, "reason": reason,
            "turn": str(asked[key].times + 1) if key in asked else "",
        }
        for key, reason in doubted.items() if key not in asked or not asked[key].waiting
    ]  # fmt: skip
    if not picks:
        raise UsageError(
            f"all {len(doubted)} were asked already and wait for an answer", where=project,
            allowed=f"`workbench label pull {project}` once somebody labelled them",
        )  # fmt: skip
    return _noted(project, settings, picks, len(doubted))


def push_batch(
    project: str, batch: Batch, settings: Settings, *, source: str | None = None,
    say: Say = lambda words: None, on_progress: Callable[[Any], None] = lambda done: None,
) -> PushReport:  # fmt: skip
    """Send a choice to the server: what is asked again as it was shown before, the rest as it is found in the source.

    Raises:
        UsageError: A project whose tasks are drawn elsewhere.
        LabelingError: The server refuses or stays away.
    """
    made = read_project(project)
    if made.name not in (PROJECT, *SHOWS):
        raise UsageError(f"{made.name} is not sent by choice", allowed=[PROJECT, *SHOWS])
    pictures = Pictures(crops_folder(settings), made.name)
    pictures.add_examples(made.folder)
    turns = dict(batch.picks.select("item_key", "turn").iter_rows()) if "turn" in batch.picks.columns else {}
    asked = asked_before(made, turns, settings) if turns else {}
    again = [replace(asked[key].task, turn=turn) for key, turn in turns.items() if key in asked]
    only = _Only(frozenset(batch.picks["item_key"]) - asked.keys())
    if not only.keys:
        tasks: Iterable[LabelTask] = ()
    elif made.name in SHOWS:
        tasks = image_tasks(made, made.layout(), pictures, settings, source=source, limit=None, plan=only, say=say)
    else:
        tasks = candidate_tasks(made, made.layout(), pictures, folder=Path(source or FOLDER), plan=only)
    done = push_made_tasks(made, made.layout(), chain(again, tasks), settings, say=say, on_progress=on_progress)
    if left := batch.picks.height - done.pushed.sent - done.pushed.known:
        say(f"{left} of {batch.picks.height} left out: not in {source or 'the lake or the shipped crops'}")
    return done


@dataclass(frozen=True, slots=True)
class _Only:
    """Leaves of all candidates those that were chosen."""

    keys: frozenset[str]

    def choose(self, rows: Sequence[Any], key: Callable[[Any], str], *, limit: int | None) -> list[Any]:
        return [row for row in rows if key(row) in self.keys][:limit]


def _noted(project: str, settings: Settings, picks: list[dict[str, Any]], pool: int) -> Batch:
    import polars as pl

    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    with lake.open(settings) as store:
        label_worth.append_picks(store, project, name, picks)
    rows = [{name: one[name] for name in ("item_key", "strategy", "turn") if name in one} for one in picks]
    return Batch(name=name, picks=pl.DataFrame(rows), pool=pool)
