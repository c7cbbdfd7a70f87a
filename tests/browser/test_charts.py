"""Every chart of every page can be taken away as CSV and as PNG; a policy change is marked, told and led from."""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.workbench.jobs.pilot_set import delivered_pilot, make_set
from workbench import lake, settings
from workbench.app.navigation import find_pages
from workbench.app.person import COOKIE
from workbench.domain.records import Photo
from workbench.jobs.import_page_results import import_page_results
from workbench.jobs.simulate_history import SET_ID, add_history
from workbench.jobs.simulate_labelers import simulate_labelers

from .conftest import PATIENCE_MS, ROOT, WIDE, serving

DAYS = 28  # of history; its policy changes in the middle
APP = ROOT / "workbench" / "app"


@pytest.fixture(scope="module")
def shop(workspace: Path, sample_dir: Path, sample_rows, tmp_path_factory) -> settings.Settings:
    """The finished run, a simulated history drawn from it, labels of simulated labelers, page results and a pilot."""
    at = settings.load({}, workspace=tmp_path_factory.mktemp("charts") / "ws")
    shutil.copytree(workspace, at.workspace)
    truth = {row["image_id"]: str(sample_dir / row["alpha_path"]) for row in sample_rows if row["alpha_path"]}
    with lake.open(at) as store:
        rows = store.images(outcome="done", limit=99).to_dicts()
        names = set(Photo.__slots__)
        photos = [Photo(**{name: value for name, value in row.items() if name in names}) for row in rows]
        store.append_images([replace(one, alpha_path=truth.get(one.image_id)) for one in photos])
    add_history(at, days=DAYS)
    simulate_labelers(at, items=150)
    sheet = at.workspace / "pages.csv"
    with open(sheet, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("sku", "image_version", "day", "views", "add_to_cart", "orders", "returned"))
        for n in range(40):
            for version, carts, ago in (("old", 5, 20), ("new", 8, 5)):
                out.writerow((f"P{n}", version, date.today() - timedelta(days=ago), 100, carts + n % 3, 2, 0))
    import_page_results(sheet, settings=at)
    make_set(at.workspace / "pilot_set", each=3)
    delivered_pilot(at, at.workspace / "pilot_set", reference="studio_a", pairs=4)
    return at


@pytest.fixture(scope="module")
def address(shop, tmp_path_factory):
    with serving(shop.workspace, tmp_path_factory.mktemp("server") / "app.log") as found:
        yield found


@pytest.fixture(scope="module")
def queries(shop) -> dict[str, dict[str, str]]:
    """What each page needs to show all its charts."""
    with lake.open(shop, read_only=True) as store:
        row = store.images(outcome="done", limit=1).row(0, named=True)
        judged = store.query("replay_rows", {"set_id": SET_ID, "include_simulated": True}).drop_nulls("auto_failed")
    free = judged.filter(judged["first_lane"].is_in(["auto", "check"]))  # of others no limit is drawn
    category = free["category"].value_counts(sort=True)["category"][0]
    return {
        "overview": {"simulated": "True"}, "image": {"set": row["set_id"], "image": row["image_id"]},
        "cost": {"simulated": "True"}, "failure_modes": {"simulated": "True"},
        "thresholds": {"set": SET_ID, "of": category},
    }  # fmt: skip


def show(page: Page, address: str, path: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": "Ann", "url": address}])
    page.goto(f"{address}/{path}")
    page.locator(".wb-head, .qa-bar, [class*=st-key-board]").first.wait_for()
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")


def charts_in_code() -> set[str]:
    """Keys of all charts the app can show, as patterns; read off the calls of ``plot``."""
    found = set()
    for file in APP.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name != "plotly_chart" or file.name == "plot.py", f"{file.name} shows a chart past `plot`"
            if name == "plot":
                key = next(word.value for word in node.keywords if word.arg == "key")
                parts = key.values if isinstance(key, ast.JoinedStr) else [key]
                found.add("".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in parts))
    return found


