"""A real run over a few sample photos, the real server, a real browser; nothing may leave this machine."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(__file__).with_name("screenshots")
HOSTILE_SKU = "<img src=x onerror=alert(1)>"
FORMULA_BRAND = "=HYPERLINK(1)"
PHOTOS = ("packaged_01_006", "footwear_01_007", "glassware_01_002", "knit_fur_01_006", "accessories_01_004")
RUN_S, START_S = 300, 180  # limits for a busy machine, not expectations
PATIENCE_MS = 120_000  # a machine with other work on it took more than a minute to start the workers of a run
WIDE = {"width": 1440, "height": 900}
OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
# put before the server's own code: notes every connection that is not to this machine
WATCH_SOCKETS = """
import os, socket
_connect = socket.socket.connect
def connect(self, address):
    host = address[0] if isinstance(address, tuple) else ""
    if host and not str(host).startswith("127.") and host not in ("::1", "localhost"):
        with open(os.environ["OUTGOING_LOG"], "a") as log:
            log.write(f"{address}\\n")
    return _connect(self, address)
socket.socket.connect = connect
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--finished-workspace", help="show this finished workspace instead of making one (for page work)")


@pytest.fixture(scope="session")
def workspace(request: pytest.FixtureRequest, tmp_path_factory, sample_dir: Path, sample_rows) -> Path:
    """A workspace after one real run: five good photos, one of them with a hostile SKU, and one that is cut off."""
    finished = request.config.getoption("--finished-workspace", default=None)
    if finished:
        return Path(finished).resolve()
    source = tmp_path_factory.mktemp("set")
    rows = {row["image_id"]: row for row in sample_rows}
    with open(source / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        sheet = csv.DictWriter(file, ("image_id", "sku", "path", "category", "brand", "campaign_tier", "deadline"))
        sheet.writeheader()
        for n, image_id in enumerate(PHOTOS):
            shutil.copy(sample_dir / rows[image_id]["path"], source / f"{image_id}.jpg")
            sheet.writerow(
                {
                    "image_id": image_id, "path": f"{image_id}.jpg", "category": rows[image_id]["category"],
                    "sku": HOSTILE_SKU if n == 0 else rows[image_id]["sku"], "campaign_tier": "standard",
                    "brand": FORMULA_BRAND if n == 0 else rows[image_id]["brand"],
                    "deadline": "2030-01-01T00:00:00Z" if n == 1 else "",
                }
            )  # fmt: skip
        whole = (source / f"{PHOTOS[-1]}.jpg").read_bytes()
        (source / "cut_off.jpg").write_bytes(whole[: len(whole) // 2])
        sheet.writerow({"image_id": "cut_off", "sku": "CUT-1", "path": "cut_off.jpg", "category": "accessories"})
    made = tmp_path_factory.mktemp("workspace")
    done = subprocess.run(
        [sys.executable, "-m", "workbench.cli", "run", str(source), "--workspace", str(made), "--workers", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=RUN_S, check=False,
    )  # fmt: skip
    assert done.returncode == 3, f"one photo is broken, so the run ends with 3\n{done.stdout}\n{done.stderr}"
    return made


@contextmanager
def serving(workspace: Path, log: Path, port: int | None = None) -> Iterator[str]:
    """The app over a workspace, as ``workbench app`` starts it; yields its address (any free port, or the one given)."""
    watch = log.parent / "watch"
    watch.mkdir(exist_ok=True)
    (watch / "sitecustomize.py").write_text(WATCH_SOCKETS, encoding="utf-8")
    outgoing = log.with_suffix(".outgoing")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free to a server, too
        probe.bind(("127.0.0.1", port or 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "WORKBENCH_WORKSPACE": str(workspace), "PYTHONPATH": str(watch), "OUTGOING_LOG": str(outgoing),
    }  # fmt: skip
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "workbench" / "app" / "main.py"), "--server.port",
             str(port)],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=START_S)
    assert not outgoing.exists(), f"the server connected to {outgoing.read_text()}"


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)  # between two tries; the next one decides
    raise AssertionError(f"the server did not answer\n{log.read_text()}")


@pytest.fixture(scope="session")
def app(workspace: Path, tmp_path_factory) -> Iterator[str]:
    """Address of the app over the finished run."""
    with serving(workspace, tmp_path_factory.mktemp("server") / "app.log") as address:
        yield address


@pytest.fixture
def app_over(tmp_path: Path) -> Iterator[Callable[[Path], str]]:
    """Start the app over another workspace."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serving(folder, tmp_path / "app.log"))


expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "no Chromium on this machine: `make browser` installs it"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; afterwards: no script error, no dialog, and no request that left this machine."""
    context = browser.new_context(viewport=WIDE, accept_downloads=True, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    outside: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(OURS) else outside.append(request.url))
    page.on("websocket", lambda ws: None if ws.url.startswith(OURS) else outside.append(ws.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("dialog", lambda dialog: (broken.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page
    context.close()
    assert outside == []
    assert broken == []


@pytest.fixture
def shot(page: Page) -> Callable[[str], None]:
    """Save what the page shows as ``screenshots/<name>.png``."""

    def save(name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")

    return save
