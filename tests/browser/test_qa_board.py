"""The QA board in a real browser: verdicts by key, two people at once, a killed app, corrected files."""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from workbench import lake
from workbench.app.person import COOKIE
from workbench.lake.desk import Desk

from .conftest import HOSTILE_SKU, OURS, PATIENCE_MS, ROOT, RUN_S, START_S, WIDE, _wait_for, serving

WAITING = ("glassware_01_002", "knit_fur_01_006", "accessories_01_004")
# when which image was on the screen, noted before any script of the page runs
NOTE_SHOWN = """
window.seenImages = [];
addEventListener('ba-shown', event => window.seenImages.push([event.detail, Date.now()]));
"""


@pytest.fixture(scope="module")
def queue(request: pytest.FixtureRequest, tmp_path_factory, sample_dir: Path, sample_rows) -> Path:
    """A workspace with a queue long enough for three people: three photos, each under six SKUs, computed once."""
    finished = request.config.getoption("--finished-workspace", default=None)
    if finished:
        return Path(finished).resolve()
    source = tmp_path_factory.mktemp("queue")
    rows = {row["image_id"]: row for row in sample_rows}
    with open(source / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        sheet = csv.DictWriter(file, ("image_id", "sku", "path", "category", "campaign_tier", "deadline"))
        sheet.writeheader()
        for photo in WAITING:
            shutil.copy(sample_dir / rows[photo]["path"], source / f"{photo}.jpg")
            for n in range(6):
                sheet.writerow(
                    {
                        "image_id": f"{photo}_{n}", "path": f"{photo}.jpg", "category": rows[photo]["category"],
                        "sku": HOSTILE_SKU if n == 0 else f"{rows[photo]['sku']}-{n}", "campaign_tier": "high_value",
                        "deadline": "2030-01-01T00:00:00Z" if n == 0 else "",
                    }
                )  # fmt: skip
    made = tmp_path_factory.mktemp("workspace_queue")
    subprocess.run(
        [sys.executable, "-m", "workbench.cli", "run", str(source), "--workspace", str(made), "--workers", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=RUN_S, check=True,
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def judged_workspace(queue: Path, tmp_path_factory) -> Path:
    """A copy of the finished run that verdicts may change."""
    place = tmp_path_factory.mktemp("judged") / "workspace"
    shutil.copytree(queue, place)
    return place


@pytest.fixture(scope="module")
def board_app(judged_workspace: Path, tmp_path_factory) -> Iterator[str]:
    with serving(judged_workspace, tmp_path_factory.mktemp("server_board") / "app.log") as address:
        yield address


@pytest.fixture
def people(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """A page of somebody by name, in a browser of their own; afterwards: no script error, nothing left this machine."""
    contexts, broken, outside = [], [], []

    def somebody(name: str, **more) -> Page:
        context = browser.new_context(viewport=WIDE, accept_downloads=True, color_scheme="light", **more)
        context.add_cookies([{"name": COOKIE, "value": name, "url": "http://127.0.0.1"}])
        context.add_init_script(NOTE_SHOWN)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("dialog", lambda dialog: (broken.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: None if request.url.startswith(OURS) else outside.append(request.url))
        return page

    yield somebody
    for context in contexts:
        context.close()
    assert (broken, outside) == ([], [])


def open_board(page: Page, app: str, query: str = "") -> str:
    page.goto(f"{app}/qa_board{query}")
    return on_screen(page)


def on_screen(page: Page, *, other_than: str = "") -> str:
    """Name of the image whose pictures are painted and which the bar is about."""
    page.wait_for_function(
        """old => { const shown = document.documentElement.dataset.baShown;
                    const bar = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
                        .map(e => e.shadowRoot?.querySelector('.vb')).find(Boolean);
                    return shown && shown !== old && bar?.dataset.id === shown && !bar.dataset.sending; }""",
        arg=other_than,
    )
    return page.locator(".vb").get_attribute("data-id")


def say(page: Page, *keys: str) -> str:
    """Press keys, the last of which is a verdict; the image shown next."""
    old = page.locator(".vb").get_attribute("data-id")
    start = page.locator('[data-role="usable"] [data-value="start"]')
    if start.is_visible() and start.get_attribute("aria-checked") == "false":
        page.keyboard.press("s")
    for key in keys:
        page.keyboard.press(key)
    return on_screen(page, other_than=old)


def reviews(workspace: Path) -> list[dict]:
    """All verdicts that stand, oldest first."""
    with lake.open(workspace, read_only=True) as store:
        rows = store.images(limit=100).to_dicts()
        found = [r for row in rows for r in store.reviews_of(row["set_id"], row["image_id"]).to_dicts()]
    return sorted(found, key=lambda review: review["reviewed_at"])


def image_of(name: str) -> str:
    return name.split("/")[1]


def test_a_verdict_by_key_is_in_the_lake_before_the_next_image_shows(
    people, board_app, judged_workspace, tmp_path
) -> None:
    page, before = people("Ann"), reviews(judged_workspace)
    first = open_board(page, board_app)
    page.screenshot(path=Path(__file__).with_name("screenshots") / "board.png")
    ground = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stMain]')).backgroundColor")
    assert ground == "rgb(26, 26, 26)", "retouchers work in the dark"
    page.keyboard.press("r")
    expect(page.locator('[data-role="say"]')).to_contain_text("Tick why first")
    expect(page.locator('[data-role="reasons"]')).to_have_class("vb-row vb-asked")
    assert page.locator(".vb").get_attribute("data-id") == first, "nothing was sent"
    page.keyboard.press("1")
    page.keyboard.press("e")
    second = say(page, "r")
    shown_at = page.evaluate("name => window.seenImages.find(([id]) => id === name)[1]", second)
    with lake.open(judged_workspace, read_only=True) as store:
        written = store.snapshots()["made_at"].max()
    assert written <= datetime.fromtimestamp(shown_at / 1000, UTC)
    (review,) = [review for review in reviews(judged_workspace) if review not in before]
    assert (review["image_id"], review["verdict"], review["reviewer"]) == (image_of(first), "rework", "ann")
    assert (review["reasons"], review["actions"]) == (["halo"], ["edge_cleaned"])
    assert 0 < review["active_seconds"] < 60
    expect(page.locator('[data-role="tally"]')).to_contain_text("1 rework")

    # undo brings it back with its ticks, and the verdict counts no more
    page.keyboard.press("z")
    assert on_screen(page, other_than=second) == first
    assert reviews(judged_workspace) == before
    expect(page.locator('[data-role="reasons"] [data-value="halo"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator('[data-role="actions"] [data-value="edge_cleaned"]')).to_have_attribute("aria-pressed", "true")
    assert page.locator(".vb").get_attribute("data-state") == "open"

    # a reload keeps the image and what was ticked
    page.reload()
    assert on_screen(page) == first
    expect(page.locator('[data-role="reasons"] [data-value="halo"]')).to_have_attribute("aria-pressed", "true")


def test_two_people_never_see_the_same_image(people, board_app, judged_workspace) -> None:
    ann, bo = people("Ann"), people("Bo")
    seen = {"Ann": {open_board(ann, board_app)}, "Bo": {open_board(bo, board_app)}}
    assert seen["Ann"].isdisjoint(seen["Bo"])
    other_tab = ann.context.new_page()
    taken = [claim.key for claim in Desk(_settings(judged_workspace)).claims()]
    assert len(taken) == len(set(taken))
    other_tab.goto(f"{board_app}/qa_board")
    other_tab.locator(".st-key-state_board, .vb").first.wait_for()  # a tab can give back once its bar is there
    if other_tab.locator(".vb").count():
        assert on_screen(other_tab) not in seen["Ann"] | seen["Bo"]
    # whoever opens the address of an image that somebody has is told so
    there = parse_qs(urlsplit(ann.url).query)
    bo.goto(f"{board_app}/qa_board?set={there['set'][0]}&image={there['image'][0]}")
    expect(bo.locator(".st-key-board_picture .wb-partial, .st-key-state_board")).to_contain_text("Ann has this image")
    # closing gives the images back at once
    ann.goto("about:blank")
    other_tab.goto("about:blank")
    assert given_back(bo, judged_workspace, "ann")


def test_a_page_closed_while_the_server_still_takes_images_holds_none(people, board_app, judged_workspace) -> None:
    ann = people("Ann")
    open_board(ann, board_app)
    there = ann.url
    for _ in range(4):  # with an image in the address the bar is there before those behind it are taken
        ann.goto(there)
        on_screen(ann)
        ann.goto("about:blank")
    assert given_back(ann, judged_workspace, "ann")


def given_back(page: Page, workspace: Path, holder: str) -> bool:
    """Whether somebody's claims go before they run out."""
    desk = Desk(_settings(workspace))
    for _ in range(600):  # a busy server notices late that a page was closed
        if not any(claim.holder == holder for claim in desk.claims()):
            return True
        page.wait_for_timeout(50)  # between two looks; the next one decides
    return False


def test_seconds_count_only_while_the_tab_is_seen_and_hands_move(people, board_app) -> None:
    page = people("Ann")
    open_board(page, board_app)
    seconds = lambda: float(page.locator(".vb").get_attribute("data-seconds"))  # noqa: E731
    page.mouse.move(500, 400)
    page.wait_for_function(_SECONDS_ABOVE, arg=0.5)
    page.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true })")
    hidden = seconds()
    page.mouse.move(600, 400)
    page.wait_for_timeout(1200)  # time must pass for it not to be counted
    assert seconds() - hidden < 0.6
    page.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'visible', configurable: true })")
    page.wait_for_function(_SECONDS_ABOVE, arg=hidden + 0.5)
    page.evaluate("() => { const now = performance.now.bind(performance); performance.now = () => now() + 3_600_000; }")
    page.wait_for_timeout(600)
    idle = seconds()  # an hour without a hand on it
    page.wait_for_timeout(1200)
    assert seconds() == idle


_SECONDS_ABOVE = """least => { const bar = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .map(e => e.shadowRoot?.querySelector('.vb')).find(Boolean); return Number(bar?.dataset.seconds) > least; }"""


def test_text_from_outside_stays_text(people, board_app) -> None:
    page = people("Ann")
    open_board(page, board_app)  # those with a deadline come first, and they have the hostile name
    expect(page.locator(".bd-name")).to_have_text(HOSTILE_SKU)
    assert page.locator("img[src='x']").count() == 0


def test_an_app_killed_in_the_middle_loses_and_doubles_nothing(people, queue, tmp_path) -> None:
    place = tmp_path / "workspace"
    shutil.copytree(queue, place)
    before = reviews(place)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = f"http://127.0.0.1:{port}"
    ann, bo = people("Ann"), people("Bo")
    pressed = {}
    with running(place, port, tmp_path / "first.log") as process:
        first, other = open_board(ann, app), open_board(bo, app)
        pressed[image_of(first)] = "approved"
        second = say(ann, "a")
        bo.close()  # in the middle of an image: no verdict
        if ann.locator('[data-role="usable"]').is_visible():
            ann.keyboard.press("u")
        ann.keyboard.press("9")
        ann.keyboard.press("x")  # on its way when the power goes
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    pressed[image_of(second)] = "rejected"
    with running(place, port, tmp_path / "second.log"):
        ann.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')?.textContent.includes('onnect')")
        ann.reload()
        third = on_screen(ann)
        if third == second:  # it had not reached the lake: the ticks are still there, the same key again
            expect(ann.locator('[data-role="reasons"] [data-value="transparency"]')).to_have_attribute(
                "aria-pressed", "true"
            )
            ann.keyboard.press("x")
            third = on_screen(ann, other_than=second)
        assert image_of(third) not in pressed
    new = [review for review in reviews(place) if review not in before]
    stored = {review["image_id"]: review["verdict"] for review in new}
    assert stored == pressed
    assert len(new) == len(pressed), "none doubled"
    assert image_of(other) not in stored
    with lake.open(place, read_only=True) as store:
        assert store.query("duplicate_keys").height == 0


@pytest.mark.parametrize("kind", ["png", "psd"])
def test_a_corrected_file_becomes_the_next_version(people, board_app, judged_workspace, tmp_path, kind: str) -> None:
    page = people("Cy")
    name = open_board(page, board_app)
    following = say(page, "2", "r")
    page.keyboard.press("ArrowLeft")
    assert on_screen(page, other_than=following) == name
    expect(page.locator(".bd-said")).to_contain_text("rework")
    with page.expect_download() as waiting:
        page.locator(
            f'.bd-files a[data-suffix="cutout.png"][download*="{image_of(name)}"]'
        ).click()  # not of the one before
    waiting.value.save_as(tmp_path / "cutout.png")
    chooser = page.locator('.st-key-board_upload input[type="file"]')

    wrong = io.BytesIO()
    Image.new("RGBA", (20, 10), (200, 10, 10, 255)).save(wrong, "PNG")
    chooser.set_input_files({"name": "other.png", "mimeType": "image/png", "buffer": wrong.getvalue()})
    refused = page.locator(".bd-refused")
    expect(refused).to_contain_text("other.png was not taken")
    expect(refused).to_contain_text("allowed:")
    assert _versions(judged_workspace, name) == [1]

    file = corrected(tmp_path / "cutout.png", kind)
    page.locator('.st-key-board_upload input[type="file"]').set_input_files(str(file))
    expect(page.locator(".bd-accepted")).to_contain_text("is version 2")
    second = on_screen(page, other_than=name)
    assert second.endswith("/2") and image_of(second) == image_of(name)
    expect(page.locator(".bd-facts")).to_contain_text("version 2")
    expect(page.locator(".bd-before")).to_contain_text("Missing part")
    assert _versions(judged_workspace, name) == [1, 2]
    say(page, "a")
    last = reviews(judged_workspace)[-1]
    assert (last["image_id"], last["version"], last["verdict"]) == (image_of(name), 2, "approved")


def corrected(cutout: Path, kind: str) -> Path:
    """The cutout with a hole filled, as a retoucher saves it."""
    picture = np.array(Image.open(cutout).convert("RGBA"))
    solid = picture[..., 3] > 40
    picture[..., 3] = np.where(solid, 255, 0)
    target = cutout.with_name(f"corrected.{kind}")
    if kind == "png":
        Image.fromarray(picture).save(target)
    else:
        from psd_tools import PSDImage

        psd = PSDImage.new("RGB", (picture.shape[1], picture.shape[0]))
        psd.create_pixel_layer(Image.fromarray(picture), name="cutout")
        psd.save(target)
    return target


def _versions(workspace: Path, name: str) -> list[int]:
    set_id, image_id, *_ = name.split("/")
    with lake.open(workspace, read_only=True) as store:
        return sorted(store.results_of(set_id, image_id)["version"].to_list())


def test_nothing_left_says_so(people, board_app) -> None:
    page = people("Dee")
    page.goto(f"{board_app}/qa_board?what=audit&queue_lane=senior")
    state = page.locator(".st-key-state_board")
    expect(state).to_contain_text("Nothing to review")
    page.screenshot(path=Path(__file__).with_name("screenshots") / "board_nothing.png")
    state.page.get_by_role("button", name="Show all that waits").click()
    page.locator(".ba[data-shown], .st-key-state_board").first.wait_for()


@contextmanager
def running(workspace: Path, port: int, log: Path) -> Iterator[subprocess.Popen]:
    """The app as a process that may be killed."""
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "workbench/app/main.py"),
        "--server.port",
        str(port),
    ]
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "WORKBENCH_WORKSPACE": str(workspace)}, stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=START_S)


def _settings(workspace: Path):
    from workbench import settings

    return settings.load({}, workspace=workspace)
