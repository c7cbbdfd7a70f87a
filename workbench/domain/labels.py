"""What travels between Label Studio and the lake: tasks that were sent, annotations that came back, their answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Box = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelItem:
    """One thing to be answered: a crop of a photo, or a whole photo.

    ``item_key`` is the hash of its content (a crop's pixels, a photo's bytes): the same thing is asked once.
    """

    item_key: str
    image_hash: str  # of the file the box refers to
    box: Box | None = None  # source pixels; None: the whole photo
    sku: str | None = None
    category: str | None = None
    source: str | None = None  # name of the photo, as people know it

    def plain(self) -> dict[str, Any]:
        """Its fields by name; 65,000 at a time, `dataclasses.asdict` is ten times as slow."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """Our own answer, shown to the labeler before theirs: regions as Label Studio wants them, and how sure."""

    result: tuple[Mapping[str, Any], ...]
    score: float
    model: str  # the model's ``name@version``


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTask:
    """One task: one item, or a sheet of several in a fixed order.

    ``turn`` names another asking of the same items, such as a second look at doubtful labels; "" is the first.
    """

    project: str
    layout: str
    items: tuple[LabelItem, ...]
    data: Mapping[str, Any]  # what the config shows: pictures and words
    guess: Guess | None = None
    turn: str = ""

    @property
    def task_key(self) -> str:
        """Hash of project, layout, the ordered item keys and the turn; what makes a repeated push harmless."""
        turn = [self.turn] if self.turn else []
        text = json.dumps([self.project, self.layout, [item.item_key for item in self.items], *turn])
        return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTask:
    """A task the server holds. ``project_key`` names one project of one server, through its whole life."""

    project_key: str
    task_id: int
    task: LabelTask
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one annotation says about one item to one question of the config.

    ``value`` is one of the config's words; a question with several answers gives several. ``region`` is where, in
    pixels of the picture shown, None for the whole item.
    """

    item_key: str
    question: str
    value: str
    region_id: str | None = None
    region: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One state of one person's work on one task; an edit is another state of the same ``annotation_id``.

    ``refused`` says in words why nothing can be read from it; it is kept all the same.
    """

    project_key: str
    annotation_id: int
    task_id: int
    task_key: str
    annotator: str
    created_at: datetime
    updated_at: datetime
    result: str  # JSON, as the server gave it
    lead_time_s: float | None = None
    skipped: bool = False
    gold: bool = False
    answers: tuple[Answer, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Something that was on the server and is there no more."""

    project_key: str
    kind: Literal["task", "annotation"]
    server_id: int
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledPage:
    """A part of a pull, to be stored whole before the next is asked for."""

    annotations: tuple[Annotation, ...] = ()
    tombstones: tuple[Tombstone, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMask:
    """A mask that came with an annotation, as a file: ``path`` is relative to the workspace."""

    annotation_id: int
    item_key: str
    label: str
    width_px: int
    height_px: int
    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """A task that goes to several labelers, or whose answer is known; nothing on the server says so."""

    task_id: int
    task_key: str
    labelers: int
    gold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What stands on which side of a blind pair. ``item_key`` is the hash of the pair, whichever way round."""

    item_key: str
    set_id: str
    image_id: str
    left_result_id: str
    right_result_id: str


def sheet_key(item_keys: Iterable[str]) -> str:
    """Name of a contact sheet: the hash of its ordered crop keys."""
    return hashlib.sha256("\n".join(item_keys).encode("ascii")).hexdigest()
