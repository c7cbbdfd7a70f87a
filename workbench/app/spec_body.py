"""The spec itself, to read, to edit or to try on a photo; or why its file cannot be read."""

from __future__ import annotations

import streamlit as st

from workbench.app.page_head import part_head
from workbench.app.spec_draft import Draft
from workbench.app.spec_form import spec_form
from workbench.app.spec_head import text_of
from workbench.app.spec_preview import spec_preview
from workbench.app.spec_reading import spec_reading
from workbench.app.spec_text_panel import spec_error
from workbench.app.url_state import in_url
from workbench.domain.errors import SpecError

WAYS = {"read": "Read", "edit": "Edit", "preview": "Preview"}


def spec_body(draft: Draft) -> None:
    """Draw the panel."""
    with st.container(key="panel_spec"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head(draft.spec.title if draft.spec else draft.saved.title)
            way = in_url(
                "way",
                lambda: st.segmented_control(
                    "Read, edit or try", list(WAYS), key="way", format_func=WAYS.get, label_visibility="collapsed",
                    required=True,
                ),
                default="read",
                allowed=WAYS,
            )  # fmt: skip
        if draft.spec is None:
            st.html(
                '<div class="wb-partial" role="status">The draft cannot be read as a spec. Mend its text, '
                "or undo; what is saved is untouched.</div>"
            )
            spec_reading(draft.saved)
        elif way == "edit":
            spec_form(draft)
        elif way == "preview":
            spec_preview(draft)
        else:
            spec_reading(draft.spec)


def widths() -> tuple[float, float]:
    """Widths of the spec and of what stands beside it; pictures need more room than words."""
    return (2.1, 1) if st.session_state.get("way", st.query_params.get("way")) == "preview" else (1.5, 1)


def spec_unreadable(name: str, error: SpecError) -> None:
    """Say what is wrong with a saved file that somebody wrote by hand."""
    with st.container(key="panel_spec_unreadable"):
        part_head(f"{name} cannot be used", "no run can either, until the file is mended")
        text = text_of(name)
        spec_error(error, text)
        st.code(text, language="toml", line_numbers=True)
