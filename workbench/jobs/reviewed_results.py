"""What people have judged, as the frame a risk model learns from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.domain.records import CheckResult
from workbench.jobs.replay_set import Scope

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake


def reviewed_results(store: Lake, scope: Scope, *, engine_version: int) -> pl.DataFrame:
    """Judged automatic results of one engine, each weighed by how unlikely it was that a person saw it.

    The label is ``auto_failed`` and nothing else; photos of one SKU are one group.

    Args:
        store: The lake.
        scope: Which images; simulated ones only when it says so, and never together with real ones.
        engine_version: Results of other versions of the engine are left out.
    """
    from pipeline.training.risk_parts.table import frame

    rows = []
    for row in store.query("risk_reviews", scope.params()).iter_rows(named=True):
        attributes: Mapping[str, Any] = json.loads(row["attributes"])
        if attributes.get("segmentation.engine_version") != engine_version:
            continue
        rows.append(
            {
                "item": f"{row['set_id']}/{row['image_id']}", "group": row["sku"], "category": row["category"],
                "take": "review", "photo_hash": row["photo_hash"], "engine": row["engine"],
                "failed": row["auto_failed"], "weight": 1.0 / row["inclusion_probability"], "attributes": attributes,
                "checks": [_check(check) for check in row["checks"] or ()],
            }
        )  # fmt: skip
    return frame(rows)


def _check(found: Mapping[str, Any]) -> CheckResult:
    names = ("check", "value", "unit", "limit", "better", "passed")
    return CheckResult(**{name: found[name] for name in names})
