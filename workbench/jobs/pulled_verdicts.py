"""Verdicts given in Label Studio become verdicts as on the QA board: same rules, same table, once each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import UsageError
from workbench.jobs.judge_image import VerdictOutdated, judge_image
from workbench.jobs.qa_queue import ImageTaken, claim_key
from workbench.jobs.undo_verdict import CannotUndo, undo_verdict
from workbench.lake import labels
from workbench.lake.desk import Desk

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

SOURCE = "label_studio"
_DAY_S = 86_400.0


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """What came of a pull."""

    new: int = 0
    taken_back: int = 0  # edited or deleted there
    waiting: int = 0  # somebody has the image on the QA board; the next pull tries again
    left: int = 0  # could not become a verdict; label_reviews.problem says why


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What a person saw when they judged (see `judge_image.Shown`)."""

    set_id: str
    image_id: str
    result_id: str
    version: int
    review_id: str | None
    simulated: bool = False


def settle_verdicts(
    store: Lake, desk: Desk, project_key: str, *, say: Callable[[str], None] = lambda words: None
) -> Verdicts:
    """Turn what labelers answered into verdicts; what was edited or deleted there is taken back first.

    A verdict counts for the version that was shown and only while nobody judged it meanwhile: as on the board, what is
    outdated is not stored, and why is noted. Interrupted anywhere, the next call goes on.
    """
    done = Verdicts()
    for row in labels.verdicts_due(store, project_key).iter_rows(named=True):
        try:
            if row["review_id"] is not None:
                _take_back(store, desk, row)
                done.taken_back += 1
            review_id = None if row["withdrawn"] or row["verdict"] is None else _judge(store, desk, row)
            done.new += review_id is not None
            _note(store, project_key, row, review_id, None)
        except ImageTaken as error:
            done.waiting += 1
            say(f"{error.where}: {error.reason}; the next pull tries again")
        except (VerdictOutdated, CannotUndo, UsageError) as error:
            done.left += 1
            _note(store, project_key, row, None, str(error))
            say(f"{row['annotator']}'s verdict is left out: {error}")
    return done


def _take_back(store: Lake, desk: Desk, row: Mapping[str, Any]) -> None:
    undone = undo_verdict(store, desk, row["review_id"], row["annotator"], lead=True)
    desk.release([claim_key(undone.set_id, undone.image_id)], holder=row["annotator"])


def _judge(store: Lake, desk: Desk, row: Mapping[str, Any]) -> str:
    seconds = row["lead_time_s"]
    judged = judge_image(
        store, desk, _Judged(**json.loads(row["data"])["judged"]), person_id=row["annotator"], verdict=row["verdict"],
        reasons=row["reasons"] or (), token=row["row_key"], source=SOURCE, reviewed_at=row["updated_at"],
        active_seconds=seconds if seconds is not None and 0 <= seconds < _DAY_S else None,
    )  # fmt: skip
    return judged.review_id


def _note(store: Lake, project_key: str, row: Mapping[str, Any], review_id: str | None, problem: str | None) -> None:
    labels.append_settled(
        store, row["row_key"], project_key=project_key, annotation_id=row["annotation_id"], review_id=review_id,
        problem=problem,
    )  # fmt: skip
