"""The QA board: a dark work place with one image, its verdict bar, and what one must know about it."""

from __future__ import annotations

from html import escape
from pathlib import Path

import polars as pl
import streamlit as st

from workbench.app import data, writer
from workbench.app.board_bar import board_bar
from workbench.app.board_filters import FIRST, WORDS, board_filters, clear_filters
from workbench.app.board_line import board_line, waiting
from workbench.app.board_session import BoardSession
from workbench.app.board_side import board_side
from workbench.app.board_upload import board_upload
from workbench.app.board_viewer import board_viewer, ready
from workbench.app.navigation import open_page
from workbench.app.person import Person, person
from workbench.app.states import error, partial
from workbench.charts.amounts import moment, plural
from workbench.domain.errors import WorkbenchError
from workbench.jobs.qa_queue import QueueFilters, queue_counts

RENEW_S = 30  # a claim lasts two minutes: three of these may be lost
_SESSION = "board"


def board_page(question: str) -> None:
    """Draw the page.

    Args:
        question: What the page answers; read by those who cannot see it.
    """
    st.html(Path(__file__).with_name("board.css"))
    st.html(f'<h1 class="bd-hidden">{escape(question)}</h1>')
    who = person()
    filters = board_filters()
    if not who.may("judge"):
        _state("Your role looks on", f"You are here as {who.role}. Verdicts are given by retouchers and leads.")
        return
    board = _session(who, filters)
    _board()
    if board.shown is not None or board.ahead:
        _renewal()


def _session(who: Person, filters: QueueFilters) -> BoardSession:
    """This tab's board; a new one takes up the image of the address."""
    board = st.session_state.get(_SESSION)
    if board is not None and board.holder == who.id:
        board.come_back()
        with board.taking():
            board.renew()
            board.start(filters, None)
        return board
    if board is not None:
        board.let_go()
    writer.open_writer()
    board = st.session_state[_SESSION] = BoardSession(holder=who.id)
    said = st.query_params
    with board.taking():
        board.start(filters, (said["set"], said["image"]) if "set" in said and "image" in said else None)
    return board


@st.fragment
def _board() -> None:
    """One image: runs again for each key, and nothing else of the page does."""
    board: BoardSession = st.session_state[_SESSION]
    try:
        with board.taking():
            _draw(board)
    except Exception as problem:  # a fragment runs outside the page's own guard
        error(problem)


def _draw(board: BoardSession) -> None:
    seen = board.shown
    if seen is None:
        _nothing(board)
        return
    with st.container(key="board"):
        with st.container(key="board_line"):
            line = st.empty()
        line.html(board_line(board))
        left, right = st.columns((3, 1), gap=None)
        with left.container(key="board_picture"):
            now = ready(board, seen.item)
            if board.notice or now.missing:
                partial(" ".join(words for words in (board.notice, now.missing) if words))
            moved = board_viewer(board)
        with st.container(key="board_bar"):
            board_bar(board)
        if moved:
            board.move(moved)
            st.rerun(scope="fragment")
        with right.container(key="board_side"):
            board_side(board)
            board_upload(board)
        st.query_params.update({"set": seen.item.set_id, "image": seen.item.image_id})
        if board.refill() or board.counts is None:  # after the image is on its way to the screen
            for item in board.ahead:
                ready(board, item)
                board.brief_of(item)
            board.counts = _counts(board.filters)
            line.html(board_line(board))


@st.fragment(run_every=RENEW_S)
def _renewal() -> None:
    """Keep the claims while the page is open."""
    board: BoardSession = st.session_state[_SESSION]
    if board.left:  # and yet here: the page came out of the browser's cache, or the call to leave came late
        st.rerun()
    before = board.shown
    try:
        with board.taking():
            board.renew()
    except WorkbenchError as problem:
        st.html(f'<div class="bd-renewal" role="alert">{escape(problem.found)}</div>')
    if board.shown is not before:
        st.rerun()


def _counts(filters: QueueFilters) -> pl.DataFrame:
    return data.read(lambda lake: queue_counts(lake, filters))


def _nothing(board: BoardSession) -> None:
    """Nothing left to take: what waits elsewhere, and until when."""
    for name in ("set", "image"):
        st.query_params.pop(name, None)
    counts = _counts(board.filters)
    chosen = [what for what in WORDS if what in board.filters.whats]
    left = sum(waiting(counts, what) for what in chosen)
    rest = [
        f"{plural(waiting(counts, w), 'image')} {WORDS[w].lower()}"
        for w in WORDS
        if w not in chosen and waiting(counts, w)
    ]
    nearest = counts["nearest_deadline"].min() if counts.height else None
    lines = [
        f"{plural(left, 'image')} on other people's screens." if left else "All that was waiting has been looked at.",
        f"Elsewhere: {', '.join(rest)}." if rest else "",
        f"The next deadline is {moment(nearest)}." if nearest else "",
        board.notice,
    ]  # fmt: skip
    _state("Nothing to review", " ".join(line for line in lines if line), board)


def _state(title: str, words: str, board: BoardSession | None = None) -> None:
    """Say why there is no image here, and where to go."""
    narrowed = board is not None and board.filters != QueueFilters(whats=tuple(FIRST))
    with st.container(key="state_board"):
        st.html(f'<div class="wb-state"><h2>{escape(title)}</h2><p>{escape(words)}</p></div>')
        with st.container(horizontal=True):
            if narrowed and st.button("Show all that waits", key="board_all", on_click=clear_filters, type="primary"):
                st.rerun()
            if st.button("Look again", key="board_again", type="secondary" if narrowed else "primary"):
                st.rerun()
            if st.button("See what came through", key="board_way"):
                open_page("overview", {})
            last = board.last_judged if board is not None else None
            if board is not None and last is not None:
                words = f"Take back: {last.item.sku} {last.verdict}"
                if st.button(words, key="board_undo", shortcut="z"):
                    board.undo("last")
                    st.rerun(scope="fragment")
