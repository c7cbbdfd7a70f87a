"""What the Failure modes page reads: counts, rates, minutes that add up, weeks, and the images behind a number."""

import pytest

from tests.workbench.inspection.conftest import made_up_lake
from workbench import lake
from workbench.jobs.costly_slices import examples_of, kinds_of
from workbench.jobs.photo_drift import photo_drift


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return made_up_lake(tmp_path_factory.mktemp("queries"))


@pytest.fixture(scope="module")
def asked(shop):
    with lake.open(shop, read_only=True) as store:
        yield lambda name, **params: store.query(name, {"include_simulated": False, **params})


def test_cells(asked):
    cells = {(row["category"], row["mode"]): row for row in asked("failure_mode_cells").to_dicts()}
    assert set(cells) == {("apparel", "halo"), ("sheer", "halo"), ("sheer", "holes")}
    halo = cells["sheer", "halo"]
    assert (halo["images"], halo["judged"], halo["share"]) == (1, 2, 0.5) and halo["low"] < 0.5 < halo["high"]
    assert halo["minutes"] == cells["sheer", "holes"]["minutes"] == 3.5  # seven minutes, two reasons
    assert cells["apparel", "halo"]["minutes"] == 0  # a client's complaint takes none of our minutes


def test_weeks_and_images(asked):
    (week,) = asked("failure_mode_weeks", at=None, mode=None).to_dicts()
    assert (week["judged"], week["images"]) == (3, 2)
    (week,) = asked("failure_mode_weeks", at="sheer", mode="holes").to_dicts()
    assert (week["judged"], week["images"]) == (2, 1)
    rows = asked("failure_mode_images", at=None, mode=None, take=10).to_dicts()
    assert [row["image_id"] for row in rows] == ["image_1", "image_0"] and rows[0]["total"] == 2
    assert asked("failure_mode_images", at="sheer", mode="holes", take=1)["image_id"].to_list() == ["image_1"]
    assert asked("failure_mode_images", at=None, mode=None, take=10, include_simulated=True).height == 0


def test_kinds_of_judged_images_and_their_pictures(asked, shop):
    judged = asked("inspection_judged")
    assert set(judged["image_id"]) == {"image_0", "image_1", "image_5"}
    table, names = kinds_of(judged, shop)
    assert {"category", "check_halo_width"} <= set(names) and table.height == 3
    (row,) = examples_of(judged, table, (("category", "sheer"),), most=5)
    assert row["image_id"] == "image_1"


def test_photos_of_too_few_products_are_not_compared(asked, inspected):
    photos = asked("photo_properties")
    assert photos.height == 5  # one was refused
    assert photo_drift(photos, photos["week"][0], inspected) == []
