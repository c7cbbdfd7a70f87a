"""The line under a page's title: period, set, spec and policy of what is shown, and what is still going on."""

from __future__ import annotations

import polars as pl

from workbench.app import data
from workbench.app.filters import Filters, runs_frame, set_name
from workbench.charts.amounts import count, moment, plural


def context_line(chosen: Filters) -> list[str]:
    """Short texts: runs and period, sets, specs, policy versions."""
    runs = runs_frame(chosen)
    rows = runs.to_dicts()
    sets = list(dict.fromkeys(set_name(row) for row in rows))
    specs = list(dict.fromkeys(row["spec_name"] for row in rows))
    named = [row for row in rows if row["policy_name"]]
    policies = list(dict.fromkeys(f"{row['policy_name']}@{row['policy_version']}" for row in named))
    if len(rows) == 1:
        period = f"run of {moment(rows[0]['started_at'])}"
    else:
        period = f"{plural(len(rows), 'run')}, newest of {moment(rows[0]['started_at'])}"
    policy = _some("policy", "policies", policies)
    return [period, _some("set", "sets", sets), _some("spec", "specs", specs), policy, *_going_on(runs)]


def _some(one: str, many: str, names: list[str]) -> str:
    if not names:
        return ""
    return f"{one} {names[0]}" if len(names) == 1 else f"{len(names)} {many}"


def _going_on(runs: pl.DataFrame) -> list[str]:
    """How far the newest run is, when it has not finished."""
    row = runs.row(0, named=True)
    if row["outcome"] == "finished":
        return []
    images = data.rows("app_run_counts", run_id=row["run_id"])["images"].item()
    so_far = f"{count(images)} of {count(row['images_expected'])} images"
    return [f"newest run {row['outcome'] or 'is running or was cut off'}: {so_far}"]
