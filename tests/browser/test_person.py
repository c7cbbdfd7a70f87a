"""Who is at the screen: a name asked once on this machine, or a real sign-in with roles."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from workbench import lake

from .conftest import PHOTOS, START_S, _wait_for, serving

HERE = Path(__file__).parent


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "provider.log"
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "identity_provider.py"), str(port)], stdout=out, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=START_S)


@pytest.fixture
def app_with_sign_in(workspace: Path, tmp_path: Path, provider: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secrets, people = tmp_path / "secrets.toml", tmp_path / "people.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"s" * 40}"\n'
        f'client_id = "workbench"\nclient_secret = "x"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
    people.write_text(
        '[people]\n"ann@studio.example" = "lead"\n"vic@studio.example" = "viewer"\n[pages]\nviewer = ["overview"]\n'
    )
    monkeypatch.setenv("WORKBENCH_SIGN_IN_FILE", str(secrets))
    monkeypatch.setenv("WORKBENCH_PEOPLE_FILE", str(people))
    with serving(workspace, tmp_path / "app.log", port=port) as address:
        yield address


def sign_in(page: Page, app: str, email: str) -> None:
    page.goto(app)
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=email]").fill(email)
    page.get_by_role("button", name="Sign in").click()


def picture_address(workspace: Path) -> str:
    with lake.open(workspace, read_only=True) as store:
        row = store.images(outcome="done", limit=1).row(0, named=True)
    return f"pictures/file/{Path(row['artefacts'][0]['path']).name}"


def test_signing_in_opens_the_pages_of_ones_role_and_nothing_before(
    page: Page, app_with_sign_in: str, workspace: Path, shot
) -> None:
    page.goto(app_with_sign_in)
    expect(page.get_by_text("Sign in to see your images.")).to_be_visible()
    expect(page.locator(".wb-head")).to_have_count(0)
    shot("sign_in")
    picture = f"{app_with_sign_in}/{picture_address(workspace)}"
    assert page.request.get(picture).status == 401
    sign_in(page, app_with_sign_in, "Ann@Studio.example")
    expect(page.locator(".wb-head h1")).to_be_visible()
    expect(page.get_by_role("button", name="Ann")).to_be_visible()
    assert page.request.get(picture).status == 200
    # the menu opens where its button is: not while the filters above it are still coming
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")
    page.get_by_role("button", name="Ann").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.request.get(picture).status == 401


def test_a_viewer_sees_their_pages_and_a_stranger_none(page: Page, app_with_sign_in: str, workspace: Path) -> None:
    sign_in(page, app_with_sign_in, "eve@elsewhere.example")
    expect(page.get_by_text("nobody has given you a role here")).to_be_visible()
    assert page.request.get(f"{app_with_sign_in}/{picture_address(workspace)}").status == 401
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    sign_in(page, app_with_sign_in, "vic@studio.example")
    expect(page.locator(".wb-head h1")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)  # one page: there is nowhere else to go
    page.goto(f"{app_with_sign_in}/image?image={PHOTOS[0]}")
    expect(page.locator(".ba-stage")).to_have_count(0)
