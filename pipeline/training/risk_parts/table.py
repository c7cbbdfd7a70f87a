"""The frame a risk model learns from: a row a result, what was measured of it, and whether it failed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from pipeline import registry
from pipeline.models.risk_features import FEATURES, risk_features
from pipeline.training.risk_parts.tolerance import Faults, tolerance
from workbench.domain.records import CheckResult

KEYS = {
    "item": pl.String,  # one result
    "group": pl.String,  # what is not independent: an SKU, a photo, a render
    "category": pl.String,
    "take": pl.String,
    "photo_hash": pl.String,  # of photos that users have too; null for made ones
    "engine": pl.String,
    "engine_version": pl.Int64,
    "engine_weights": pl.String,
    "second_engine": pl.String,  # whose answer was held against it
    "failed": pl.Boolean,
    "seen": pl.Boolean,  # the engine was trained on this product: it does better there than it will elsewhere
    "weight": pl.Float64,  # 1 over the chance that it was looked at
}
PHOTO = "photo"  # the take of a real photo whose mask was outlined by eye
SCHEMA = KEYS | {name: pl.Float64 for name in FEATURES}


def frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows of reviewed or known results as a frame.

    Args:
        rows: Each with `KEYS` (``photo_hash`` and ``take`` may be None; where absent ``weight`` is 1 and ``seen``
            false), ``attributes`` and ``checks`` as `Computation` holds them.
    """
    out = []
    for row in rows:
        attributes = row["attributes"]
        measured = risk_features(attributes, row["checks"], row["category"])
        measured["engine_version"] = attributes.get("segmentation.engine_version")
        measured["engine_weights"] = attributes.get("segmentation.engine_weights")
        measured["second_engine"] = attributes.get("doubt.second_engine")
        out.append({"weight": 1.0, "seen": False} | {name: row[name] for name in KEYS if name in row} | measured)
    return pl.DataFrame(out, schema=SCHEMA)


def collected(path: Path, *, photo_hashes: Mapping[str, str]) -> pl.DataFrame:
    """What ``risk_parts.collect`` wrote, judged by `tolerances.toml`; results that never came to be are left out.

    Args:
        path: JSON lines.
        photo_hashes: SHA-256 of the sample's own file of an item, by item.
    """
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if (made := row["outcome"]) is None:
            continue
        attributes = made["attributes"]
        rows.append(
            {
                "item": f"{row['item']}/{row['take']}", "group": row["item"], "category": row["category"],
                "take": PHOTO if row["outlined"] else row["take"], "engine": attributes["segmentation.engine"],
                "photo_hash": photo_hashes.get(row["item"]) if row["take"] == "shot" else None,
                "seen": row["seen"], "attributes": attributes,
                "failed": Faults(**made["faults"]).beyond(tolerance(row["category"], outlined=row["outlined"])) > 1.0,
                "checks": [_check(name, found) for name, found in made["checks"].items()],
            }
        )  # fmt: skip
    return frame(rows)


def _check(name: str, found: Mapping[str, object]) -> CheckResult:
    value, limit, better = found["value"], found["limit"], found["better"]
    passed = None
    if value is not None and limit is not None:
        passed = value <= limit if better == "lower" else value >= limit
    return CheckResult(
        check=name, value=value, unit=registry.check(name).unit, limit=limit, better=better, passed=passed
    )
