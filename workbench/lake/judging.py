"""Verdicts and corrected versions go in only while what was shown still holds: look and store are one act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.domain.records import ImageOutcome, Review
from workbench.lake import rows
from workbench.lake.session import Session
from workbench.lake.standing import Standing, standing
from workbench.lake.statements import statement

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of storing something: ``problem`` says why not; ``new`` is False when it was there already.

    ``before`` is where the image stood at that moment, None for an unknown image.
    """

    new: bool
    problem: str | None
    before: Standing | None


class Judging(Session):
    """The part of a lake that people's decisions go through."""

    def standing(self, set_id: str, image_id: str) -> Standing | None:
        """Where an image stands now; None when it is unknown or nothing came through."""
        values = {"set_id": set_id, "image_id": image_id}
        frame = self._read(statement("standing"), values, {}, where="standing")
        return standing(frame.to_dicts())

    def append_judgement(self, review: Review, *, last_review_id: str | None) -> Kept:
        """Store a verdict if its version still holds and no other verdict came since ``last_review_id``.

        A clock that goes behind the last verdict's is set right: the later decision is the one that stands.
        """

        def look(now: Standing | None, known: bool) -> tuple[str | None, dict[str, list[rows.Row]]]:
            if known:
                return None, {}
            problem = _outdated(now, review.result_id, review.version, last_review_id)
            at = review.reviewed_at
            if now is not None and now.reviewed_at is not None and now.reviewed_at >= at:
                at = now.reviewed_at + _TICK
            return problem, {"reviews": [rows.review_row(replace(review, reviewed_at=at))]}

        return self._guarded(review.set_id, review.image_id, look, review_id=review.review_id)

    def append_undo(self, review_id: str, *, set_id: str, image_id: str, retracted_by: str, simulated: bool) -> Kept:
        """Take back the newest verdict of an image, if it still is that and no version came since."""
        at = datetime.now(UTC)
        row = rows.retraction_row(review_id, retracted_by=retracted_by, retracted_at=at, simulated=simulated)

        def look(now: Standing | None, _known: bool) -> tuple[str | None, dict[str, list[rows.Row]]]:
            problem = None
            if now is None or now.newest_review_id != review_id:
                problem = "it was taken back, or a later verdict stands"
            elif now.review_id != review_id:
                problem = f"version {now.version} came since"
            return problem, {"review_retractions": [row]}

        return self._guarded(set_id, image_id, look)

    def append_correction(
        self, outcome: ImageOutcome, *, run_id: str, spec_name: str, of_result_id: str, review_id: str | None
    ) -> Kept:
        """Store a corrected version if the one it mends still holds with the verdict that asked for it."""
        recorded = {"version": outcome.version, "recorded_at": datetime.now(UTC)}
        batches = {
            "step_events": rows.step_event_rows(outcome, run_id=run_id, spec_name=spec_name, version=outcome.version),
            "results": [rows.result_row(outcome, spec_name=spec_name, **recorded)],
            "run_results": [rows.run_result_row(outcome, run_id=run_id, **recorded)],
        }

        def look(now: Standing | None, _known: bool) -> tuple[str | None, dict[str, list[rows.Row]]]:
            return _outdated(now, of_result_id, outcome.version - 1, review_id), batches

        return self._guarded(outcome.photo.set_id, outcome.photo.image_id, look)

    def _guarded(
        self,
        set_id: str,
        image_id: str,
        look: Callable[[Standing | None, bool], tuple[str | None, dict[str, list[rows.Row]]]],
        *,
        review_id: str | None = None,
    ) -> Kept:
        """Look where the image stands and store what ``look`` gives, in the writers' turn and one transaction."""
        kept = Kept(new=False, problem="unknown image", before=None)
        for name in ("reviews", "review_retractions", "results", "run_results", "step_events"):
            self._shape(name)  # looked up before the transaction

        def choose(connection: Any) -> dict[str, Any]:
            nonlocal kept
            asked = {"set_id": set_id, "image_id": image_id}
            found = connection.execute(statement("standing"), asked).pl().to_dicts()
            now = standing(found)
            stored = connection.execute(statement("review_of"), {"review_id": review_id or ""}).pl()
            known = stored.height > 0
            problem, batches = look(now, known)
            kept = Kept(new=False, problem=problem, before=now)
            return {} if problem else {name: self._table(name, batch) for name, batch in batches.items() if batch}

        added = self._append_chosen(choose, where=f"judge {image_id}")
        return replace(kept, new=any(added.values()))


def _outdated(now: Standing | None, result_id: str, version: int, review_id: str | None) -> str | None:
    """Why what was shown is not what holds, or None."""
    if now is None:
        return "there is no such image, or nothing came through for it"
    if now.version != version:
        return f"version {now.version} came meanwhile"
    if now.result_id != result_id:
        return "another run made or routed it anew meanwhile"
    if now.review_id != review_id:
        if now.review_id is None:
            return "the verdict that was shown has been taken back"
        return f"{now.reviewer} judged it meanwhile: {now.verdict}"
    return None
