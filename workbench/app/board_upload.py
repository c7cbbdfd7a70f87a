"""A corrected file comes in: it is checked like any other result and becomes the image's next version."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from html import escape

import streamlit as st

from workbench.app import data, writer
from workbench.app.board_session import BoardSession, Shown
from workbench.app.board_words import in_words
from workbench.domain.errors import WorkbenchError
from workbench.domain.review_words import SENT_BACK
from workbench.jobs.correct_image import Corrected, correct_image
from workbench.lake.desk import Desk

KINDS = ("psd", "png")
USUAL_S = 5.0  # a correction is checked in 2 to 5 s; the bar slows down after that and never claims to be done
LOOK_S = 0.2
AT_ONCE = 2  # each runs the pipeline's worker beside it


def board_upload(board: BoardSession) -> None:
    """Draw the place for a corrected file, and what becomes of it."""
    seen = board.shown
    assert seen is not None
    if board.correcting is not None:
        _watch(board)
        return
    if board.accepted:
        st.html(f'<div class="wb-partial bd-accepted" role="status">{escape(board.accepted)}</div>')
    if not may_be_corrected(seen):
        st.html(
            '<div class="bd-side"><h3>Corrected file</h3><div class="wb-quiet">Send the image back first (rework, with '
            "a reason): then it takes a PSD or a PNG with alpha.</div></div>"
        )
        return
    with st.container(key="board_upload"):
        st.html('<div class="bd-side"><h3>Corrected file <small>PSD, or PNG with alpha</small></h3></div>')
        file = st.file_uploader(
            "Corrected file",
            type=list(KINDS),
            key=f"corrected_{seen.name}_{board.uploads}",
            label_visibility="collapsed",
        )
        if board.refused:
            st.html(f'<div class="wb-partial bd-refused" role="alert">{escape(board.refused)}</div>')
    if file is not None:
        board.uploads += 1
        board.refused = board.accepted = ""
        board.correcting = seen, file.name, time.monotonic(), _start(board, seen, file.getvalue(), file.name)
        st.rerun(scope="fragment")


def may_be_corrected(seen: Shown) -> bool:
    """Whether a corrected file can be taken: after a verdict of rework or rejected."""
    return (seen.verdict or seen.item.state) in SENT_BACK


def _watch(board: BoardSession) -> None:
    """Show how far the check is, until it is over; a verdict pressed meanwhile goes first."""
    seen, name, began, work = board.correcting
    with st.container(key="board_upload"):
        bar = st.progress(0.0, text=f"Checking {name}")
        while not work.done():
            passed = time.monotonic() - began
            bar.progress(passed / (passed + USUAL_S / 3), text=f"Checking {name}: {passed:.0f} s")
            time.sleep(LOOK_S)
    board.correcting = None
    try:
        made = work.result()
    except WorkbenchError as error:
        board.refused = f"{name} was not taken. {in_words(error)}"
    else:
        board.corrected(seen)
        board.accepted = (
            f"{name} is version {made.version} ({made.kind}), checked like any other. Approve it if it is good."
        )
    st.rerun(scope="fragment")


def _start(board: BoardSession, seen: Shown, content: bytes, name: str) -> Future[Corrected]:
    def work() -> Corrected:
        with writer.another() as lake:  # its own: seconds of pixels must not keep verdicts waiting
            return correct_image(
                lake, Desk(data.settings()), seen.item, content, name=name, person_id=board.holder, tab=board.tab
            )

    return _workers().submit(work)


@lru_cache(maxsize=1)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="correction")
