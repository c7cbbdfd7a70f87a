"""What is said about a photo before anyone edits it."""

import warnings

import cv2
import numpy as np
import pytest

from pipeline import registry
from pipeline.backdrop import fit_backdrop
from pipeline.complexity import HARD_FLAGS, POINTS, edge_width, expected_minutes, measure, score
from pipeline.image import freeze
from pipeline.models.load_model import load_model
from pipeline.step import NoParams
from pipeline.steps.prepare_image import prepare_image


def read(path):
    return freeze(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB))


@pytest.fixture(scope="module")
def preparations(sample_dir, sample_rows):
    """image_id -> (row, record) of a fifth of the renders."""
    rows = [row for row in sample_rows if row["source"] == "render"][::5]
    return {
        row["image_id"]: (row, prepare_image(image=read(sample_dir / row["path"]), params=NoParams())["preparation"])
        for row in rows
    }


def median(preparations, field, keep):
    return np.median([getattr(record, field) for row, record in preparations.values() if keep(row)])


def test_parts_add_up_to_the_score(preparations):
    for _, record in preparations.values():
        parts = [getattr(record, f"complexity_{part}") for part in POINTS]
        assert sum(parts) == pytest.approx(record.complexity)
        assert all(0 <= value <= POINTS[part] for part, value in zip(POINTS, parts, strict=True))
        assert record.expected_minutes == pytest.approx(expected_minutes(record.complexity))
    assert sum(POINTS.values()) == 100


def test_the_papers_colour_is_the_photographed_one():
    image = np.full((200, 300, 3), (180, 170, 160), np.uint8)
    image[60:140, 100:200] = (20, 60, 120)
    record = prepare_image(image=freeze(image), params=NoParams())["preparation"]
    assert (record.backdrop_r, record.backdrop_g, record.backdrop_b) == pytest.approx((180, 170, 160), abs=1)
    assert record.subject_share == pytest.approx(80 * 100 / (200 * 300), abs=0.01)


def test_plain_products_are_the_easy_ones(preparations):
    def plain(row):
        return row["failure_tags"] == "none"

    easy = median(preparations, "complexity", plain)
    for tag in ("hair", "transparent", "sheer", "dark_on_dark", "white_on_white"):
        assert median(preparations, "complexity", lambda row, tag=tag: tag in row["failure_tags"]) > easy + 5


def test_hair_has_more_fine_detail_than_cartons(preparations):
    hair = median(preparations, "detail_density", lambda row: row["category"] == "hair_beauty")
    assert hair > 2 * median(preparations, "detail_density", lambda row: row["category"] == "packaged")


def test_a_product_in_the_papers_colour_has_little_contrast(preparations):
    def same(row):
        return "dark_on_dark" in row["failure_tags"] or "white_on_white" in row["failure_tags"]

    assert median(preparations, "contrast_de", same) < 0.75 * median(preparations, "contrast_de", lambda r: not same(r))


def test_faces_show_skin(preparations):
    faces = median(preparations, "skin_share", lambda row: row["category"] == "hair_beauty")
    assert faces > 0.2
    # tan leather and amber perfume count too, so only the many are compared
    assert median(preparations, "skin_share", lambda row: row["category"] != "hair_beauty") < 0.1


@pytest.mark.parametrize("sigma", [1.5, 3.0])
def test_edge_width_is_the_blur_of_a_known_edge(sigma):
    step = np.zeros((400, 400), np.float32)
    step[:, 200:] = 200.0
    blurred = cv2.GaussianBlur(step, (0, 0), sigma) + 20
    image = freeze(np.rint(blurred).astype(np.uint8)[..., None].repeat(3, 2))
    assert edge_width(image) == pytest.approx(sigma, rel=0.25)
    assert edge_width(freeze(image.astype(np.uint16) * 257)) == pytest.approx(sigma, rel=0.25)


def test_a_flat_photo_has_no_edge():
    record = prepare_image(image=freeze(np.full((50, 50, 3), 90, np.uint8)), params=NoParams())["preparation"]
    assert record.edge_width_px is None
    assert record.subject_share == 0.0


def test_expected_minutes_run_from_a_clipping_path_to_loose_hair():
    assert expected_minutes(0) == 2.0
    assert expected_minutes(100) == 24.0
    assert expected_minutes(50) == pytest.approx(2 + 22 * 0.5**1.4)


def test_a_product_that_fills_the_frame_is_measured_without_a_rim(sample_dir, sample_rows):
    row = next(row for row in sample_rows if row["image_id"] == "abo_b0799ck52k_4")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = prepare_image(image=read(sample_dir / row["path"]), params=NoParams())["preparation"]
    assert np.isfinite(found.contrast_de)
    assert found.contrast_de > 0


@pytest.fixture(scope="module")
def grey_box():
    image = np.full((200, 300, 3), 120, np.uint8)
    image[60:140, 100:200] = 123
    backdrop = fit_backdrop(freeze(image))
    return measure(image, backdrop), backdrop


@pytest.mark.parametrize("part", HARD_FLAGS)
def test_what_was_seen_counts_where_colours_find_nothing(grey_box, part):
    before = score(*grey_box)
    for flag in HARD_FLAGS[part]:
        seen = score(*grey_box, {flag: 0.9})
        assert seen[part] == pytest.approx(max(before[part], 0.9 * POINTS[part]))
        assert {name: value for name, value in seen.items() if name != part} == {
            name: value for name, value in before.items() if name != part
        }
        assert score(*grey_box, {flag: 0.4}) == score(*grey_box, {flag: None}) == before


def test_the_step_tells_what_the_model_saw(sample_dir, sample_rows):
    row = next(row for row in sample_rows if row["image_id"] == "hair_beauty_01_001")
    image = read(sample_dir / row["path"])
    found = prepare_image(image=image, params=NoParams())
    seen, model = found["seen"], load_model("prepare_net")
    assert set(found) == set(registry.step("prepare_image").gives) and seen.model == model.card.label
    assert registry.step("prepare_image").models == (model.sha256, load_model("subject_net").sha256)
    if seen.hair_or_fur is not None and seen.hair_or_fur >= 0.5:
        assert found["preparation"].complexity_detail >= POINTS["detail"] * seen.hair_or_fur - 1e-9
