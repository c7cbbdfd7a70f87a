"""A few dozen images to which everything happened that makes counting hard, for tests of what figures count on."""

import random
from datetime import UTC, datetime, timedelta

from workbench.lake import rows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CATEGORIES, BRANDS, CHANNELS = ("apparel", "sheer", None), ("b1", "b2", None), ("web", "social", None)
# one value of each filter, all of which leave something in
FILTERS = {
    "run_id": "run-1", "set_id": "spring", "category": "apparel", "brand": "b1", "channel": "web",
    "tier": "high_value", "engine": "fast", "spec": "white", "policy": "first@1", "since": DAY, "until": 3 * DAY,
    "include_simulated": True,
}  # fmt: skip


class Batch:
    """Takes records like a lake and stores them all in one commit."""

    def __init__(self, store):
        self._store, self._rows = store, {}

    def append_images(self, photos, *, seen_at):
        self._add("images", (rows.image_row(photo, seen_at=seen_at) for photo in photos))

    def append_results(self, outcomes, *, run_id, spec_name, version, recorded_at):
        known = {"version": version, "recorded_at": recorded_at}
        for outcome in outcomes:
            self._add("step_events", rows.step_event_rows(outcome, run_id=run_id, spec_name=spec_name, version=version))
            self._add("results", [rows.result_row(outcome, spec_name=spec_name, **known)])
            self._add("run_results", [rows.run_result_row(outcome, run_id=run_id, **known)])

    def append_reviews(self, reviews):
        self._add("reviews", (rows.review_row(review) for review in reviews))

    def append_retraction(self, review_id, *, retracted_by, simulated):
        row = rows.retraction_row(
            review_id, retracted_by=retracted_by, retracted_at=datetime.now(UTC), simulated=simulated
        )
        self._add("review_retractions", [row])

    def store_all(self):
        self._store._append(self._rows)

    def _add(self, table, its_rows):
        self._rows.setdefault(table, []).extend(its_rows)


def fill_busy(book, monday, *, images=40, first=0, seed=1):
    """Images with reruns, other specs and policies, corrections, verdicts, complaints, retractions and simulated ones."""
    draw = random.Random(seed)
    for n in range(first, first + images):
        simulated = n % 4 == 3
        its = {
            "set_id": "practice" if simulated else draw.choice(("spring", "autumn")), "simulated": simulated,
            "category": draw.choice(CATEGORIES), "brand": draw.choice(BRANDS), "channel": draw.choice(CHANNELS),
            "tier": draw.choice(("standard", "high_value")), "received_at": monday + draw.randrange(72) * HOUR,
        }  # fmt: skip
        at = monday + draw.randrange(96) * HOUR
        made = []
        for again in range(draw.choice((1, 1, 2, 3))):
            lane = draw.choice(("auto", "auto", "check", "manual", None))
            how = {
                "run": draw.choice(("run-1", "run-2")), "policy": draw.choice(("first", "second")),
                "policy_version": draw.choice((1, 2)), "spec": draw.choice(("white", "white", "editorial")),
                "engine": draw.choice(("fast", "slow")), "audit": draw.random() < 0.5, "reused": again > 0 and n % 3 == 0,
                "probability": draw.choice((0.1, 0.5)), "outcome": "done" if lane else "refused",
            }  # fmt: skip
            events = [] if how["reused"] else [
                book.event(name, at + place * timedelta(seconds=3), draw.uniform(0.1, 9), core=draw.uniform(0.1, 9),
                           kind=kind, outcome="failed" if draw.random() < 0.1 else "done")
                for place, (name, kind) in enumerate((("load_image", "step"), ("halo", "check"), ("load_image", "step")))
            ]  # fmt: skip
            checks = [
                book.check("halo", draw.choice((None, draw.uniform(0, 4))), passed=draw.choice((True, False, None)))
            ]
            made.append((book.image(f"i{n}", lane=lane, at=at, events=events, checks=checks, **its, **how), lane, at))
            at += draw.choice((2 * HOUR, 30 * HOUR))
        for outcome, lane, then in made:
            for place in range(draw.choice((0, 1, 2)) if lane else 0):
                source = "simulated" if simulated else draw.choice(("qa_board", "qa_board", "client"))
                book.verdict(
                    outcome, draw.choice(("approved", "rework", "rejected")), at=then + (1 + place * 25) * HOUR,
                    reasons=draw.choice(((), ("halo",), ("halo", "crop"))), source=source,
                    active_seconds=draw.choice((None, draw.uniform(5, 300))), pixels_changed=draw.random() < 0.3,
                    actions=draw.choice(((), ("retouch",))), reviewer=f"p{draw.randrange(8)}",
                )  # fmt: skip
                if draw.random() < 0.2:
                    said = f"i{n}-{(then + (1 + place * 25) * HOUR).isoformat()}"
                    book.store.append_retraction(said, retracted_by="ann", simulated=simulated)


def every_filter_and_pair(monday):
    """No filter, each filter alone, and every two together."""
    named = {key: monday + value if key in ("since", "until") else value for key, value in FILTERS.items()}
    yield {}
    names = list(named)
    for place, name in enumerate(names):
        yield {name: named[name]}
        for other in names[place + 1 :]:
            yield {name: named[name], other: named[other]}
