"""One person's board in one tab: the image on the screen, the next ones already taken, what was judged."""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from workbench.app import data, writer
from workbench.app.board_tabs import has_left, release_if_left
from workbench.app.board_words import in_words
from workbench.app.lane_badge import STATE_WORDS
from workbench.app.verdict_bar import Draft, Problem, Tally
from workbench.domain.errors import LakeError, WorkbenchError
from workbench.domain.records import Verdict
from workbench.jobs.correct_image import Corrected
from workbench.jobs.image_brief import Brief, image_brief
from workbench.jobs.judge_image import VerdictOutdated, judge_image
from workbench.jobs.qa_queue import ImageTaken, NothingToJudge, QueueFilters, QueueItem, next_images, renew, take_image
from workbench.jobs.undo_verdict import undo_verdict
from workbench.lake.desk import Desk

AHEAD = 3  # images taken beside the one shown: the next is on the screen before the queue is asked again
FEW = 2  # with fewer the queue is asked: not after every verdict, while the browser needs the processor to paint
LEFT_OPEN = 10  # images a person may pass by and keep; beyond that the first of them comes round again


@dataclass(slots=True, kw_only=True, eq=False)
class Shown:
    """One image that was on the screen; ``verdict`` and the ticks once it was judged."""

    item: QueueItem
    verdict: Verdict | None = None
    review_id: str | None = None
    ticks: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the bar and the viewer call this version."""
        item = self.item
        return f"{item.set_id}/{item.image_id}/{item.result_id}/{item.version}"


@dataclass(slots=True, kw_only=True, eq=False)
class BoardSession:
    """The board's memory between two runs of the page; lives in the browser's session."""

    holder: str
    tab: str = field(default_factory=lambda: uuid.uuid4().hex)
    filters: QueueFilters = field(default_factory=QueueFilters)
    trail: list[Shown] = field(default_factory=list)
    at: int = -1
    ahead: list[QueueItem] = field(default_factory=list)
    answered: str | None = None
    stored: str | None = None
    problem: Problem | None = None
    draft: Draft | None = None
    notice: str = ""
    ready: dict[str, Any] = field(default_factory=dict)  # what the viewer needs, by version
    briefs: dict[str, Brief | None] = field(default_factory=dict)
    counts: pl.DataFrame | None = None  # how much waits, as it was last counted
    uploads: int = 0
    correcting: tuple[Shown, str, float, Future[Corrected]] | None = None  # the file being checked, since when
    refused: str = ""
    accepted: str = ""

    # ---- what is on the screen -----------------------------------------------------------------------------------

    @property
    def shown(self) -> Shown | None:
        """The image on the screen."""
        return self.trail[self.at] if 0 <= self.at < len(self.trail) else None

    def start(self, filters: QueueFilters, linked: tuple[str, str] | None) -> None:
        """Take up the filters and the image the address names; anything else stays as it is.

        Args:
            filters: What to take from the queue.
            linked: Set and image of the address.
        """
        if filters != self.filters:
            self.let_go()
            self.filters = filters
        if self.shown is None and linked:
            self._open(*linked)
        if self.shown is None:
            self.forward()

    def forward(self) -> None:
        """Go to the next image without a verdict: one that was passed by, one already taken, or the queue's first."""
        later = [n for n in range(self.at + 1, len(self.trail)) if self.trail[n].verdict is None]
        if later:
            self.at = later[0]
            return
        if not self.ahead:
            self.refill()
        passed_by = [n for n, seen in enumerate(self.trail) if seen.verdict is None]
        if self.ahead:
            self.trail.append(Shown(item=self.ahead.pop(0)))
            self.at = len(self.trail) - 1
        else:
            self.at = passed_by[0] if passed_by else len(self.trail)

    def refill(self) -> bool:
        """Take images ahead when few are left; whether the queue was asked."""
        if len(self.ahead) >= FEW:
            return False
        passed_by = [seen for seen in self.trail if seen.verdict is None and seen is not self.shown]
        for seen in passed_by[:-LEFT_OPEN]:
            self._drop(seen)
        here = {item.key for item in self.open_items}
        most = len(here) + AHEAD
        found = data.read(lambda lake: next_images(lake, self._desk, self.holder, self.tab, self.filters, most))
        self.ahead = [item for item in found if item.key not in here][:AHEAD]
        return True

    def move(self, where: str) -> None:
        """Go back to the image shown before, or on to the next without a verdict; what is passed by stays taken."""
        self._answer("")
        if where == "previous":
            self.at = max(0, min(self.at, len(self.trail)) - 1)
            return
        if self.at + 1 >= len(self.trail):
            if not self.ahead:
                self.refill()
            if not self.ahead:
                self.notice = "This is the last image of the queue."
                return
            self.trail.append(Shown(item=self.ahead.pop(0)))
        self.at += 1

    # ---- verdicts ------------------------------------------------------------------------------------------------

    def judge(self, message: Mapping[str, Any]) -> None:
        """Store the verdict of a message; the next image is shown only when it is in the lake."""
        token, seen = message["token"], self.shown
        self._answer(token)
        if seen is None or seen.name != message["id"]:
            return  # answered before: the page moved on while the message was on its way
        said = {name: message[name] for name in ("verdict", "reasons", "actions", "usable")}
        try:
            judged = writer.write(
                lambda lake: judge_image(
                    lake, self._desk, seen.item, person_id=self.holder, tab=self.tab, token=token,
                    active_seconds=message["seconds"], **said,
                )
            )  # fmt: skip
        except VerdictOutdated as error:
            self._drop(seen)
            self.forward()
            self.notice = f"{seen.item.sku} was left as it is: {in_words(error)}"
        except WorkbenchError as error:
            self.problem = Problem(token=token, words=in_words(error), fresh=not isinstance(error, LakeError))
        else:
            seen.verdict, seen.review_id, seen.ticks = message["verdict"], judged.review_id, dict(message)
            self.stored = token
            self.forward()

    def undo(self, token: str) -> None:
        """Take back the newest verdict of this session; its image comes back with its ticks."""
        self._answer(token)
        last = self.last_judged
        if last is None or last.review_id is None:
            return
        review_id, ticks = last.review_id, last.ticks
        try:
            writer.write(lambda lake: undo_verdict(lake, self._desk, review_id, self.holder, tab=self.tab))
            last.item = self._take(last.item.set_id, last.item.image_id)
        except WorkbenchError as error:
            self.problem = Problem(token=token, words=in_words(error))
            return
        last.verdict = last.review_id = None
        kept = {name: ticks[name] for name in ("reasons", "actions", "usable", "seconds")}
        self.draft = Draft(token=review_id, **kept)
        self.at = self.trail.index(last)

    def corrected(self, seen: Shown) -> None:
        """A new version was made of an image: it takes the place of the one before, to be judged."""
        fresh = Shown(item=self._take(seen.item.set_id, seen.item.image_id))
        at, here = self.trail.index(seen), self.shown
        if seen.verdict is None:
            self.trail[at] = fresh
        else:  # the verdict on the version before stays in the tally
            self.trail.insert(at + 1, fresh)
        # whoever went on meanwhile stays where they are
        self.at = self.trail.index(fresh if here is seen or here is None else here)

    @property
    def last_judged(self) -> Shown | None:
        """The image of the newest verdict of this session."""
        return next((seen for seen in reversed(self.trail) if seen.verdict), None)

    @property
    def tally(self) -> Tally:
        """Verdicts of this session that stand."""
        judged = [seen for seen in self.trail if seen.verdict]
        seconds = [seen.ticks["seconds"] for seen in judged]
        of = {
            verdict: sum(seen.verdict == verdict for seen in judged) for verdict in ("approved", "rework", "rejected")
        }
        return Tally(**of, median_s=statistics.median(seconds) if seconds else None)

    # ---- what is known of an image -------------------------------------------------------------------------------

    def brief_of(self, item: QueueItem) -> Brief | None:
        """The brief, None when it cannot be read."""
        if item.key not in self.briefs:
            try:
                self.briefs[item.key] = data.read(lambda lake: image_brief(lake, item.row))
            except WorkbenchError:
                self.briefs[item.key] = None  # the page says so; the image can be judged without
        return self.briefs[item.key]

    @staticmethod
    def reviews_of(item: QueueItem) -> list[Mapping[str, Any]]:
        """Verdicts that stand on the image; a first look asks for none."""
        if item.review_id is None and item.version == 1:
            return []
        return data.read(lambda lake: lake.reviews_of(item.set_id, item.image_id)).to_dicts()

    # ---- claims --------------------------------------------------------------------------------------------------

    @property
    def left(self) -> bool:
        """Whether the tab was closed, or another page of the app was opened in it."""
        return has_left(self.tab)

    def come_back(self) -> None:
        """Begin under a new name if the tab was left: the old name takes nothing any more."""
        if self.left:
            self.tab = uuid.uuid4().hex

    @contextmanager
    def taking(self) -> Iterator[None]:
        """A run that may take images; a page closed meanwhile has them back in the queue when the run ends."""
        try:
            yield
        finally:
            release_if_left(self.tab, self.holder, self._desk)

    def renew(self) -> None:
        """Keep what is on the screen and ahead; what ran out and went to somebody else is let go."""
        mine = set(renew(self._desk, [*self.open_items, *self.ahead], self.holder, self.tab))
        self.ahead = [item for item in self.ahead if item.key in mine]
        for seen in [seen for seen in self.trail if seen.verdict is None and seen.item.key not in mine]:
            other = self._desk.take(seen.item.key, holder=self.holder, tab=self.tab)
            if other is not None:
                shown = self.shown is seen
                self._drop(seen)
                if shown:
                    self.forward()
                    self.notice = f"{seen.item.sku} ran out while you were away; {other.holder} has it now."

    def let_go(self) -> None:
        """Give everything back to the queue; verdicts stay."""
        self._desk.release([item.key for item in (*self.open_items, *self.ahead)], holder=self.holder)
        self.ahead = []
        self.trail = [seen for seen in self.trail if seen.verdict]
        self.at = len(self.trail)

    @property
    def open_items(self) -> list[QueueItem]:
        """What is taken and not judged."""
        return [seen.item for seen in self.trail if seen.verdict is None]

    @property
    def _desk(self) -> Desk:
        return Desk(data.settings())

    def _take(self, set_id: str, image_id: str) -> QueueItem:
        return data.read(lambda lake: take_image(lake, self._desk, set_id, image_id, self.holder, self.tab))

    def _open(self, set_id: str, image_id: str) -> None:
        try:
            item = self._take(set_id, image_id)
        except (ImageTaken, NothingToJudge) as error:
            self.notice = in_words(error)
            return
        if item.what is None:
            self.notice = f"{item.sku} waits for nobody: it is {STATE_WORDS.get(item.state, item.state)}."
            self._desk.release([item.key], holder=self.holder)
            return
        self.trail.append(Shown(item=item))
        self.at = len(self.trail) - 1

    def _drop(self, seen: Shown) -> None:
        at = self.trail.index(seen)
        del self.trail[at]
        self.at -= at <= self.at
        self._desk.release([seen.item.key], holder=self.holder)

    def _answer(self, token: str) -> None:
        self.answered, self.problem, self.draft = token, None, None
        self.notice = self.refused = self.accepted = ""
