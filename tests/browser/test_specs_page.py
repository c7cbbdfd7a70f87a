"""The specs page in a real browser: read, edit, try, save, bring back, and two people at once."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.spec import load_spec
from workbench.jobs.edit_spec import set_values
from workbench.jobs.specs import read_spec, save_spec, spec_versions
from workbench.settings import load

from .conftest import PHOTOS, serving

SHIPPED = "marketplace_white"


@pytest.fixture(scope="module")
def own_workspace(workspace: Path, tmp_path_factory) -> Path:
    """A copy of the finished workspace: these tests save specs in it."""
    copy = tmp_path_factory.mktemp("specs") / "ws"
    shutil.copytree(workspace, copy, ignore=shutil.ignore_patterns("specs"))
    return copy


@pytest.fixture(scope="module")
def specs_app(own_workspace: Path, tmp_path_factory):
    with serving(own_workspace, tmp_path_factory.mktemp("server") / "app.log") as address:
        yield address


def open_spec(page: Page, app: str, query: str = "") -> None:
    page.goto(f"{app}/specs{query}")
    page.locator(".st-key-panel_spec_versions").wait_for()
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")


def set_margin(page: Page, value: str) -> None:
    step = page.locator(".st-key-spec_step_crop_to_subject")
    if not step.get_by_role("spinbutton", name="margin", exact=True).is_visible():
        step.locator("summary").click()
    field = step.get_by_role("spinbutton", name="margin", exact=True)
    field.fill(value)
    field.press("Enter")


def changes(page: Page):
    return page.locator(".st-key-panel_spec_changes")


def toml(page: Page):
    return page.locator(".st-key-panel_spec_text")


def test_it_reads_as_a_person_would(page: Page, specs_app: str, shot) -> None:
    open_spec(page, specs_app)
    steps = page.locator(".sp-steps li")
    expect(steps).to_have_count(len(load_spec(SHIPPED).steps))
    expect(steps.nth(8)).to_contain_text("Put the product in the middle")
    expect(steps.nth(8).locator(".sp-param")).to_have_text(["margin 0.08", "aspect 1:1"])
    panel = page.locator(".st-key-panel_spec")
    expect(panel).to_contain_text("light or dark rim of the old backdrop around the subject")
    expect(panel).to_contain_text("at most 1.5 px")
    expect(page.locator(".wb-context")).to_contain_text("used by 1 run")
    expect(toml(page)).to_contain_text("[[steps]]")
    with page.expect_download() as waiting:
        page.locator(".st-key-csv_spec_toml button:visible").first.click()
    assert waiting.value.suggested_filename == f"{SHIPPED}.toml"
    assert Path(waiting.value.path()).read_text(encoding="utf-8") == load_spec(SHIPPED).text
    page.wait_for_load_state("networkidle")
    shot("specs")


def test_form_and_text_stay_in_step_and_undo_goes_back(page: Page, specs_app: str, shot) -> None:
    open_spec(page, specs_app, "?way=edit&spec=brand_editorial")
    set_margin(page, "0.2")
    expect(changes(page)).to_contain_text("crop to subject margin 0.14 → 0.2")
    expect(toml(page)).to_contain_text("margin = 0.2")
    toml(page).get_by_text("Edit as text").click()
    text = toml(page).locator("textarea")
    expect(text).to_have_value(re.compile("margin = 0.2"))
    text.fill(text.input_value().replace("margin = 0.2", "margin = 0.25"))
    text.press("Control+Enter")
    expect(changes(page)).to_contain_text("margin 0.14 → 0.25")
    expect(page.get_by_role("spinbutton", name="margin", exact=True)).to_have_value("0.25")
    expect(text).to_have_value(re.compile("margin = 0.25"))
    shot("specs_edit")
    text.fill(text.input_value().replace("margin = 0.25", "margin = 25"))
    text.press("Control+Enter")
    expect(toml(page)).to_contain_text("margin is 25.0; allowed: 0 to 0.4")
    expect(page.locator(".sp-wrong")).to_contain_text("margin = 25")
    shot("specs_error")
    page.reload()
    expect(toml(page)).to_contain_text("margin is 25.0; allowed: 0 to 0.4")
    page.locator(".st-key-spec_reset button:visible").first.click()
    expect(changes(page)).to_contain_text("The draft is what is saved")
    page.locator(".st-key-spec_undo button:visible").first.click()
    expect(toml(page)).to_contain_text("margin is 25.0")
    page.locator(".st-key-spec_reset button:visible").first.click()
    expect(changes(page)).to_contain_text("The draft is what is saved")


def test_a_value_the_parser_refuses_is_not_taken_over(page: Page, specs_app: str) -> None:
    open_spec(page, specs_app, "?way=edit&spec=cutout_only")
    page.locator(".st-key-panel_spec").get_by_text("web jpeg").click()
    expect(page.locator(".st-key-panel_spec .sp-error")).to_contain_text("web_jpeg needs flat, which no step")
    expect(changes(page)).to_contain_text("The draft is what is saved")


def test_preview_save_and_bring_back(page: Page, specs_app: str, own_workspace: Path, shot) -> None:
    lake_before = sorted(p.name for p in (own_workspace / "lake" / "data").rglob("*.parquet"))
    delivered = sorted(p for p in (own_workspace / "delivery").rglob("*"))
    open_spec(page, specs_app, f"?way=edit&image={PHOTOS[1]}")
    set_margin(page, "0.2")
    expect(changes(page)).to_contain_text("→ 0.2")
    page.get_by_role("radio", name="Preview").click()
    page.locator(".st-key-spec_preview button:visible").first.click()
    page.locator(".ba-stage").wait_for()
    expect(page.locator(".ba-wait")).to_be_hidden()
    row = page.locator(".st-key-panel_spec .wb-table tbody tr", has_text="seconds in all")
    expect(row).to_contain_text("s")
    shot("specs_preview")
    assert sorted(p.name for p in (own_workspace / "lake" / "data").rglob("*.parquet")) == lake_before
    assert sorted(p for p in (own_workspace / "delivery").rglob("*")) == delivered
    name = page.get_by_role("textbox", name="Save as")
    expect(name).to_have_value(f"my_{SHIPPED}")
    page.get_by_role("button", name="Save as your own").click()
    expect(changes(page)).to_contain_text(f"Saved as my_{SHIPPED}")
    settings = load({}, workspace=own_workspace)
    first = read_spec(f"my_{SHIPPED}", settings)
    assert {use.name: use.params for use in first.steps}["crop_to_subject"].margin == 0.2
    assert read_spec(SHIPPED, settings).text == load_spec(SHIPPED).text
    page.get_by_role("radio", name="Edit").click()
    set_margin(page, "0.3")
    expect(changes(page)).to_contain_text("margin 0.2 → 0.3")
    page.get_by_role("button", name="Save as a new version").click()
    expect(changes(page)).to_contain_text("Saved as")
    versions = page.locator(".st-key-panel_spec_versions")
    expect(versions).to_contain_text("2 versions")
    expect(versions).to_contain_text("crop_to_subject: margin 0.2 → 0.3")
    versions.get_by_role("button", name="Bring back").click()
    expect(changes(page)).to_contain_text("margin 0.3 → 0.2")
    page.get_by_role("button", name="Save as a new version").click()
    expect(changes(page)).to_contain_text("Saved as")
    assert read_spec(f"my_{SHIPPED}", settings).hash == first.hash
    assert len(spec_versions(f"my_{SHIPPED}", settings)) == 2
    shot("specs_versions")


def test_the_second_of_two_who_save_is_told(page: Page, specs_app: str, own_workspace: Path, shot) -> None:
    settings = load({}, workspace=own_workspace)
    base = save_spec(load_spec("cutout_only").text, settings, name="house")
    open_spec(page, specs_app, "?way=edit&spec=house")
    page.get_by_role("textbox", name="Title").fill("Mine")
    page.get_by_role("textbox", name="Title").press("Enter")
    expect(changes(page)).to_contain_text("title Cutout only → Mine")
    theirs = save_spec(set_values(base.text, {"title": "Theirs"}), settings, based_on=base.hash)
    page.get_by_role("button", name="Save as a new version").click()
    expect(changes(page)).to_contain_text("Somebody else saved this spec after you began")
    expect(changes(page)).to_contain_text("title Theirs → Mine")
    assert read_spec("house", settings).hash == theirs.hash
    shot("specs_conflict")
    page.get_by_role("button", name="Keep mine on top").click()
    page.get_by_role("button", name="Save as a new version").click()
    expect(changes(page)).to_contain_text("Saved as house")
    assert read_spec("house", settings).title == "Mine"
    assert {v.hash for v in spec_versions("house", settings)} >= {base.hash, theirs.hash}


def test_a_broken_file_and_an_empty_workspace(browser: Browser, page: Page, app_over, tmp_path: Path, shot) -> None:
    folder = tmp_path / "ws" / "specs"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text(load_spec(SHIPPED).text.replace("margin = 0.08", "margins = 0.08"), "utf-8")
    app = app_over(tmp_path / "ws")
    page.goto(f"{app}/specs?spec=broken")
    panel = page.locator(".st-key-panel_spec_unreadable")
    expect(panel).to_contain_text("crop_to_subject has no parameter 'margins'")
    expect(panel.locator(".sp-wrong")).to_contain_text("margins = 0.08")
    shot("specs_unreadable")
    open_spec(page, app)
    expect(page.locator(".wb-context")).to_contain_text("no run has used this version")
    page.get_by_role("radio", name="Preview").click()
    expect(page.locator(".st-key-panel_spec")).to_contain_text("sample ")
