"""What the draft changes, in words; the way back; and saving it as a new version."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app.data import settings
from workbench.app.page_head import part_head
from workbench.app.person import role
from workbench.app.spec_draft import Draft, can_undo, forget, rebase, reset, undo
from workbench.charts.amounts import plural
from workbench.domain.errors import StorageFull, UsageError
from workbench.domain.roles import may
from workbench.jobs.specs import SpecConflict, free_name, own_specs, read_spec, save_spec

_SAVED, _REFUSED = "_spec_saved", "_spec_refused"


def spec_changes_panel(draft: Draft) -> None:
    """Draw the panel."""
    with st.container(key="panel_spec_changes"):
        _said()
        lines = draft.changes
        count = plural(len(lines), "change") if lines else "nothing in effect" if draft.changed else "none"
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Changes", "the text cannot be read" if draft.error else count)
            with st.container(horizontal=True, width="content", gap="small"):
                st.button("Undo", key="spec_undo", icon=":material/undo:", type="tertiary",
                          disabled=not can_undo(draft), on_click=lambda: undo(draft))  # fmt: skip
                st.button("Reset", key="spec_reset", icon=":material/restart_alt:", type="tertiary",
                          disabled=not draft.changed, on_click=lambda: reset(draft),
                          help="Back to what is saved; undo brings the draft back")  # fmt: skip
        if lines:
            st.html(f'<ul class="sp-changes">{"".join(f"<li>{_line(line)}</li>" for line in lines)}</ul>')
        elif draft.changed and draft.error is None:
            st.html('<div class="wb-quiet">Only comments, spacing or the writing of values differ.</div>')
        elif draft.error is None:
            st.html('<div class="wb-quiet">The draft is what is saved. Edit it to see here what would change.</div>')
        if draft.overtaken:
            _overtaken(draft)
        elif draft.changed and draft.error is None:
            _save(draft)


def _save(draft: Draft) -> None:
    if not may(role(), "edit_specs"):
        st.html(
            '<div class="wb-quiet">Saving a spec is for leads. Your draft stays here; its TOML can be passed on.</div>'
        )
        return
    with st.form("spec_save", border=False, enter_to_submit=False):
        name = st.text_input(
            "Save as", value=free_name(draft.spec.name if draft.own else draft.name, settings()), key="spec_save_as",
            help="One's own name makes a new version of it; the text that stood there is kept. A new name makes a new "
            "spec.",
        )  # fmt: skip
        if st.form_submit_button("Save as a new version" if draft.own else "Save as your own", type="primary"):
            _write(draft, name.strip())


def _write(draft: Draft, name: str) -> None:
    based_on = draft.based_on if draft.own and name == draft.name else None
    try:
        saved = save_spec(draft.text, settings(), name=name, based_on=based_on)
    except (UsageError, SpecConflict, StorageFull) as error:
        st.session_state[_REFUSED] = str(error)
    else:
        forget(draft.name)
        st.session_state[_SAVED] = (saved.name, saved.hash)
        st.query_params["spec"] = saved.name
    st.rerun()


def _overtaken(draft: Draft) -> None:
    """Somebody else saved meanwhile: both texts are there, and a person decides."""
    st.html(
        '<div class="wb-partial" role="status">Somebody else saved this spec after you began. Nothing is lost: the '
        "changes above are against what stands there now.</div>"
    )
    with st.container(horizontal=True, gap="small"):
        st.button("Take theirs", key="spec_theirs", on_click=lambda: reset(draft),
                  help="Your draft can be had back with undo")  # fmt: skip
        st.button("Keep mine on top", key="spec_mine", on_click=lambda: rebase(draft),
                  help="Then save: theirs is kept among the versions")  # fmt: skip


def _said() -> None:
    """What the last save came to."""
    refused, saved = st.session_state.pop(_REFUSED, None), st.session_state.pop(_SAVED, None)
    if refused:
        st.html(f'<div class="sp-error" role="alert">Not saved: {escape(refused)}. Your draft is untouched.</div>')
    if saved and saved[0] in own_specs(settings()) and read_spec(saved[0], settings()).hash == saved[1]:
        st.html(f'<div class="sp-done" role="status">Saved as {escape(saved[0])}, version {saved[1][:8]}.</div>')


def _line(line: str) -> str:
    unit, _, rest = line.partition(": ")
    before, arrow, after = rest.partition(" → ")
    name = f"<b>{escape(unit.replace('_', ' '))}</b>"
    return f"{name} {escape(before)} <i>→</i> <b>{escape(after)}</b>" if arrow else f"{name} {escape(rest)}"
