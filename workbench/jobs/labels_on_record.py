"""What the lake knows of one project on one server: where the next pull goes on, and what it is held to."""

from __future__ import annotations

from labeling.pull import Known
from labeling.server_project import ServerProject
from workbench import lake
from workbench.lake import labels


def labels_on_record(store: lake.Lake, there: ServerProject) -> Known:
    """Tasks and annotations that are not known to be deleted, and when the last pull began."""
    sent = labels.sent_tasks(store, there.key)
    standing = labels.standing_annotations(store, there.key).rows(named=True)
    last = labels.last_pull(store, there.key)
    return Known(
        tasks={row["task_id"]: row["task_key"] for row in sent.iter_rows(named=True) if not row["deleted"]},
        annotations={row["annotation_id"]: (row["task_id"], row["updated_at"]) for row in standing},
        skipped=frozenset(row["annotation_id"] for row in standing if row["skipped"]),
        until=last["until"] if last else None,
    )
