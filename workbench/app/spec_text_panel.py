"""The TOML of a spec: always in sight, to download, and to edit as text by those who like that."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from workbench.app.page_head import part_head
from workbench.app.spec_draft import Draft, change
from workbench.domain.errors import SpecError

TALL_PX = 560
AROUND = 3  # lines shown on each side of the one that is wrong
_LINE = re.compile(r"line (\d+)")


def spec_text_panel(draft: Draft) -> None:
    """Draw the panel."""
    with st.container(key="panel_spec_text"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("TOML", "the draft" if draft.changed else "as saved")
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
                as_text = st.toggle("Edit as text", key="spec_as_text")
                st.download_button(
                    "TOML", draft.text.encode(), f"{draft.name}.toml", "application/toml", key="csv_spec_toml",
                    icon=":material/download:", type="tertiary", on_click="ignore",
                )  # fmt: skip
        if draft.error is not None:
            spec_error(draft.error, draft.text)
        if not as_text and draft.error is None:
            st.code(draft.text, language="toml", line_numbers=True, height=TALL_PX)
            return
        key = f"spec_text_{draft.name}"
        st.session_state[key] = draft.text
        st.text_area(
            "TOML", key=key, height=TALL_PX, label_visibility="collapsed",
            on_change=lambda: change(draft, st.session_state[key]),
        )  # fmt: skip
        st.html('<div class="wb-quiet">Ctrl+Enter, or a click beside it, takes the text over.</div>')


def spec_error(error: SpecError, text: str) -> None:
    """Say what is wrong, and show the lines around it."""
    words = str(error)
    st.html(f'<div class="sp-error" role="alert">{escape(words)}</div>')
    found = _LINE.search(words)
    if found is None:
        return
    rows, at = text.splitlines(), int(found[1])
    shown = range(max(1, at - AROUND), min(len(rows), at + AROUND) + 1)
    lines = "".join(
        f'<div class="{"sp-wrong" if n == at else ""}"><i>{n}</i>{escape(rows[n - 1]) or " "}</div>' for n in shown
    )
    st.html(f'<div class="sp-lines">{lines}</div>')
