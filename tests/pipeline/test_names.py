"""Delivered names: safe on any file system, in the right folder, never twice the same."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.names import LONGEST_PART, delivered_folder, delivered_name, safe_part
from workbench.domain.records import Photo

MADE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
HOSTILE = ["../../etc/passwd", "/etc/passwd", "a\x00b\nc", "x" * 300, "🧵👗", "..", "", "CON", "-rf", "a_b", "C:\\x", "=1+1"]


def photo(sku="SKU-1", image_id="img_1"):
    return Photo(set_id="abcdef123456", image_id=image_id, sku=sku, path="/p.jpg", relative_path="p.jpg")


def test_the_pattern():
    assert delivered_name(photo(), MADE, "published", "alpha.png") == "SKU-1_img_1_20260301_published.alpha.png"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_one_harmless_part(text):
    name = delivered_name(photo(sku=text, image_id=text), MADE, "queued", "psd")
    assert PurePosixPath(name).name == name
    assert name.isascii() and name.isprintable() and not name.startswith((".", "-")) and len(name) < 220
    folder = delivered_folder(photo(), text, text, "0123456789abcdef", "queued")
    assert ".." not in PurePosixPath(folder).parts and folder.startswith("delivery/work/")
    assert len(PurePosixPath(folder).parts) == 4


@given(st.text(max_size=90), st.text(max_size=90), st.text(max_size=90), st.text(max_size=90))
def test_two_images_never_share_a_name(sku, other_sku, image_id, other_id):
    if image_id != other_id:
        one = delivered_name(photo(sku, image_id), MADE, "queued", "psd")
        assert one != delivered_name(photo(other_sku, other_id), MADE, "queued", "psd")


def test_an_underscore_cannot_move_between_the_parts():
    one = delivered_name(photo("a_b", "c"), MADE, "queued", "psd")
    assert one != delivered_name(photo("a", "b_c"), MADE, "queued", "psd")


def test_plain_parts_are_left_alone_and_long_ones_end():
    assert safe_part("ACC-107000") == "ACC-107000"
    assert len(safe_part("y" * 5000)) <= LONGEST_PART + 9


@pytest.mark.parametrize(
    ("status", "side"),
    [("published", "ready"), ("approved", "ready"), ("queued", "work"), ("rework", "work"), ("rejected", "work")],
)
def test_only_finished_images_are_ready(status, side):
    assert delivered_folder(photo(), "set", "spec", "00" * 32, status).split("/")[1] == side
