"""What a page shows when there is nothing, or something is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from workbench import lake

from .conftest import PHOTOS


def test_an_empty_workspace_says_what_to_do(page: Page, app_over, tmp_path: Path, shot) -> None:
    address = app_over(tmp_path / "nothing")
    page.goto(address)
    state = page.locator(".st-key-state_empty")
    expect(state).to_contain_text("What came through, and what needs a person now?")
    expect(state).to_contain_text("Nothing has been run in this workspace yet")
    expect(state).to_contain_text(f"workbench run sample_data --workspace {tmp_path / 'nothing'}")
    shot("overview_empty")
    assert not (tmp_path / "nothing").exists(), "looking makes nothing"
    page.goto(f"{address}/image")
    expect(page.locator(".st-key-state_empty")).to_contain_text("What happened to this image?")
    shot("image_empty")


def test_a_lake_without_a_run_is_empty_too(page: Page, app_over, tmp_path: Path) -> None:
    lake.open(tmp_path / "fresh").close()
    page.goto(app_over(tmp_path / "fresh"))
    expect(page.locator(".st-key-state_empty")).to_be_visible()


def test_results_appear_without_a_restart(page: Page, app_over, tmp_path: Path, workspace: Path) -> None:
    place = tmp_path / "later"
    page.goto(app_over(place))
    expect(page.locator(".st-key-state_empty")).to_be_visible()
    shutil.copytree(workspace / "lake", place / "lake")
    page.get_by_role("button", name="Look again").click()
    page.locator(".il-card").first.wait_for()


def test_a_damaged_lake_is_an_error_with_a_detail(page: Page, app_over, tmp_path: Path, workspace: Path, shot) -> None:
    shutil.copytree(workspace / "lake", tmp_path / "bad" / "lake")
    (tmp_path / "bad" / "lake" / "catalogue.sqlite").write_bytes(b"this is not a catalogue")
    page.goto(app_over(tmp_path / "bad"))
    state = page.locator(".st-key-state_error")
    expect(state).to_contain_text("This page could not be made")
    expect(state).to_contain_text("The lake could not be read")
    expect(state.get_by_role("button", name="Try again")).to_be_visible()
    shot("overview_error")
    state.get_by_text("Detail to copy").click()
    expect(state.locator("code")).to_contain_text("LakeError")


def test_an_unknown_image_is_named(page: Page, app: str, shot) -> None:
    page.goto(f"{app}/image?image=nobody")
    expect(page.locator(".st-key-state_error")).to_contain_text("There is no image 'nobody' in this workspace")
    shot("image_error")


def test_missing_pictures_are_said_to_be_missing(page: Page, app_over, tmp_path: Path, workspace: Path, shot) -> None:
    shutil.copytree(workspace / "lake", tmp_path / "moved" / "lake")
    address = app_over(tmp_path / "moved")
    page.goto(address)
    expect(page.locator(".il-none", has_text="no picture").first).to_be_visible()
    page.goto(f"{address}/image?image={PHOTOS[1]}")
    page.locator(".st-key-panel_files").wait_for()
    expect(page.locator(".st-key-panel_files")).to_contain_text("file is gone")
    expect(page.locator(".wb-partial")).to_have_text("The files of this result are gone from the workspace.")
    expect(page.locator(".ba")).to_have_attribute("data-side", "before")
    shot("image_partial")
