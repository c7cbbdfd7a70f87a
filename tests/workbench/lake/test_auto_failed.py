"""Whether the automatic result failed, worked out by hand for each way an image can go."""

from datetime import timedelta
from pathlib import Path

import pytest

from workbench.lake.rows import result_id

QUERY = Path(__file__).with_name("auto_failed.sql")
# lane, the verdicts in order as (version, verdict, changes, taken back), what follows
GOLDEN = {
    "approved at once": ("check", [(1, "approved", {}, False)], False),
    "approved, nothing said of pixels": ("auto", [(1, "approved", {"pixels_changed": None}, False)], False),
    "approved after an edit": ("check", [(1, "approved", {"pixels_changed": True}, False)], True),
    "sent back": ("check", [(1, "rework", {}, False)], True),
    "rejected after publication": ("auto", [(1, "rejected", {"source": "client"}, False)], True),
    "sent back, version 2 approved": ("check", [(1, "rework", {}, False), (2, "approved", {}, False)], True),
    "approved, rejected later": ("auto", [(1, "approved", {}, False), (1, "rejected", {}, False)], False),
    "first verdict taken back": ("check", [(1, "rework", {}, True), (1, "approved", {}, False)], False),
    "only verdict taken back": ("check", [(1, "rework", {}, True)], "no row"),
    "only version 2 judged": ("check", [(2, "approved", {}, False)], "no row"),
    "manual, not asked": ("manual", [(1, "rework", {}, False)], None),
    "manual, as it was": ("manual", [(1, "approved", {"usable": "as_is", "pixels_changed": True}, False)], False),
    "senior, a start": ("senior", [(1, "approved", {"usable": "start"}, False)], True),
    "senior, useless": ("senior", [(1, "rework", {"usable": "useless"}, False)], True),
    "check, usable says nothing": ("check", [(1, "approved", {"usable": "useless"}, False)], False),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(store, make, name):
    lane, verdicts, expected = GOLDEN[name]
    made = make.outcome(decided={"lane": lane})
    for version in (1, 2):
        store.append_results([made], run_id="run", spec_name="spec", version=version)
    for place, (version, verdict, changes, retracted) in enumerate(verdicts):
        said = {"pixels_changed": False, "reviewed_at": make.NOON + timedelta(hours=place), **changes}
        review = make.review(
            f"v{place}", result_id=result_id(made, version=version), version=version, verdict=verdict, **said
        )
        store.append_reviews([review])
        if retracted:
            store.append_retraction(review.review_id, retracted_by="ann")
    found = store.query(QUERY)["auto_failed"].to_list()
    assert found == ([] if expected == "no row" else [expected])
