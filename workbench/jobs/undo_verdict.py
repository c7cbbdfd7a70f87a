"""Takes a verdict back: it stays on record, counts no more, and the image is on the person's screen again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.errors import WorkbenchError
from workbench.domain.records import Status
from workbench.jobs.qa_queue import ImageTaken, claim_key
from workbench.jobs.standing_files import delivery_turn
from workbench.lake.desk import Desk

if TYPE_CHECKING:
    from workbench.lake.lake import Lake


class CannotUndo(WorkbenchError):
    """The verdict stands: it is not the newest, not one's own, or gone already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A verdict that counts no more; the image is claimed by the person again. ``state`` is where it stands now."""

    review_id: str
    set_id: str
    image_id: str
    state: Status
    delivered: tuple[str, ...]
    files_problem: str | None  # why the files could not be moved yet


def undo_verdict(
    store: Lake, desk: Desk, review_id: str, person_id: str, *, lead: bool = False, tab: str = ""
) -> Undone:
    """Take back the newest verdict of an image, one's own unless one leads.

    Args:
        store: The lake, open for writing.
        desk: Where claims are kept.
        review_id: As `judge_image` gave it.
        person_id: Who takes it back.
        lead: May take back others' verdicts too.
        tab: Which of their screens has the image afterwards.

    Raises:
        CannotUndo: Unknown, another's, not the newest of its image, taken back already, or a new version came since.
        ImageTaken: Somebody else has the image on their screen.
    """
    found = store.query("review_of", {"review_id": review_id}).to_dicts()
    if not found:
        raise CannotUndo("there is no such verdict", where=review_id)
    (row,) = found
    set_id, image_id = row["set_id"], row["image_id"]
    if row["reviewer"] != person_id and not lead:
        raise CannotUndo(
            f"the verdict is {row['reviewer']}'s", where=image_id, allowed="one's own; a lead takes back any"
        )
    claim = claim_key(set_id, image_id)
    other = desk.take(claim, holder=person_id, tab=tab)
    if other is not None:
        raise ImageTaken(f"{other.holder} has this image on the screen", where=image_id, nearest=other.holder)
    with delivery_turn(store) as turn:
        turn.note(set_id, image_id)
        kept = store.append_undo(
            review_id, set_id=set_id, image_id=image_id, retracted_by=person_id, simulated=row["simulated"]
        )
        if kept.problem is not None:
            turn.forget(set_id, image_id)
            desk.release([claim], holder=person_id)
            raise CannotUndo(kept.problem, where=image_id)
        now = store.standing(set_id, image_id)
        try:
            delivered, problem = turn.settle(now), None
        except (WorkbenchError, OSError) as error:  # it is taken back; whoever has the turn next moves the files
            delivered, problem = (), str(error)
    return Undone(
        review_id=review_id, set_id=set_id, image_id=image_id, state=now.state, delivered=delivered,
        files_problem=problem,
    )  # fmt: skip
