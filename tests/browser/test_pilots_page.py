"""A pilot read on its page, and its blind test judged by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.workbench.jobs.pilot_set import delivered_pilot, make_set
from workbench.app.person import COOKIE
from workbench.jobs.blind_test import blind_plan, votes_of
from workbench.settings import load


def press(page: Page, shown: str, key: str) -> None:
    """Press a key once the page stands still and the button that shows it is there: before, nobody listens."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_role("button", name=shown)).to_be_enabled()
    page.keyboard.press(key)


def test_six_answers_and_a_blind_test_by_key(page: Page, app_over, tmp_path: Path, shot) -> None:
    make_set(tmp_path / "set", each=3)
    settings = load({}, workspace=tmp_path / "ws")
    folder = delivered_pilot(settings, tmp_path / "set", reference="studio_a", pairs=4)
    address = app_over(tmp_path / "ws")
    page.goto(f"{address}/pilots")
    expect(page.locator("h1")).to_have_text("Which studio <b>shall</b> it be?")
    panels = ("accuracy", "batch", "confidence", "cost", "integration", "photos")
    for name in panels:
        expect(page.locator(f".st-key-panel_pilot_{name}")).to_contain_text("What this does not show.")
    expect(page.locator(".st-key-panel_pilot_accuracy")).to_contain_text("studio_b against studio_a by iou on 6 photos")
    with page.expect_download() as report:
        page.locator(".st-key-pilot_report button").click()
    assert "data:image/jpeg" in Path(report.value.path()).read_text()
    shot("pilots")
    page.set_viewport_size({"width": 1024, "height": 768})
    shot("pilots_narrow")
    page.set_viewport_size({"width": 1440, "height": 900})

    page.context.add_cookies([{"name": COOKIE, "value": "Ann", "url": address}])
    page.goto(f"{address}/blind_test")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    expect(page.locator("img[alt='the left cutout']")).to_be_visible()
    assert "studio_" not in page.locator("[data-testid=stMain]").inner_text()
    press(page, "Closer", "z")
    expect(page.get_by_text("1 of 4 · 200%")).to_be_visible()
    shot("blind_test")
    for number, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowDown", "ArrowLeft"), start=1):
        expect(page.get_by_text(f"{number} of 4")).to_be_visible()
        press(page, "No difference", key)
        expect(page.get_by_text("Which one did a machine make?")).to_be_visible()
        press(page, "Cannot tell", "3")
    expect(page.get_by_text("All 4 comparisons are made")).to_be_visible()
    expect(page.locator(".st-key-panel_blind")).to_contain_text("nothing is concluded")
    shot("blind_test_done")
    votes = votes_of(folder)
    plan = blind_plan(folder, votes[0].judge)
    assert [(vote.pair, vote.left) for vote in votes] == [(question.pair, question.left) for question in plan]
    assert [vote.choice for vote in votes] == ["left", "right", "equal", "left"]
    assert {vote.machine for vote in votes} == {"right"}
