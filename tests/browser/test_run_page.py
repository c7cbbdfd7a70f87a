"""The Run page in a real browser: a run outlives the page, the app and its own process, and everybody sees the same."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.workbench.jobs.test_start_run import until
from workbench import settings as settings_module
from workbench.app.run_sheet import SHOWN
from workbench.domain.errors import StorageFull
from workbench.jobs.compare_runs import compare_runs
from workbench.jobs.live_runs import live_runs
from workbench.jobs.run_pulse import RunPulse
from workbench.jobs.runs_frame import runs_frame
from workbench.lake.desk import Desk

from .conftest import HOSTILE_SKU, PATIENCE_MS, ROOT, serving

IMAGES = 30
HOSTILE_FILE = "<b>cut off.jpg"
STRICT = (
    'name = "strict"\nversion = 1\ntitle = "Strict"\ndescription = "d"\n[max_risk]\ndefault = 0.0\n'
    "[max_check_risk]\ndefault = 0.0\n"
)


@pytest.fixture(scope="module")
def photos(tmp_path_factory, sample_dir: Path, sample_rows) -> Path:
    """Photos, long enough a run to be paused in, and one that is cut off, with a manifest that holds hostile text."""
    folder = tmp_path_factory.mktemp("roots") / "summer"
    folder.mkdir()
    rows = [row for row in sample_rows if row["path"].startswith("renders/")][: IMAGES - 1]
    with open(folder / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        sheet = csv.DictWriter(file, ("image_id", "sku", "path", "category"))
        sheet.writeheader()
        for number, row in enumerate(rows):
            with Image.open(sample_dir / row["path"]) as photo:
                photo.thumbnail((720, 720))
                photo.save(folder / f"{row['image_id']}.jpg")
            sku = HOSTILE_SKU if number == 0 else row["sku"]
            sheet.writerow({"image_id": row["image_id"], "sku": sku, "path": f"{row['image_id']}.jpg",
                            "category": row["category"]})  # fmt: skip
        whole = (folder / f"{rows[0]['image_id']}.jpg").read_bytes()
        (folder / HOSTILE_FILE).write_bytes(whole[: len(whole) // 2])
        sheet.writerow({"image_id": "cut_off", "sku": "CUT", "path": HOSTILE_FILE, "category": "apparel"})
    return folder


@pytest.fixture(autouse=True)
def roots(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets may come from the photos' folder; the server reads this when it starts."""
    monkeypatch.setenv("WORKBENCH_SOURCE_ROOTS", str(photos.parent))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def another(browser: Browser, width: int = 1024, height: int = 768) -> Iterator[Page]:
    """A second person's browser."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


def live_panel(page: Page) -> Locator:
    return page.locator('[class*="st-key-panel_live_"]')


def stage(page: Page, wanted: str) -> None:
    expect(page.locator(f'.wb-run-stage[data-stage="{wanted}"]')).to_be_visible()


def done_so_far(page: Page) -> int:
    return int(page.locator(".wb-run-bar").first.get_attribute("aria-valuenow"))


def test_a_run_outlives_the_page_the_app_and_its_process(
    page: Page, browser: Browser, photos: Path, tmp_path: Path, shot
) -> None:
    workspace, port = tmp_path / "ws", free_port()
    settings = settings_module.load(workspace=workspace)
    new = f"run?from=folder&folder={quote(str(photos))}"
    with serving(workspace, tmp_path / "one.log", port) as app:
        page.goto(f"{app}/{new}")
        look = page.locator(".wb-look-figures")
        expect(look.locator('[data-figure="images"] b')).to_have_text(str(IMAGES))
        expect(page.locator(".st-key-panel_look")).to_contain_text("seems cut off")
        expect(page.locator(".st-key-panel_look").get_by_text(HOSTILE_FILE)).to_be_visible()
        expect(page.locator(".st-key-panel_estimate")).to_contain_text(f"{IMAGES} images to compute, 0 reused")
        shot("run_new")
        assert not (workspace / "lake").exists(), "looking and estimating make nothing"
        workers = page.get_by_role("spinbutton", name="Workers")
        workers.fill("1")
        workers.press("Enter")
        page.get_by_role("button", name=f"Start {IMAGES} images").click()
        stage(page, "running")
        shot("run_live")
        with another(browser) as second:
            second.goto(f"{app}/run")
            stage(second, "running")
            page.get_by_role("button", name="Pause").click()
            stage(second, "paused")
            expect(second.locator(".wb-sheet a").first).to_be_visible()
        stage(page, "paused")
        page.reload()
        stage(page, "paused")
        waiting = done_so_far(page)
        assert 0 < waiting < IMAGES
        shot("run_paused")
        (run,) = live_runs(settings)
    # the app is gone; the run is not
    assert until(lambda: live_runs(settings)[0].heard_at > run.heard_at) and live_runs(settings)[0].alive
    with serving(workspace, tmp_path / "two.log", port) as app, another(browser) as second:
        page.goto(f"{app}/run?view=past")
        stage(page, "paused")
        assert done_so_far(page) == waiting
        second.goto(f"{app}/run")
        live_panel(second).get_by_role("button", name="Resume").click()
        stage(page, "running")
        os.kill(run.state["pid"], signal.SIGKILL)
        stage(page, "died")
        stage(second, "died")
        expect(live_panel(page)).to_contain_text("What it delivered is safe")
        shot("run_died")
        second.screenshot(path=Path(__file__).with_name("screenshots") / "run_died_1024.png")
        live_panel(page).get_by_role("button", name="Resume").click()
        expect(page.locator(".wb-context")).to_contain_text("nothing is running")
        expect(live_panel(page)).to_have_count(0)
        row = page.locator(".st-key-panel_past tbody tr")
        expect(row).to_have_count(1)  # the same run, taken up twice
        expect(row).to_contain_text("finished")
        expect(row).to_contain_text(str(IMAGES))
        expect(page.locator(".st-key-panel_run .wb-sheet a")).to_have_count(SHOWN)
        assert page.locator("img[src='x']").count() == 0
        shot("run_past")
        cancel_and_compare(page, app, workspace, photos, shot)


def cancel_and_compare(page: Page, app: str, workspace: Path, photos: Path, shot) -> None:
    """A run from the command line is seen and cancelled; then two policies are compared."""
    (workspace / "policies").mkdir()
    (workspace / "policies" / "strict.toml").write_text(STRICT)
    command = [
        sys.executable,
        "-m",
        "workbench.cli",
        "run",
        str(photos),
        "--workspace",
        str(workspace),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(
        [*command, "--spec", "brand_editorial"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    stage(page, "running")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel the run").click()
    assert process.wait(timeout=120) == 130
    expect(page.locator(".st-key-panel_past")).to_contain_text("interrupted")
    assert subprocess.run([*command, "--policy", "strict"], cwd=ROOT, capture_output=True,
                          check=False, timeout=120).returncode == 3  # fmt: skip
    page.goto(f"{app}/run?view=compare")
    page.locator(".st-key-panel_moves").wait_for()
    expect(page.get_by_role("combobox", name="B, what is compared")).to_have_value(re.compile("strict@1$"))
    page.get_by_role("combobox", name="A, what it is compared with").click()
    page.get_by_role("option").filter(has_text="marketplace_white · first@1").click()
    expect(page.locator(".st-key-panel_totals")).to_contain_text("the same pixels")
    runs = runs_frame(settings_module.load(workspace=workspace))
    first = runs.filter((pl.col("policy") == "first@1") & (pl.col("spec") == "marketplace_white"))["run"][0]
    known = compare_runs(first, "latest", settings=settings_module.load(workspace=workspace))
    changed = page.locator(".st-key-panel_changed tbody tr")
    expect(changed).to_have_count(known.images.height)
    expect(changed.first.locator("a[href*='result=']").first).to_be_visible()
    shot("run_compare")
    with page.expect_download() as waiting:
        page.locator(".st-key-csv_changed button").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(text)))) == changed.count()


def archive(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


def test_an_upload_is_checked_and_becomes_a_set(page: Page, app_over, photos: Path, tmp_path: Path, shot) -> None:
    workspace = tmp_path / "ws"
    page.goto(f"{app_over(workspace)}/run?from=upload")
    good = next(photos.glob("*.jpg")).read_bytes()

    def send(data: bytes) -> None:
        page.locator('input[type="file"]').set_input_files(
            {"name": "set.zip", "mimeType": "application/zip", "buffer": data}
        )
        expect(page.get_by_test_id("stFileChip")).to_contain_text("set.zip")
        page.get_by_role("button", name="Store the upload").click()

    send(archive(("good.jpg", good), ("../../../evil.jpg", good)))
    trouble = page.locator(".st-key-panel_source [role=alert]")
    expect(trouble).to_contain_text("Nothing was stored")
    expect(trouble).to_contain_text("the name leads outside the archive")
    assert not list(tmp_path.rglob("evil*")) and not list((workspace / "uploads").iterdir())
    shot("run_upload_refused")
    send(archive(("good.jpg", good), ("readme.txt", b"hello")))
    expect(page.locator(".st-key-panel_source")).to_contain_text("Stored as set")
    expect(page.locator(".st-key-panel_source")).to_contain_text("readme.txt")
    expect(page.locator('.wb-look-figures [data-figure="images"] b')).to_have_text("1")
    expect(page.get_by_role("button", name="Start 1 image")).to_be_enabled()


def test_folders_stay_below_the_roots_and_a_bad_url_is_said(page: Page, app_over, photos: Path, tmp_path: Path) -> None:
    app = app_over(tmp_path / "ws")
    page.goto(f"{app}/run?from=folder&folder=/etc")
    expect(page.locator(".st-key-panel_source [role=alert]")).to_contain_text("lies outside the folders")
    page.get_by_role("button", name=str(photos.parent)).click()
    page.get_by_role("button", name="summer").click()
    expect(page.locator('.wb-look-figures [data-figure="images"] b')).to_have_text(str(IMAGES))
    page.goto(f"{app}/run?from=url&url=https%3A%2F%2F127.0.0.1%2Fmanifest.csv")
    expect(page.locator(".st-key-panel_look [role=alert]")).to_contain_text("private address")
    expect(page.get_by_role("button", name="Start")).to_be_disabled()


def test_an_empty_workspace_a_viewer_and_a_full_disk(
    page: Page, app_over, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shot
) -> None:
    workspace, people = tmp_path / "ws", tmp_path / "people.toml"
    people.write_text('default_role = "viewer"\n')
    monkeypatch.setenv("WORKBENCH_PEOPLE_FILE", str(people))
    app = app_over(workspace)
    page.goto(f"{app}/run")
    expect(page.locator(".wb-context")).to_contain_text("nothing was run in this workspace yet")
    expect(page.locator(".st-key-panel_choices")).to_contain_text(
        "starting a run is for retouchers, managers and leads"
    )
    expect(page.get_by_role("button", name=re.compile("^Start"))).to_be_disabled()
    shot("run_empty_viewer")
    page.get_by_role("radio", name="Folder").click()
    expect(page.locator(".st-key-panel_source")).to_contain_text("for those who start runs")
    assert not workspace.exists(), "looking makes nothing"
    for view, words in (
        ("past", "Nothing was run in this workspace yet."),
        ("compare", "Two runs of one set are needed"),
    ):
        page.goto(f"{app}/run?view={view}")
        expect(page.locator(".wb-quiet").get_by_text(words)).to_be_visible()
    settings = settings_module.load(workspace=workspace)
    with pytest.raises(StorageFull):
        meet_a_full_disk(settings)
    stage(page, "full")  # seen without a reload
    expect(live_panel(page)).to_contain_text("Free some space, then resume")
    expect(live_panel(page).get_by_role("button")).to_have_count(0)  # a viewer looks
    shot("run_full_disk")


def meet_a_full_disk(settings) -> None:
    """A run's own pulse, and the error that a full disk gives it (tests/faults makes one for real)."""
    with RunPulse(Desk(settings), task="t", by="Ann") as pulse:
        pulse.start("run-1", lambda: {"set_name": "winter", "images": 30, "total": 80, "lanes": {"auto": 30}})
        raise StorageFull("the disk is full; nothing half-written was kept", where=str(settings.workspace))
