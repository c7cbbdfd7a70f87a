"""What the verdict bar is given: keys that do not collide, words for everything that can be stored."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

from workbench.app import verdict_bar as module
from workbench.app.board_bar import ACTION_KEYS, REASON_KEYS, USABLE_KEYS, ticks
from workbench.app.verdict_bar import Bar, Draft, Tally
from workbench.domain.review_words import ACTIONS, REASONS, USABLE, VERDICTS

VIEWERS_KEYS = {"+", "-", " ", "=", "_"}
JS = Path(module.__file__).with_suffix(".js").read_text(encoding="utf-8")


def test_every_key_says_one_thing():
    verdicts = {"a", "r", "x", "z"}
    keys = [*REASON_KEYS, *ACTION_KEYS, *USABLE_KEYS, *verdicts, *VIEWERS_KEYS]
    assert len(keys) == len(set(keys))


def test_the_first_nine_reasons_are_on_the_digits():
    assert [tick.key for tick in ticks(REASONS, REASON_KEYS)][:9] == list("123456789")


def test_every_word_has_a_key_and_what_is_stored():
    for words, keys in ((REASONS, REASON_KEYS), (ACTIONS, ACTION_KEYS), (USABLE, USABLE_KEYS)):
        shown = ticks(words, keys)
        assert [tick.value for tick in shown] == [word.name for word in words]
        assert all(tick.key and tick.label and tick.words for tick in shown)


def test_a_word_beyond_the_keys_can_still_be_ticked():
    assert ticks(REASONS, "1")[1].key == ""


def test_the_buttons_are_the_verdicts_of_the_lake():
    assert tuple(value for value, *_ in module._VERDICTS) == VERDICTS


def test_the_script_reads_no_name_the_bar_does_not_give():
    import re

    given = {field.name for field in fields(Bar)} | {"verdicts", "idle_s"}
    assert set(re.findall(r"\bdata\.([a-z_]+)", JS)) <= given


def test_a_draft_and_a_tally_travel_as_plain_values():
    bar = Bar(id="i", picture=None, session="s", draft=Draft(token="t", reasons=("halo",)), tally=Tally(approved=2))
    data = asdict(bar)
    assert data["draft"]["reasons"] == ("halo",)
    assert data["tally"] == {"approved": 2, "rework": 0, "rejected": 0, "median_s": None}
