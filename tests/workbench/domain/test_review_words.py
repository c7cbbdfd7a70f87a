from dataclasses import replace

import pytest

from workbench.domain.errors import UsageError
from workbench.domain.review_words import ACTIONS, REASONS, USABLE, check_words, pixels_changed


def test_the_keys_1_to_9_keep_their_reasons():
    assert [word.name for word in REASONS[:9]] == [
        "halo", "missing_part", "backdrop_residue", "hair_loss", "holes", "spill", "wrong_subject", "shadow",
        "transparency",
    ]  # fmt: skip
    assert len(ACTIONS) == 6 and [word.name for word in USABLE] == ["as_is", "start", "useless"]
    for words in (REASONS, ACTIONS, USABLE):
        assert len({word.name for word in words}) == len(words)
        assert all(word.title and word.words and not word.words.endswith(".") for word in words)


def test_words_come_back_once_and_in_order():
    assert check_words(("spill", "halo", "spill"), REASONS, "reason is") == ("halo", "spill")
    with pytest.raises(UsageError, match="reason is 'halos'; allowed: halo, .* did you mean 'halo'"):
        check_words(("halos",), REASONS, "reason is")


def test_moving_the_frame_changes_no_pixel_of_the_product():
    assert not pixels_changed(()) and not pixels_changed(("crop_adjusted",))
    for word in ACTIONS:
        assert pixels_changed((word.name,)) == word.changes_pixels
    assert replace(ACTIONS[0], changes_pixels=False) != ACTIONS[0]
