"""The blind test: two cutouts of one photo side by side, answered by key, without a name anywhere."""

from __future__ import annotations

import time
from html import escape

import streamlit as st

from pipeline.pilot_picture import pilot_picture, widest_difference
from workbench.app.blind_results_panel import blind_results
from workbench.app.data import settings
from workbench.app.navigation import open_page
from workbench.app.page_head import page_head
from workbench.app.person import person
from workbench.app.pilot_refused import pilot_refused
from workbench.app.states import error
from workbench.app.url_state import in_url
from workbench.jobs.blind_test import Question, judge_may_see, keep_vote, next_question, registered
from workbench.jobs.pilot_folder import PilotFolder, open_pilot, pilot_names
from workbench.vendors.pilot import PilotError

SIDE_PX = 900
ZOOMS = (1, 2, 4, 8)
GROUNDS = ("grey", "white", "black", "checker")
_CHOICES = (
    ("left", "Left is better", "Left"),
    ("equal", "No difference", "Down"),
    ("right", "Right is better", "Right"),
)
_GUESSES = (
    ("left", "Left is the machine's", "1"),
    ("equal", "Cannot tell", "2"),
    ("right", "Right is the machine's", "3"),
)


def blind_page(question: str) -> None:
    """Draw the page.

    Args:
        question: What the page asks.
    """
    known = pilot_names(settings())
    names = [name for name in known if open_pilot(name, settings()).begun]
    if not names:
        page_head(question, ("no pilot has been run yet",))
        _nothing_yet(known)
        return
    who = person()
    with st.sidebar:
        name = in_url("pilot", lambda: st.selectbox("Pilot", names, key="pilot"), default=names[0], allowed=names)
        st.selectbox("Ground", GROUNDS, key="blind_ground")
    folder = open_pilot(name, settings())
    try:
        folder.fixed()
    except PilotError as problem:
        page_head(question, (name,))
        pilot_refused(problem)
        return
    page_head(question, (name, *registered(folder.pilot()).split("; ")))
    _compare(folder, who.id)
    if judge_may_see(folder, who.id):
        blind_results(folder)


def _nothing_yet(known: tuple[str, ...]) -> None:
    with st.container(key="state_empty"):
        st.html('<div class="wb-state"><h2>Nothing to compare yet</h2><p>After a pilot has been run, this page shows '
                "two of its cutouts at a time, and one key answers which is better. "
                f"{'None has been run yet.' if known else 'No pilot has been begun yet.'}</p></div>")  # fmt: skip
        if st.button("Open Pilots", key="open_pilots", type="primary"):
            open_page("pilots", {})
        if known:
            where = settings().workspace
            runs = (f".venv/bin/workbench pilot run {name} --workspace {where}" for name in known)
            st.code("\n".join(runs), language=None, wrap_lines=True)


@st.fragment
def _compare(folder: PilotFolder, judge: str) -> None:
    """One comparison: runs again for each key, and nothing else of the page does."""
    try:
        question, done, total = next_question(folder, judge)
        if total == 0:
            st.html("<div class='wb-state'><h2>Nothing to compare yet</h2><p>No photo has come back from two of the "
                    "engines yet. Look again when the pilot has gone on.</p></div>")  # fmt: skip
            st.button("Look again", key="look_again")
            return
        if question is None:
            st.html(f"<div class='wb-state'><h2>All {total} comparisons are made</h2><p>Thank you. What everybody said "
                    "is below.</p></div>")  # fmt: skip
            return
        _ask(folder, judge, question, done, total)
    except Exception as problem:  # a fragment runs outside the page's own guard
        error(problem)


def _ask(folder: PilotFolder, judge: str, question: Question, done: int, total: int) -> None:
    key = f"{question.pair}-{question.turn}"
    if st.session_state.get("_blind_key") != key:
        st.session_state["_blind_key"], st.session_state["_blind_from"] = key, time.monotonic()
        st.session_state["_blind_choice"], st.session_state["_blind_zoom"] = None, 0
    zoom = ZOOMS[st.session_state["_blind_zoom"]]
    choice, reference = st.session_state["_blind_choice"], folder.pilot().blind.reference
    asked = "Which one would you deliver?" if choice is None else "Which one did a machine make?"
    st.html(f"<div class='wb-h'>{asked}<small>{done + 1} of {total} · {zoom * 100}%</small></div>")
    mattes = [str(folder.matte(engine, question.photo.image_id)) for engine in (question.left, question.right)]
    at = widest_difference(*mattes)
    ground = st.session_state.get("blind_ground", "grey")
    both = [_picture(question.photo.path, matte, ground, zoom, at) for matte in mattes]  # so that they change together
    with st.container(key="blind_pair"):
        for column, side, data in zip(st.columns(2, gap="small"), ("left", "right"), both, strict=True):
            column.image(data, width="stretch", alt=f"the {side} cutout")
    category = question.photo.category.replace("_", " ").capitalize()
    answers = _CHOICES if choice is None else _GUESSES
    columns = st.columns((3, 3, 3, 2, 2), gap="small")
    for column, (value, words, shortcut) in zip(columns, answers, strict=False):
        if column.button(words, key=f"blind_{'choice' if choice is None else 'guess'}_{value}", shortcut=shortcut,
                         width="stretch"):  # fmt: skip
            _answered(folder, judge, question, value, choice, reference)
    for column, words, step, shortcut in ((columns[3], "Closer", 1, "z"), (columns[4], "Away", -1, "x")):
        if column.button(words, key=f"blind_{words}", shortcut=shortcut, width="stretch"):
            st.session_state["_blind_zoom"] = min(max(0, st.session_state["_blind_zoom"] + step), len(ZOOMS) - 1)
            st.rerun(scope="fragment")
    st.html(f"<div class='wb-quiet'>{escape(category)}. Closer goes to where the two differ most, on "
            "both sides at once. An answer is kept at once and cannot be taken back.</div>")  # fmt: skip


def _answered(folder, judge, question, value, choice, reference) -> None:
    """Keep the answer, or ask the second question first where the pilot has a retoucher's work in it."""
    if choice is None and reference is not None:
        st.session_state["_blind_choice"] = value
        st.rerun(scope="fragment")
    seconds = time.monotonic() - st.session_state["_blind_from"]
    machine = value if choice is not None else None
    keep_vote(folder, question, judge, value if choice is None else choice, machine, seconds)
    done = next_question(folder, judge)[0] is None
    st.rerun(scope="app" if done else "fragment")


@st.cache_data(show_spinner=False, max_entries=64)
def _picture(photo: str, matte: str, ground: str, zoom: int, at: tuple[float, float]) -> bytes:
    return pilot_picture(
        photo, matte, side_px=SIDE_PX, pixel_limit=settings().pixel_limit, ground=ground, zoom=zoom, at=at
    )
