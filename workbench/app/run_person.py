"""Who asks for a run, and whether they may."""

from __future__ import annotations

from workbench.app.person import person_if_known, role
from workbench.domain.roles import may
from workbench.jobs.run_pulse import user_name


def may_start() -> bool:
    """Whether the person at the screen may start, pause, resume and cancel runs."""
    return may(role(), "start_runs")


def asker() -> str:
    """The name that stands beside a start; on one's own machine without a name, the user of this machine."""
    found = person_if_known()
    return found.name if found else user_name()
