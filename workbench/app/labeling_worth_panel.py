"""What the next labels would buy and cost, by the learning curve; and the datasets frozen so far."""

from __future__ import annotations

from dataclasses import asdict
from html import escape

import polars as pl
import streamlit as st

from labeling.datasets.frozen import DatasetCard, dataset_names, open_dataset
from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.data import settings
from workbench.app.labeling_models import labeling_models
from workbench.app.lane_badge import simulated_tag
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.app.side_by_side import side_by_side
from workbench.app.states import partial
from workbench.app.table import Html, table
from workbench.charts.amounts import count
from workbench.charts.learning_curve_chart import learning_curve_chart
from workbench.domain.errors import LabelingError
from workbench.jobs.freeze_dataset import PROJECT, datasets_home
from workbench.jobs.label_worth import Worth, label_worth

MORE = 1_000


def labeling_worth_panel(project: str) -> None:
    """Draw both, side by side where there is room."""
    left, right = side_by_side("labels_worth", (1, 1))
    with left, st.container(key="panel_labels_worth", height="stretch"):
        _worth(project)
    with right, st.container(key="panel_datasets", height="stretch"):
        _datasets()
        if project == PROJECT:
            labeling_models(project)


def _worth(project: str) -> None:
    title = f"What {MORE:,} more labels would buy"
    if project != PROJECT:
        part_head(title)
        st.html('<div class="wb-quiet">There is no learning curve for this project yet.</div>')
        return
    found = _asked(project, str(settings().workspace), _timed(project))
    plot(
        learning_curve_chart(found.points, found.families, now=found.labels, more=found.more, dark=is_dark()),
        key="learning_curve", title=title, more="AUROC, mole against the rest", rows=found.points,
    )  # fmt: skip
    st.html(f'<div data-worth="yes">{found.words}</div>')


@st.cache_data(ttl=300, show_spinner="Reading the learning curve on…", max_entries=4)
def _asked(project: str, workspace: str, seen: int) -> Worth:
    return label_worth(project, settings(), more=MORE)


def _timed(project: str) -> int:
    """How many answers there are: the price is asked for again when more were timed."""
    try:
        return int(data.rows("label_seconds", project=project)["timed"][0])
    except data.NothingYet:
        return 0


def _datasets() -> None:
    cards, broken = _cards()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part_head("Datasets", "frozen, numbered, split by photo")
        if cards:
            csv_button(lambda: pl.DataFrame([_flat(card) for card in cards]), "datasets", key="csv_datasets")
    for words in broken:
        partial(words)
    if not cards:
        if not broken:
            st.html('<div class="wb-quiet">None yet. Freeze makes one of what is labelled now; models are trained '
                    "with it and say so on their cards.</div>")  # fmt: skip
        return
    head = ("Dataset", "Labels", "Photos", "Train", "Validation", "Test", "Left out", "Made")
    body = [
        (
            Html(f"{escape(card.label)} {simulated_tag() if card.simulated else ''}"), count(card.items),
            count(sum(card.sources.values())),
            *(count(sum(card.classes[split].values())) for split in ("train", "validation", "test")),
            count(sum(card.left_out.values())), card.made_at[:10],
        )
        for card in reversed(cards)
    ]  # fmt: skip
    st.html(f'<div class="wb-wide">{table(head, body, right=(1, 2, 3, 4, 5, 6), keep=(0, 7))}</div>')
    train = f".venv/bin/workbench models train {cards[-1].project} --dataset {cards[-1].label}"
    st.code(f"{train} --workspace {settings().workspace}", language=None, wrap_lines=True)


def _cards() -> tuple[list[DatasetCard], list[str]]:
    """Every version that is as it was frozen, and what is wrong with the others."""
    home, cards, broken = datasets_home(settings()), [], []
    for name, versions in dataset_names(home).items():
        for version in versions:
            try:
                cards.append(open_dataset(f"{name}@{version}", home).card)
            except LabelingError as problem:
                broken.append(str(problem))
    return sorted(cards, key=lambda card: card.made_at), broken


def _flat(card: DatasetCard) -> dict[str, object]:
    counts = {f"{split}_{word}": n for split, words in card.classes.items() for word, n in words.items()}
    whole = asdict(card)
    return {
        name: whole[name] for name in ("name", "version", "project", "made_at", "items", "simulated", "sha256")
    } | counts
