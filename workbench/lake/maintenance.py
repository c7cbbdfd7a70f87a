"""Keep the lake quick: many small commits become few large files, and what nobody can look at any more goes."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.lake.failures import persist
from workbench.lake.statements import statement
from workbench.settings import Settings

# A week to notice a mistake and look at the day before it.
KEEP_DAYS = 7.0
# A reader that began before a merge still needs the old files; no query of ours takes a day.
GRACE_DAYS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """What a compaction did."""

    files_merged: int  # small files that became part of larger ones
    snapshots_expired: int
    files_deleted: int


def compact(connection, settings: Settings, *, keep_days: float = KEEP_DAYS) -> Compaction:
    """Merge small files, expire old snapshots, delete files past their day of grace.

    Each part is a transaction of its own: killed in between, the lake is whole and the rest is done next time.
    Call it in the writers' turn.

    Raises:
        LakeError: Busy for too long, or a data file is missing.
        StorageFull: No room for the merged files.
    """

    def run(name: str, **parts: float) -> list[tuple]:
        text = statement(name, **parts)
        return persist(lambda: connection.execute(text).fetchall(), wait_s=settings.lake_wait_s, where=name)

    merged = run("merge_files")
    expired = run("expire_snapshots", keep_days=float(keep_days))
    deleted = run("delete_old_files", grace_days=GRACE_DAYS)
    orphans = run("delete_orphans", grace_days=GRACE_DAYS)
    return Compaction(
        files_merged=sum(row[0] for row in merged),
        snapshots_expired=len(expired),
        files_deleted=len(deleted) + len(orphans),
    )
