"""The line over the board: how much waits and until when, and the images that come next."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import polars as pl

from workbench.app import pictures
from workbench.app.board_filters import WORDS
from workbench.app.board_session import BoardSession
from workbench.app.flat_picture import flat_picture
from workbench.app.image_list import artefact
from workbench.app.lane_badge import lane_badge
from workbench.charts.amounts import count, moment, plural
from workbench.jobs.qa_queue import QueueItem


def board_line(board: BoardSession) -> str:
    """HTML of the line, with the queue as it was last counted."""
    counts = board.counts
    if counts is None:  # not yet: its place is kept
        return '<div class="bd-line"></div>'
    shown = [what for what in WORDS if what in board.filters.whats]
    words = "".join(
        f"<span><b>{count(waiting(counts, what))}</b> {escape(WORDS[what].lower())}</span>" for what in shown
    )
    nearest = counts.filter(pl.col("what").is_in(shown))["nearest_deadline"].min() if counts.height else None
    late = nearest is not None and nearest < datetime.now(UTC)
    due = (
        f'<span class="{"wb-late" if late else ""}">{"due since" if late else "next deadline"} {moment(nearest)}</span>'
    )
    held = len(board.open_items)
    passed = held - (board.shown is not None and board.shown.verdict is None)
    kept = f"<span>{plural(passed, 'image')} passed by</span>" if passed else ""
    here = board.shown
    cells = "".join(_cell(item, here=here is not None and item is here.item) for item in _strip(board))
    return (
        f'<div class="bd-line"><div class="bd-counts">{words}{due if nearest else "<span>no deadline</span>"}{kept}'
        f'</div><div class="bd-strip" aria-label="Next images">{cells}</div></div>'
    )


def waiting(counts: pl.DataFrame, what: str) -> int:
    """How many images of a kind wait."""
    return int(counts.filter(pl.col("what") == what)["images"].sum()) if counts.height else 0


def _strip(board: BoardSession) -> list[QueueItem]:
    seen = board.trail[max(0, board.at - 2) : board.at + 2] if board.shown else []
    return [*(one.item for one in seen), *board.ahead]


def _cell(item: QueueItem, *, here: bool) -> str:
    flat = flat_picture(item.row, small=True) or artefact(item.row, "cutout.png")
    url = (
        pictures.small_url(flat, pictures.TINY_PX)
        if flat
        else pictures.photo_url(item.row["photo_hash"], pictures.TINY_PX)
    )
    tip = escape(f"{item.sku} · {item.image_id}", quote=True)
    mark, address = ' aria-current="true"' if here else "", escape(url, quote=True)
    return f'<span class="bd-cell"{mark} title="{tip}"><img src="{address}" alt="">{lane_badge(item.lane)}</span>'
