"""The throughput page: the arithmetic, the simulated day, what-if, a link that shows the same; and what is simulated."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
from playwright.sync_api import Page, expect

from workbench import lake
from workbench.domain.records import Review
from workbench.jobs.simulate_history import SET_ID, add_history
from workbench.settings import load


def figure(page: Page, key: str):
    return page.locator(f'[data-figure="{key}"] .wb-figure-value')


def test_the_monday_of_the_readme_and_one_that_does_not_fit(page: Page, app_over, tmp_path: Path, shot) -> None:
    address = app_over(tmp_path / "nothing yet")  # no lake: the page works with stated times and says so
    page.goto(f"{address}/throughput")
    arithmetic = page.locator(".st-key-panel_arithmetic")
    for words in ("80 min", "6 h", "75.0% of one shift", "73.3%", "stated, not measured"):
        expect(arithmetic).to_contain_text(words)
    expect(figure(page, "left")).to_have_text("0")
    expect(page.locator(".st-key-panel_depth .js-plotly-plot")).to_be_visible()
    expect(page.locator(".st-key-panel_tipping .js-plotly-plot")).to_be_visible()
    expect(page.locator(".st-key-panel_what_if")).to_contain_text("one retoucher more")
    shot("throughput")

    share = page.get_by_role("spinbutton", name="Automatic (%)")
    share.fill("70")
    share.press("Enter")
    expect(arithmetic).to_contain_text("112.5% of one shift")
    expect(figure(page, "last")).to_contain_text("Tue")
    expect(page.locator(".st-key-panel_what_if thead")).to_contain_text("as planned")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("auto") == ["70"])
    expect(figure(page, "left")).not_to_have_text("0")
    left = figure(page, "left").inner_text()
    assert int(left) > 10
    shot("throughput_tips_over")

    other = page.context.new_page()  # the link shows the same
    other.goto(page.url)
    expect(figure(other, "left")).to_have_text(left)
    with other.expect_download() as download:
        other.locator(".st-key-csv_what_if button").click()
    rows = pl.read_csv(download.value.path())
    assert set(rows["plan"]) == {"as planned", "one retoucher more", "5 points more automatic"}
    assert rows.filter(plan="as planned", figure="left")["mean"].round().to_list() == [float(left)]


def test_measured_and_simulated_times_are_told_apart(page: Page, app_over, tmp_path: Path, workspace: Path) -> None:
    over = tmp_path / "ws"
    shutil.copytree(workspace, over, ignore=shutil.ignore_patterns("cache"))
    with lake.open(over) as store:
        row = store.images(limit=100, outcome="done").filter(pl.col("lane") != "auto").row(0, named=True)
        store.append_reviews(
            Review(
                review_id=f"r{n}", set_id=row["set_id"], image_id=row["image_id"], result_id=row["result_id"], version=1,
                reviewer="ann", reviewed_at=row["reported_at"], verdict="approved", active_seconds=60.0 + n % 3,
            )
            for n in range(40)
        )  # fmt: skip
        alpha = over / "artefacts" / "truth.png"
        shutil.copy(next(over / f["path"] for f in row["artefacts"] if f["suffix"] == "alpha.png"), alpha)
    add_history_with_truth(over, alpha)
    page.goto(f"{app_over(over)}/throughput")
    notes = page.locator(".st-key-panel_arithmetic")
    expect(notes).to_contain_text("40 verdicts, mean 61 s")
    expect(page.locator(".wb-simulated")).to_have_count(0)
    page.goto(f"{page.url.split('?')[0]}?times={SET_ID}")
    expect(notes).to_contain_text("simulated verdicts")
    expect(page.locator('[data-figure="left"] .wb-simulated')).to_be_visible()

    page.goto(page.url.split("/throughput")[0])  # the overview: real images, until the switch is turned
    shown = page.locator(".st-key-figure_processed .wb-figure-value")
    real = shown.inner_text()
    page.get_by_text("Simulated data").click()
    expect(shown).not_to_have_text(real)
    assert int(shown.inner_text().replace(",", "")) > 500  # the simulated set alone
    expect(page.locator(".st-key-figure_processed .wb-simulated")).to_be_visible()
    page.get_by_text("Simulated data").click()
    expect(shown).to_have_text(real)


def add_history_with_truth(workspace: Path, alpha: Path) -> None:
    """A short history; the run's photos have no true mattes, so one gets its own cutout as truth, moved a little."""
    import cv2
    import numpy as np

    from workbench.domain.records import Photo

    truth = np.roll(cv2.imread(str(alpha), cv2.IMREAD_GRAYSCALE), 1, axis=1)
    cv2.imwrite(str(alpha), truth)
    with lake.open(workspace) as store:
        row = store.images(limit=100, outcome="done").filter(pl.col("lane") != "auto").row(0, named=True)
        store.append_images(
            [Photo(**{name: row[name] for name in ("set_id", "image_id", "sku", "path", "relative_path", "category",
                                                   "brand", "campaign_tier", "deadline")}, alpha_path=str(alpha))]
        )  # fmt: skip
    added = add_history(load(workspace=workspace), days=21)
    assert added.measured_originals >= 1 and added.images > 500
