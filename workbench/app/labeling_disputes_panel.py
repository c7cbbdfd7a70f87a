"""What labelers disagree about: each item's picture, what was said of it, and a lead's decision."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.data import settings
from workbench.app.page_head import part_head
from workbench.app.person import role
from workbench.app.run_person import asker
from workbench.charts.amounts import count, percent, plural
from workbench.domain.errors import WorkbenchError
from workbench.domain.roles import may
from workbench.jobs.label_consensus import disputed_items, settle_item
from workbench.jobs.label_server import crops_folder
from workbench.jobs.labeler_figures import first_question

SHOWN = 8
ACROSS = 4
SIDE_PX = 150
_NOT_COUNTED = "not known yet: Pull counts the answers"


def labeling_disputes_panel(project: str) -> None:
    """Draw the least sure items; settling one brings the next."""
    rows = _disputed(project, data.snapshot())
    with st.container(key="panel_label_disputes"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            more = f"least sure first, {SHOWN} of {count(rows.height)}" if rows.height > SHOWN else "least sure first"
            counted = data.rows("label_consensus", project=project).height
            none = "nothing: every answer is at least 90% sure, or was settled" if counted else _NOT_COUNTED
            part_head("Disputed", more if rows.height else none)
            csv_button(rows.drop("picture"), "labels_disputed", key="csv_label_disputed")
        shown = rows.head(SHOWN).to_dicts()
        for start in range(0, len(shown), ACROSS):
            for column, row in zip(st.columns(ACROSS, gap="small"), shown[start : start + ACROSS], strict=False):
                with column, st.container(key=f"dispute_{row['item_key'][:12]}", gap="small"):
                    _item(project, row)


@st.cache_data(show_spinner=False, max_entries=8)
def _disputed(project: str, at: int) -> pl.DataFrame:
    return disputed_items(project, settings())


def _item(project: str, row: dict) -> None:
    picture = _file(row["picture"])
    if picture is not None:
        st.image(str(picture), width=SIDE_PX)
    else:
        st.html('<div class="wb-quiet wb-no-picture">no picture here</div>')
    said = sorted(json.loads(row["posterior"]).items(), key=lambda pair: -pair[1])
    bars = "".join(
        f'<div><span>{escape(word)}</span><i><b style="width:{share * 100:.0f}%"></b></i>'
        f'<span class="wb-num">{share:.0%}</span></div>'
        for word, share in said if share >= 0.01
    )  # fmt: skip
    st.html(f'<div class="wb-parts wb-dispute">{bars}</div><div class="wb-quiet">{escape(row["source"] or "")}, '
            f"{plural(row['labelers'], 'labeler')}</div>")  # fmt: skip
    if may(role(), "settle_labels"):
        question = first_question(project)
        with st.popover("Settle", key=f"settle_{row['item_key'][:12]}"):
            st.html(f"<div class='wb-quiet'>What is it? Your answer holds; so far {percent(row['sure'])} sure.</div>")
            for word in question.words:
                st.button(word, key=f"settle_{row['item_key'][:12]}_{word}", on_click=_settle,
                          args=(project, row["question"], row["item_key"], word))  # fmt: skip


def _settle(project: str, question: str, item_key: str, word: str) -> None:
    try:
        settle_item(project, question, item_key, word, settings(), by=asker())
    except WorkbenchError as problem:
        st.toast(str(problem))
    data.forget_snapshot()


def _file(address: str | None) -> Path | None:
    """The picture on this machine that Label Studio shows under an address; only below its folder of crops."""
    wanted = parse_qs(urlsplit(address or "").query).get("d", [""])[0]
    if not wanted:
        return None
    home = crops_folder(settings()).resolve()
    file = (home / wanted).resolve()
    return file if file.is_file() and file.is_relative_to(home) else None
