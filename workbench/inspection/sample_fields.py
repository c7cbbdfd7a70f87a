"""What a sample says of an image, from a row of the lake: the fields a person filters, sorts and colours by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# of the attributes steps note, those a person would look for; the rest stays in the lake
ATTRIBUTES = {
    "preparation.garment": "garment", "preparation.shot": "shot", "preparation.category": "seen_category",
    "preparation.complexity": "complexity", "preparation.expected_minutes": "expected_minutes",
    "preparation.transparency": "transparency", "preparation.reflection": "reflection",
    "preparation.contrast_de": "contrast_de", "preparation.skin_share": "skin_share",
    "preparation.subject_share": "subject_share", "preparation.backdrop_lightness": "backdrop_lightness",
    "preparation.backdrop_uniformity": "backdrop_uniformity", "preparation.detail_density": "detail_density",
    "preparation.edge_width_px": "edge_width_px", "segmentation.mean_confidence": "mean_confidence",
    "segmentation.band_confidence": "band_confidence", "matte.unknown_share": "unknown_share",
    "source.width_px": "photo_width_px", "source.height_px": "photo_height_px",
}  # fmt: skip
NO_MODE = "none"


def sample_key(row: Mapping[str, Any]) -> str:
    """Name of a sample: image and result key, so that a second build finds it."""
    return hashlib.sha256(json.dumps([row["set_id"], row["image_id"], row["result_key"]]).encode()).hexdigest()[:32]


def sample_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of every slice of an image.

    Args:
        row: Of ``inspection_images.sql``.
    """
    attributes = json.loads(row["attributes"] or "{}")
    checks = {one["check"]: one["value"] for one in row["checks"] or () if one["value"] is not None}
    flags = [one["check"] for one in row["checks"] or () if one["passed"] is False]
    reasons = sorted(set(row["people_reasons"] or ()))
    kept = {name: attributes[key] for key, name in ATTRIBUTES.items() if attributes.get(key) is not None}
    engine, version = row["engine"], attributes.get("segmentation.engine_version")
    limit = row["max_risk"]
    failed = row["auto_failed"]
    return {
        "key": sample_key(row),
        "set_id": row["set_id"], "image_id": row["image_id"], "result_id": row["result_id"], "sku": row["sku"],
        "category": row["category"], "brand": row["brand"], "channel": row["channel"], "tier": row["campaign_tier"],
        "run": row["run_id"], "spec": row["spec_name"], "engine": engine,
        "model_version": None if version is None else f"{engine}@{version}",
        "outcome": row["outcome"], "failure": row["failure_reason"], "lane": row["lane"], "state": row["state"],
        "lane_reasons": [one["words"] for one in row["reasons"] or ()],
        "risk": row["risk"], "risk_limit": limit, "risk_calibrated": row["risk_calibrated"],
        "verdict": row["first_verdict"], "auto_failed": failed, "people_reasons": reasons, "flags": flags,
        "failure_modes": reasons or ([f"check: {name}" for name in flags] if failed else []) or [NO_MODE],
        "rejected_later": bool(row["rejected_later"]), "rework_minutes": row["rework_minutes"],
        "low_risk_wrong": bool(failed and limit is not None and row["risk"] is not None and row["risk"] <= limit),
        "high_risk_fine": bool(failed is False and limit is not None and row["risk"] is not None
                               and row["risk"] > limit),
        "checks": checks, "attributes": kept,
    }  # fmt: skip


def content_of(fields: Mapping[str, Any], pictures: Mapping[str, str]) -> str:
    """Hash of all a sample shows: where it is as stored, nothing has to be written."""
    text = json.dumps([fields, pictures], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
