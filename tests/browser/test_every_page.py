"""Every page, whatever it is about: it opens in every state, fits both screens, and is photographed for people to look at.

`make screenshots` does this over the whole sample set; the pictures lie in ``tests/browser/screenshots/pages``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from workbench import lake
from workbench.app.navigation import find_pages
from workbench.app.person import COOKIE

from .conftest import OURS, PATIENCE_MS, SHOTS, WIDE, serving

STATES = ("demo", "empty", "error")
NARROW = {"width": 1024, "height": 768}
PAGES = {page.url_path: page for page in find_pages()}


@pytest.fixture(scope="module")
def addresses(workspace: Path, app: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The app over the finished run, over nothing, and over a lake that is damaged."""
    place = tmp_path_factory.mktemp("states")
    (place / "error" / "lake").mkdir(parents=True)
    (place / "error" / "lake" / "catalogue.sqlite").write_bytes(b"this is not a catalogue")
    with ExitStack() as stack:
        others = {
            state: stack.enter_context(serving(place / state, tmp_path_factory.mktemp(f"server_{state}") / "app.log"))
            for state in ("empty", "error")
        }
        yield {"demo": app, **others}


@pytest.fixture(scope="module")
def query(workspace: Path) -> Callable[[str], str]:
    """What an address needs for the page to show something."""
    with lake.open(workspace, read_only=True) as store:
        row = store.images(outcome="done", limit=1).row(0, named=True)
    needed = {"image": {"image": row["image_id"], "set": row["set_id"]}}
    return lambda name: urlencode(needed.get(name, {}))


@pytest.fixture
def known_person(browser: Browser) -> Iterator[Page]:
    """A browser in which somebody has said who they are."""
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    context.add_cookies([{"name": COOKIE, "value": "Ann", "url": "http://127.0.0.1"}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    outside: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(OURS) else outside.append(request.url))
    yield page
    context.close()
    assert outside == []


def settled(page: Page) -> None:
    """Wait until nothing is computed and every picture on the screen has come or failed."""
    page.wait_for_function(
        """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner]')
            && [...document.images].every(image => image.complete || image.loading === 'lazy')"""
    )
    page.evaluate("() => document.fonts.ready")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("state", STATES)
def test_it_opens_and_fits(known_person: Page, addresses: dict[str, str], query, state: str, name: str) -> None:
    page = known_person
    asked = query(name) if state == "demo" else ""
    page.goto(f"{addresses[state]}/{name}?{asked}")
    page.locator("h1, .wb-state h2").first.wait_for()
    settled(page)
    expect(page.locator("[data-testid=stException], [role=dialog]")).to_have_count(0)
    if state == "demo":
        expect(page.locator(".st-key-state_error")).to_have_count(0)
    folder = SHOTS / "pages" / state
    folder.mkdir(parents=True, exist_ok=True)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        settled(page)
        wide = page.evaluate("() => document.scrollingElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{wide} px stand out on the right at {size['width']} px"
        page.screenshot(path=folder / f"{name}_{size['width']}x{size['height']}.png")
