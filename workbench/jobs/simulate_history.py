"""Three months of a shop that never were: drawn from the sample's real results, so that pages have something to show.

Every row is marked as simulated and lies in a set of its own. What is real in it: photos, pixels, checks and risk of
the originals (moved a little, as other photos of their kind would differ), and how often a verdict is "rework" follows
from how far the original's cutout is really off. What is assumed stands in the constants below.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from workbench import lake
from workbench.domain.records import Computation, Facts, ImageOutcome, Photo
from workbench.jobs.history_originals import Original, history_originals
from workbench.jobs.history_people import Happened, judge
from workbench.lake import rows
from workbench.lake.rows import Row
from workbench.lake.simulated import append_simulated, remove_simulated
from workbench.routing.decide_lane import decide_lane
from workbench.routing.heuristic_risk import nearness
from workbench.routing.policy import Policy, load_policy, parse_policy
from workbench.settings import Settings

SET_ID, SET_NAME, POLICY_NAME = "simulated-history", "Simulated history", "simulated_history"
DAYS, IMAGES_A_DAY, SEED = 90, 60, 1
POLICY_CHANGES_ON_DAY = 45
BAD_WEEK = (31, 38)  # days: a studio's backdrop was dirty
BAD_WEEK_ERROR, BAD_WEEK_IMAGES = 4.0, 1.3
EASIER_PHOTOS = 5.0  # the sample set is harder than a shop's average day: weight of an original = exp(-5 * risk)
FLAGGED_WEIGHT = 0.35  # and times this when a check flags it
ELSEWHERE = 0.08  # sd of the logarithm of a check's value between photos of a kind
ELSEWHERE_ERROR = 0.35  # the same of the edge error
HIGH_VALUE_SHARE, DEADLINE_SHARE = 0.06, 0.85
RUN_AT_HOUR, FIRST_HOUR, LAST_HOUR = 12, 6, 12  # UTC: photos arrive in the morning, the run starts at noon
SECOND_POLICY = {"default": 0.32, "sheer": 0.20, "knit_fur": 0.26}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was added: images, verdicts, runs; all 0 when the history was there already."""

    images: int
    reviews: int
    runs: int
    measured_originals: int
    originals: int


def add_history(settings: Settings, *, days: int = DAYS, until: datetime | None = None, seed: int = SEED) -> History:
    """Add the simulated history to a workspace; one that is there already stays as it is.

    Args:
        settings: Workspace; needs real results with true mattes, as `workbench demo` makes them.
        days: How many days it spans.
        until: Its end; now when left out.
        seed: The same seed, end and originals give the same rows.

    Raises:
        UsageError: No real result to draw from.
    """
    until = (until or datetime.now(UTC)).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    with lake.open(settings) as store:
        if store.query("history_is_there", {"set_id": SET_ID}).item():
            return History(images=0, reviews=0, runs=0, measured_originals=0, originals=0)
        originals = history_originals(store, settings)
        batches = history_rows(originals, days=days, until=until, seed=seed)
        added = append_simulated(store, batches)
    return History(
        images=added["images"], reviews=added["reviews"], runs=added["runs"], originals=len(originals),
        measured_originals=sum(original.measured for original in originals),
    )  # fmt: skip


def remove_history(settings: Settings) -> dict[str, int]:
    """Take every simulated row out of a workspace; how many went, by table."""
    with lake.open(settings) as store:
        return remove_simulated(store)


def history_rows(originals: list[Original], *, days: int, until: datetime, seed: int) -> dict[str, list[Row]]:
    """The rows of a history, by table of the lake, in the order they must be stored."""
    draw = np.random.default_rng(seed)
    start = (until - timedelta(days=days)).replace(hour=0)
    change_at = start + timedelta(days=POLICY_CHANGES_ON_DAY * days / DAYS)
    policies = _policies()
    spec_name = originals[0].spec_name
    weights = np.array([_weight(original) for original in originals])
    photos: list[Photo] = []
    per_run: list[tuple[str, datetime, list[tuple[ImageOutcome, float]]]] = []
    weekdays = sum((start + timedelta(days=day)).weekday() < 5 for day in range(days))
    for day in range(days):
        midnight = start + timedelta(days=day)
        if midnight.weekday() >= 5 or midnight + timedelta(hours=RUN_AT_HOUR) >= until:
            continue
        bad = BAD_WEEK[0] <= day * DAYS / days < BAD_WEEK[1]
        count = draw.poisson(IMAGES_A_DAY * days / weekdays * (BAD_WEEK_IMAGES if bad else 1))
        at = midnight + timedelta(hours=RUN_AT_HOUR)
        policy = policies[at >= change_at]
        made = []
        for original in draw.choice(np.array(originals, dtype=object), size=count, p=weights / weights.sum()):
            outcome, error_px = _image(original, len(photos), midnight, at, policy, draw, BAD_WEEK_ERROR if bad else 1)
            at = outcome.computation.made_at
            photos.append(outcome.photo)
            made.append((outcome, error_px))
        per_run.append((f"{midnight:%Y%m%d}T{RUN_AT_HOUR:02d}0000-simulated", at, made))
    happened = judge([pair for _, _, made in per_run for pair in made], until=until, draw=draw)
    return _laid_out(per_run, happened, policies, (start, change_at), spec_name)


def _weight(original: Original) -> float:
    flagged = any(check.passed is False for check in original.computation.checks)
    return math.exp(-EASIER_PHOTOS * original.risk) * (FLAGGED_WEIGHT if flagged else 1.0)


