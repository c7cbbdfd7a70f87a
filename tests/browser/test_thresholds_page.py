"""Thresholds and Policies in a real browser, over a real lake with real verdicts and a set apart that is simulated."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.workbench.jobs.test_publish_policy import START, judge, routed
from workbench import lake, settings
from workbench.routing.policy import load_policy

from .conftest import SHOTS

IMAGES = 240


@pytest.fixture(scope="module")
def decided(workspace: Path, tmp_path_factory) -> Path:
    """The finished run, and a simulated set of sneakers whose safest ones are proved."""
    made = tmp_path_factory.mktemp("decided") / "ws"
    shutil.copytree(workspace, made)
    with lake.open(settings.load({}, workspace=made)) as store:
        outcomes = [
            routed(
                n, lane="auto" if n < 120 else "check", risk=0.02 + 0.001 * n, simulated=True, sampled=n < 120,
                category="footwear", received_at=START + timedelta(hours=n / 3),
            )
            for n in range(IMAGES)
        ]  # fmt: skip
        store.append_run(
            run_id="sim", set_id="made-up", source=None, spec_name="white", spec_hash="spec", started_at=START,
            policy_name="first", policy_version=1, options={"set_name": "Sneakers"}, simulated=True,
        )  # fmt: skip
        store.append_images([one.photo for one in outcomes], seen_at=START)
        store.append_results(outcomes, run_id="sim", spec_name="white", recorded_at=START)
        store.append_reviews(
            judge(one, "rework" if n > 200 and n % 3 == 0 else "approved", at=100 + n)
            for n, one in enumerate(outcomes) if n < 120 or n % 2 == 0
        )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def address(decided: Path, tmp_path_factory):
    from .conftest import serving

    with serving(decided, tmp_path_factory.mktemp("server") / "app.log") as found:
        yield found


def figure(page: Page, name: str):
    return page.locator(f'[data-figure="{name}"]')


def show(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")
    page.locator(".wb-head").wait_for()
    settled(page)


def settled(page: Page) -> None:
    """Nothing is computed: what is pressed now is not drawn anew under the pointer."""
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")


def test_one_screen_says_what_a_limit_does(page: Page, address: str, shot) -> None:
    show(page, address, "thresholds?set=made-up")
    expect(page.locator(".wb-context")).to_contain_text("risk is uncalibrated")
    expect(figure(page, "changes")).to_contain_text("simulated")
    before = figure(page, "changes").locator(".wb-figure-value").inner_text()
    certified = page.locator('[data-certified="footwear"]')
    expect(certified).to_contain_text("certified")
    show(page, address, "thresholds?set=made-up&t_footwear=0.1&t_footwear=0.55")
    expect(page.locator(".wb-context")).to_contain_text("changed")
    value = figure(page, "changes").locator(".wb-figure-value")
    expect(value).not_to_have_text(before)
    expect(page.locator(".st-key-panel_moves")).to_contain_text("auto to check")
    expect(page.locator(".st-key-panel_publish")).to_contain_text("Fewer footwear images go out untouched")
    expect(page.locator(".st-key-panel_publish")).to_contain_text("A simulated set says nothing about real images")
    expect(page.locator(".il-card")).to_have_count(6)
    shot("thresholds")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    shot("thresholds_1024")


def test_a_moved_slider_moves_the_figures_and_the_address(page: Page, address: str) -> None:
    show(page, address, "thresholds?set=made-up")
    handle = page.locator(".st-key-t_footwear input[type=range]").first
    handle.focus()
    handle.press("ArrowLeft")
    page.wait_for_function("location.search.includes('t_footwear')")
    expect(page.locator(".wb-context")).to_contain_text("changed")
    page.get_by_role("button", name="Back to the policy").click()
    expect(page.locator(".wb-context")).not_to_contain_text("changed")
    page.wait_for_function("!location.search.includes('t_footwear')")


def test_the_search_stays_inside_what_is_proved(page: Page, address: str) -> None:
    show(page, address, "thresholds?set=made-up")
    said = page.locator('[data-certified="footwear"]').inner_text()
    limit = float(re.search(r"up to risk (\d\.\d+)", said)[1])
    page.get_by_role("button", name="Find the cheapest certified limits").click()
    expect(page.locator(".st-key-panel_limits .wb-partial")).to_contain_text("cheapest certified limits")
    page.wait_for_function(
        "limit => +document.querySelector('.st-key-t_footwear input[type=range]').value <= limit + 1e-9", arg=limit
    )


def test_a_promise_typed_just_before_the_search_is_the_one_searched_by(page: Page, address: str) -> None:
    show(page, address, "thresholds?set=made-up")
    expect(page.locator('[data-certified="footwear"]')).to_contain_text("certified")
    page.get_by_role("spinbutton", name="Rework in auto at most, %").fill("8")
    page.get_by_role("button", name="Find the cheapest certified limits").click()
    page.wait_for_function("location.search.includes('rework=8')")
    expect(page.locator(".st-key-panel_limits .wb-partial")).to_contain_text("cheapest certified limits")


def test_unproved_real_images_are_called_so_and_can_be_published_all_the_same(
    page: Page, address: str, decided: Path, tmp_path: Path, shot
) -> None:
    show(page, address, "thresholds?t_footwear=0.4&t_footwear=0.7")
    expect(page.locator('[data-certified="footwear"]')).to_contain_text("Not certifiable yet")
    expect(figure(page, "rework")).to_contain_text(["nothing would go out untouched", "nobody has judged"][1])
    publish = page.locator(".st-key-panel_publish")
    expect(publish).to_contain_text("Not certified")
    publish.get_by_label("Who decides").fill("Lea")
    publish.get_by_role("button", name="Publish").click()
    expect(publish.get_by_role("alert")).to_contain_text("has no reason")
    settled(page)
    publish.get_by_label("Why").fill("<b>fewer</b> checks of shoes")
    publish.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/policies?*")
    expect(page.locator(".wb-live")).to_contain_text("Published first@2")
    versions = page.locator(".st-key-panel_versions")
    expect(versions).to_contain_text("<b>fewer</b> checks of shoes")
    expect(versions).to_contain_text("More footwear images go out untouched: up to risk 0.4 instead of")
    expect(versions).to_contain_text("too early")
    expect(page.locator(".st-key-panel_rules")).to_contain_text("glassware")
    expect(page.locator(".st-key-panel_backtest")).to_contain_text("no cost: nobody has judged", ignore_case=True)
    settled(page)
    shot("policies")
    with page.expect_download() as waiting:
        page.locator(".st-key-csv_backtest button").click()
    waiting.value.save_as(tmp_path / "backtest.csv")
    with open(tmp_path / "backtest.csv", newline="", encoding="utf-8") as file:
        rows = {row["what"]: row for row in csv.DictReader(file)}
    assert float(rows["images that change lane"]["after"]) >= 0
    assert load_policy("first", (decided / "policies",)).version == 2
    page.set_viewport_size({"width": 1024, "height": 768})
    shot("policies_1024")
    assert SHOTS.is_dir()


def test_nothing_yet(page: Page, app_over, tmp_path: Path, shot) -> None:
    address = app_over(tmp_path / "empty")
    for name in ("thresholds", "policies"):
        page.goto(f"{address}/{name}")
        expect(page.locator(".wb-state")).to_contain_text("Nothing has been run in this workspace yet")
        shot(f"{name}_empty")
