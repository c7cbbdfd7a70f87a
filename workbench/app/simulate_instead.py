"""Where turnaround cannot be guessed: the way to the page that simulates it, with the same day filled in."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app.navigation import open_page
from workbench.app.threshold_state import Trial
from workbench.routing.approximate_turnaround import SERVICE_CV

LANES_OF = {"check": ("checker", "check_s"), "manual": ("retoucher", "manual_s"), "senior": ("senior", "senior_s")}
SHIFT_H, SHORTEST_H, LONGEST_H = 8.0, 1.0, 14.0  # as that page takes them


def simulate_instead(trial: Trial) -> None:
    """Draw one button a lane whose turnaround the approximation does not reach; nothing where it reaches all."""
    unsure = trial.test.after.not_approximated
    if not unsure:
        return
    with st.container(key="panel_simulate", horizontal=True, vertical_alignment="center"):
        words = "; ".join(f"{lane}: {why}" for lane, why in unsure.items())
        st.html(f'<div class="wb-partial" role="status">Turnaround is not guessed. {escape(words)}.</div>')
        for lane in unsure:
            st.button(
                f"Simulate lane {lane}", key=f"simulate_{lane}", icon=":material/hourglass_bottom:",
                on_click=lambda lane=lane: st.session_state.update(_simulate_lane=lane),
            )  # fmt: skip
    lane = st.session_state.pop("_simulate_lane", None)
    if lane in unsure:
        open_page("throughput", lane_day(trial, lane))


def lane_day(trial: Trial, lane: str) -> dict[str, str]:
    """One lane's day as the page Throughput is asked in its address: its images, its people, its seconds."""
    role, seconds = LANES_OF[lane]
    outcome = trial.test.after
    service_s = max(1, round(getattr(trial.costs, seconds)))
    # of retouchers rework counts as well: all hours of the role, in images of the lane
    images = round(outcome.hours[role] * 3600 / service_s)
    has_h = trial.desk.people.get(role, SHIFT_H)
    people = max(1, round(has_h / SHIFT_H))
    shift_h = min(max(round(2 * has_h / people) / 2, SHORTEST_H), LONGEST_H)
    return {
        "times": "stated", "images": str(images), "auto": "0", "arrive": "monday", "manual_s": str(service_s),
        "cv": f"{SERVICE_CV:g}", "retouchers": str(people), "shift_h": str(shift_h),
    }  # fmt: skip
