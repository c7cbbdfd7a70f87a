"""A pilot read on its page before and after its run, and its blind test judged by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.workbench.jobs.pilot_set import delivered_pilot, make_set
from workbench.app.person import COOKIE
from workbench.jobs.blind_test import blind_plan, votes_of
from workbench.jobs.pilot_new import new_pilot
from workbench.settings import load

NARROW, WIDE = {"width": 1024, "height": 768}, {"width": 1440, "height": 900}


def settled(page: Page) -> None:
    """Wait until the page stands still: before, a picture may be half drawn and nobody listens to a key."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")


def press(page: Page, shown: str, key: str) -> None:
    """Press a key once the button that shows it is there."""
    settled(page)
    expect(page.get_by_role("button", name=shown)).to_be_enabled()
    page.keyboard.press(key)


def test_six_answers_and_a_blind_test_by_key(page: Page, app_over, tmp_path: Path, shot) -> None:
    make_set(tmp_path / "set", each=3)
    settings = load({}, workspace=tmp_path / "ws")
    folder = delivered_pilot(settings, tmp_path / "set", reference="studio_a", pairs=4)
    waiting = new_pilot("autumn", question="Which engine?", source=str(tmp_path / "set"), per_category=3, margin=0.01,
                        engines=["classical", "subject_net"], measure="iou", budget_eur=0, settings=settings)  # fmt: skip
    address = app_over(tmp_path / "ws")
    page.goto(f"{address}/pilots")  # the first by name: begun, not run
    planned = page.locator(".st-key-state_empty")
    expect(planned).to_contain_text("Nothing has been called yet")
    expect(planned).to_contain_text("That rests on how far the IoU of two engines lies apart")
    expect(planned).to_contain_text("Photos leave this machine for: nobody")
    settled(page)
    shot("pilots_planned")
    waiting.file.write_text(waiting.file.read_text().replace("margin", "margn"))
    page.reload()
    expect(page.locator(".st-key-state_error")).to_contain_text("unknown key 'margn'")
    shot("pilots_error")

    page.goto(f"{address}/pilots?pilot=studios")
    expect(page.locator("h1")).to_have_text("Which studio <b>shall</b> it be?")
    for name in ("accuracy", "batch", "confidence", "cost", "integration", "photos"):
        expect(page.locator(f".st-key-panel_pilot_{name}")).to_contain_text("What this does not show.")
    accuracy = page.locator(".st-key-panel_pilot_accuracy")
    expect(accuracy).to_contain_text("studio_b against studio_a by IoU on 6 photos")
    expect(accuracy.locator(".js-plotly-plot")).to_be_visible()
    expect(page.locator(".st-key-panel_pilot_integration")).to_contain_text("studio_a delivered 6 of 6")
    expect(page.locator(".st-key-panel_pilot_blind")).to_contain_text("0 of 8 registered comparisons")
    settled(page)
    shot("pilots")
    page.set_viewport_size(NARROW)
    shot("pilots_narrow")
    page.set_viewport_size(WIDE)
    with page.expect_download() as report:
        page.locator(".st-key-pilot_report button").click()
    assert "data:image/jpeg" in Path(report.value.path()).read_text()

    page.context.add_cookies([{"name": COOKIE, "value": "Ann", "url": address}])
    page.goto(f"{address}/blind_test")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    expect(page.locator("img[alt='the left cutout']")).to_be_visible()
    assert "studio_" not in page.locator("[data-testid=stMain]").inner_text()
    press(page, "Closer", "z")
    expect(page.get_by_text("1 of 4 · 200%")).to_be_visible()
    settled(page)
    shot("blind_test")
    page.set_viewport_size(NARROW)
    shot("blind_test_narrow")
    page.set_viewport_size(WIDE)
    for number, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowDown", "ArrowLeft"), start=1):
        expect(page.get_by_text(f"{number} of 4")).to_be_visible()
        press(page, "No difference", key)
        expect(page.get_by_text("Which one did a machine make?")).to_be_visible()
        press(page, "Cannot tell", "3")
    expect(page.get_by_text("All 4 comparisons are made")).to_be_visible()
    expect(page.locator(".st-key-panel_blind")).to_contain_text("nothing is concluded")
    settled(page)
    shot("blind_test_done")
    votes = votes_of(folder)
    plan = blind_plan(folder, votes[0].judge)
    assert [(vote.pair, vote.left) for vote in votes] == [(question.pair, question.left) for question in plan]
    assert [vote.choice for vote in votes] == ["left", "right", "equal", "left"]
    assert {vote.machine for vote in votes} == {"right"}
    folder.file.write_text(folder.file.read_text().replace("margin = 0.01", "margin = 0.05"))
    page.reload()
    expect(page.locator(".st-key-state_error")).to_contain_text("was changed after its first call")
    shot("blind_test_error")