def test_every_chart_of_every_page_can_be_taken_away(page: Page, address: str, queries, tmp_path: Path) -> None:
    seen: set[str] = set()
    for found in find_pages():
        show(page, address, f"{found.url_path}?{urlencode(queries.get(found.url_path, {}))}")
        keys = [
            re.search(r"st-key-take_(\S+)", text)[1]
            for text in page.locator('[class*="st-key-take_"]').evaluate_all("all => all.map(e => e.className)")
        ]
        expect(page.locator('[data-testid="stPlotlyChart"]')).to_have_count(len(keys))
        for key in keys:
            chart = page.locator(f".st-key-{key}")
            expect(chart.locator(".js-plotly-plot")).to_have_count(1)
            expect(page.locator(f".st-key-csv_{key} button")).to_contain_text("CSV")
            expect(page.locator(f".st-key-png_{key} button")).to_contain_text("PNG")
        seen |= set(keys)
        if keys:
            take_away(page, keys[-1])
    patterns = charts_in_code()
    assert {key for key in seen if not any(re.fullmatch(one, key) for one in patterns)} == set()
    assert {one for one in patterns if not any(re.fullmatch(one, key) for key in seen)} == set(), "shown on no page"


def take_away(page: Page, key: str) -> None:
    """Both files of a chart: rows with a heading, and a picture of twice the size on white."""
    with page.expect_download() as waiting:
        page.locator(f".st-key-csv_{key} button").click()
    name = waiting.value.suggested_filename
    rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) > 1 and len(rows[0]) > 1, f"{name} holds the plotted numbers"
    with page.expect_download() as waiting:
        page.locator(f".st-key-png_{key} button").click()
    assert waiting.value.suggested_filename == name.removesuffix("csv") + "png"
    check_picture(Path(waiting.value.path()))


def check_picture(file: Path) -> None:
    with Image.open(file) as picture:
        assert picture.format == "PNG" and picture.width >= 1280 and picture.width % 2 == picture.height % 2 == 0
        grey = picture.convert("L")
        assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255), "white whatever the theme"
        assert grey.getextrema()[0] < 60, "dark ink on it"
        head = grey.crop((0, 0, picture.width // 2, 70))
        assert head.getextrema()[0] < 60, "a heading"


def test_in_the_dark_the_picture_is_light(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=WIDE, color_scheme="dark", accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    show(page, address, "?simulated=True")
    with page.expect_download() as waiting:
        page.locator(".st-key-png_lanes_bar button").click()
    check_picture(Path(waiting.value.path()))
    context.close()


def test_a_policy_change_tells_who_and_why_and_leads_to_promise_and_outcome(page: Page, address: str, shot) -> None:
    show(page, address, "?simulated=True")
    marks = page.locator(".js-plotly-plot .annotation:has(a)")
    expect(marks).to_have_count(4)
    chart = page.locator(".st-key-trend_rework_rate .js-plotly-plot")
    mark = chart.locator(".annotation a").first
    told = chart.locator(".hoverlayer")
    for _ in range(20):  # a chart drawn anew under a resting pointer says nothing until the pointer moves
        mark.hover()
        with contextlib.suppress(PlaywrightTimeoutError):
            told.locator(".hovertext").first.wait_for(timeout=3000)
            break
        page.mouse.move(1, 1)
    expect(told).to_contain_text("published by simulated lead")
    expect(told).to_contain_text("more may go out")
    shot("overview_policy_mark")
    mark.click()
    page.wait_for_url("**/policies?policy=simulated_history*")
    expect(page.locator(".st-key-panel_versions")).to_contain_text("Promised")
    expect(page.locator(".wb-context")).to_contain_text("simulated_history@2")


def test_a_figure_opens_to_its_rows_one_by_one(page: Page, address: str, tmp_path: Path) -> None:
    show(page, address, "?simulated=True")
    for name in ("rework_rate", "escape_rate"):
        page.locator(f".st-key-about_{name} button:visible").first.click()
        box = page.locator('[data-testid="stPopoverBody"]')
        expect(box).to_contain_text("One by one")
        expect(box.locator('[data-testid="stDataFrame"]')).to_have_count(2)
        with page.expect_download() as waiting:
            box.locator(f".st-key-csv_behind_{name} button").click()
        rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
        n = int(re.search(r"n = ([\d,]+)", box.inner_text())[1].replace(",", ""))
        assert n == (sum(row["weight"] != "" for row in rows) if name == "escape_rate" else len(rows))
        page.keyboard.press("Escape")
        expect(box).to_have_count(0)
