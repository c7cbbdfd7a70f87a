"""What waits for a person, in the order to work on it; nobody is given what another has on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from workbench.domain.errors import UsageError, WorkbenchError
from workbench.lake.desk import Desk

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake

What = Literal["review", "audit", "correct"]
WHATS: tuple[What, ...] = ("review", "audit", "correct")


class ImageTaken(WorkbenchError):
    """Somebody else has the image on their screen. ``holder`` says who."""

    @property
    def holder(self) -> str:
        """Id of the person who has it."""
        return self.nearest or ""

    @property
    def reason(self) -> str:
        """The message; a name is no spelling to suggest."""
        return self.found


class NothingToJudge(UsageError):
    """The image is unknown, or there is no result a person could judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilters:
    """What to take from the queue; None means all.

    ``whats``: ``review`` waits for a first look in check, manual and senior, or as a corrected version in any lane;
    ``audit`` is the sample of the auto lane nobody has seen; ``correct`` waits for a corrected version.
    """

    whats: tuple[What, ...] = ("review", "audit")
    run_id: str | None = None
    set_id: str | None = None
    category: str | None = None
    lane: str | None = None
    brand: str | None = None
    include_simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One image on somebody's screen, as it was when it was shown.

    ``review_id`` is the verdict that stands on this version, None before the first: a verdict given on what is shown
    here is refused when another one came in between. ``row`` is the whole row of the result that holds, with the
    columns of `Lake.results_of` (checks, artefacts, reasons, geometry, attributes, path, …).
    """

    set_id: str
    image_id: str
    result_id: str
    version: int
    review_id: str | None
    what: What | None  # None: opened by link, it waits for nobody
    state: str
    lane: str
    sku: str
    category: str | None
    brand: str | None
    campaign_tier: str
    deadline: datetime | None
    received_at: datetime | None
    risk: float | None
    run_id: str
    simulated: bool
    row: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Its name on the desk."""
        return claim_key(self.set_id, self.image_id)


def claim_key(set_id: str, image_id: str) -> str:
    """The name an image's claim has on the desk."""
    return f"{set_id}/{image_id}"


def next_images(
    store: Lake, desk: Desk, person_id: str, tab: str = "", filters: QueueFilters = QueueFilters(), most: int = 3
) -> list[QueueItem]:
    """Take the most urgent images nobody else has; one's own claims of this tab count and are renewed.

    Sorted by deadline, tier (high value first), risk (highest first), then the longest waiting.

    Args:
        store: The lake, open for reading.
        desk: Where claims are kept.
        person_id: Who asks.
        tab: Which of their screens.
        filters: What to take.
        most: How many to hold at once: the one shown and those loaded ahead.
    """
    while True:
        seen = _snapshot(store)
        spare = len(desk.claims())  # as many as others may hold
        waiting = list_queue(store, filters, limit=most + spare)
        rows = {claim_key(row["set_id"], row["image_id"]): row for row in waiting.iter_rows(named=True)}
        held = desk.claim(list(rows), holder=person_id, tab=tab, most=most)
        if _snapshot(store) == seen:
            return _items(store, [rows[key] for key in held])
        # something was stored between the look and the claim: perhaps the very verdict that freed the image
        gone = set(held) - set(_still(store, held, filters))
        if not gone:
            return _items(store, [rows[key] for key in held])
        desk.release(sorted(gone), holder=person_id)


def list_queue(
    store: Lake, filters: QueueFilters = QueueFilters(), *, limit: int = 100, offset: int = 0
) -> pl.DataFrame:
    """A page of the queue in its order, claimed or not; ``total`` in every row is how many wait.

    Columns: those of `QueueItem` but the row, and ``reported_at``, ``total`` (`sql/app_queue.sql`).
    """
    return store.query("app_queue", {**_params(filters), "limit": limit, "offset": offset})


def queue_counts(store: Lake, filters: QueueFilters = QueueFilters()) -> pl.DataFrame:
    """How much waits: ``what``, ``lane``, ``images``, ``minutes`` expected, ``nearest_deadline``, ``oldest_at``.

    All three kinds are counted, whichever the filters choose.
    """
    return store.query("app_queue_counts", _params(filters))


def take_image(
    store: Lake,
    desk: Desk,
    set_id: str,
    image_id: str,
    person_id: str,
    tab: str = "",
    *,
    include_simulated: bool = True,
) -> QueueItem:
    """Take one image by name, also one that waits for nobody: to look again at a verdict.

    Raises:
        ImageTaken: Somebody else has it on their screen.
        NothingToJudge: Unknown, or it has no result that came through.
    """
    key = claim_key(set_id, image_id)
    other = desk.take(key, holder=person_id, tab=tab)
    if other is not None:
        raise ImageTaken(f"{other.holder} has this image on the screen", where=image_id, nearest=other.holder)
    found = _look(store, set_id, image_id, include_simulated)
    if not found:
        desk.release([key], holder=person_id)
        raise NothingToJudge("there is no result to judge", where=image_id, allowed="an image that came through a run")
    return _items(store, found)[0]


def renew(desk: Desk, items: Sequence[QueueItem], person_id: str, tab: str = "") -> list[str]:
    """Keep what is on the screen for another while; the keys that are still one's own."""
    return desk.renew([item.key for item in items], holder=person_id, tab=tab)


def release(desk: Desk, items: Sequence[QueueItem], person_id: str) -> None:
    """Let go of images without a verdict: they wait for somebody again."""
    desk.release([item.key for item in items], holder=person_id)


def _params(filters: QueueFilters) -> dict[str, Any]:
    for what in filters.whats:
        if what not in WHATS:
            raise UsageError(f"what is {what!r}", allowed=WHATS)
    values = asdict(filters)
    return {**values, "whats": list(values["whats"])}


def _look(store: Lake, set_id: str, image_id: str, include_simulated: bool = True) -> list[dict[str, Any]]:
    """The image as it stands, whether it waits or not."""
    asked = {"set_id": set_id, "image_id": image_id, "include_simulated": include_simulated, "limit": 1}
    return store.query("app_queue", asked).to_dicts()


def _still(store: Lake, keys: Sequence[str], filters: QueueFilters) -> list[str]:
    """Which of the claimed images still wait."""
    waiting = []
    for key in keys:
        row = _look(store, *key.split("/", 1))
        if row and row[0]["what"] in filters.whats:
            waiting.append(key)
    return waiting


def _snapshot(store: Lake) -> int:
    return store.query("app_latest_snapshot").item()


def _items(store: Lake, rows: Sequence[Mapping[str, Any]]) -> list[QueueItem]:
    if not rows:
        return []
    wanted = {f"{name}s": [row[name] for row in rows] for name in ("set_id", "image_id", "result_id")}
    whole = {row["result_id"]: row for row in store.query("app_queue_rows", wanted).iter_rows(named=True)}
    names = [name for name in QueueItem.__dataclass_fields__ if name != "row"]
    return [QueueItem(**{name: row[name] for name in names}, row=whole[row["result_id"]]) for row in rows]
