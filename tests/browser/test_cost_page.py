"""The pages Cost and Impact in a real browser: figures are the lake's, what-if stores nothing, bad rates are named."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.workbench.metrics.conftest import Book
from workbench import lake, settings
from workbench.charts.amounts import money
from workbench.jobs.costs import cost_frame
from workbench.jobs.import_page_results import import_page_results
from workbench.operations.rates import SHIPPED

WEEKS, A_WEEK = 8, 40
RUN, SET = "run-simulated", "simulated"


class Collected:
    """Takes what a book writes one by one, to be stored together."""

    def __init__(self) -> None:
        self.photos, self.results, self.reviews = [], {}, []

    def append_images(self, photos, *, seen_at) -> None:
        self.photos += photos

    def append_results(self, outcomes, *, run_id, spec_name, recorded_at, version) -> None:
        self.results.setdefault(recorded_at, []).extend(outcomes)

    def append_reviews(self, reviews) -> None:
        self.reviews += reviews


def eight_weeks(at: settings.Settings) -> None:
    """Simulated images up to yesterday: half automatic, the rest judged, every sixth sent back; one known escape."""
    collected = Collected()
    book = Book(collected)
    now = datetime.now(UTC).replace(microsecond=0)
    for n in range(WEEKS * A_WEEK):
        received = now - timedelta(days=7 * (n // A_WEEK) + 1)
        image = book.image(
            f"i{n}", lane=("auto", "check", "auto", "manual")[n % 4], category=("apparel", "sheer")[n % 3 == 0],
            received_at=received, at=received + timedelta(hours=1), run=RUN, set_id=SET, simulated=True,
            spec="marketplace_white", engine="classical", audit=n % 8 == 0,
            events=[book.event("load_image", received, 1.0, core=2.0)],
        )  # fmt: skip
        if n % 2 or n % 8 == 0:
            verdict, later = "rework" if n % 6 == 1 else "approved", received + timedelta(hours=3)
            book.verdict(image, verdict, at=later, active_seconds=90)
        elif n == 2:
            book.verdict(image, "rejected", at=received + timedelta(hours=9), source="client")
    with lake.open(at) as store:
        store.append_run(
            run_id=RUN, set_id=SET, source="simulated", spec_name="marketplace_white", spec_hash="s", started_at=now,
            policy_name="first", policy_version=1, policy_hash="p", images_expected=WEEKS * A_WEEK, simulated=True,
        )  # fmt: skip
        store.append_images(collected.photos)
        for recorded_at, outcomes in collected.results.items():
            store.append_results(outcomes, run_id=RUN, spec_name="marketplace_white", recorded_at=recorded_at)
        store.append_reviews(collected.reviews)
        store.append_run_end(run_id=RUN, ended_at=now, outcome="finished", simulated=True)


@pytest.fixture(scope="module")
def shop(workspace: Path, tmp_path_factory) -> Path:
    """The finished run with a simulated history and page results beside it."""
    folder = tmp_path_factory.mktemp("shop") / "ws"
    shutil.copytree(workspace, folder)
    at = settings.load({}, workspace=folder)
    eight_weeks(at)
    pages = folder.parent / "pages.csv"
    first = date(2026, 1, 1)
    rows = ["sku,image_version,day,views,add_to_cart,orders,returns"]
    for n in range(20):
        rows.append(f"P-{n},old,{first},{1000 + n},{50 + n},20,2")
        rows.append(f"P-{n},new,{first + timedelta(days=30)},{1000 + 2 * n},{75 + n},21,2")
    pages.write_text("\n".join(rows), encoding="utf-8")
    import_page_results(pages, settings=at)
    return folder


@pytest.fixture(scope="module")
def address(shop: Path, tmp_path_factory):
    from .conftest import serving

    with serving(shop, tmp_path_factory.mktemp("server") / "app.log") as found:
        yield found


def figure(page: Page, name: str) -> str:
    return page.locator(f'[data-figure="{name}"] .wb-figure-value').inner_text()


def test_costs_are_the_lakes_and_what_if_stores_nothing(page: Page, address: str, shop: Path, shot) -> None:
    at = settings.load({}, workspace=shop)
    frame, _ = cost_frame(at, {"include_simulated": True})
    row = frame.row(0, named=True)
    with lake.open(at, read_only=True) as store:
        before = store.query("app_latest_snapshot").item()
    page.goto(f"{address}/cost?simulated=True")
    expect(page.locator('[data-figure="cost_approved"]')).to_contain_text("simulated")
    assert figure(page, "cost_approved") == money(row["per_approved"])
    assert figure(page, "cost_processed") == money(row["per_processed"])
    assert figure(page, "cost_total") == money(row["total"])
    last = page.locator("[data-what-if] tr").last
    expect(last).to_contain_text("per approved image")
    assert last.locator("td").all_inner_texts()[1:] == [money(row["per_approved"])] * 2
    slider = page.locator('.st-key-if_wages input[type="range"]')
    slider.focus()
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "2.00 ×")
    expect(last.locator("td").last).not_to_have_text(money(row["per_approved"]))
    assert figure(page, "cost_approved") == money(row["per_approved"]), "the figure itself keeps today's rates"
    shot("cost")
    with lake.open(at, read_only=True) as store:
        assert store.query("app_latest_snapshot").item() == before
    assert not (shop / "rates.toml").exists()
    page.get_by_role("button", name="Back to today's rates").click()
    expect(last.locator("td").last).to_have_text(money(row["per_approved"]))
    day = page.locator("[data-worked-day]")
    expect(day).to_contain_text("960 × 5 s")
    expect(day).to_contain_text("1 h 20 min")
    expect(day).to_contain_text("€192.00")


def test_the_split_is_kept_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/cost?simulated=True&by=category")
    expect(page.locator(".st-key-cost_chart .js-plotly-plot")).to_contain_text("apparel")
    page.locator(".st-key-by").get_by_text("By lane").click()
    page.wait_for_function("location.search.includes('by=lane')")


def test_other_rates_change_every_cost_and_bad_ones_are_named(page: Page, address: str, shop: Path, shot) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    own = shop / "rates.toml"
    try:
        page.goto(f"{address}/cost?simulated=True")
        before = figure(page, "cost_approved")
        own.write_text(re.sub(r"per_hour = \d+", "per_hour = 400", text), encoding="utf-8")
        page.reload()
        expect(page.locator(".wb-context")).to_contain_text("rates.toml")
        expect(page.locator('[data-figure="cost_approved"] .wb-figure-value')).not_to_have_text(before)
        own.write_text(text.replace("per_hour = 32.00", "per_hour = -32.00"), encoding="utf-8")
        page.reload()
        error = page.locator('[role="alert"]')
        expect(error).to_contain_text("per_hour is -32.0")
        expect(error).to_contain_text("rates.toml:")
        shot("cost_bad_rates")
        page.goto(f"{address}/?simulated=True")
        expect(page.locator(".wb-partial")).to_contain_text("rates.toml:14: per_hour is -32.0")
        expect(page.locator('[data-figure="processed"]')).to_contain_text(str(WEEKS * A_WEEK))
    finally:
        own.unlink(missing_ok=True)


def test_impact_says_what_can_be_concluded(page: Page, address: str, shot) -> None:
    page.goto(f"{address}/impact")
    told = page.locator(".wb-conclusions")
    expect(told).to_contain_text("Add-to-cart per view rose by")
    expect(told).to_contain_text("No difference in")
    expect(page.locator(".st-key-panel_conclusions")).to_contain_text("season, prices and campaigns")
    shot("impact")
    page.goto(f"{address}/impact?simulated=True")
    expect(page.locator(".wb-state")).to_contain_text("No page results were imported yet")


def test_the_overview_shows_targets_and_weeks(page: Page, address: str, shot) -> None:
    page.goto(f"{address}/?simulated=True&period=28d")
    expect(page.locator('[data-figure="cost_approved"]')).to_contain_text("target ≤ €0.60")
    expect(page.locator('[data-figure="rework_rate"]')).to_contain_text("against the period before")
    expect(page.locator('[data-figure="turnaround"]')).to_contain_text("target ≥ 95%")
    expect(page.locator(".st-key-panel_trends .js-plotly-plot")).to_have_count(4)
    shot("overview_targets")
