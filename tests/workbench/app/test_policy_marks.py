from datetime import UTC, date, datetime

from workbench.app.policy_marks import first_used, mark

WEEKS = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]


def test_only_a_policy_that_is_new_is_marked():
    used = [["first@1"], None, ["first@1", "first@2"], ["first@2"]]
    assert first_used(WEEKS, used) == {WEEKS[2]: ["first@2"]}
    assert first_used(WEEKS, [None, ["first@1"], ["first@1"], None]) == {}, "the first one is no change"


def test_a_mark_tells_who_when_and_why_and_leads_to_promise_and_outcome():
    row = {
        "author": "Lea", "published_at": datetime(2026, 3, 17, 9, tzinfo=UTC),
        "reason": "audits of the last six weeks were clean, so more of the plain shoes may go out unseen",
    }  # fmt: skip
    found = mark(["first@2"], {"first@2": row})
    assert found.label == "first@2"
    assert found.words[:2] == ("first@2, published by Lea", "17 Mar 2026, 09:00 UTC")
    assert " ".join(found.words[2:-1]) == f"“{row['reason']}”" and all(len(line) <= 46 for line in found.words[2:-1])
    assert (found.page, found.query) == ("policies", {"policy": "first@2"})
    assert "nobody published it here" in mark(["draft@3"], {}).words[1]
