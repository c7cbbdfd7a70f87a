"""The versions of one image under the spec that is shown: the automatic one, and each correction by a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from workbench.app.filters import kept
from workbench.app.image_record import ImageRecord
from workbench.app.navigation import open_page

_CHOSEN = "version_shown"


def version_switch(image: ImageRecord) -> None:
    """Draw the switch; nothing while there is only the automatic version."""
    rows = {row["version"]: row for row in versions_of(image)}
    if len(rows) < 2:
        return
    here = image.row["version"]
    st.session_state[_CHOSEN] = here
    with st.container(key="version_switch"):
        chosen = st.segmented_control(
            "Version", list(rows), key=_CHOSEN, format_func=version_words, label_visibility="collapsed", required=True
        )
    if chosen != here:
        params = {name: st.query_params[name] for name in ("sort",) if name in st.query_params}
        row = rows[chosen]
        open_page(
            "image",
            {**kept(), **params, "image": row["image_id"], "set": row["set_id"], "result": row["result_id"]},
        )


def versions_of(image: ImageRecord) -> list[Mapping[str, Any]]:
    """One result a version, in order: of the spec text that the shown result was made with."""
    newest: dict[int, Mapping[str, Any]] = {}
    for row in image.results:  # the one that holds comes first
        if row["spec_hash"] == image.row["spec_hash"] and row["outcome"] == "done":
            newest.setdefault(row["version"], row)
    newest[image.row["version"]] = image.row
    return [newest[version] for version in sorted(newest)]


def version_words(version: int) -> str:
    """``v1 automatic``, ``v2 corrected``."""
    return f"v{version} {'automatic' if version == 1 else 'corrected'}"
