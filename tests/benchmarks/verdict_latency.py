"""How long people wait: from the key of a verdict to the next picture on the screen, and for each page's first paint.

    python -m tests.benchmarks.verdict_latency WORKSPACE [--verdicts 30] [--json FILE]

Works on a copy of a finished workspace (the demo's), in the machine's Chromium, and prints JSON: milliseconds as
median, p95 and n. A verdict counts from the key's event to the frame in which the next image's pictures are painted,
so it holds the way to the server, the verdict in the lake with its moved files, and the way back. First paint counts
from the navigation to the page's main element on the screen: cold is a new browser context (nothing cached) on a server
that has just answered its first request, warm is a second visit in the same context.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import WIDE, serving
from workbench.app.navigation import find_pages
from workbench.app.person import COOKIE

MAIN_ELEMENT = {  # what people came for; a page that is not listed is there when its title is
    "overview": ".wb-figure-value",
    "qa_board": ".ba[data-shown]",
    "image": ".il-card, .ba-stage",
}
ANY = ".wb-head h1, [class*='st-key-state_']"
PAUSE_MS = 1500  # nobody judges faster; the next images load meanwhile, as they do for people
LOOKS = 5
# before any script of the page: when the key was pressed, and when which image was painted
NOTE = """
window.paints = []; window.pressed = 0;
addEventListener('keydown', () => { window.pressed = performance.now(); }, { capture: true });
addEventListener('ba-shown', event => window.paints.push([event.detail, performance.now()]));
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--verdicts", type=int, default=30)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "workspace"
        shutil.copytree(asked.workspace, place)
        with serving(place, Path(folder) / "app.log") as app, sync_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            found = {
                "verdict_to_next_picture_ms": verdicts(browser, app, asked.verdicts),
                "first_paint_ms": {page.url_path: first_paint(browser, app, page.url_path) for page in find_pages()},
                **machine(asked.workspace),
            }
            browser.close()
    text = json.dumps(found, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")


def verdicts(browser: Browser, app: str, wanted: int) -> dict[str, float]:
    """Judge one image after the other by key."""
    page = somebody(browser, app)
    page.goto(f"{app}/qa_board")
    page.locator(".ba[data-shown]").wait_for()
    took: list[float] = []
    for _ in range(wanted):
        page.wait_for_timeout(PAUSE_MS)
        if page.locator('[data-role="usable"]').is_visible():
            page.keyboard.press("s")
        seen = page.evaluate("paints.length")
        page.keyboard.press("a")
        page.wait_for_function(
            "seen => paints.length > seen || document.querySelector('.st-key-state_board')", arg=seen
        )
        if page.locator(".st-key-state_board").count():
            break  # the queue is empty
        took.append(page.evaluate("paints.at(-1)[1] - pressed"))
    page.context.close()
    return spread(took)


def first_paint(browser: Browser, app: str, name: str) -> dict[str, dict[str, float]]:
    """Open a page in new browsers, and once more in each."""
    cold, warm = [], []
    for _ in range(LOOKS):
        page = somebody(browser, app)
        cold.append(opened(page, f"{app}/{name}", name))
        warm.append(opened(page, f"{app}/{name}", name))
        page.context.close()
    return {"cold": spread(cold), "warm": spread(warm)}


def opened(page: Page, address: str, name: str) -> float:
    """Milliseconds from the navigation to the page's main element on the screen."""
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(f"{MAIN_ELEMENT.get(name, ANY)}, [class*='st-key-state_']").first.wait_for(state="visible")
    return (time.perf_counter() - began) * 1000


def somebody(browser: Browser, app: str) -> Page:
    """A new browser context of a person with a name."""
    context = browser.new_context(viewport=WIDE)
    context.add_cookies([{"name": COOKIE, "value": "Benchmark", "url": app}])
    context.add_init_script(NOTE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile, n."""
    ordered = sorted(values)
    at = min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))
    return {"median": round(statistics.median(ordered), 1), "p95": round(ordered[at], 1), "n": len(ordered)}


def machine(workspace: Path) -> dict[str, object]:
    """Where and on what it was measured."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "workspace": workspace.name, "python": sys.version.split()[0], "machine": platform.machine(),
        "cores": os.cpu_count(), "load_average": [round(value, 1) for value in os.getloadavg()],
        "commit": commit.stdout.strip(), "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }  # fmt: skip


if __name__ == "__main__":
    main()
