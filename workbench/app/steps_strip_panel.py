"""What each step did to one image, as pictures: made when somebody asks, kept for everyone who asks again."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from workbench.app.data import settings
from workbench.app.image_record import ImageRecord
from workbench.app.page_head import part_head
from workbench.app.steps_strip import StepCard, steps_strip
from workbench.charts.amounts import count, duration, percent
from workbench.domain.errors import WorkbenchError
from workbench.jobs.trace_image import Trace, known_trace, start_trace

LOOKED_AT_S = 0.6
LABELS = {"flat": "on paper", "image": "after", "alpha": "opacity", "trimap": "trimap", "confidence": "confidence"}
MAPS = {
    "confidence": "how sure the engine is: violet is backdrop, yellow is subject",
    "trimap": "black is backdrop, white is subject, grey is left to the matte",
    "alpha": "how opaque the subject is: white is solid",
}
BY_HAND = "This version was made by a person. The steps are those of the automatic one it began from."


def steps_strip_panel(image: ImageRecord) -> None:
    """Draw the panel."""
    row = _automatic(image)
    with st.container(key="panel_steps_strip"):
        trace = known_trace(row, settings())
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("What each step did", _remark(trace))
            if trace is None or trace.failure is not None:
                st.button(
                    "Show what each step did", key="trace", icon=":material/view_carousel:", on_click=_begin,
                    args=(row,), help="The photo goes through its steps again; nothing is delivered.",
                )  # fmt: skip
        refused = st.session_state.pop("_trace_refused", None)
        if refused:
            st.html(f'<div class="wb-partial" role="alert">{escape(refused)}</div>')
        if trace is None:
            st.html('<div class="wb-quiet">Input and output of every step, with the seconds each takes.</div>')
            return
        for words in (BY_HAND if row["version"] != image.row["version"] else "", trace.note):
            if words:
                st.html(f'<div class="wb-partial" role="status">{escape(words)}</div>')
        if trace.done:
            _strip(trace)
        else:
            _growing(dict(row))


def _begin(row: Mapping[str, Any]) -> None:
    try:
        start_trace(row, settings())
    except WorkbenchError as error:
        st.session_state["_trace_refused"] = f"The steps cannot be shown: {error.found}."


@st.fragment(run_every=LOOKED_AT_S)
def _growing(row: dict[str, Any]) -> None:
    trace = known_trace(row, settings())
    if trace is None or trace.done:
        st.rerun()
        return
    st.progress(len(trace.steps) / trace.total, text=f"{len(trace.steps)} of {trace.total} steps")
    _strip(trace)


def _strip(trace: Trace) -> None:
    if trace.failure is not None:
        st.html(f'<div class="wb-partial" role="alert">It ended early: {escape(trace.failure)}.</div>')
    cards = [_card(step, trace.key) for step in list(trace.steps)]
    if cards:
        steps_strip(cards)


def _card(step: Mapping[str, Any], key: str) -> StepCard:
    found = {side: f"pictures/trace/{key}/{name}" for side, name in step["pictures"].items()}
    return StepCard(
        name=step["name"].replace("_", " "),
        seconds=duration(step["seconds"]),
        words=words_of_step(step),
        state="done" if step["outcome"] == "done" else "failed",
        after_label=LABELS.get(step["shows"] or "", "after"),
        **{f"{side}_small": f"{url}_small.webp" for side, url in found.items()},
        **{f"{side}_large": f"{url}.webp" for side, url in found.items()},
    )


def words_of_step(step: Mapping[str, Any]) -> str:
    """What is to be seen on a step's pictures, or why there are none."""
    if step["outcome"] != "done":
        return step["error"] or step["outcome"]
    if step["shows"] is None:
        return "measures only: no pixel is changed, so there is nothing to show"
    if step["shows"] in MAPS:
        return MAPS[step["shows"]]
    size = f"{count(step['width_px'])} × {count(step['height_px'])} px"
    if "before" not in step["pictures"]:
        return f"the photo as it was opened, {size}"
    if step["changed_share"] is None:
        return f"a new frame, {size}"
    if step["changed_share"] == 0:
        return "nothing to change on this photo"
    return f"{percent(step['changed_share'])} of the pixels, by up to {step['largest_change']:.0f} of 255 levels"


def _remark(trace: Trace | None) -> str:
    if trace is None:
        return ""
    return f"{duration(sum(step['seconds'] for step in list(trace.steps)))} in all" if trace.done else "working on it"


def _automatic(image: ImageRecord) -> Mapping[str, Any]:
    """The result whose steps a machine ran: the one shown, or the first version of what a person corrected."""
    if image.row["version"] == 1:
        return image.row
    same = (r for r in image.results if r["version"] == 1 and r["spec_hash"] == image.row["spec_hash"])
    return next(same, image.row)
