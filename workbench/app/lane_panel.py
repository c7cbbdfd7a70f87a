"""The lane of one image with every reason, its risk, and where it stands; or why there is no result."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from workbench.app.image_list import UNCALIBRATED, uncalibrated
from workbench.app.image_record import ImageRecord
from workbench.app.lane_badge import LANE_WORDS, OUTCOME_WORDS, STATE_WORDS, lane_badge, simulated_tag, tag
from workbench.charts.amounts import NO_DATA, percent

UNCALIBRATED_TIP = "A documented first guess over checks and band confidence. It orders images; it promises no rate."


def lane_panel(image: ImageRecord) -> None:
    """Draw the panel."""
    row = image.row
    with st.container(key="panel_lane"):
        st.html(_failed(row) if row["outcome"] != "done" else _routed(row))


def _routed(row: Mapping[str, Any]) -> str:
    lane = row["lane"]
    simulated = simulated_tag() if row["simulated"] else ""
    risk = NO_DATA if row["risk"] is None else f"{row['risk']:.2f}"
    limit = "" if row["max_risk"] is None else f"goes out untouched up to {row['max_risk']:.2f}"
    calibrated = tag(UNCALIBRATED, tip=UNCALIBRATED_TIP) if uncalibrated(row) else ""
    reasons = "".join(
        f"<li>{lane_badge(why['lane'])}<span>{escape(why['words'])}</span></li>" for why in row["reasons"] or ()
    )
    return (
        f'<div class="wb-verdict">{lane_badge(lane, big=True)}<div><b>{escape(lane)}</b> {simulated}'
        f'<div class="wb-quiet">{escape(LANE_WORDS[lane])}</div></div>'
        f'<span class="wb-state-word">{escape(STATE_WORDS.get(row["state"], row["state"] or ""))}</span></div>'
        f'<ul class="wb-reasons">{reasons}</ul>'
        f'<div class="wb-risk"><span>Risk <b class="wb-num">{risk}</b></span>{calibrated}'
        f'<span class="wb-quiet">{escape(limit)}</span></div>{_audit(row)}'
    )


def _audit(row: Mapping[str, Any]) -> str:
    if not row["audit_sample"]:
        return ""
    held = "and held until somebody has looked" if row["hold"] else "and published meanwhile"
    share = percent(row["inclusion_probability"])
    return f'<div class="wb-quiet">Drawn for the audit (probability {share}) {held}.</div>'


def _failed(row: Mapping[str, Any]) -> str:
    step = (row["failure_step"] or "").replace("_", " ")
    advice = (
        "The photo itself cannot be used: replace it and run the set again."
        if row["outcome"] == "refused"
        else "Running the set again tries it once more."
    )
    simulated = simulated_tag() if row["simulated"] else ""
    where = f"in step {step}" if step else row["failure_kind"] or ""
    return (
        f'<div class="wb-verdict">{lane_badge(None, big=True)}<div><b>{escape(OUTCOME_WORDS[row["outcome"]])}</b> '
        f'{simulated}<div class="wb-quiet">{escape(where)}</div></div></div>'
        f'<p class="wb-why">{escape(row["failure_reason"] or row["failure_kind"] or "no reason was recorded")}</p>'
        f'<div class="wb-quiet">{escape(advice)}</div>'
    )
