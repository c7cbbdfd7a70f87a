"""The pictures of the image on the board, made ready while the one before is being judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.app import pictures
from workbench.app.before_after import Before, Layer, Spot, before_after
from workbench.app.board_session import BoardSession
from workbench.app.checks_panel import words_of
from workbench.app.flat_picture import flat_picture
from workbench.app.image_record import nearest
from workbench.app.image_viewer import delivered_size, missing_words, photo_before, result_layers
from workbench.jobs.qa_queue import QueueItem

KEPT = 40  # images whose pictures are known by heart, more than anyone goes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What the viewer needs of one image."""

    width_px: int
    height_px: int
    layers: Sequence[Layer]
    before: Before | None
    spots: Sequence[Spot]
    overview_url: str | None
    missing: str

    @property
    def first(self) -> list[str]:
        """The pictures seen first."""
        return [*(layer.url for layer in self.layers[:1]), *([self.before.url] if self.before else [])]

    @property
    def seen(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.layers) or self.before is not None


def make_ready(item: QueueItem) -> Ready:
    """Look up which files there are and where to look first."""
    row = item.row
    layers, before = result_layers(row), photo_before(row)
    width, height = delivered_size(row) or ((before.width_px, before.height_px) if before else (1000, 1000))
    flat = flat_picture(row, small=True) if layers else None
    placed = [check for check in row["checks"] or () if check["worst_x"] is not None and check["limit"]]
    placed.sort(key=lambda check: (check["passed"] is not False, -nearest(check)))
    spots = [
        Spot(label=c["check"].replace("_", " "), x=c["worst_x"], y=c["worst_y"], flagged=c["passed"] is False)
        for c in placed
    ]
    for check in placed:
        words_of(check["check"])  # read from its file once, not when it is shown
    return Ready(
        width_px=width, height_px=height, layers=layers, before=before, spots=spots,
        overview_url=pictures.small_url(flat) if flat else None,
        missing=missing_words(before is not None, len(layers), row),
    )  # fmt: skip


def ready(board: BoardSession, item: QueueItem) -> Ready:
    """The same, remembered in the session."""
    key = f"{item.key}/{item.result_id}/{item.version}"
    if key not in board.ready:
        board.ready[key] = make_ready(item)
        while len(board.ready) > KEPT:
            del board.ready[next(iter(board.ready))]
    return board.ready[key]


def board_viewer(board: BoardSession) -> str | None:
    """Show the pictures; returns where the arrow keys want to go."""
    seen = board.shown
    assert seen is not None
    now = ready(board, seen.item)
    return before_after(
        seen.name,
        width_px=now.width_px,
        height_px=now.height_px,
        layers=now.layers,
        before=now.before,
        spots=now.spots,
        overview_url=now.overview_url,
        ahead=[url for item in board.ahead for url in ready(board, item).first],
        form="loupe",
        key="board_viewer",
    )
