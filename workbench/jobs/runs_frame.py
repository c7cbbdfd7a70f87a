"""The runs of a workspace as a table: what they were made of, how they ended, which are going on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from workbench import lake
from workbench.charts.amounts import count, plural
from workbench.jobs.live_runs import LiveRun, live_runs
from workbench.settings import Settings

SCHEMA = {
    "run": pl.String, "set": pl.String, "spec": pl.String, "policy": pl.String, "state": pl.String,
    "started_at": pl.Datetime("us", "UTC"), "seconds": pl.Float64, "images": pl.Int64, "of": pl.Int64, "done": pl.Int64,
    "refused": pl.Int64, "failed": pl.Int64, "reused": pl.Int64, "workers": pl.Int64, "by": pl.String,
    "source": pl.String, "reason": pl.String, "simulated": pl.Boolean,
}  # fmt: skip


def runs_frame(settings: Settings, *, limit: int = 200) -> pl.DataFrame:
    """One row a run, the newest first; empty while there is no lake.

    Args:
        settings: Workspace.
        limit: At most so many.
    """
    if settings.catalogue_is_local and not Path(settings.catalogue).exists():
        return pl.DataFrame(schema=SCHEMA)
    with lake.open(settings, read_only=True) as store:
        rows = store.runs(limit=limit).to_dicts()
    return runs_table(rows, live_runs(settings))


def runs_table(rows: Sequence[Mapping[str, Any]], live: Sequence[LiveRun]) -> pl.DataFrame:
    """The same from rows of `runs.sql` that are there already."""
    stages = {run.run_id: run for run in live}
    return pl.DataFrame([_row(row, stages.get(row["run_id"])) for row in rows], schema=SCHEMA)


def runs_in_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many runs there are, and how many of them are simulated."""
    simulated = sum(bool(row["simulated"]) for row in rows)
    return (
        f"{plural(len(rows), 'run')}, {count(simulated)} of them simulated" if simulated else plural(len(rows), "run")
    )


def _row(row: Mapping[str, Any], live: LiveRun | None) -> dict[str, Any]:
    options = json.loads(row["options"] or "{}")
    ended = row["ended_at"] or row["last_result_at"]
    told = live.state if live else {}
    return {
        "run": row["run_id"], "set": options.get("set_name") or row["set_id"], "spec": row["spec_name"],
        "policy": f"{row['policy_name']}@{row['policy_version']}" if row["policy_name"] else None,
        "state": live.stage if live else row["outcome"] or "cut off", "started_at": row["started_at"],
        "seconds": (ended - row["started_at"]).total_seconds() if ended else None,
        "images": told.get("images", row["images"] or 0), "of": row["images_expected"], "done": row["done"] or 0,
        "refused": row["refused"] or 0, "failed": row["failed"] or 0, "reused": row["reused"] or 0,
        "workers": row["workers"], "by": options.get("by"), "source": row["source"],
        "reason": told.get("problem") or row["reason"], "simulated": row["simulated"],
    }  # fmt: skip
