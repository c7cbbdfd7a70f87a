"""From nobody's verdict to a number on the heat map, its pictures, and the same images in FiftyOne; weeks and drift."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.workbench.app.conftest import START, append, outcome
from tests.workbench.inspection.conftest import with_pictures
from workbench import lake
from workbench.app.person import COOKIE
from workbench.domain.records import Review
from workbench.inspection.database import stop_database
from workbench.inspection.start_app import stop_app
from workbench.jobs.inspection_place import inspection_place
from workbench.settings import Settings, load

from .conftest import OURS, SHOTS, WIDE

pytestmark = pytest.mark.timeout(1200)
EACH_WEEK = 26  # products, five of them refused; drift wants twenty on either side
BUILT_MS = 300_000  # FiftyOne is imported twice and its database started; on a busy machine


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Settings]:
    """Two weeks of images, the later ones harder; nobody has judged them yet."""
    workspace, made = tmp_path / "workspace", []
    for n in range(2 * EACH_WEEK):
        one = with_pictures(outcome(tmp_path, n % 20, category="sheer" if n % 2 else "apparel"), workspace)
        at = START - timedelta(days=7 * (n < EACH_WEEK))
        names = {"image_id": f"image_{n}", "sku": f"SKU-{n}"}
        noted = {"preparation.complexity": 40.0 + n, "lighting.exposure_ev": n % 4}
        computation = replace(one.computation, result_key=f"key-{n}", attributes=noted)
        decision = one.decision and replace(one.decision, routing_key=f"route-{n}")
        photo = replace(one.photo, received_at=at, **names)
        made.append(replace(one, photo=photo, computation=computation, decision=decision))
    append(workspace, made, "run-1")
    settings = load({}, workspace=workspace)
    yield settings
    stop_app(inspection_place(settings))
    stop_database(inspection_place(settings))


def judge(settings: Settings) -> None:
    """Verdicts of two weeks: of the sheer ones three have a halo, of the apparel one."""
    with lake.open(settings) as store:
        rows = {row["image_id"]: row for row in store.images(limit=100).to_dicts()}
        store.append_reviews(
            _review(rows[f"image_{n}"], n, n in (1, 3, 23, 30)) for n in range(2 * EACH_WEEK)
            if rows[f"image_{n}"]["outcome"] == "done"
        )  # fmt: skip


def _review(row: dict, n: int, wrong: bool) -> Review:
    return Review(
        review_id=f"review-{n}", set_id=row["set_id"], image_id=row["image_id"], result_id=row["result_id"], version=1,
        reviewer="ann", reviewed_at=START + timedelta(minutes=n, days=-7 * (n < EACH_WEEK)),
        verdict="rework" if wrong else "approved", reasons=("halo",) if wrong else (),
        usable="start" if wrong else None, active_seconds=60.0 * n if wrong else 10.0, source="qa_board",
    )  # fmt: skip


def test_from_a_verdict_to_fiftyone(browser: Browser, shop: Settings, app_over: Callable[[Path], str]) -> None:
    came: list[str] = []  # what was really answered from elsewhere
    refused: list[str] = []  # of FiftyOne's pictures

    def person() -> Page:
        context = browser.new_context(viewport=WIDE, color_scheme="light", accept_downloads=True)
        context.add_cookies([{"name": COOKIE, "value": "Ann", "url": "http://127.0.0.1"}])
        context.on("requestfinished", lambda one: None if one.url.startswith(OURS) else came.append(one.url))
        context.on(
            "response", lambda one: refused.append(one.url) if "/media" in one.url and one.status > 399 else None
        )
        page = context.new_page()
        page.set_default_timeout(BUILT_MS)
        return page

    page, address = person(), app_over(shop.workspace)
    page.goto(f"{address}/failure_modes")
    expect(page.get_by_text("Nobody has judged an image yet.")).to_be_visible(timeout=BUILT_MS)
    expect(page.get_by_role("button", name="Open QA board")).to_be_visible()
    expect(page.locator(".st-key-panel_failure_images")).to_have_count(0)

    judge(shop)
    page.reload()
    heat = page.locator(".st-key-panel_failure_heat")
    expect(heat).to_contain_text("first verdicts", timeout=BUILT_MS)
    expect(page.locator(".st-key-panel_slices")).to_contain_text("No kind stands out")
    expect(page.locator(".st-key-panel_failure_weeks .js-plotly-plot")).to_be_visible()
    drift = page.locator(".st-key-panel_drift")
    expect(drift.locator("tr", has_text="complexity")).to_contain_text("moved")
    expect(drift.locator("tr", has_text="exposure")).to_contain_text("within chance")
    with page.expect_download() as download:
        page.locator(".st-key-csv_drift button").click()
    assert pl.read_csv(download.value.path()).filter(property="complexity")["moved"].to_list() == [True]
    page.screenshot(path=_shot("failure_modes"), full_page=True)

    settled = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    page.locator(settled).wait_for()
    page.evaluate("document.querySelector('.st-key-panel_failure_heat').scrollIntoView()")
    number = heat.locator(".annotation text a", has_text="3").bounding_box()  # three sheer ones with a halo
    page.mouse.click(number["x"] + number["width"] / 2, number["y"] + number["height"] / 2)
    images = page.locator(".st-key-panel_failure_images")
    expect(images).to_contain_text("Sheer, halo")
    expect(images).to_contain_text("3 images")
    page.wait_for_url(re.compile("at=sheer.*mode=halo"))
    page.locator(settled).wait_for()
    place = inspection_place(shop).home
    place.write_text("in the way")
    opens = images.get_by_role("button", name="Open 3 images in FiftyOne")
    opens.click()
    expect(images.get_by_role("alert")).to_contain_text("the folder cannot be made")
    place.unlink()
    opens.click()
    there = images.get_by_role("link", name="FiftyOne: these images")
    expect(there).to_be_visible(timeout=BUILT_MS)
    link = there.get_attribute("href")
    page.goto(link)
    page.locator("[data-cy=looker]").first.wait_for()
    expect(page.get_by_text(re.compile("3 groups"))).to_be_visible()
    expect(page.get_by_text("Accelerate your workflow")).to_have_count(0)
    page.locator("[data-cy=looker]").first.click()  # left open; all slices beside each other
    expect(page.locator("#modal [data-cy=looker], [data-cy=modal] [data-cy=looker]").nth(3)).to_be_visible()
    page.screenshot(path=_shot("fiftyone_slices"))

    other = person()
    other.goto(link)
    other.locator("[data-cy=looker]").first.wait_for()
    expect(other.get_by_text(re.compile("3 groups"))).to_be_visible()
    expect(other.locator("#modal [data-cy=looker], [data-cy=modal] [data-cy=looker]")).to_have_count(0)
    for one in (page, other):
        one.context.close()
    assert came == [] and refused == []


def _shot(name: str) -> Path:
    SHOTS.mkdir(exist_ok=True)
    return SHOTS / f"{name}.png"
