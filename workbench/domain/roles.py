"""Who may do what: five roles, from somebody who looks to somebody who decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Role = Literal["viewer", "labeler", "retoucher", "manager", "lead"]
ROLES: tuple[Role, ...] = ("viewer", "labeler", "retoucher", "manager", "lead")

Action = Literal["judge", "undo_others", "start_runs", "edit_specs", "see_people", "settle_labels"]
MAY: Mapping[Action, frozenset[Role]] = {
    "judge": frozenset({"retoucher", "lead"}),  # verdicts and corrected files
    "undo_others": frozenset({"lead"}),  # take back a verdict somebody else gave
    "start_runs": frozenset({"retoucher", "manager", "lead"}),  # and pause, resume, cancel them
    "edit_specs": frozenset({"lead"}),
    "settle_labels": frozenset({"lead"}),  # decide what labelers disagree about
    "see_people": frozenset({"lead"}),  # names beside verdicts; figures of one person stay with that person
}


def may(role: Role, action: Action) -> bool:
    """Whether somebody with this role may do this."""
    return role in MAY[action]
