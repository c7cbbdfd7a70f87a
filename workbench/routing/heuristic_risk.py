"""First risk score: how likely is this cutout to come back, before any model has learned from reviews.

Not calibrated: it orders images, it does not promise a rate. It is stored with ``risk_calibrated = false`` and shown
as "uncalibrated". Two kinds of evidence, each between 0 and 1, joined as if independent (noisy or):

* every check that has a limit, by how far it is from it: 0.5 ** (2 * distance) at the safe side, where distance is
  the share of the limit that is left, and 0.5 up to 0.95 beyond it;
* the band: how unsure the confidence map is along the edge, and how much of the photo is band at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from workbench.domain.records import CheckResult, Computation

BASE_RISK = 0.03  # assumption: what comes back even when nothing is measured to be wrong
CHECK_WEIGHT = 0.25  # assumption: a check exactly at its limit explains a quarter of a return
UNSURE_WEIGHT = 0.30  # assumption: an edge the engine knows nothing about (band confidence 0)
WIDE_BAND_SHARE = 0.15  # assumption: half of the weight is reached when this share of the photo is unknown
WIDE_BAND_WEIGHT = 0.30


def heuristic_risk(computation: Computation) -> float:
    """Uncalibrated risk between 0 and 1 of one result; higher is riskier."""
    safe = 1.0 - BASE_RISK
    for check in computation.checks:
        safe *= 1.0 - CHECK_WEIGHT * nearness(check)
    attributes: Mapping[str, object] = computation.attributes
    band_confidence = attributes.get("matte.band_confidence")
    if isinstance(band_confidence, float | int):
        safe *= 1.0 - UNSURE_WEIGHT * (1.0 - min(1.0, max(0.0, float(band_confidence))))
    unknown = attributes.get("matte.unknown_share")
    if isinstance(unknown, float | int):
        safe *= 1.0 - WIDE_BAND_WEIGHT * (1.0 - 0.5 ** (float(unknown) / WIDE_BAND_SHARE))
    return 1.0 - safe


def nearness(check: CheckResult) -> float:
    """How near a check is to its limit: 0 far on the safe side, 1 at it, up to 2 beyond; 0 without a limit."""
    if check.value is None or not check.limit:
        return 0.0
    ratio = check.value / check.limit if check.better == "lower" else check.limit / max(check.value, 1e-9)
    ratio = max(0.0, ratio)
    if ratio <= 1.0:
        return ratio**4  # a check at half of its limit says almost nothing
    return 2.0 - math.exp(1.0 - ratio)
