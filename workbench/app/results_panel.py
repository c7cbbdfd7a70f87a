"""The other results of one image: specs, policies, versions and runs; and what people said of them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.filters import kept
from workbench.app.image_list import UNCALIBRATED, uncalibrated
from workbench.app.image_record import ImageRecord
from workbench.app.image_versions import version_words
from workbench.app.lane_badge import OUTCOME_WORDS, STATE_WORDS, lane_label
from workbench.app.page_head import part_head
from workbench.app.person import person_if_known, role
from workbench.app.table import Html, table
from workbench.charts.amounts import NO_DATA, moment, plural
from workbench.domain.roles import may

RUNS_SHOWN = 30


def results_panel(image: ImageRecord) -> None:
    """Draw the panel."""
    with st.container(key="panel_results", height="stretch"):
        part_head("Results of this image", plural(len(image.results), "result"))
        rows = [_row(row, image.row["result_id"], n == 0) for n, row in enumerate(image.results)]
        risk = f"Risk, {UNCALIBRATED}" if any(map(uncalibrated, image.results)) else "Risk"
        st.html(table(("Made", "Spec", "Policy", "Version", "Lane", risk, "State", ""), rows, keep=(0, 3, 4, 7)))
        if image.reviews:
            part_head("Verdicts", plural(len(image.reviews), "verdict"))
            here, sees = person_if_known(), may(role(), "see_people")
            verdicts = [_verdict(review, here.id if here else None, sees) for review in image.reviews]
            st.html(table(("When", "Verdict", "Version", "By", "Reasons", "Edits"), verdicts, keep=(0, 2)))
        _runs(image)


def _runs(image: ImageRecord) -> None:
    """The runs that had this image, or the same photo under another id."""
    row = image.row
    runs = data.rows(
        "app_runs_of_image", set_id=row["set_id"], image_id=row["image_id"], photo_hash=row["photo_hash"],
        limit=RUNS_SHOWN,
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part_head("In runs", plural(runs.height, "run") if runs.height < RUNS_SHOWN else f"the newest {RUNS_SHOWN}")
        csv_button(runs, f"runs_{row['image_id']}", key="csv_runs_of_image")
    rows = [_run(run, row) for run in runs.to_dicts()]
    st.html(table(("Run of", "Spec", "Policy", "Lane", "State", "Image", ""), rows, keep=(0, 3, 6)))


def _run(run: Mapping[str, Any], here: Mapping[str, Any]) -> tuple[Html | str, ...]:
    overview = "overview?" + urlencode({"run": run["run_id"]})
    when = Html(f'<a href="{escape(overview, quote=True)}" target="_self">{escape(moment(run["reported_at"]))}</a>')
    same = (run["set_id"], run["image_id"]) == (here["set_id"], here["image_id"])
    name = "this one" if same else f"{run['sku']} · {run['image_id']}"
    lane = Html(lane_label(run["lane"], run["outcome"]))
    state = _state(run) + (", reused" if run["reused"] else "")
    return (
        when, f"{run['spec_name']} {run['spec_hash'][:8]}", _policy(run), lane, state, name,
        _link(run, run["result_id"] == here["result_id"]),
    )  # fmt: skip


def _row(row: Mapping[str, Any], shown: str, holds: bool) -> tuple[Html | str, ...]:
    version = version_words(row["version"]) + (" · holds" if holds else "")
    return (
        moment(row["made_at"]), row["spec_name"], _policy(row), version,
        Html(lane_label(row["lane"], row["outcome"])), NO_DATA if row["risk"] is None else f"{row['risk']:.2f}",
        _state(row), _link(row, row["result_id"] == shown),
    )  # fmt: skip


def _verdict(review: Mapping[str, Any], here: str | None, sees_people: bool) -> tuple[str, ...]:
    reasons, actions = (", ".join(review[name] or ()).replace("_", " ") for name in ("reasons", "actions"))
    return (
        moment(review["reviewed_at"]), review["verdict"], f"v{review['version']}",
        reviewer_words(review["reviewer"], here, sees_people=sees_people), reasons or NO_DATA, actions or NO_DATA,
    )  # fmt: skip


def reviewer_words(reviewer: str, here: str | None, *, sees_people: bool) -> str:
    """Who gave a verdict, as far as the one who looks may know it.

    Args:
        reviewer: Id beside the verdict.
        here: Id of who is at the screen, None while nobody has said.
        sees_people: Whether their role sees names.
    """
    if here is not None and reviewer == here:
        return "you"
    return reviewer if sees_people else "a retoucher"


def _policy(row: Mapping[str, Any]) -> str:
    return f"{row['policy_name']}@{row['policy_version']}" if row["policy_name"] else NO_DATA


def _state(row: Mapping[str, Any]) -> str:
    return STATE_WORDS.get(row["state"] or "", OUTCOME_WORDS.get(row["outcome"], row["outcome"]))


def _link(row: Mapping[str, Any], shown: bool) -> Html:
    if shown:
        return Html("<b>shown</b>")
    address = "image?" + urlencode(
        {**kept(), "image": row["image_id"], "set": row["set_id"], "result": row["result_id"]}, doseq=True
    )
    return Html(f'<a href="{escape(address, quote=True)}" target="_self">Show</a>')
