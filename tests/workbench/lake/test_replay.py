"""Automatic results as a policy is judged by, against the same thing told in plain Python."""

import dataclasses
import random
from datetime import timedelta

from workbench.domain.records import CheckResult
from workbench.lake.rows import result_id

COLUMNS = (
    "set_id", "image_id", "sku", "category", "lane", "first_lane", "audit_sample", "inclusion_probability", "risk",
    "engine", "contradicted", "failed_checks", "received_at", "auto_failed",
)  # fmt: skip


def failed(lane, verdict):
    if verdict is None:
        return None
    if lane in ("manual", "senior"):
        return None if verdict.usable is None else verdict.usable != "as_is"
    return verdict.verdict != "approved" or bool(verdict.pixels_changed)


def expected(sights, reports, verdicts, *, run=None, engine=None, category=None, since=None):
    """One row an image: newest sight and routing, first routing of the same pixels, first verdict on them."""
    rows = []
    for image in sorted({name for name, *_ in reports}):
        routed = [
            (at, result_id(made), made, its_run)
            for name, at, made, its_run in reports
            if name == image and run in (None, its_run) and engine in (None, made.computation.engine)
        ]
        seen = sorted((at, photo) for name, at, photo in sights if name == image)
        if not routed or not seen:
            continue
        _at, _id, made, _run = max(routed, key=lambda one: one[0])
        same = [one for one in routed if one[2].computation.result_key == made.computation.result_key]
        recorded = {one[1]: min(at for name, at, other, _ in reports if result_id(other) == one[1]) for one in same}
        first = min(same, key=lambda one: recorded[one[1]])[2].decision
        said = sorted((one for one in verdicts if one.result_id in recorded), key=lambda one: one.reviewed_at)
        photo = seen[-1][1]
        row = (
            "set", image, photo.sku, photo.category, made.decision.lane, first.lane, first.audit_sample,
            first.inclusion_probability, made.decision.risk, made.computation.engine,
            (photo.category or "none") in made.computation.attributes["seen.rules_out"].split(","),
            sum(check.passed is False for check in made.computation.checks), photo.received_at or seen[0][0],
            failed(first.lane, said[0] if said else None),
        )  # fmt: skip
        if category in (None, photo.category) and (since is None or row[12] >= since):
            rows.append(row)
    return rows


def fill(store, make):
    """Forty images, many of them seen, routed, reported or judged more than once, in three rounds."""
    draw = random.Random(5)
    sights, reports, verdicts = [], [], []
    names = [f"i{n:02}" for n in range(40)]
    for turn in range(3):
        seen_at, chance = make.NOON + timedelta(days=turn), (1.0, 0.3, 0.1)[turn]
        photos = [
            make.photo(
                image, sku=f"{image}-{turn}", category=draw.choice(("apparel", "sheer", None)),
                received_at=draw.choice((None, make.NOON - timedelta(days=draw.randrange(5)))),
            )
            for image in names if draw.random() < chance
        ]  # fmt: skip
        store.append_images(photos, seen_at=seen_at)
        sights += [(photo.image_id, seen_at, photo) for photo in photos]
        for run in ("one", "two"):
            batch = []
            for place, image in enumerate(names):
                if draw.random() > (0.6 if turn == 0 else 0.3):
                    continue
                known = [outcome for name, _at, outcome, _run in reports if name == image]
                at = seen_at + timedelta(minutes=place + (600 if run == "two" else 0))
                made = draw.choice(known) if known and draw.random() < 0.4 else routed(draw, make, image, len(known))
                if any(result_id(made) == result_id(other) and its == run for _, _, other, its in reports):
                    continue
                made = dataclasses.replace(made, stands_at=at)
                batch.append(made)
                reports.append((image, at, made, run))
            store.append_results(batch, run_id=run, spec_name="spec")
    for place, (image, _at, made, _run) in enumerate(reports):
        if draw.random() < 0.6:
            verdicts.append(
                make.review(
                    f"v{place}", image_id=image, result_id=result_id(made), verdict=draw.choice(("approved", "rework")),
                    reviewed_at=make.NOON + timedelta(days=5, minutes=draw.randrange(10_000)),
                    usable=draw.choice((None, "as_is", "start")), pixels_changed=draw.choice((None, False, True)),
                )
            )  # fmt: skip
    store.append_reviews(verdicts)
    for taken_back in verdicts[::9]:
        store.append_retraction(taken_back.review_id, retracted_by="ann")
    return sights, reports, [one for place, one in enumerate(verdicts) if place % 9]


def routed(draw, make, image, number):
    checks = [
        CheckResult(check=f"c{c}", value=1.0, unit="px", passed=draw.choice((True, False, None))) for c in range(3)
    ]
    decided = {
        "lane": draw.choice(("auto", "check", "manual", "senior")), "risk": draw.random(),
        "audit_sample": draw.random() < 0.5, "inclusion_probability": draw.choice((0.1, 1.0)),
        "routing_key": f"{image}-{number}",
    }  # fmt: skip
    return make.outcome(
        image, result_key=f"{image}-{draw.randrange(2)}", engine=draw.choice(("a", "b")), checks=tuple(checks),
        attributes={"seen.rules_out": draw.choice(("apparel", "footwear,sheer"))}, decided=decided,
    )  # fmt: skip


def test_every_image_once_by_its_newest_routing_and_first_verdict(store, make):
    sights, reports, verdicts = fill(store, make)
    several = sum(len({result_id(made) for name, _, made, _ in reports if name == f"i{n:02}"}) > 1 for n in range(40))
    assert 10 < several < 38, "both kinds of images are there"
    scopes = [
        {}, {"run": "one"}, {"engine": "b"}, {"category": "sheer"}, {"since": make.NOON - timedelta(days=2)},
        {"run": "two", "engine": "a", "category": "apparel"},
    ]  # fmt: skip
    for scope in scopes:
        given = {"run_id": scope.get("run"), **{key: value for key, value in scope.items() if key != "run"}}
        found = store.query("replay_rows", given).select(COLUMNS).rows()
        wanted = expected(sights, reports, verdicts, **scope)
        assert found == wanted, scope
        groups = store.query("replay_groups", given)
        assert groups["images"].sum() == len(wanted)
        assert groups["timed"].sum() <= len(wanted)


def test_a_lake_without_results_has_no_groups(store, make):
    store.append_images([make.photo()])
    assert store.query("replay_groups", {}).height == 0
