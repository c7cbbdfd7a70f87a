"""The curves behind one category's limit: expected cost in parts, risk and coverage, reliability."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app.lane_badge import simulated_tag, tag
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.app.threshold_state import Trial
from workbench.app.url_state import in_url
from workbench.charts.amounts import percent, plural
from workbench.charts.cost_curve_chart import cost_curve_chart
from workbench.charts.coverage_chart import coverage_chart
from workbench.charts.reliability_chart import reliability_chart
from workbench.routing.curves import cost_curve, reliability, risk_coverage
from workbench.routing.threshold_trial import counted, judged

UNCALIBRATED = "Risk is a heuristic that nothing has calibrated: it orders images, it is no chance of rework."


def threshold_curves_panel(trial: Trial) -> None:
    """Draw the panel."""
    with st.container(key="panel_curves"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Behind one limit")
            category = in_url(
                "of", lambda: st.selectbox("Category", trial.categories, key="of", label_visibility="collapsed",
                                           format_func=lambda c: c.replace("_", " "), width=200),
                default=trial.categories[0], allowed=trial.categories,
            )  # fmt: skip
        badge = simulated_tag() if trial.desk.scope.simulated else ""
        if not trial.calibrated:
            st.html(f'<div class="wb-quiet">{tag("uncalibrated")} {badge} {UNCALIBRATED}</div>')
        elif badge:
            st.html(badge)
        asked = judged(trial.groups, trial.policy).filter(pl.col("category") == category)
        with st.container(key="split_curves"):
            left, right = st.columns((1.1, 1), gap="medium")
        with left:
            _cost(trial, category, asked)
        with right:
            for column, draw in zip(st.columns(2, gap="medium"), (_coverage, _reliability), strict=True):
                with column:
                    draw(trial, category, asked)


def _cost(trial: Trial, category: str, asked: pl.DataFrame) -> None:
    counts = counted(trial.groups, trial.policy, [category])[0]
    found = cost_curve(
        counts, asked["risk"].to_numpy(), asked["failed"].to_numpy(), costs=trial.costs,
        audit_share=trial.policy.audit_share, check_limit=trial.policy.check_limit(category),
        weights=asked["weight"].to_numpy(), calibrated=trial.calibrated,
    )  # fmt: skip
    if found is None:
        part_head("Expected cost per approved image")
        st.html(f'<div class="wb-quiet">{plural(asked.height, "image")} judged: too few for a curve.</div>')
        return
    frame = pl.DataFrame({"limit": found.limit, **found.parts, "low": found.low, "high": found.high})
    plot(
        cost_curve_chart(
            found, limit=trial.policy.limit(category), certified=_certified(trial, category), dark=is_dark()
        ),
        key="cost_curve", title="Expected cost per approved image", rows=frame, name=f"cost_{category}",
        more=f"{_words(category)}, in parts, with a 95% band", simulated=trial.desk.scope.simulated,
    )  # fmt: skip


def _coverage(trial: Trial, category: str, asked: pl.DataFrame) -> None:
    found = risk_coverage(asked["risk"].to_numpy(), asked["failed"].to_numpy(), weights=asked["weight"].to_numpy())
    if found is None:
        part_head("Risk and coverage")
        st.html('<div class="wb-quiet">No drawn image of this category is judged.</div>')
        return
    chart = coverage_chart(
        found, target=trial.desk.target, limit=trial.policy.limit(category), certified=_certified(trial, category),
        dark=is_dark(),
    )  # fmt: skip
    frame = pl.DataFrame(
        {"limit": found.limit, "coverage": found.coverage, "failed": found.failed, "low": found.low, "high": found.high}
    )
    plot(
        chart, key="coverage", title="Risk and coverage", more=f"{asked.height} judged", rows=frame,
        name=f"coverage_{category}", simulated=trial.desk.scope.simulated,
    )  # fmt: skip


def _reliability(trial: Trial, category: str, asked: pl.DataFrame) -> None:
    found = reliability(asked["risk"].to_numpy(), asked["failed"].to_numpy())
    if found is None:
        part_head("Reliability", f"{asked.height} judged")
        st.html('<div class="wb-quiet">At least 20 judged images are needed.</div>')
        return
    frame = pl.DataFrame(
        {"risk": found.risk, "failed": found.failed, "low": found.low, "high": found.high, "n": found.n}
    )
    plot(
        reliability_chart(found, dark=is_dark()), key="reliability", title="Reliability", rows=frame,
        more=f"{asked.height} judged", name=f"reliability_{category}", simulated=trial.desk.scope.simulated,
    )  # fmt: skip
    verdict = "within what chance explains" if found.error <= found.noise_high else "more than chance explains"
    st.html(
        f'<div class="wb-quiet">Off by {percent(found.error)} on average, {verdict}: a perfectly calibrated model '
        f"judged on as few images is off by {percent(found.noise_floor)}, up to {percent(found.noise_high)}.</div>"
    )


def _words(category: str) -> str:
    return category.replace("_", " ")


def _certified(trial: Trial, category: str) -> float | None:
    found = trial.proved.get(category)
    return found.max_risk if found else None
