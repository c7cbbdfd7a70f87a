from datetime import date

from workbench.app.trends_panel import policy_marks


def test_only_a_policy_that_is_new_is_marked():
    weeks = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]
    used = [["first@1"], None, ["first@1", "first@2"], ["first@2"]]
    assert policy_marks(weeks, used) == {date(2026, 3, 16): "first@2"}
