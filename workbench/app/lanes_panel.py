"""How the images divide between the lanes, and under it what waits for a person, most demanding first."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from workbench.app import data
from workbench.app.filters import Filters
from workbench.app.lane_badge import LANE_WORDS, lane_badge
from workbench.app.navigation import open_page
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.charts.amounts import NO_DATA, count, duration, plural, work
from workbench.charts.lanes_bar import lanes_bar
from workbench.domain.records import LANES

# what waits -> the name, the words and the filter that shows it
_AUDIT = ("audit", "a sample of auto to look at", {"lane": ["auto"], "outcome": []})
_KINDS = {
    **{lane: (lane, LANE_WORDS[lane], {"lane": [lane], "outcome": []}) for lane in LANES},
    "audit": _AUDIT,
    "failed": ("failed", "a step could not do its work", {"lane": [], "outcome": ["failed"]}),
    "refused": ("refused", "the photo cannot be processed", {"lane": [], "outcome": ["refused"]}),
}
_WIDTHS = (4.6, 1.1, 1.45, 1.6, 1.6, 0.85, 1.0)
_JUDGED = (*LANES, "audit")  # what is worked on at the QA board


def lanes_panel(chosen: Filters) -> None:
    """Draw the panel."""
    lanes = data.metric("images_by_lane", **chosen.of_figures())
    waiting = data.rows("app_waiting", **chosen.of_figures())
    with st.container(key="panel_lanes", height="stretch"):
        if lanes.height:
            least = data.settings().min_n_for_percent
            plot(
                lanes_bar(dict(lanes.iter_rows()), least_n=least, dark=is_dark()), key="lanes_bar", title="Lanes",
                more=f"{plural(int(lanes['images'].sum()), 'image')} with a result", rows=lanes, name="images_by_lane",
                simulated=chosen.simulated,
            )  # fmt: skip
        else:
            part_head("Lanes", "no image has a result")
        part_head("What needs a person now")
        if waiting.height == 0:
            st.html('<div class="wb-quiet">Nothing waits for anybody.</div>')
            return
        with st.container(key="waiting", gap=None):
            _head()
            for row in waiting.iter_rows(named=True):
                _row(row)


def _head() -> None:
    cells = st.columns(_WIDTHS, vertical_alignment="center", gap="small")
    for cell, words in zip(cells, ("", "Images", "Expected", "Oldest", "Due", "", ""), strict=True):
        cell.html(f'<div class="wb-wait-head">{words or "&nbsp;"}</div>')


def _row(row: dict) -> None:
    what = row["what"]
    name, words, where = _KINDS[what]
    lane = "auto" if what == "audit" else what if what in LANES else None
    cells = st.columns(_WIDTHS, vertical_alignment="center", gap="small")
    cells[0].html(
        f'<div class="wb-wait">{lane_badge(lane)}<b>{escape(name)}</b>'
        f'<span class="wb-quiet">{escape(words)}</span></div>'
    )
    cells[1].html(f'<div class="wb-wait wb-num">{count(row["images"])}</div>')
    cells[2].html(f'<div class="wb-wait wb-num">{work(row["minutes"])}</div>')
    cells[3].html(f'<div class="wb-wait wb-num">{_age(row["oldest_received_at"])}</div>')
    cells[4].html(f'<div class="wb-wait wb-num">{_deadline(row["nearest_deadline"])}</div>')
    cells[5].button("Show", key=f"show_{what}", type="tertiary", on_click=_show, args=(where,))
    if what in _JUDGED and cells[6].button("Review", key=f"review_{what}", type="tertiary"):
        open_page("qa_board", {"what": "audit"} if what == "audit" else {"what": "review", "lane": what})


def _age(received: datetime | None) -> str:
    return NO_DATA if received is None else duration(max(0.0, (datetime.now(UTC) - received).total_seconds()))


def _deadline(deadline: datetime | None) -> str:
    if deadline is None:
        return NO_DATA
    left = (deadline - datetime.now(UTC)).total_seconds()
    if left < 0:
        return f'<span class="wb-late">{duration(-left)} late</span>'
    return f"in {duration(left)}"


def _show(where: dict[str, list[str]]) -> None:
    for name, values in where.items():
        st.session_state[name] = values
    st.session_state["page"] = 1
