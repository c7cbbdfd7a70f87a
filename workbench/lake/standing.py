"""Where one image stands: the result that holds, all its versions, and the verdict on the newest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from workbench.domain.records import Computation, LaneDecision, Photo, Status, Verdict
from workbench.lake.stored import computation, stored_result


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for an image, as `sql/standing.sql` finds it.

    ``review_id`` and what follows is the verdict that stands on this version, None before the first;
    ``newest_review_id`` the newest on any version. ``others`` are the versions that do not hold.
    """

    photo: Photo
    set_name: str
    run_id: str
    result_id: str
    version: int
    spec_name: str
    spec_hash: str
    status: Status
    computation: Computation
    decision: LaneDecision
    others: tuple[tuple[int, Computation], ...]
    review_id: str | None
    verdict: Verdict | None
    reviewer: str | None
    reviewed_at: datetime | None
    newest_review_id: str | None

    @property
    def state(self) -> Status:
        """The state the image is in now."""
        return self.verdict or self.status


def standing(rows: Sequence[Mapping[str, Any]]) -> Standing | None:
    """The rows of `sql/standing.sql` as a record; None when nothing came through."""
    if not rows:
        return None
    row = rows[0]
    same = {name: row[name] for name in _SAME}
    return Standing(
        **same, photo=photo_of(row), set_name=row["set_name"] or "set", computation=computation(row),
        decision=stored_result(row).decision, others=tuple((old["version"], computation(old)) for old in rows[1:]),
    )  # fmt: skip


def photo_of(row: Mapping[str, Any]) -> Photo:
    """A photo from a row that has its columns."""
    values = {field.name: row[field.name] for field in fields(Photo) if field.name != "extra"}
    return Photo(**values, extra=json.loads(row["extra"] or "{}"))


_SAME = (
    "run_id", "result_id", "version", "spec_name", "spec_hash", "status", "review_id", "verdict", "reviewer",
    "reviewed_at", "newest_review_id",
)  # fmt: skip
