"""A strip of cards, one a step: its name and seconds, a small picture before and after; a click opens them large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

_HERE = Path(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """One step. Pictures are addresses, None where there is none; ``state`` is done, failed or waiting."""

    name: str
    seconds: str
    words: str
    state: str
    before_small: str | None = None
    after_small: str | None = None
    before_large: str | None = None
    after_large: str | None = None
    after_label: str = "after"


def steps_strip(cards: Sequence[StepCard], *, key: str = "steps_strip") -> None:
    """Show the strip.

    Args:
        cards: In running order.
        key: Key of the widget on the page.
    """
    _widget()(key=key, data={"cards": [asdict(card) for card in cards]})


@st.cache_resource
def _widget():
    """The widget's definition, registered once a server."""
    css, js = (_HERE.with_suffix(s).read_text(encoding="utf-8") for s in (".css", ".js"))
    html = '<div class="ss"><ol></ol><dialog class="ss-large"></dialog></div>'
    return st.components.v2.component("workbench.steps_strip", html=html, css=css, js=js)
