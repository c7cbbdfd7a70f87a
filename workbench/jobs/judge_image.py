"""Keeps a person's verdict: first in the lake, then the files move to where the verdict puts them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from workbench.domain.errors import UsageError, WorkbenchError, nearest_match
from workbench.domain.records import Review, Status, Verdict
from workbench.domain.review_words import ACTIONS, REASONS, USABLE, VERDICTS, Usable, check_words, pixels_changed
from workbench.jobs.qa_queue import ImageTaken, claim_key
from workbench.jobs.standing_files import delivery_turn
from workbench.lake.desk import Desk
from workbench.lake.rows import key as make_key

if TYPE_CHECKING:
    from workbench.lake.lake import Lake


class VerdictOutdated(WorkbenchError):
    """What was judged is not what holds any more; nothing was stored. Show the image again."""


class Shown(Protocol):
    """What a person saw when they judged: a `QueueItem`, or anything with these names."""

    set_id: str
    image_id: str
    result_id: str
    version: int
    review_id: str | None  # the verdict that stood on it, None when nobody had judged it
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict that is in the lake. ``stored`` is False when the same submission was there already.

    ``delivered`` are the image's files now, relative to the workspace; empty for simulated rows. ``files_problem`` says
    why they could not be moved (the next verdict or start tries again), None when they were.
    """

    review_id: str
    set_id: str
    image_id: str
    result_id: str
    version: int
    verdict: Verdict
    state: Status
    stored: bool
    delivered: tuple[str, ...]
    files_problem: str | None
    seconds: float


def judge_image(
    store: Lake,
    desk: Desk,
    shown: Shown,
    *,
    person_id: str,
    verdict: Verdict,
    token: str,
    reasons: Iterable[str] = (),
    actions: Iterable[str] = (),
    usable: Usable | None = None,
    active_seconds: float | None = None,
    tab: str = "",
    source: str = "qa_board",
    reviewed_at: datetime | None = None,
) -> Judged:
    """Store a verdict on what was shown, move its files, and free the image.

    The order is: note on file that the image's files are about to move; the verdict into the lake (from here on it is
    never lost); the links; the note away; the claim. Whoever next takes the delivery turn - the next verdict, run,
    import or start of the app - finds a note that was left behind and moves that image's files.

    Args:
        store: The lake, open for writing; its settings name the workspace.
        desk: Where claims are kept.
        shown: What the person saw, with the version and the verdict that stood on it.
        person_id: Who judges; the claim must be theirs.
        verdict: ``approved``, ``rework`` or ``rejected``.
        token: Any text that is new for each press of a key: the same submission sent twice is stored once.
        reasons: Names of `review_words.REASONS`; rework and rejected need one.
        actions: Names of `review_words.ACTIONS`; they also say whether pixels were changed.
        usable: Of the automatic cutout, in manual and senior; None when it was not answered.
        active_seconds: Time the person worked on it, pauses not counted; None when it was not measured.
        tab: Which of their screens.
        source: Where the verdict was given.
        reviewed_at: When; now when left out.

    Raises:
        UsageError: A word that is not on the lists, or no reason given; nothing was stored.
        ImageTaken: The claim is somebody else's, or has run out and another has it.
        VerdictOutdated: Another version holds, or somebody judged it since it was shown.
    """
    began = time.perf_counter()
    review = _review(shown, person_id, verdict, token, reasons, actions, usable, active_seconds, source)
    review = review if reviewed_at is None else replace(review, reviewed_at=reviewed_at)
    claim = claim_key(shown.set_id, shown.image_id)
    other = desk.take(claim, holder=person_id, tab=tab)  # ran out and nobody has it: it is taken again
    if other is not None:
        raise ImageTaken(f"{other.holder} has this image on the screen", where=shown.image_id, nearest=other.holder)
    with delivery_turn(store) as turn:
        turn.note(shown.set_id, shown.image_id)
        kept = store.append_judgement(review, last_review_id=shown.review_id)
        if kept.problem is not None:
            turn.forget(shown.set_id, shown.image_id)
            desk.release([claim], holder=person_id)
            raise VerdictOutdated(kept.problem, where=shown.image_id, allowed="what holds now; look at it again")
        now = kept.before if kept.new else store.standing(shown.set_id, shown.image_id)
        state = verdict if kept.new else now.state
        try:
            delivered, problem = turn.settle(now, state), None
        except (WorkbenchError, OSError) as error:  # the verdict is safe; whoever has the turn next tries again
            delivered, problem = (), str(error)
    desk.release([claim], holder=person_id)
    return Judged(
        review_id=review.review_id, set_id=review.set_id, image_id=review.image_id, result_id=review.result_id,
        version=review.version, verdict=verdict, state=state, stored=kept.new, delivered=delivered,
        files_problem=problem, seconds=time.perf_counter() - began,
    )  # fmt: skip


def _review(
    shown: Shown, person_id: str, verdict: str, token: str, reasons, actions, usable, active_seconds, source
) -> Review:
    """The verdict as a record, its words checked."""
    if verdict not in VERDICTS:
        raise UsageError(f"verdict is {verdict!r}", allowed=VERDICTS, nearest=nearest_match(verdict, VERDICTS))
    reasons = check_words(reasons, REASONS, "reason is")
    actions = check_words(actions, ACTIONS, "action is")
    if usable is not None:
        (usable,) = check_words([usable], USABLE, "usable is")
    if verdict != "approved" and not reasons:
        raise UsageError(f"{verdict} without a reason", allowed=[word.name for word in REASONS])
    if active_seconds is not None and not 0 <= active_seconds < 86_400:
        raise UsageError(f"active_seconds is {active_seconds}", allowed="seconds of one day, or none")
    if not person_id:
        raise UsageError("nobody is named", allowed="the id of the person who judges")
    return Review(
        review_id=make_key("verdict", shown.result_id, shown.version, person_id, token), set_id=shown.set_id,
        image_id=shown.image_id, result_id=shown.result_id, version=shown.version, reviewer=person_id,
        reviewed_at=datetime.now(UTC), verdict=verdict, reasons=reasons, actions=actions,
        pixels_changed=pixels_changed(actions), active_seconds=active_seconds, usable=usable, source=source,
        simulated=shown.simulated,
    )  # fmt: skip
