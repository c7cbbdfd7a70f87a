"""What labels are worth, in the lake: one answer out of several, and what was chosen to be labelled next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workbench.lake import rows

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake

SETTLED = "settled"


def append_consensus(store: Lake, project: str, question: str, method: str, found: Iterable[Mapping[str, Any]]) -> int:
    """Store what was counted, as item_key, value, posterior, labelers, disputed; how many rows were new."""
    now = datetime.now(UTC)
    batch = [_consensus_row(project, question, method, one, None, now) for one in found]
    return store._append({"label_consensus": batch})["label_consensus"]


def append_settlement(store: Lake, project: str, question: str, item_key: str, value: str, *, by: str) -> int:
    """Store a lead's decision on a disputed item."""
    one = {"item_key": item_key, "value": value, "posterior": {value: 1.0}, "labelers": 1, "disputed": False}
    row = _consensus_row(project, question, SETTLED, one, by, datetime.now(UTC))
    return store._append({"label_consensus": [row]})["label_consensus"]


def consensus(store: Lake, project: str) -> pl.DataFrame:
    """What holds of each item (`sql/label_consensus.sql` names the columns)."""
    return store.query("label_consensus", {"project": project})


def append_picks(store: Lake, project: str, batch: str, picks: Iterable[Mapping[str, Any]]) -> int:
    """Store a choice, most wanted first, as item_key, strategy, reason; how many were new."""
    now = datetime.now(UTC)
    chosen = [
        rows._plain(
            {
                "row_key": rows.key(project, batch, one["item_key"]), "project": project, "batch": batch,
                "place": place, "item_key": one["item_key"], "strategy": one["strategy"],
                "reason": rows._json(one["reason"]) if one.get("reason") else None, "picked_at": now,
            }
        )
        for place, one in enumerate(picks)
    ]  # fmt: skip
    return store._append({"label_picks": chosen})["label_picks"]


def picks(store: Lake, project: str, batch: str | None = None) -> pl.DataFrame:
    """What was chosen, newest batch first."""
    return store.query("label_picks", {"project": project, "batch": batch})


def _consensus_row(
    project: str, question: str, method: str, one: Mapping[str, Any], by: str | None, at: datetime
) -> rows.Row:
    return rows._plain(
        {
            "row_key": rows.key(project, question, one["item_key"], method, at), "project": project,
            "question": question, "item_key": one["item_key"], "method": method, "value": one["value"],
            "posterior": rows._json(dict(one["posterior"])), "labelers": one["labelers"], "disputed": one["disputed"],
            "decided_by": by, "decided_at": at,
        }
    )  # fmt: skip
