"""The lake of one workspace, opened: append records, read frames, look back, tidy up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.page_result import PageResult
from workbench.domain.records import Computation, ImageOutcome, Photo, Review
from workbench.lake import aggregates, maintenance, rows
from workbench.lake.judging import Judging
from workbench.lake.page_rows import page_result_row
from workbench.lake.policy_row import policy_row
from workbench.lake.statements import statement
from workbench.lake.stored import StoredResult, computation, stored_result
from workbench.lake.turn import turn

if TYPE_CHECKING:
    import polars as pl

_EVERY = None  # a filter that leaves everything in


class Lake(Judging):
    """One connection to the lake: for one thread of one process, closed by ``with`` or `close`.

    Every append is one short transaction in the writers' turn and may be repeated: rows whose key is stored
    already are left out, and the number of rows that were new comes back.
    """

    # ---- append ------------------------------------------------------------------------------------------------

    def append_run(
        self,
        *,
        run_id: str,
        set_id: str,
        source: str | None,
        spec_name: str,
        spec_hash: str,
        started_at: datetime,
        policy_name: str | None = None,
        policy_version: int | None = None,
        policy_hash: str | None = None,
        images_expected: int | None = None,
        workers: int | None = None,
        options: Mapping[str, Any] | None = None,
        simulated: bool = False,
    ) -> int:
        """Note that a run began. Resuming under the same ``run_id`` adds nothing."""
        row = rows.run_row(
            {
                "run_id": run_id,
                "set_id": set_id,
                "source": source,
                "spec_name": spec_name,
                "spec_hash": spec_hash,
                "policy_name": policy_name,
                "policy_version": policy_version,
                "policy_hash": policy_hash,
                "started_at": started_at,
                "images_expected": images_expected,
                "workers": workers,
                "options": options or {},
                "simulated": simulated,
            }
        )
        return self._append({"runs": [row]})["runs"]

    def append_run_end(
        self, *, run_id: str, ended_at: datetime, outcome: str, reason: str | None = None, simulated: bool = False
    ) -> int:
        """Note that a run ended: ``finished``, ``interrupted``, or ``stopped`` by an error (``reason`` says which).

        A run that was resumed has one such row per sitting; the newest holds.
        """
        end = {"run_id": run_id, "ended_at": ended_at, "outcome": outcome, "reason": reason, "simulated": simulated}
        added = self._append({"run_ends": [rows.run_end_row(end)]})["run_ends"]
        aggregates.after_run(self)
        return added

    def append_images(self, photos: Iterable[Photo], *, seen_at: datetime | None = None) -> int:
        """Note the photos of a set; one whose attributes are as last seen adds nothing.

        Args:
            photos: Rows of a manifest; hand over thousands at a time, not one.
            seen_at: When the manifest was read; now when left out. It stands in for a missing ``received_at``.
        """
        seen_at = seen_at or datetime.now(UTC)
        return self._append({"images": [rows.image_row(photo, seen_at=seen_at) for photo in photos]})["images"]

    def append_results(
        self,
        outcomes: Iterable[ImageOutcome],
        *,
        run_id: str,
        spec_name: str,
        version: int | None = None,
        recorded_at: datetime | None = None,
    ) -> int:
        """Store what came out of a run's images, with their step events, all or nothing.

        Call it only once the files exist, with some dozens of outcomes at a time.

        Args:
            outcomes: Done, refused and failed images alike; reused ones are noted for this run and nothing more.
            run_id: The run that asked for them.
            spec_name: Name of its specification.
            version: Each outcome's own when left out; 1 is the automatic result.
            recorded_at: When it was found to hold: the outcome's own time, else now, when left out. The newest record
                of an image is the one that holds.

        Returns:
            How many results were new to the lake.
        """
        now = datetime.now(UTC)
        batches: dict[str, list[rows.Row]] = {"step_events": [], "results": [], "run_results": []}
        for outcome in outcomes:  # events first: they go in only with a result that is not there yet
            its = version or outcome.version
            known = {"version": its, "recorded_at": recorded_at or outcome.stands_at or now}
            batches["step_events"] += rows.step_event_rows(outcome, run_id=run_id, spec_name=spec_name, version=its)
            batches["results"].append(rows.result_row(outcome, spec_name=spec_name, **known))
            batches["run_results"].append(rows.run_result_row(outcome, run_id=run_id, **known))
        return self._append(batches)["results"]

    def append_reviews(self, reviews: Iterable[Review]) -> int:
        """Store people's verdicts."""
        return self._append({"reviews": [rows.review_row(review) for review in reviews]})["reviews"]

    def append_retraction(
        self, review_id: str, *, retracted_by: str, retracted_at: datetime | None = None, simulated: bool = False
    ) -> int:
        """Take a verdict back: it stays on record and counts no more."""
        at = retracted_at or datetime.now(UTC)
        row = rows.retraction_row(review_id, retracted_by=retracted_by, retracted_at=at, simulated=simulated)
        return self._append({"review_retractions": [row]})["review_retractions"]

    def append_policy(
        self, *, name: str, version: int, policy_hash: str, text: str, author: str, reason: str,
        promise: Mapping[str, Any], published_at: datetime, simulated: bool = False,
    ) -> int:
        """Store a published policy; 0 when that version is there already, it is never changed."""
        row = policy_row(
            name, version, policy_hash=policy_hash, text=text, author=author, reason=reason, promise=promise,
            published_at=published_at, simulated=simulated,
        )
        return self._append({"policies": [row]})["policies"]

    def append_page_results(self, results: Iterable[PageResult]) -> int:
        """Store what product pages did; a day that is stored already stays as it is."""
        now = datetime.now(UTC)
        batch = [page_result_row(result, imported_at=now) for result in results]
        return self._append({"page_results": batch})["page_results"]

    # ---- read --------------------------------------------------------------------------------------------------

    def query(
        self,
        query: str | Path,
        params: Mapping[str, Any] | None = None,
        *,
        frames: Mapping[str, Any] | None = None,
    ) -> pl.DataFrame:
        """Run one of our own ``.sql`` files.

        Args:
            query: File stem in ``workbench/lake/sql``, or the path of a ``.sql`` file elsewhere in the project.
            params: Values of its ``$name`` places; names it does not use are left out, names it uses and that are
                missing are NULL.
            frames: Polars or Arrow tables it may read, by name.

        Raises:
            LakeError: No such file, a data file is missing, or the lake stayed busy.
        """
        text = query.read_text(encoding="utf-8") if isinstance(query, Path) else statement(query)
        return self._read(text, params or {}, frames or {}, where=str(query))

    def known_results(self, result_keys: Iterable[str]) -> dict[str, Computation]:
        """What was computed before, by result key, without events; ``done`` before ``refused`` before ``failed``.

        The caller decides which outcomes stand: a timeout may be worth another try, a refusal never is.
        """
        frame = self.query("known_results", frames={"wanted": _keys(result_keys)})
        return {row["result_key"]: computation(row) for row in frame.iter_rows(named=True)}

    def known_routing(self, routing_keys: Iterable[str]) -> dict[tuple[str, str, str], StoredResult]:
        """Results routed before, by (set_id, image_id, routing_key): their lane, state and delivered files."""
        frame = self.query("known_routing", frames={"wanted": _keys(routing_keys)})
        return {
            (row["set_id"], row["image_id"], row["routing_key"]): stored_result(row)
            for row in frame.iter_rows(named=True)
        }

    def runs(self, *, set_id: str | None = _EVERY, limit: int = 100, include_simulated: bool = False) -> pl.DataFrame:
        """Runs, newest first, with how they ended and what came out (`sql/runs.sql` names the columns)."""
        return self.query("runs", {"set_id": set_id, "limit": limit, "include_simulated": include_simulated})

    def latest_run(self, *, set_id: str | None = _EVERY) -> dict[str, Any] | None:
        """The newest run as one row of `runs`, None when nothing was run."""
        frame = self.runs(set_id=set_id, limit=1)
        return frame.row(0, named=True) if frame.height else None

    def images(self, *, limit: int = 100, offset: int = 0, **filters: Any) -> pl.DataFrame:
        """A page of images with the result that holds, newest first (`sql/images.sql` names columns and filters).

        Args:
            limit: Rows of a page.
            offset: Rows before it.
            filters: run_id, set_id, category, spec, lane, outcome, state, search (in SKU, image id and file name),
                include_simulated; left out or None means all.
        """
        return self.query("images", {"limit": limit, "offset": offset, **filters})

    def count_images(self, **filters: Any) -> int:
        """How many images the same filters leave."""
        return self.query("count_images", filters).item()

    def results_of(self, set_id: str, image_id: str) -> pl.DataFrame:
        """Every result an image ever had, the one that holds first, whole rows (`sql/results_of.sql`)."""
        return self.query("results_of", {"set_id": set_id, "image_id": image_id})

    def events_of(self, result_id: str) -> pl.DataFrame:
        """The steps, checks and writers that made a result, in order; also when its pixels were reused."""
        return self.query("events_of", {"result_id": result_id})

    def reviews_of(self, set_id: str, image_id: str) -> pl.DataFrame:
        """Verdicts on an image, oldest first."""
        return self.query("reviews_of", {"set_id": set_id, "image_id": image_id})

    def choices(self) -> pl.DataFrame:
        """What can be filtered by: set_id, category, spec_name, simulated, and how many images each has."""
        return self.query("choices")

    # ---- look back, tidy up --------------------------------------------------------------------------------------

    def snapshots(self) -> pl.DataFrame:
        """Every commit that can still be looked at: snapshot, made_at, changes."""
        return self.query("snapshots")

    def as_of(self, snapshot: int) -> Lake:
        """The lake as it was after a snapshot, read-only; close it as any other.

        Raises:
            LakeError: No such snapshot, or it has expired.
        """
        return Lake(self.settings, snapshot=snapshot)

    def compact(self, *, keep_days: float = maintenance.KEEP_DAYS) -> maintenance.Compaction:
        """Merge small files and let go of what no snapshot of the last ``keep_days`` needs. Safe at any time."""
        self._check_writable("compact")
        aggregates.refresh(self)  # what came since is told by snapshots that are about to go
        with turn(self.settings, where="compact"):
            return maintenance.compact(self._mine(), self.settings, keep_days=keep_days)


def _keys(keys: Iterable[str]):
    import pyarrow

    return pyarrow.table({"key": pyarrow.array(sorted(set(keys)), type=pyarrow.string())})