def _policies() -> tuple[Policy, Policy]:
    """The first policy, and the one that lets more out untouched."""
    import tomlkit

    first = tomlkit.parse(load_policy("first").text)
    first["name"] = POLICY_NAME
    second = tomlkit.parse(tomlkit.dumps(first))
    second["version"] = int(first["version"]) + 1
    for category, limit in SECOND_POLICY.items():
        second["max_risk"][category] = limit
    one, two = (parse_policy(tomlkit.dumps(text), where=POLICY_NAME) for text in (first, second))
    return one, two


def _image(
    original: Original, number: int, midnight: datetime, at: datetime, policy: Policy, draw, worse: float
) -> tuple[ImageOutcome, float]:
    """One photo of the history: a sibling of an original, routed by the policy of its day; and its edge error."""
    image_id = f"sim-{number:05d}"
    received = midnight + timedelta(hours=FIRST_HOUR, seconds=float(draw.uniform(0, 3600 * (LAST_HOUR - FIRST_HOUR))))
    due = midnight + timedelta(days=int(draw.integers(1, 6)), hours=18) if draw.random() < DEADLINE_SHARE else None
    given = original.photo
    photo = Photo(
        set_id=SET_ID, image_id=image_id, sku=f"SIM-{number // 3:05d}", path=given["path"],
        relative_path=given["relative_path"], category=given["category"], brand=given["brand"],
        job_id=f"sim-{midnight:%G-w%V}", channel=given["channel"], received_at=received, deadline=due,
        campaign_tier="high_value" if draw.random() < HIGH_VALUE_SHARE else "standard", simulated=True,
    )  # fmt: skip
    made = _sibling(original, image_id, at, draw)
    facts = Facts(photo=photo, spec_name=original.spec_name, spec_hash=made.spec_hash, computation=made)
    decision = decide_lane(facts, policy)
    error_px = original.edge_error_px * worse * math.exp(draw.normal(0.0, ELSEWHERE_ERROR))
    return ImageOutcome(photo=photo, computation=made, decision=decision, delivered=(), reused=False), error_px


def _sibling(original: Original, image_id: str, at: datetime, draw) -> Computation:
    """The original's result as another photo of its kind would have it: checks moved a little, times with them."""
    made = original.computation
    digest = hashlib.sha256(image_id.encode()).hexdigest()
    moved = np.exp(draw.normal(0.0, ELSEWHERE, len(made.checks)))
    slower = math.exp(draw.normal(0.0, 0.15))
    checks = tuple(_moved(check, factor) for check, factor in zip(made.checks, moved, strict=True))
    events, clock = [], at
    for event in original.events:
        events.append(
            dataclasses.replace(
                event, started_at=clock, seconds=event.seconds * slower, core_seconds=event.core_seconds * slower
            )
        )
        clock += timedelta(seconds=event.seconds * slower)
    return dataclasses.replace(
        made, result_key=digest, photo_hash=digest, made_at=clock, checks=checks, events=tuple(events)
    )


def _moved(check, factor: float):
    if check.value is None or not check.limit:
        return check
    value = check.value * float(factor)
    changed = dataclasses.replace(check, value=value)
    return dataclasses.replace(changed, passed=nearness(changed) <= 1.0)


def _laid_out(per_run, happened: Happened, policies, changes, spec_name: str) -> dict[str, list[Row]]:
    batches: dict[str, list[Row]] = {
        name: [] for name in ("policies", "runs", "images", "step_events", "results", "run_results", "reviews",
                              "run_ends")
    }  # fmt: skip
    for policy, published_at in zip(policies, changes, strict=True):
        batches["policies"].append(
            {
                "row_key": rows.key(policy.name, policy.version), "policy_name": policy.name,
                "policy_version": policy.version, "policy_hash": policy.hash, "policy_text": policy.text,
                "author": "simulated lead", "published_at": published_at, "simulated": True,
                "reason": "the start" if policy.version == 1 else "audits found little: more may go out untouched",
                "promise": "{}",
            }
        )  # fmt: skip
    of_version_1 = {}
    for run_id, ended_at, made in per_run:
        started_at = ended_at.replace(hour=RUN_AT_HOUR, minute=0, second=0, microsecond=0)
        decision = made[0][0].decision if made else None
        batches["runs"].append(
            rows.run_row(
                {
                    "run_id": run_id, "set_id": SET_ID, "source": "simulated", "spec_name": spec_name,
                    "spec_hash": made[0][0].computation.spec_hash if made else "none",
                    "policy_name": decision and decision.policy_name,
                    "policy_version": decision and decision.policy_version,
                    "policy_hash": decision and decision.policy_hash, "started_at": started_at,
                    "images_expected": len(made), "workers": 1, "options": {"set_name": SET_NAME}, "simulated": True,
                }
            )
        )  # fmt: skip
        end = {"run_id": run_id, "ended_at": ended_at, "outcome": "finished", "reason": None, "simulated": True}
        batches["run_ends"].append(rows.run_end_row(end))
        for outcome, _error_px in made:
            of_version_1[outcome.photo.image_id] = run_id
            seen_at = outcome.photo.received_at
            batches["images"].append(rows.image_row(outcome.photo, seen_at=seen_at))
            _result(batches, outcome, run_id, spec_name, outcome.computation.made_at)
    for corrected, at in happened.versions:
        _result(batches, corrected, of_version_1[corrected.photo.image_id], spec_name, at)
    batches["reviews"] = [rows.review_row(review) for review in happened.reviews]
    return batches


def _result(batches: dict[str, list[Row]], outcome: ImageOutcome, run_id: str, spec_name: str, at: datetime) -> None:
    known = {"version": outcome.version, "recorded_at": at}
    batches["step_events"] += rows.step_event_rows(outcome, run_id=run_id, spec_name=spec_name, version=outcome.version)
    batches["results"].append(rows.result_row(outcome, spec_name=spec_name, **known))
    batches["run_results"].append(rows.run_result_row(outcome, run_id=run_id, **known))
