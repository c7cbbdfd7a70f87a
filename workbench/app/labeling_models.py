"""What came of the labels: the model in use beside the one trained here, and how the one takes the other's place."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app.csv_download import csv_button
from workbench.app.data import settings
from workbench.app.lane_badge import simulated_tag
from workbench.app.page_head import part_head
from workbench.app.states import partial
from workbench.app.table import Html, table
from workbench.charts.amounts import NO_DATA, percent
from workbench.domain.errors import ModelError
from workbench.jobs.label_models import TRAINED, label_models


def labeling_models(project: str) -> None:
    """Draw both models' figures and the command that compares them."""
    try:
        found = label_models(project, settings())
    except ModelError as problem:
        partial(str(problem))
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part_head("Models", "on the fixed test photos, 95% intervals")
        csv_button(found, "label_models", key="csv_label_models")
    rows = found.to_dicts()
    body = [
        (row["which"], row["model"], _learned_from(row), _auroc(row), _right(row)) for row in rows
    ]  # fmt: skip
    head = ("", "Model", "Learned from", "AUROC", "Right of three")
    st.html(f'<div class="wb-wide">{table(head, body, right=(3, 4), keep=(0, 1, 3, 4))}</div>')
    trained = next((row for row in rows if row["which"] == TRAINED), None)
    if trained is not None:
        command = f".venv/bin/workbench models promote {project} {trained['folder']} --dry-run"
        st.code(command, language=None, wrap_lines=True)


def _learned_from(row: dict) -> Html:
    return Html(f"{escape(row['learned_from'])} {simulated_tag() if row['simulated_labels'] else ''}")


def _auroc(row: dict) -> str:
    if row["auroc"] is None:
        return NO_DATA
    return f"{row['auroc']:.3f} ({row['auroc_low']:.3f}–{row['auroc_high']:.3f})"


def _right(row: dict) -> str:
    if row["correct"] is None:
        return NO_DATA
    return f"{percent(row['correct'])} ({percent(row['correct_low'])}–{percent(row['correct_high'])})"
