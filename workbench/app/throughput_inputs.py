"""What the throughput page is asked: the plan of a day, from the sidebar and the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from workbench.app import data
from workbench.app.url_state import in_url
from workbench.charts.amounts import count
from workbench.jobs.measured_shop import MeasuredShop, from_frames
from workbench.operations.plan_shop import PATTERNS, Plan

STATED, MEASURED = "stated", "measured"
LIMITS = {  # name in the address -> default, least, most, step
    "images": (1200, 0, 100_000, 100), "auto": (80, 0, 100, 1), "auto_s": (5.0, 0.0, 600.0, 0.5),
    "engines": (1, 1, 64, 1), "manual_s": (90, 1, 3600, 5), "cv": (0.8, 0.0, 3.0, 0.1), "retouchers": (1, 1, 200, 1),
    "seniors": (0, 0, 50, 1), "shift_h": (8.0, 1.0, 14.0, 0.5), "due_h": (24, 1, 240, 1), "urgent": (0, 0, 100, 5),
    "rework": (0, 0, 90, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The plan, and where its times come from."""

    plan: Plan
    source: str  # stated, measured, or the id of a simulated set
    measured: MeasuredShop | None

    @property
    def simulated(self) -> bool:
        """Whether the times come from simulated verdicts."""
        return self.measured is not None and self.measured.simulated


def throughput_inputs() -> Asked:
    """Draw the inputs in the sidebar and return the plan.

    Raises:
        LakeError: The lake cannot be read.
    """
    sources = _sources()
    with st.sidebar:
        source = in_url(
            "times", lambda: _source_box(sources), default=MEASURED if MEASURED in sources else STATED, allowed=sources
        )
        measured = sources.get(source)
        given: dict[str, Any] = {
            "images": _number("images", "Images"),
            "pattern": in_url("arrive", _pattern_box, default="monday", allowed=PATTERNS),
            "auto_share": _number("auto", "Automatic (%)", "Share that nobody has to touch") / 100,
            "auto_s": _number("auto_s", "Engine seconds an image", "Every image goes through the engine"),
            "engine_workers": _number("engines", "Images at once in the engine"),
            "retouchers": _number("retouchers", "Retouchers"),
            "seniors": _number("seniors", "Senior retouchers", "They do every lane; the senior lane is theirs alone"),
            "shift_h": _number("shift_h", "Hours of work a day", "From nine, with half an hour's break beside them"),
        }
        given["overtime"] = in_url("stay", _stay_toggle, default=False, parse=lambda text: text == "True")
        with st.expander("Times, rework and deadlines"):
            own = measured is None or not measured.seconds
            given |= {
                "manual_s": float(_number("manual_s", "Active seconds by hand", "Mean of a look or edit", off=not own)),
                "manual_cv": _number("cv", "Spread (CV)", "Standard deviation / mean", off=not own),
                "rework_share": _number("rework", "Comes back (%)", "Share of every round that comes back") / 100,
                "due_h": float(_number("due_h", "Due within (h)", "Hours from arrival until an image is late")),
                "urgent_share": _number("urgent", "Urgent (%)", "Due within four hours; they go first") / 100,
            }
    if measured is not None:
        given |= {name: value for name, value in measured.plan_values().items() if name in ("mix", "measured_s")}
    return Asked(plan=Plan(**given), source=source, measured=measured)


def _sources() -> dict[str, MeasuredShop | None]:
    """Where times can come from: stated, measured in this workspace, and each simulated set."""
    found: dict[str, MeasuredShop | None] = {STATED: None}
    try:
        choices = data.rows("choices")
    except data.NothingYet:
        return found
    sets = choices.filter("simulated")["set_id"].unique().sort().to_list()
    for key, set_id in ((MEASURED, None), *((set_id, set_id) for set_id in sets)):
        asked = {"set_id": set_id, "include_simulated": set_id is not None}
        shop = from_frames(
            data.rows("app_shop_lanes", **asked), data.rows("app_shop_reviews", **asked, limit=5000),
            simulated=set_id is not None,
        )  # fmt: skip
        if shop.seconds:
            found[key] = shop
    return found


def _source_box(sources: dict[str, MeasuredShop | None]) -> str:
    def words(source: str) -> str:
        shop = sources[source]
        if shop is None:
            return "Stated mean and spread"
        kind = "Simulated verdicts" if shop.simulated else "Measured here"
        return f"{kind}: {count(shop.verdicts)}"

    return st.selectbox("Times and lanes from", list(sources), key="times", format_func=words)


def _pattern_box() -> str:
    return st.selectbox("They come", list(PATTERNS), key="arrive", format_func=PATTERNS.__getitem__)


def _stay_toggle() -> bool:
    return st.toggle("Overtime", key="stay", help="People stay up to two hours while something waits")


def _number(name: str, label: str, about: str | None = None, *, off: bool = False):
    default, low, high, step = LIMITS[name]
    kind = type(default)

    def within(text: str):
        value = kind(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return in_url(
        name,
        lambda: st.number_input(label, low, high, step=step, key=name, help=about, disabled=off),
        default=default, parse=within,
    )  # fmt: skip
