"""Every text a spec of one's own had: when it was saved, which runs used it, and the way back to it."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from pipeline.spec import parse_spec
from pipeline.spec_words import changes_in_words
from workbench.app.csv_download import csv_button
from workbench.app.data import settings
from workbench.app.page_head import part_head
from workbench.app.person import role
from workbench.app.spec_draft import Draft, change
from workbench.app.spec_head import runs_with
from workbench.charts.amounts import NO_DATA, moment, plural
from workbench.domain.errors import SpecError
from workbench.domain.roles import may
from workbench.jobs.specs import SpecVersion, spec_versions, versions_frame

SHOWN = 20
CHANGES_SHOWN = 3


def spec_versions_panel(draft: Draft) -> None:
    """Draw the panel."""
    with st.container(key="panel_spec_versions"):
        versions = spec_versions(draft.name, settings()) if draft.own else ()
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Versions", plural(len(versions), "version") if versions else "")
            if versions:
                csv_button(lambda: versions_frame(draft.name, settings()), f"versions_{draft.name}", key="csv_versions")
        if not versions:
            st.html(
                '<div class="wb-quiet">A shipped spec has one version, that of the product. Save it under a name of '
                "your own, and every text you save from then on is kept here.</div>"
            )
            return
        for version, older in zip(versions[:SHOWN], [*versions[1:], None], strict=False):
            _version(draft, version, older)
        if len(versions) > SHOWN:
            st.html(f'<div class="wb-quiet">{len(versions) - SHOWN} older ones are in the CSV and in the folder.</div>')


def _version(draft: Draft, version: SpecVersion, older: SpecVersion | None) -> None:
    runs = runs_with(version.hash)
    with st.container(key=f"spec_version_{version.hash[:8]}"):
        what, used, back = st.columns((3, 2, 1), gap="small", vertical_alignment="center")
        with what:
            now = ' <span class="wb-tag">current</span>' if version.current else ""
            st.html(
                f"<div><b>{moment(version.saved_at)}</b> <code>{version.hash[:8]}</code>{now}</div>"
                f'<div class="wb-quiet">{escape(_changes(version, older))}</div>'
            )
        with used:
            st.html(f'<div class="wb-quiet">{_runs(runs)}</div>')
        with back:
            if not version.current and may(role(), "edit_specs"):
                st.button("Bring back", key=f"spec_back_{version.hash[:8]}",
                          on_click=lambda: _bring_back(draft, version),
                          help="Puts this text into the draft; saving it makes it the current version")  # fmt: skip


def _bring_back(draft: Draft, version: SpecVersion) -> None:
    change(draft, version.path.read_text(encoding="utf-8"))


def _changes(version: SpecVersion, older: SpecVersion | None) -> str:
    """What this version changed against the one saved before it."""
    if older is None:
        return "the first text"
    try:
        texts = [parse_spec(v.path.read_text(encoding="utf-8"), where=v.path.name) for v in (older, version)]
    except SpecError as error:
        return f"no longer valid: {error}"
    lines = changes_in_words(*texts)
    more = f" and {len(lines) - CHANGES_SHOWN} more" if len(lines) > CHANGES_SHOWN else ""
    return "; ".join(lines[:CHANGES_SHOWN]) + more if lines else "only its text"


def _runs(runs: pl.DataFrame) -> str:
    if runs.height == 0:
        return "no run used it"
    links = ", ".join(
        f'<a href="overview?run={escape(run["run_id"], quote=True)}" target="_self">{moment(run["started_at"])}</a>'
        for run in runs.head(2).to_dicts()
    )
    return f"{plural(runs.height, 'run')}: {links or NO_DATA}"
