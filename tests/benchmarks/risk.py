"""How well the risk tells what comes back: ``python tests/benchmarks/risk.py --out risk.json``.

The risk model and the heuristic in the same run, on the renders of an unseen seed and the real photos outlined by eye
(``sample_data/training/risk``), and on what was learned from, each product by the member that never saw it. Intervals are over products. A category's own
rate of failure, known from the training results alone, is the second baseline.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.evaluation.grouped_interval import grouped_interval
from pipeline.evaluation.ranking import auroc, within_categories
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.risk_features import CHECKS, LOG_FLOOR, NEAR_FLOOR
from pipeline.models.risk_model import RiskModel
from pipeline.training.risk import by_source, read
from pipeline.training.risk_parts.figures import REWORK, automatic_share, limit_for
from workbench.domain.records import CheckResult, Computation
from workbench.routing.curves import reliability, risk_coverage
from workbench.routing.heuristic_risk import heuristic_risk


def main() -> None:
    """Measure and write one JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    held = read("test")
    model = RiskModel(load_model("risk", args.weights))
    learned, out_of_fold = _out_of_fold(model, read("train"))
    rates = dict(learned.group_by("category").agg(pl.col("failed").mean()).rows())
    report = {"card": model.label, "kind": load_model("risk", args.weights).card.facts["setting"], "parts": {}}
    parts = {"out of fold": (learned, out_of_fold)}
    for source, part in by_source(held).items():
        parts[source] = (part, model.predict(part.select(model.features).to_numpy()))
    for name, (frame, risk) in parts.items():
        failed = frame["failed"].to_numpy().astype(bool)
        known = {
            "model": risk, "heuristic": np.array([_heuristic(row) for row in frame.iter_rows(named=True)]),
            "category rate": np.array([rates.get(c, learned["failed"].mean()) for c in frame["category"]]),
        }  # fmt: skip
        limits = {
            "model": limit_for(out_of_fold, learned["failed"].to_numpy().astype(bool)),
            "heuristic": limit_for(
                np.array([_heuristic(row) for row in learned.iter_rows(named=True)]),
                learned["failed"].to_numpy().astype(bool),
            ),
        }
        report["parts"][name] = {
            "n": frame.height, "products": frame["group"].n_unique(), "failed": float(failed.mean()),
            "scores": {which: _figures(frame, value, failed, limits.get(which)) for which, value in known.items()},
        }  # fmt: skip
    args.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _figures(frame: pl.DataFrame, risk: np.ndarray, failed: np.ndarray, limit: float | None) -> dict:
    groups, category = frame["group"].to_numpy(), frame["category"].to_numpy()
    below = risk <= (-1.0 if limit is None else limit)
    curve, coverage = reliability(risk, failed), risk_coverage(risk, failed)
    return {
        "auroc": grouped_interval(lambda w: auroc(risk, failed, w), groups),
        "auroc_within_categories": grouped_interval(lambda w: within_categories(risk, failed, category, w), groups),
        "auroc_by_category": {
            name: auroc(risk[category == name], failed[category == name]) for name in sorted(set(category))
        },
        "brier": float(np.mean((risk - failed) ** 2)),
        "automatic_share_in_hindsight": grouped_interval(lambda w: automatic_share(risk, failed, w), groups),
        "at_the_limit_learned": {
            "limit": limit, "automatic": float(below.mean()), "n": int(below.sum()),
            "came_back": float(failed[below].mean()) if below.any() else None, "allowed": REWORK,
            "by_category": {
                name: [int(below[category == name].sum()), int((category == name).sum())] for name in sorted(set(category))
            },
        },
        "reliability": None if curve is None else asdict(curve),
        "risk_coverage": None if coverage is None else asdict(coverage),
    }  # fmt: skip


def _out_of_fold(model: RiskModel, learned: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray]:
    """Results with the risk of each by the member that never saw its product."""
    folds = {
        group: model.fold_of(digest)
        for group, digest in zip(learned["group"], learned["photo_hash"], strict=True)
        if digest
    }
    known = learned.filter(pl.col("group").is_in(list(folds)))
    table, member = known.select(model.features).to_numpy(), np.array([folds[group] for group in known["group"]])
    risk = np.empty(len(table))
    for number in np.unique(member):
        risk[member == number] = model.predict(table[member == number], member=int(number))
    return known, risk


def _heuristic(row: dict) -> float:
    """The heuristic's risk from the same numbers, logarithms undone."""
    checks = tuple(
        CheckResult(
            check=name, value=max(0.0, math.exp(row[f"check.{name}"]) - NEAR_FLOOR), unit="", limit=1.0, better="lower"
        )
        for name in CHECKS
        if row[f"check.{name}"] is not None and math.isfinite(row[f"check.{name}"])
    )
    attributes = {
        "matte.band_confidence": row["matte.band_confidence"],
        "matte.unknown_share": math.exp(row["matte.unknown_share"]) - LOG_FLOOR,
    }
    made = Computation(
        result_key="", photo_hash="", spec_hash="", outcome="done", made_at=datetime(2026, 1, 1, tzinfo=UTC),
        checks=checks, attributes=attributes,
    )  # fmt: skip
    return heuristic_risk(made)


if __name__ == "__main__":
    main()
