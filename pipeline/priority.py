"""Which photo a retoucher should open first.

It rests on the row (when it came, when it is due) and on how hard the photo is, not on pixels alone, so it is no
step: the same photo under two SKUs is computed once and may be due at different times.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.complexity import expected_minutes

PLANNED_HOURS = 48.0  # a usual e-commerce turnaround, taken for rows without a deadline
URGENCY_POINTS, COMPLEXITY_POINTS = 80.0, 20.0  # a due date outranks any difficulty; among equals the hard one is first
WAITING_HOURS_PER_WORK_HOUR = 8.0  # an hour of work needs about a working day of slack around it: queue, proof, rework
WORDS = ((80.0, "urgent"), (55.0, "high"), (30.0, "normal"), (0.0, "low"))


def priority(complexity: float, deadline: datetime | None, received_at: datetime | None, now: datetime) -> float:
    """How soon a photo should be worked on, 0 (can wait) to 100 (now).

    Up to 80 points grow as the time left runs out, measured against the time there was; up to 20 come from the
    complexity, because a hard photo started late cannot be saved. Work that no longer fits before the deadline, and
    anything overdue, gets all 80.

    Args:
        complexity: 0 to 100, from `prepare_image`.
        deadline: When it is due; None takes 48 hours after it was received.
        received_at: When it came; None takes ``now``.
        now: The time to judge at. All three with a time zone.
    """
    received_at = received_at or now
    work = expected_minutes(complexity) / 60.0 * WAITING_HOURS_PER_WORK_HOUR
    if deadline is None:
        given = PLANNED_HOURS
        left = PLANNED_HOURS - (now - received_at).total_seconds() / 3600.0
    else:
        given = max((deadline - received_at).total_seconds() / 3600.0, 0.0)
        left = (deadline - now).total_seconds() / 3600.0
    slack = left - work
    room = max(given - work, 1e-9)
    urgency = 1.0 if slack <= 0.0 else 1.0 - min(slack / room, 1.0)
    return URGENCY_POINTS * urgency + COMPLEXITY_POINTS * min(max(complexity / 100.0, 0.0), 1.0)


def priority_words(value: float) -> str:
    """The priority as a retoucher reads it: urgent, high, normal or low."""
    return next(word for floor, word in WORDS if value >= floor)
