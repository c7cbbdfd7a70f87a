"""Fills a lake with simulated images in one run, as many as a large set has: for timing pages and verdicts.

    .venv/bin/python tests/benchmarks/simulated_lake.py --workspace DIR --images 20000

Rows are marked ``simulated``, have a set and ids of their own, and go through ``Lake.append_*`` like any others; there
are no files behind them. The same arguments make the same lake.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench import lake
from workbench.domain.records import (
    CATEGORIES,
    Artefact,
    CheckResult,
    Computation,
    ImageOutcome,
    LaneDecision,
    Photo,
    Reason,
    Review,
    StepEvent,
)
from workbench.lake.rows import result_id

SET_ID, SET_NAME, RUN_ID = "simulated0001", "simulated", "20260101T080000-simulated"
START = datetime(2026, 1, 1, 8, tzinfo=UTC)
BATCH = 5000
LANES = ("auto",) * 55 + ("check",) * 25 + ("manual",) * 14 + ("senior",) * 6  # shares of a hundred
CHECKS = (
    "halo_width", "edge_noise", "colour_spill", "holes_and_islands", "clipped_subject", "backdrop_residue",
    "sharpness_loss", "crop_margins", "alpha_histogram", "subject_touches_frame",
)  # fmt: skip
STEPS = (
    "load_image", "prepare_image", "balance_colour", "correct_lighting", "segment_subject", "make_trimap",
    "refine_matte", "align_upright", "crop_to_subject", "enhance_detail", "place_on_template",
)  # fmt: skip
SUFFIXES = ("alpha.png", "cutout.png", "confidence.png", "trimap.png", "psd", "2000.jpg", "1200.jpg", "600.jpg")
BRANDS = ("Aldine", "Bruma", "Cotto", "Dovre", "Elva", "Fjord")


def fill(workspace: Path | str, images: int, *, judged: float = 0.1, seed: int = 1) -> str:
    """Put one finished run of so many images into the workspace's lake; returns its set id.

    Args:
        workspace: Its lake is made if there is none; what is there stays.
        images: How many.
        judged: Share of the images that have a verdict.
        seed: Another one gives other figures, under the same ids.
    """
    draw = random.Random(seed)
    with lake.open(workspace) as store:
        store.append_run(
            run_id=RUN_ID, set_id=SET_ID, source="simulated", spec_name="marketplace_white", spec_hash="simulated",
            started_at=START, policy_name="first", policy_version=1, policy_hash="simulated", images_expected=images,
            workers=8, options={"set_name": SET_NAME, "limit": None}, simulated=True,
        )  # fmt: skip
        for first in range(0, images, BATCH):
            outcomes = [_outcome(number, draw) for number in range(first, min(first + BATCH, images))]
            store.append_images([outcome.photo for outcome in outcomes], seen_at=START)
            at = START + timedelta(seconds=first + BATCH)
            store.append_results(outcomes, run_id=RUN_ID, spec_name="marketplace_white", recorded_at=at)
            seen = [outcome for outcome in outcomes if draw.random() < judged]
            store.append_reviews([_review(outcome, draw) for outcome in seen])
        end = START + timedelta(seconds=images + BATCH)
        store.append_run_end(run_id=RUN_ID, ended_at=end, outcome="finished", simulated=True)
    return SET_ID


def _outcome(number: int, draw: random.Random) -> ImageOutcome:
    image_id = f"simulated_{number:06d}"
    digest = hashlib.sha256(image_id.encode()).hexdigest()
    at, lane = START + timedelta(seconds=number), draw.choice(LANES)
    photo = Photo(
        set_id=SET_ID, image_id=image_id, sku=f"SIM-{number // 4:06d}", path=f"/simulated/{image_id}.jpg",
        relative_path=f"{image_id}.jpg", category=draw.choice(CATEGORIES), brand=draw.choice(BRANDS),
        received_at=START - timedelta(hours=draw.randrange(48)),
        campaign_tier="high_value" if draw.random() < 0.05 else "standard",
        deadline=START + timedelta(hours=draw.randrange(8, 96)) if draw.random() < 0.8 else None, simulated=True,
    )  # fmt: skip
    risk = round({"auto": 0.08, "check": 0.25, "manual": 0.55, "senior": 0.6}[lane] + draw.random() * 0.2, 4)
    checks = tuple(
        CheckResult(
            check=name, value=round(draw.random() * 2, 3), unit="px", limit=1.9, better="lower",
            passed=draw.random() < (0.99 if lane == "auto" else 0.85),
            worst_xy=(draw.randrange(2000), draw.randrange(2000)),
        )
        for name in CHECKS
    )  # fmt: skip
    events = tuple(
        StepEvent(
            kind="step", name=name, started_at=at + timedelta(seconds=0.3 * place), seconds=0.3,
            core_seconds=round(0.2 + draw.random() * 0.2, 4), outcome="done",
        )
        for place, name in enumerate(STEPS)
    )  # fmt: skip
    artefacts = tuple(
        Artefact(suffix=suffix, path=f"artefacts/{digest[:2]}/{digest}.{suffix}", sha256=digest, size_bytes=2_000_000)
        for suffix in SUFFIXES
    )
    made = Computation(
        result_key=digest, photo_hash=digest, spec_hash="simulated", outcome="done", made_at=at, engine="classical",
        width_px=1600, height_px=2000, geometry=(1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0),
        attributes={
            "preparation.expected_minutes": round(draw.random() * 6, 2), "preparation.complexity": draw.random() * 100,
        },
        checks=checks, artefacts=artefacts, events=events, peak_memory_bytes=900_000_000,
    )  # fmt: skip
    decision = LaneDecision(
        lane=lane, reasons=(Reason(rule="risk_above_limit", lane=lane, words=f"risk {risk:.2f} against the limit"),),
        risk=risk, risk_calibrated=False, max_risk=0.2, audit_sample=lane == "auto" and draw.random() < 0.1,
        inclusion_probability=0.1 if lane == "auto" else 1.0, hold=False, policy_name="first", policy_version=1,
        policy_hash="simulated", routing_key=hashlib.sha256(digest.encode()).hexdigest(),
    )  # fmt: skip
    return ImageOutcome(photo=photo, computation=made, decision=decision, delivered=(), reused=False)


def _review(outcome: ImageOutcome, draw: random.Random) -> Review:
    verdict = draw.choices(("approved", "rework", "rejected"), (80, 17, 3))[0]
    return Review(
        review_id=f"simulated-{outcome.photo.image_id}", set_id=SET_ID, image_id=outcome.photo.image_id,
        result_id=result_id(outcome), version=1, reviewer=draw.choice(("sim-ann", "sim-bea", "sim-cem")),
        reviewed_at=START + timedelta(hours=8, seconds=draw.randrange(86_400)), verdict=verdict,
        reasons=() if verdict == "approved" else (draw.choice(("halo", "missing_part", "spill")),),
        active_seconds=round(5 + draw.expovariate(1 / 20), 1), pixels_changed=False, simulated=True,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", required=True, type=Path)
    parser.add_argument("--images", type=int, default=20_000)
    given = parser.parse_args()
    print(fill(given.workspace, given.images))
