"""Compares two runs of one set: which images changed lane, which checks flipped, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench import lake
from workbench.domain.errors import UsageError
from workbench.jobs.start_run import past_run
from workbench.settings import Settings

MOST_IMAGES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side; ``a`` is the older one's row of `runs.sql` unless asked otherwise.

    ``totals`` is the row of ``app_compare_runs.sql``; ``lanes``, ``checks`` and ``images`` the rows of its siblings.
    """

    a: Mapping[str, Any]
    b: Mapping[str, Any]
    totals: Mapping[str, Any]
    lanes: pl.DataFrame
    checks: pl.DataFrame
    images: pl.DataFrame


def compare_runs(run_a: str, run_b: str, *, settings: Settings, take: int = MOST_IMAGES) -> Comparison:
    """Compare run B with run A.

    Args:
        run_a: What it is compared with: a name, its first letters, or ``latest``.
        run_b: What is compared.
        settings: Workspace.
        take: How many changed images to list.

    Raises:
        UsageError: No such run, one run twice, or runs of different sets.
    """
    a, b = past_run(run_a, settings), past_run(run_b, settings)
    comparable(a, b)
    runs = {"run_a": a["run_id"], "run_b": b["run_id"]}
    with lake.open(settings, read_only=True) as store:
        return Comparison(
            a=a, b=b, totals=store.query("app_compare_runs", runs).row(0, named=True),
            lanes=store.query("app_compare_runs_lanes", runs), checks=store.query("app_compare_runs_checks", runs),
            images=store.query("app_compare_runs_images", {**runs, "skip": 0, "take": take}),
        )  # fmt: skip


def comparable(a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    """Refuse what cannot be compared.

    Raises:
        UsageError: One run twice, or runs of different sets.
    """
    if a["run_id"] == b["run_id"]:
        raise UsageError("is compared with itself", where=a["run_id"], allowed="two runs of one set")
    if a["set_id"] != b["set_id"]:
        raise UsageError(
            f"the runs are of different sets ({a['source']} and {b['source']})", allowed="two runs of one set"
        )
