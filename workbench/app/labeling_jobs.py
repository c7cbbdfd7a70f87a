"""Labeling jobs: each with how far it is and a way to stop it, and how the last ones ended."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from workbench.app.data import forget_snapshot, settings
from workbench.app.run_person import may_start
from workbench.charts.amounts import count, duration
from workbench.jobs.label_job import LabelJob, cancel_label_job, dismiss_label_job, label_jobs

BEAT_S = 1.5
NAMES = {
    "serve": "Starting Label Studio", "pull": "Pull", "push": "Push", "next": "Next batch", "freeze": "Freeze",
    "suspects": "Label errors",
}  # fmt: skip
SHOWN_ENDED = 3


def labeling_jobs() -> None:
    """Draw the jobs; the page is drawn anew when one ends."""
    jobs = label_jobs(settings())
    st.session_state["_label_jobs_drawn"] = _shape(jobs)
    going_on = any(job.outcome is None for job in jobs)
    if jobs:
        st.fragment(_jobs, run_every=BEAT_S if going_on else None)()


def _shape(jobs: list[LabelJob]) -> list[tuple[str, str | None]]:
    return [(job.name, job.outcome) for job in jobs]


def _jobs() -> None:
    jobs = label_jobs(settings())
    if _shape(jobs) != st.session_state.get("_label_jobs_drawn"):
        forget_snapshot()
        st.rerun()
    shown = [job for job in jobs if job.outcome is None] + [job for job in jobs if job.outcome is not None][
        :SHOWN_ENDED
    ]
    for job in shown:
        with st.container(key=f"label_job_{job.name}", horizontal=True, vertical_alignment="center", gap="small"):
            st.html(_line(job), width="stretch")
            if may_start() and job.outcome is None:
                st.button("Cancel", key=f"cancel_{job.name}", icon=":material/stop:",
                          on_click=cancel_label_job, args=(job.name, settings()))  # fmt: skip
            elif may_start():
                st.button("Dismiss", key=f"dismiss_{job.name}", type="tertiary",
                          on_click=dismiss_label_job, args=(job.name, settings()))  # fmt: skip


def _line(job: LabelJob) -> str:
    begun = datetime.fromisoformat(job.started_at)
    ended = datetime.fromisoformat(job.ended_at) if job.ended_at else datetime.now(UTC)
    mark = {None: "wb-beat", "done": "wb-done"}.get(job.outcome, "wb-dead")
    far = f"{count(job.done)} of {count(job.total)} · " if job.outcome is None and job.total else ""
    outcome = {"failed": "failed: ", "cancelled": "cancelled: ", "died": "ended without a word: "}.get(
        job.outcome or "", ""
    )
    return (
        f'<div class="wb-live" role="status" data-job="{job.kind}" data-outcome="{job.outcome or "going on"}">'
        f'<i class="{mark}"></i><span><b>{escape(NAMES[job.kind])}</b> {escape(job.project)} · {escape(far)}'
        f"{escape(outcome)}{escape(job.words)} <span class='wb-quiet'>· {escape(job.by)}, "
        f"{duration(max(0.0, (ended - begun).total_seconds()))}</span></span></div>"
    )
