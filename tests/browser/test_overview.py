"""The overview in a real browser: its figures are the lake's, and everything can be clicked."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from workbench import lake, metrics

from .conftest import FORMULA_BRAND, HOSTILE_SKU, PATIENCE_MS, PHOTOS


@pytest.fixture(scope="module")
def known(workspace: Path) -> dict:
    """What the lake says."""
    with lake.open(workspace, read_only=True) as store:
        return {
            "overview": metrics.report(store, "overview").row(0, named=True),
            "lanes": dict(metrics.report(store, "images_by_lane").iter_rows()),
            "images": store.images(limit=100).to_dicts(),
        }


def figure(page: Page, name: str) -> str:
    return page.locator(f'[data-figure="{name}"] .wb-figure-value').inner_text()


def open_overview(page: Page, app: str, query: str = "") -> None:
    page.goto(f"{app}/{query}")
    page.locator(".il-card, .il-scroll").first.wait_for()


def test_figures_are_the_lakes(page: Page, app: str, known: dict, shot) -> None:
    open_overview(page, app)
    counts = known["overview"]
    assert figure(page, "processed") == str(counts["images"])
    parts = page.locator('[data-figure="processed"] .wb-figure-note').inner_text()
    assert f"{counts['done']} done" in parts and f"{counts['refused']} refused" in parts
    waiting = counts["needs_person"] + counts["refused"] + counts["failed"] + counts["audit_sample"]
    assert figure(page, "needs_person") == str(waiting)
    assert figure(page, "automatic") == f"{known['lanes'].get('auto', 0)} of {counts['images']}"
    assert figure(page, "rework_rate") == "no data yet"
    assert "no reviews yet" in page.locator('[data-figure="rework_rate"]').inner_text()
    expect(page.locator(".il-card")).to_have_count(counts["images"])
    page.wait_for_load_state("networkidle")
    shot("overview")


def test_every_picture_of_the_grid_is_shown_and_small(page: Page, app: str, known: dict) -> None:
    sizes: dict[str, int] = {}
    page.on("response", lambda r: sizes.update({r.url: r.status}) if "/pictures/" in r.url else None)
    open_overview(page, app)
    done = [row for row in known["images"] if row["outcome"] == "done"]
    expect(page.locator(".il-cell img.il-seen")).to_have_count(len(done))
    widths = page.locator(".il-cell img.il-seen").evaluate_all(
        "all => all.map(i => Math.max(i.naturalWidth, i.naturalHeight))"
    )
    assert max(widths) <= 320
    assert all("/pictures/small/" in url or "/pictures/photo/320/" in url for url in sizes)


def test_a_lane_filter_is_kept_in_the_address(page: Page, app: str, known: dict) -> None:
    open_overview(page, app)
    lane, images = next(iter(known["lanes"].items()))
    page.get_by_role("button", name=re.compile(rf"^[ACMS] {lane}$")).click()
    expect(page.locator(".il-card")).to_have_count(images)
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == {"lane": [lane]})
    page.reload()
    expect(page.locator(".il-card")).to_have_count(images)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".il-card")).to_have_count(known["overview"]["images"])
    page.wait_for_function("location.search === ''")


def test_filters_outlive_a_visit_to_another_page(page: Page, app: str) -> None:
    open_overview(page, app, "?outcome=refused")
    expect(page.locator(".il-card")).to_have_count(1)
    page.get_by_role("link", name="Image").click()
    page.wait_for_url("**/image")
    expect(page.locator(".wb-head")).to_contain_text("What happened to this image?")
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".wb-head")).to_contain_text("What came through")
    expect(page.locator(".il-card")).to_have_count(1)
    page.wait_for_function("location.search === '?outcome=refused'")


def test_show_filters_to_what_waits(page: Page, app: str) -> None:
    open_overview(page, app)
    page.locator(".st-key-show_refused button").click()
    expect(page.locator(".il-card")).to_have_count(1)
    expect(page.locator(".il-name")).to_have_text("CUT-1")


def test_rows_sort_by_a_click_on_their_title(page: Page, app: str, known: dict, shot) -> None:
    open_overview(page, app, "?form=table")
    risks = sorted((row["risk"] for row in known["images"] if row["risk"] is not None), reverse=True)
    page.get_by_role("button", name=re.compile("^Risk")).click()
    page.wait_for_function("location.search.includes('sort=risk-down')")
    column = page.locator(".il tbody tr td:nth-child(6)")
    expect(column).to_have_text([*(f"{risk:.2f}" for risk in risks), "–"])
    assert page.get_by_role("columnheader", name="Risk, uncalibrated").is_visible()
    shot("overview_table")


def test_search_and_category_narrow_the_list(page: Page, app: str) -> None:
    open_overview(page, app, "?find=CUT-")
    expect(page.locator(".il-card")).to_have_count(1)
    open_overview(page, app, "?category=glassware")
    expect(page.locator(".il-card")).to_have_count(1)
    expect(page.locator(".il-cell .il-badge")).to_have_text("S")


def test_text_from_outside_stays_text(page: Page, app: str) -> None:
    for query in ("", "?form=table"):
        open_overview(page, app, query)
        expect(page.get_by_text(HOSTILE_SKU).first).to_be_visible()
    assert page.locator("img[src='x']").count() == 0


def test_information_shows_definition_sql_and_rows(page: Page, app: str, shot) -> None:
    open_overview(page, app)
    page.locator(".st-key-about_rework_rate button:visible").first.click()
    box = page.locator('[data-testid="stPopoverBody"]')
    expect(box).to_contain_text("How often a person sends an image back")
    expect(box).to_contain_text("wilson_low")
    expect(box.locator('[data-testid="stDataFrame"]')).to_be_visible()
    shot("overview_about")


def test_csv_holds_all_rows_and_no_formula(page: Page, app: str, tmp_path: Path, known: dict) -> None:
    open_overview(page, app)
    with page.expect_download() as waiting:
        page.locator(".st-key-csv_images button").click()
    assert waiting.value.suggested_filename == "images.csv"
    waiting.value.save_as(tmp_path / "images.csv")
    with open(tmp_path / "images.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["image_id"] for row in rows} == {row["image_id"] for row in known["images"]}
    assert next(row for row in rows if row["image_id"] == PHOTOS[0])["brand"] == f"'{FORMULA_BRAND}"


def test_a_click_opens_the_image_and_back_comes_back(page: Page, app: str) -> None:
    open_overview(page, app, "?outcome=done&sort=sku-up")
    page.locator(".il-card").first.click()
    page.locator(".ba-stage").wait_for()
    page.wait_for_url("**/image?*")
    query = parse_qs(urlsplit(page.url).query)
    assert query["outcome"] == ["done"] and query["sort"] == ["sku-up"] and query["image"]
    page.get_by_role("button", name="Overview").click()
    expect(page.locator(".il-card")).to_have_count(len(PHOTOS))


def test_the_dark_theme_keeps_the_text_readable(browser, app: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    open_overview(page, app)
    page.wait_for_load_state("networkidle")
    colours = page.locator(".wb-figure-value").first.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e.closest('[class*=st-key-figure_]')).backgroundColor]"
    )
    light, dark = ([int(n) for n in re.findall(r"\d+", colour)[:3]] for colour in colours)
    assert min(light) > 200 and max(dark) < 60
    assert max(dark) - min(dark) <= 2, "grounds are neutral"
    page.screenshot(path=Path(__file__).with_name("screenshots") / "overview_dark.png")
    context.close()
