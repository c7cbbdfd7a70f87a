"""The spec somebody looks at or edits: what is saved, what the draft says, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from pipeline.spec import Spec, shipped_specs
from pipeline.spec_words import changes_in_words
from workbench.app.data import settings
from workbench.app.person import person_if_known
from workbench.domain.errors import SpecError
from workbench.jobs.edit_spec import draft_or_error
from workbench.jobs.spec_drafts import SpecDraft, keep_draft, kept_draft
from workbench.jobs.specs import own_specs, read_spec

UNDONE_AT_MOST = 200  # texts kept to go back to


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One spec on screen. ``spec`` is the draft read as a spec, None while ``error`` says why it cannot be."""

    name: str
    saved: Spec
    text: str
    based_on: str  # hash of the saved text that the edit began from
    spec: Spec | None
    error: SpecError | None
    own: bool  # one's own, not a shipped one

    @property
    def changed(self) -> bool:
        """Whether the draft's text is another than the saved one."""
        return self.text != self.saved.text

    @property
    def overtaken(self) -> bool:
        """Whether somebody else saved since the edit began."""
        return self.changed and self.based_on != self.saved.hash

    @property
    def changes(self) -> tuple[str, ...]:
        """What the draft changes in effect."""
        return () if self.spec is None else changes_in_words(self.saved, self.spec)


def open_draft(name: str) -> Draft:
    """The spec with this session's draft of it.

    Raises:
        SpecError: No such spec, or the saved file does not validate.
    """
    saved = read_spec(name, settings())
    kept = _state(name).get("draft") or kept_draft(name, _who(), settings())
    if kept is None or kept.text == saved.text:
        kept = SpecDraft(text=saved.text, based_on=saved.hash)
    _state(name)["draft"] = kept
    spec, error = draft_or_error(kept.text, where=f"{name}.toml")
    return Draft(
        name=name, saved=saved, text=kept.text, based_on=kept.based_on, spec=spec, error=error,
        own=name in own_specs(settings()) and name not in shipped_specs(),
    )  # fmt: skip


def change(draft: Draft, text: str) -> None:
    """Let the draft say something else; the text before can be had back."""
    if text != draft.text:
        _state(draft.name).setdefault("undo", []).append(draft.text)
        del _state(draft.name)["undo"][:-UNDONE_AT_MOST]
        _put(draft, text, draft.based_on)


def undo(draft: Draft) -> None:
    """Take the last change back."""
    if can_undo(draft):
        _put(draft, _state(draft.name)["undo"].pop(), draft.based_on)


def can_undo(draft: Draft) -> bool:
    """Whether there is a change to take back."""
    return bool(_state(draft.name).get("undo"))


def reset(draft: Draft) -> None:
    """Go back to what is saved; undo brings the draft back."""
    change(draft, draft.saved.text)


def rebase(draft: Draft) -> None:
    """Keep the draft and let it stand on what somebody else saved meanwhile."""
    _put(draft, draft.text, draft.saved.hash)


def forget(name: str) -> None:
    """Drop the draft, once it is saved."""
    st.session_state.pop(_key(name), None)
    keep_draft(None, name, _who(), settings())


def _put(draft: Draft, text: str, based_on: str) -> None:
    kept = SpecDraft(text=text, based_on=based_on)
    _state(draft.name)["draft"] = kept
    _state(draft.name).pop("errors", None)
    keep_draft(kept if text != draft.saved.text else None, draft.name, _who(), settings())


def errors(draft: Draft) -> dict[str, str]:
    """What is wrong with values just given in the form, by place."""
    return _state(draft.name).setdefault("errors", {})


def _state(name: str) -> dict[str, Any]:
    return st.session_state.setdefault(_key(name), {})


def _key(name: str) -> str:
    return f"_spec_draft_{name}"


def _who() -> str:
    found = person_if_known()
    return found.id if found else ""
