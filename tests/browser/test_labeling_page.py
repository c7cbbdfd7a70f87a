"""The Labeling page: what it says while Label Studio is off, labels and disputes, a decision of a lead, a freeze."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from labeling.datasets.frozen import dataset_names, open_dataset
from labeling.pictures import Pictures
from pipeline.training.mole_hair_parts.labelled import read_crops, rows_of
from workbench import lake
from workbench.jobs.freeze_dataset import datasets_home
from workbench.jobs.label_consensus import disputed_items, label_consensus
from workbench.jobs.label_server import crops_folder
from workbench.jobs.simulate_labelers import simulate_labelers
from workbench.lake import label_worth
from workbench.settings import load

ITEMS = 150


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A workspace with simulated labelers' answers and the pictures of what they dispute."""
    settings = load({}, workspace=tmp_path / "ws")
    simulate_labelers(settings, items=ITEMS)
    label_consensus("mole_hair", settings)
    keys = set(disputed_items("mole_hair", settings)["item_key"])
    found = read_crops([row for row in rows_of() if row["crop_hash"] in keys])
    pictures = Pictures(crops_folder(settings), "mole_hair")
    for name, pixels in zip(found.names, found.crops, strict=True):
        pictures.add_crop(pixels, str(name))
    return settings.workspace


def test_labels_from_agreement_to_a_dataset(page: Page, app_over, labelled: Path, shot) -> None:
    settings = load({}, workspace=labelled)
    before = disputed_items("mole_hair", settings)
    page.goto(f"{app_over(labelled)}/labeling")
    expect(page.locator('[data-server="absent"]')).to_contain_text("was not started in this workspace yet")
    expect(page.get_by_role("button", name="Start Label Studio")).to_be_enabled()
    for name in ("Pull", "Push", "Next batch"):
        expect(page.get_by_role("button", name=name, exact=False).first).to_be_disabled()
    expect(page.locator('[data-figure="labelled"] .wb-figure-value')).to_have_text("100.0%")
    expect(page.locator('[data-figure="disputed"] .wb-figure-value')).to_have_text(str(before.height))
    expect(page.locator('[data-figure="alpha"] .wb-simulated')).to_be_visible()
    expect(page.locator(".st-key-panel_label_agreement .js-plotly-plot")).to_be_visible()
    people = page.locator(".st-key-panel_labelers")
    expect(people).to_contain_text("median of 5 labelers")
    expect(people).not_to_contain_text("ann@simulated")  # one person's figures are theirs
    expect(page.locator("[data-worth]")).to_contain_text("cost EUR")
    disputes = page.locator(".st-key-panel_label_disputes")
    expect(disputes.locator("img").first).to_be_visible()
    with page.expect_download() as download:
        page.locator(".st-key-csv_label_disputed button").click()
    assert pl.read_csv(download.value.path()).height == before.height
    shot("labeling")

    first = before["item_key"][0][:12]
    disputes.locator(f".st-key-dispute_{first}").get_by_role("button", name="Settle").click()
    page.get_by_role("button", name="neither", exact=True).click()
    expect(page.locator('[data-figure="disputed"] .wb-figure-value')).to_have_text(str(before.height - 1))
    expect(page.locator(f".st-key-dispute_{first}")).to_have_count(0)
    with lake.open(settings, read_only=True) as store:
        held = label_worth.consensus(store, "mole_hair").filter(method="settled").row(0, named=True)
    assert held["item_key"] == before["item_key"][0] and held["value"] == "neither"

    page.get_by_role("button", name="Freeze").first.click()
    page.get_by_text("Take simulated labelers, too").click()
    page.get_by_role("button", name="Freeze the next version").click()
    expect(page.locator('[data-job="freeze"][data-outcome="done"]')).to_contain_text("spots@1", timeout=240_000)
    expect(page.locator(".st-key-panel_datasets")).to_contain_text("spots@1")
    expect(page.locator(".st-key-panel_datasets")).to_contain_text("in use")  # the model, to be compared with the next
    expect(page.locator(".st-key-panel_datasets .wb-simulated")).to_be_visible()
    assert dataset_names(datasets_home(settings)) == {"spots": [1]}
    assert 0 < open_dataset("spots@1", datasets_home(settings)).card.simulated <= ITEMS
