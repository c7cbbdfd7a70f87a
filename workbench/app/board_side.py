"""The column beside the picture: lane and risk, the flags in words, the brief, the files, what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

import streamlit as st

from workbench.app import data, pictures
from workbench.app.board_filters import WORDS
from workbench.app.board_session import BoardSession, Shown
from workbench.app.checks_panel import words_of
from workbench.app.files_panel import delivered_name
from workbench.app.image_list import UNCALIBRATED, artefact, uncalibrated
from workbench.app.image_record import nearest
from workbench.app.lane_badge import STATE_WORDS, lane_badge, simulated_tag, tag
from workbench.app.lane_panel import UNCALIBRATED_TIP
from workbench.charts.amounts import NO_DATA, file_size, moment, number
from workbench.domain.review_words import REASONS
from workbench.jobs.image_brief import Brief
from workbench.jobs.qa_queue import QueueItem

TAKE = (
    ("psd", "Working file (PSD)"),
    ("alpha.png", "Mask (alpha)"),
    ("trimap.png", "Trimap"),
    ("cutout.png", "Cutout"),
)
_REASON_TITLES = {word.name: word.title for word in REASONS}


def board_side(board: BoardSession) -> None:
    """Draw the column, except the upload."""
    seen = board.shown
    assert seen is not None
    item = seen.item
    st.html(f'<div class="bd-side">{_head(seen)}{_flags(item)}{_said(board.reviews_of(item))}</div>')
    st.html(f'<div class="bd-side">{_brief(board.brief_of(item))}{_files(item)}</div>')


def _head(seen: Shown) -> str:
    item, row = seen.item, seen.item.row
    category = (item.category or "no category").replace("_", " ")
    late = item.deadline is not None and item.deadline < datetime.now(UTC)
    due = f'<span class="{"wb-late" if late else ""}">due {moment(item.deadline)}</span>' if item.deadline else ""
    tier = tag("high value") if item.campaign_tier == "high_value" else ""
    simulated = simulated_tag() if item.simulated else ""
    version = f"<span>version {item.version}</span>" if item.version > 1 else ""
    what = WORDS[item.what].lower() if item.what else STATE_WORDS.get(item.state, item.state)
    risk = NO_DATA if item.risk is None else f"{item.risk:.2f}"
    guess = tag(UNCALIBRATED, tip=UNCALIBRATED_TIP) if uncalibrated(row) else ""
    said = f'<div class="bd-said">You said: <b>{escape(seen.verdict)}</b></div>' if seen.verdict else ""
    facts = "".join(f"<span>{escape(text)}</span>" for text in (item.image_id, category, item.brand or "") if text)
    return (
        f'<div class="bd-name">{escape(item.sku)}</div><div class="bd-facts">{facts}{due}{version}</div>'
        f'<div class="bd-lane">{lane_badge(item.lane, big=True)}<div><b>{escape(item.lane)}</b> {tier}{simulated}'
        f'<div class="wb-quiet">{escape(what)}</div></div>'
        f'<div class="bd-risk"><span>risk</span> <b class="wb-num">{risk}</b><div>{guess}</div></div></div>{said}'
    )


def _flags(item: QueueItem) -> str:
    row = item.row
    beyond = sorted((c for c in row["checks"] or () if c["passed"] is False), key=nearest, reverse=True)
    flags = "".join(
        f'<li><b>{escape(check["check"].replace("_", " "))}</b><span class="wb-num">{_amounts(check)}</span>'
        f"<div>{escape(words_of(check['check']))}</div></li>"
        for check in beyond
    )
    checks = (
        f'<ul class="bd-flags">{flags}</ul>' if flags else '<div class="wb-quiet">All checks are within limits.</div>'
    )
    why = "".join(
        f"<li>{lane_badge(reason['lane'])}<span>{escape(reason['words'])}</span></li>"
        for reason in row["reasons"] or ()
    )
    audit = '<div class="wb-quiet">Drawn for the audit sample of the auto lane.</div>' if item.what == "audit" else ""
    opened = "" if beyond else " open"
    share = f"{len(beyond)} of {len(row['checks'] or ())} checks beyond the limit"
    return (
        f"<h3>Flags <small>{share}</small></h3>{checks}{audit}"
        f'<details class="bd-why"{opened}><summary>Why this lane</summary><ul class="bd-reasons">{why}</ul></details>'
    )


def _amounts(check: Mapping[str, Any]) -> str:
    unit = check["unit"]
    short = unit.split(" ", 1)[0] if len(unit) <= 3 or unit[0] == "%" else ""
    sign = "≤" if check["better"] == "lower" else "≥"
    return escape(f"{number(check['value'], short)}, limit {sign} {number(check['limit'], short)}")


def _said(reviews: list[Mapping[str, Any]]) -> str:
    if not reviews:
        return ""
    lines = "".join(
        f"<li><b>{escape(review['verdict'])}</b> version {review['version']} · {moment(review['reviewed_at'])}"
        f"<div>{escape(', '.join(_REASON_TITLES.get(reason, reason) for reason in review['reasons'] or ()))}</div></li>"
        for review in reversed(reviews)
    )
    return f'<h3>Said before</h3><ul class="bd-flags bd-before">{lines}</ul>'


def _brief(brief: Brief | None) -> str:
    if brief is None:
        return (
            '<details class="bd-brief"><summary>Brief</summary><div class="wb-quiet">It cannot be read.</div></details>'
        )
    title = brief.spec_title or brief.spec_name
    rows = [
        ("Channel", brief.channel), ("Job", brief.job_id), ("Received", moment(brief.received_at)),
        ("Tier", brief.campaign_tier.replace("_", " ")), *brief.extra.items(),
    ]  # fmt: skip
    facts = "".join(
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(str(value))}</dd>" for name, value in rows if value
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in brief.brand_notes)
    guide = f'<p class="bd-guide">{escape(brief.brand_guide)}</p>' if brief.brand_guide else ""
    reference = ""
    if brief.reference is not None and brief.reference_hash:
        address = escape(f"board/reference/{brief.reference.name}", quote=True)
        picture = f'<img class="bd-reference" src="{address}" alt="Reference picture">'
        reference = f'<a href="{address}" target="_blank">{picture}</a>'
    elif brief.reference_problem:
        reference = f'<p class="wb-quiet">Reference picture: {escape(brief.reference_problem)}</p>'
    told = f"<p>{escape(brief.spec_description)}</p>" if brief.spec_description else ""
    asked = " open" if notes or reference else ""
    return (
        f'<details class="bd-brief"{asked}><summary>Brief <small>{escape(title)}</small></summary>'
        f"{told}{notes}{guide}{reference}<dl>{facts}</dl></details>"
    )


def _files(item: QueueItem) -> str:
    rows = []
    for suffix, words in TAKE:
        file = artefact(item.row, suffix)
        if file is None:
            continue
        if not (data.settings().workspace / file["path"]).is_file():
            rows.append(f'<li><span>{escape(words)}</span><span class="wb-quiet">file is gone</span></li>')
            continue
        name = delivered_name(item.row, suffix)
        address, save_as = escape(pictures.download_url(file, name), quote=True), escape(name, quote=True)
        rows.append(
            f'<li><a href="{address}" download="{save_as}" data-suffix="{suffix}" title="{save_as}">{escape(words)}</a>'
            f'<span class="wb-quiet wb-num">{file_size(file["size_bytes"])}</span></li>'
        )
    photo = item.row["photo_hash"]
    if photo:
        address = escape(pictures.photo_url(photo), quote=True)
        rows.append(f'<li><a href="{address}" target="_blank">Photo as it came</a><span></span></li>')
    return f'<h3>Files</h3><ul class="bd-files">{"".join(rows)}</ul>'
