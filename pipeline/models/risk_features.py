"""What a risk model looks at: numbers that every result already stores, none of which needs a true matte.

A missing number is NaN and allowed: specs leave checks and steps out, engines and models come and go.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from workbench.domain.records import CATEGORIES, CheckResult

# Left out on purpose: resolution, which in the photos that are learned from goes with how a photo was made; and what
# `prepare_net` saw, since it learned from the same renders and is surer of them than it will be of a new photo.
PLAIN = (
    "matte.band_confidence", "segmentation.band_confidence", "segmentation.mean_confidence",
    "doubt.flip_place", "doubt.scale_place", "doubt.second_place", "doubt.second_missed", "doubt.second_extra",
    "doubt.edge_entropy", "doubt.outline_bare",
    "preparation.backdrop_lightness", "preparation.backdrop_chroma", "preparation.backdrop_uniformity",
    "preparation.contrast_de", "preparation.skin_share", "preparation.detail_density", "preparation.transparency",
    "preparation.reflection", "alignment.match",
)  # fmt: skip
# shares and sums over many orders of magnitude: 1e-4 and 1e-3 are as far apart as 0.1 and 1
LOG = (
    "matte.unknown_share", "matte.windows", "matte.one_sided_share", "matte.free_share",
    "segmentation.subject_share", "preparation.subject_share", "doubt.flip", "doubt.scale", "doubt.unsure_share",
    "doubt.outline_edge", "doubt.stray_edges", "doubt.area_ratio",
)  # fmt: skip
LOG_FLOOR = 1e-3
CHECKS = (
    "alpha_histogram", "backdrop_residue", "clipped_subject", "colour_spill", "edge_noise", "halo_width",
    "holes_and_islands", "sharpness_loss", "subject_touches_frame",
)  # fmt: skip
NEAR_FLOOR = 0.01  # of a check's limit: below it a check is as far from its limit as can be
FEATURES = (
    *PLAIN, *LOG, *(f"check.{name}" for name in CHECKS), "check.failed", *(f"category.{name}" for name in CATEGORIES),
)  # fmt: skip


def risk_features(
    attributes: Mapping[str, object], checks: Iterable[CheckResult], category: str | None
) -> dict[str, float]:
    """The numbers of one result by name, in the order of `FEATURES`.

    Args:
        attributes: ``record.field`` -> value, as `Computation` stores them.
        checks: Its checks; each becomes the logarithm of its distance to its limit, 0 at the limit.
        category: From the manifest; an unknown one is none of the known.
    """
    found = {name: _number(attributes.get(name)) for name in PLAIN}
    found |= {name: _log(_number(attributes.get(name)), LOG_FLOOR) for name in LOG}
    by_name = {check.check: check for check in checks}
    found |= {f"check.{name}": _nearness(by_name.get(name)) for name in CHECKS}
    judged = [check.passed for check in by_name.values() if check.passed is not None]
    found["check.failed"] = float(judged.count(False)) if judged else math.nan
    found |= {f"category.{name}": float(category == name) for name in CATEGORIES}
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, float | int) and not isinstance(value, bool) else math.nan


def _log(value: float, floor: float) -> float:
    return math.log(max(value, 0.0) + floor) if math.isfinite(value) else math.nan


def _nearness(check: CheckResult | None) -> float:
    """How near a check is to its limit, whatever way is better: above 0 is beyond it."""
    if check is None or check.value is None or not check.limit:
        return math.nan
    value, limit = max(check.value, 0.0), abs(check.limit)
    ratio = value / limit if check.better == "lower" else limit / max(value, NEAR_FLOOR * limit)
    return _log(ratio, NEAR_FLOOR)
