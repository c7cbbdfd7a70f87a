"""The other results of one image: other runs, specs, policies and versions; and what people said of them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from workbench.app.filters import kept
from workbench.app.image_list import UNCALIBRATED, uncalibrated
from workbench.app.image_record import ImageRecord
from workbench.app.lane_badge import OUTCOME_WORDS, STATE_WORDS, lane_label
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import NO_DATA, moment, plural


def results_panel(image: ImageRecord) -> None:
    """Draw the panel."""
    with st.container(key="panel_results", height="stretch"):
        part_head("Results of this image", plural(len(image.results), "result"))
        rows = [_row(row, image.row["result_id"], n == 0) for n, row in enumerate(image.results)]
        risk = f"Risk, {UNCALIBRATED}" if any(map(uncalibrated, image.results)) else "Risk"
        st.html(table(("Made", "Spec", "Policy", "Version", "Lane", risk, "State", ""), rows, keep=(0, 4, 7)))
        if image.reviews:
            part_head("Verdicts", plural(len(image.reviews), "verdict"))
            verdicts = [_verdict(review) for review in image.reviews]
            st.html(table(("When", "Verdict", "On version", "Reasons"), verdicts, keep=(0,)))


def _row(row: Mapping[str, Any], shown: str, holds: bool) -> tuple[Html | str, ...]:
    address = "image?" + urlencode(
        {**kept(), "image": row["image_id"], "set": row["set_id"], "result": row["result_id"]}, doseq=True
    )
    policy = f"{row['policy_name']}@{row['policy_version']}" if row["policy_name"] else NO_DATA
    state = STATE_WORDS.get(row["state"] or "", OUTCOME_WORDS.get(row["outcome"], row["outcome"]))
    if row["result_id"] == shown:
        link = Html("<b>shown</b>")
    else:
        link = Html(f'<a href="{escape(address, quote=True)}" target="_self">Show</a>')
    return (
        moment(row["made_at"]), row["spec_name"], policy, str(row["version"]) + (" · holds" if holds else ""),
        Html(lane_label(row["lane"], row["outcome"])), NO_DATA if row["risk"] is None else f"{row['risk']:.2f}",
        state, link,
    )  # fmt: skip


def _verdict(review: Mapping[str, Any]) -> tuple[str, ...]:
    reasons = ", ".join(review["reasons"] or ()) or NO_DATA
    return moment(review["reviewed_at"]), review["verdict"], str(review["version"]), reasons
