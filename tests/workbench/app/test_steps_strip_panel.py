"""What is said under each step's pictures, also where there are none."""

import pytest

from workbench.app.steps_strip_panel import words_of_step

STEP = {
    "outcome": "done", "error": None, "shows": "image", "pictures": {"before": "b", "after": "a"}, "width_px": 1200,
    "height_px": 900, "changed_share": 0.25, "largest_change": 14.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "25.0% of the pixels, by up to 14 of 255 levels"),
        ({"changed_share": 0.0}, "nothing to change on this photo"),
        ({"changed_share": None}, "a new frame, 1,200 × 900 px"),
        ({"pictures": {"after": "a"}}, "the photo as it was opened, 1,200 × 900 px"),
        ({"shows": None, "pictures": {}}, "measures only: no pixel is changed, so there is nothing to show"),
        ({"outcome": "failed", "error": "no subject found", "shows": None}, "no subject found"),
    ],
)
def test_words_of_a_step(given, words):
    assert words_of_step({**STEP, **given}) == words
