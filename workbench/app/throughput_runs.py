"""Runs the simulations a page asks for, with progress and a way to stop, and keeps what came out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from workbench.charts.amounts import count
from workbench.operations.plan_shop import Plan, plan_shop
from workbench.operations.replicate_shop import Replications, replicate_shop
from workbench.operations.sweep_auto_share import ALL_SHARES, SHARES, sweep_auto_share

REPLICATIONS, SWEEP_REPLICATIONS = 20, 4
KEPT = 64  # simulations, for everybody who looks
IN_PROCESSES_FROM = 200_000  # simulated images; below it starting processes takes longer than the work
SWEEP_MOST = 5_000  # images; more would take minutes, and the picture is the same in proportion
CHANGES: Mapping[str, Callable[[Plan], Plan]] = {
    "one retoucher more": lambda plan: replace(plan, retouchers=plan.retouchers + 1),
    "5 points more automatic": lambda plan: replace(plan, auto_share=min(1.0, plan.auto_share + 0.05)),
    "5 points less automatic": lambda plan: replace(plan, auto_share=max(0.0, plan.auto_share - 0.05)),
    "an engine twice as fast": lambda plan: replace(plan, auto_s=plan.auto_s / 2),
    "overtime": lambda plan: replace(plan, overtime=True),
}


def simulated(plan: Plan, words: str) -> Replications:
    """A plan, simulated; at once when anybody asked for it before.

    Args:
        plan: What to simulate.
        words: What it is, beside the bar.
    """

    def run(progress: Callable[[int, int], None]) -> Replications:
        many = plan.images * REPLICATIONS >= IN_PROCESSES_FROM
        workers = min(os.cpu_count() or 1, REPLICATIONS) if many else 1
        return replicate_shop(plan_shop(plan), replications=REPLICATIONS, workers=workers, on_progress=progress)

    return _kept(("shop", plan), words, run)


def swept(plan: Plan) -> pl.DataFrame | None:
    """What is left at the end of the shift by automatic share; None for a plan too large to sweep while one waits."""
    if plan.images > SWEEP_MOST:
        return None

    full = plan.throughput().break_even_auto_share
    shares = ALL_SHARES if min(plan.auto_share, 1.0 if full is None else full) < SHARES[2] else SHARES

    def run(progress: Callable[[int, int], None]) -> pl.DataFrame:
        return sweep_auto_share(plan, shares, replications=SWEEP_REPLICATIONS, on_progress=progress)

    return _kept((f"sweep from {shares[0]}", replace(plan, auto_share=0.5)), f"{len(shares)} shares", run)


def _kept(what: tuple[str, Plan], words: str, run: Callable[[Callable[[int, int], None]], Any]) -> Any:
    key = hashlib.sha256(repr(what).encode()).hexdigest()
    slot = _slot(key)
    if "found" in slot:
        return slot["found"]
    place = st.empty()
    with place.container(key=f"simulating_{key[:8]}"):
        bar = st.progress(0.0, text=f"Simulating: {words}")
        st.button(
            "Stop", key=f"stop_{key[:8]}", type="tertiary", on_click=st.session_state.update,
            kwargs={"throughput_stopped": True},
        )  # fmt: skip
        # drawing ends this run of the page as soon as somebody presses anything, and the processes with it
        slot["found"] = run(
            lambda done, of: bar.progress(done / of, text=f"Simulating: {words}, {count(done)} of {count(of)}")
        )
    place.empty()
    return slot["found"]


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _slot(key: str) -> dict[str, Any]:
    return {}


def stopped() -> bool:
    """Whether somebody stopped the simulation; draws what is left to do."""
    if not st.session_state.get("throughput_stopped"):
        return False
    with st.container(key="panel_stopped"):
        st.html('<div class="wb-quiet">The simulation was stopped. The arithmetic above holds.</div>')
        st.button(
            "Simulate", key="simulate_again", type="primary", on_click=st.session_state.update,
            kwargs={"throughput_stopped": False},
        )  # fmt: skip
    return True
