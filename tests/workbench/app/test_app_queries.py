"""The app's own queries, by hand-counted answers."""

from __future__ import annotations

import pytest

from workbench.app import data


def images(**params) -> list[dict]:
    asked = {"sort": "sku", "down": False, "skip": 0, "take": 100, **params}
    return data.rows("app_images", **asked).to_dicts()


def ids(rows: list[dict]) -> list[int]:
    return [int(row["image_id"].removeprefix("image_")) for row in rows]


def test_sorting_pages_and_total(filled) -> None:
    assert ids(images()) == [5, 4, 3, 2, 1, 0], "SKU-9 is image 0"
    assert ids(images(sort="risk", down=True)) == [5, 3, 2, 1, 0, 4], "no risk comes last"
    assert ids(images(sort="risk", down=False)) == [0, 1, 2, 3, 5, 4]
    assert ids(images(sort="lane", down=True))[:3] == [3, 2, 1]
    page = images(skip=2, take=2)
    assert ids(page) == [3, 2]
    assert {row["total"] for row in page} == {6}
    assert [row["position"] for row in page] == [3, 4]


@pytest.mark.parametrize(
    "sort", ["newest", "lane", "minutes", "deadline", "category", "outcome", "risk", "complexity", "sku"]
)
def test_the_quick_list_is_the_list(filled, sort) -> None:
    for way in (
        {"down": True},
        {"down": False},
        {"down": True, "skip": 2, "take": 2},
        {"down": False, "lanes": ("auto",)},
        {"down": True, "search": "SKU-"},
        {"down": True, "search": "IMAGE_3"},
    ):
        asked = {"sort": sort, "skip": 0, "take": 100, **way}
        assert data.rows("app_images_counted", **asked).equals(data.rows("app_images", **asked)), asked


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"lanes": ("auto",)}, {0, 5}), ({"lanes": ("check", "senior")}, {1, 3}), ({"outcomes": ("refused",)}, {4}),
        ({"category": "glassware"}, {3}), ({"search": "sku-9"}, {0}), ({"search": "PHOTO_2"}, {2}),
        ({"search": "%"}, set()), ({"run_id": "nobody"}, set()), ({"lanes": ("auto",), "category": "glassware"}, set()),
    ],
)  # fmt: skip
def test_filters(filled, params, found) -> None:
    assert set(ids(images(**params))) == found


def test_neighbours_in_the_same_order(filled) -> None:
    assert ids(images(around="image_3", reach=1)) == [4, 3, 2]
    assert ids(images(around="image_5", reach=1)) == [5, 4], "the first has none before it"
    assert ids(images(around="image_3", reach=1, lanes=("check", "senior"))) == [3, 1]
    assert images(around="image_3", reach=1, lanes=("auto",)) == []


def test_flags_are_the_checks_beyond_their_limit(filled) -> None:
    flags = {row["image_id"]: row["flags"] for row in images()}
    assert flags["image_0"] == []
    assert flags["image_1"] == ["halo_width"]


def test_counts_per_run_and_of_what_holds(filled) -> None:
    rows = {row["run_id"]: row for row in data.rows("app_counts").to_dicts()}
    assert set(rows) == {None, "run-1"}
    for row in rows.values():
        assert (row["images"], row["done"], row["refused"], row["failed"]) == (6, 5, 1, 0)
        assert (row["auto"], row["check"], row["manual"], row["senior"]) == (2, 1, 1, 1)
        assert row["auto_low"] < 2 / 6 < row["auto_high"]


def test_what_waits(filled) -> None:
    rows = {row["what"]: row for row in data.rows("app_waiting").to_dicts()}
    assert {what: row["images"] for what, row in rows.items()} == {"check": 1, "manual": 1, "senior": 1, "refused": 1}
    assert rows["manual"]["minutes"] == 4.0
    assert rows["refused"]["minutes"] is None


def test_photo_and_set_are_found_by_hash_and_id(filled) -> None:
    photo = filled[2]
    assert data.ask("app_photo_of", {"photo_hash": photo.computation.photo_hash}).item() == photo.photo.path
    assert data.ask("app_photo_of", {"photo_hash": "0" * 64}).height == 0
    assert data.ask("app_set_of", {"image_id": "image_2"}).item() == "set"


def test_a_large_lake_without_stored_figures_says_that_it_is_slow(filled) -> None:
    slow = {kept_from: data.rows("app_slow_figures", kept_from=kept_from).item() for kept_from in (1, 1_000)}
    assert slow == {1: True, 1_000: False}
