"""How a lane, an outcome and a state look: colour, letter and word, the same on every page."""

from __future__ import annotations

from html import escape

from workbench.charts.theme import LANE_COLOURS, LANE_INKS, LANE_LETTERS
from workbench.domain.records import Lane

# what happens next, in a retoucher's words
LANE_WORDS: dict[Lane, str] = {
    "auto": "goes out untouched",
    "check": "a look, or a small edit",
    "manual": "a retoucher works on it",
    "senior": "a senior retoucher decides",
}
OUTCOME_WORDS = {"done": "processed", "refused": "refused", "failed": "failed"}
STATE_WORDS = {
    "published": "published",
    "queued": "waiting for a person",
    "claimed": "in somebody's hands",
    "approved": "approved",
    "rework": "sent back for rework",
    "rejected": "rejected",
}


def lane_badge(lane: Lane | None, *, big: bool = False) -> str:
    """HTML of the coloured letter; ``!`` in red for an image without a lane."""
    size = " wb-big" if big else ""
    if lane is None:
        return f'<span class="wb-badge wb-bad{size}">!</span>'
    return (
        f'<span class="wb-badge{size}" style="background:{LANE_COLOURS[lane]};color:{LANE_INKS[lane]}">'
        f"{LANE_LETTERS[lane]}</span>"
    )


def lane_label(lane: Lane | None, outcome: str = "done", *, big: bool = False) -> str:
    """HTML of badge and name."""
    name = lane or OUTCOME_WORDS.get(outcome, outcome)
    return f'<span class="wb-lane">{lane_badge(lane, big=big)}{escape(name)}</span>'


def tag(words: str, *, tip: str = "") -> str:
    """HTML of a small outlined word, such as "uncalibrated"."""
    title = f' title="{escape(tip, quote=True)}"' if tip else ""
    return f'<span class="wb-tag"{title}>{escape(words)}</span>'


def simulated_tag() -> str:
    """HTML of the hatched badge that stands beside every figure that rests on simulated data."""
    return '<span class="wb-tag wb-simulated">simulated</span>'
