"""The verdict bar: keys and buttons for the verdict, the reasons, what was done by hand; undo; the time on the image.

A component of its own, not ``st.button(shortcut=…)``: one message has to carry the verdict, every tick and the measured
seconds, with a token that lets it be sent again without being stored twice; and ticking must not wait for the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from workbench.charts.theme import VERDICT_COLOURS
from workbench.domain.records import Verdict

# Looking closely at an edge with the hands at rest takes some seconds; after so long without a key, a wheel or a
# moved pointer the person is on the telephone, or at lunch.
IDLE_S = 20
_HERE = Path(__file__)
_VERDICTS: tuple[tuple[Verdict, str, str, str, str], ...] = (  # value, button, key, past, ink on its colour
    ("approved", "Approve", "a", "approved", "#10201E"),
    ("rework", "Rework", "r", "rework", "#1F2328"),
    ("rejected", "Reject", "x", "rejected", "#FFFFFF"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One thing that can be ticked: what is stored, what is read, its key, and a longer explanation."""

    value: str
    label: str
    key: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was ticked for a verdict that was taken back; ``token`` names that verdict."""

    token: str
    reasons: Sequence[str] = ()
    actions: Sequence[str] = ()
    usable: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a message was not carried out, and what to do; ``fresh`` when the next try is another verdict."""

    token: str
    words: str
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One person's verdicts since they opened the page."""

    approved: int = 0
    rework: int = 0
    rejected: int = 0
    median_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What the bar shows.

    ``id`` names the version to judge; ``picture`` is the viewer's id, which must be on the screen before a verdict is
    taken; ``session`` is another one after the server was restarted; ``answered`` is the token of the last message
    that was dealt with, ``stored`` of the last verdict in the lake; ``leave`` is called when the page is left.
    """

    id: str
    picture: str | None
    session: str
    state: Literal["open", "judged"] = "open"
    closed: str = ""  # why nothing can be said, when judged
    verdict: Verdict | None = None  # what was said, when judged
    reasons: Sequence[Tick] = ()
    actions: Sequence[Tick] = ()
    usable: Sequence[Tick] = ()
    asks_usable: bool = False
    draft: Draft | None = None
    answered: str | None = None
    stored: str | None = None
    problem: Problem | None = None
    undo: str | None = None  # what would be taken back
    previous: bool = False
    next: bool = False
    tally: Tally = field(default_factory=Tally)
    leave: str | None = None


def verdict_bar(
    bar: Bar,
    *,
    on_verdict: Callable[[Mapping[str, Any]], None],
    on_undo: Callable[[str], None],
    on_move: Callable[[str], None],
    key: str = "verdict_bar",
) -> None:
    """Show the bar.

    Args:
        bar: What it shows.
        on_verdict: Called with id, verdict, reasons, actions, usable, seconds and the token, before the page is drawn.
        on_undo: Called with the token of the message.
        on_move: Called with ``previous`` or ``next``.
        key: Key of the widget on the page.
    """

    def heard(name: str, act: Callable[[Any], None], part: str | None = None) -> Callable[[], None]:
        def call() -> None:
            message = st.session_state[key].get(name)
            if message:
                act(message[part] if part else message)

        return call

    data = asdict(bar)
    verdicts = [
        {"value": value, "label": label, "key": letter, "done": done, "colour": VERDICT_COLOURS[value], "ink": ink}
        for value, label, letter, done, ink in _VERDICTS
    ]
    _widget()(
        key=key,
        data={**data, "verdicts": verdicts, "idle_s": IDLE_S},
        on_verdict_change=heard("verdict", on_verdict),
        on_undo_change=heard("undo", on_undo, "token"),
        on_move_change=heard("move", on_move),
    )


@st.cache_resource
def _widget():
    """The widget's definition, registered once a server."""
    html, css, js = (_HERE.with_suffix(s).read_text(encoding="utf-8") for s in (".html", ".css", ".js"))
    return st.components.v2.component("workbench.verdict_bar", html=html, css=css, js=js)
