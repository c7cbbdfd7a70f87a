"""Put a simulated history in and take all simulated rows away again, each in one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import LakeError
from workbench.lake import connect, failures
from workbench.lake.statements import statement
from workbench.lake.turn import turn

if TYPE_CHECKING:
    from workbench.lake.lake import Lake
    from workbench.lake.rows import Row

# every table with a `simulated` column, a run's rows before the run itself
TABLES = (
    "inspection_tags", "page_results", "policies", "review_retractions", "reviews", "step_events", "run_results",
    "results", "images", "run_ends", "runs",
)  # fmt: skip
# what was made of them
KEPT = (
    "kept_images", "kept_verdicts", "kept_steps", "kept_checks", "kept_image_days", "kept_work_days",
    "kept_verdict_days",
)  # fmt: skip


def append_simulated(store: Lake, batches: Mapping[str, list[Row]]) -> dict[str, int]:
    """Store laid-out rows (see `rows`) that are all simulated, in one transaction; how many were new, by table.

    Args:
        store: A lake open for writing.
        batches: Rows by table; step events before the results they made.

    Raises:
        LakeError: A row is not marked as simulated, or the lake stayed busy. Nothing was stored.
    """
    for table, batch in batches.items():
        if any(not row["simulated"] for row in batch):
            raise LakeError("a row is not marked as simulated", where=table, allowed="simulated = true in every row")
    return store._append(batches)


def remove_simulated(store: Lake) -> dict[str, int]:
    """Take every simulated row out of the lake, in the writers' turn; how many went, by table. Real rows stay.

    Raises:
        LakeError: Opened for reading only, or the lake stayed busy. Nothing was removed.
    """
    where = "remove simulated rows"
    store._check_writable(where)

    def transaction() -> dict[str, int]:
        connection: Any = store._mine()
        connection.begin()
        try:
            gone = {
                table: connection.execute(statement("delete_simulated", table=table)).fetchone()[0] for table in TABLES
            }
            for table in KEPT:
                connection.execute(statement("delete_simulated", table=table))
            connection.commit()
        except BaseException:
            connect.roll_back(connection)
            raise
        return gone

    def in_turn() -> dict[str, int]:
        with turn(store.settings, where=where):
            return transaction()

    return failures.persist(in_turn, wait_s=store.settings.lake_wait_s, where=where)
