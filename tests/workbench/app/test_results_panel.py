"""Who is named beside a verdict."""

from workbench.app.results_panel import reviewer_words


def test_names_are_for_the_person_themself_and_for_roles_that_see_people():
    assert reviewer_words("ann", "ann", sees_people=False) == "you"
    assert reviewer_words("ann", "bo", sees_people=True) == "ann"
    assert reviewer_words("ann", "bo", sees_people=False) == "a retoucher"
    assert reviewer_words("ann", None, sees_people=False) == "a retoucher"
