"""A labeler at the keyboard of the real page: a key and Enter give an answer, the next task comes, a pull brings it home."""

import shutil
import uuid

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from labeling.api import Server
from labeling.project import LabelingProject
from workbench import lake
from workbench.jobs.pull_labels import pull_labels
from workbench.jobs.push_labels import push_labels
from workbench.lake import labels

pytestmark = pytest.mark.timeout(1800)  # the first test waits for the install and the database
PATIENCE_MS = 120_000
TOLD = "Labeling Instructions"


@pytest.fixture
def desk(label_studio):
    """A page of Chromium that is signed in."""
    account = label_studio.account
    with httpx.Client(base_url=account.url, timeout=60, trust_env=False) as session:
        session.get("/user/login/")
        form = {"email": account.email, "password": account.password}
        assert session.post(
            "/user/login/", data=form | {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
        ).is_redirect
        cookies = [{"name": name, "value": value, "url": account.url} for name, value in session.cookies.items()]
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


def open_stream(page, there):
    """Open the labeling stream and close the instructions, as everybody does on the first day."""
    page.goto(there.stream_url, wait_until="commit")
    page.get_by_text(TOLD).wait_for()
    page.keyboard.press("Escape")
    page.get_by_text(TOLD).wait_for(state="hidden")


def send(page):
    """Enter; gives the task's number once the server has stored the answer."""
    stored = f"/annotations?project={page.url.split('/projects/')[1].split('/')[0]}"
    with page.expect_response(lambda one: stored in one.url and one.request.method == "POST") as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 201
    return answer.value.json()["task"]


def brought_home(our):
    """What stands in the lake after a pull."""
    pull_labels("mole_hair", our)
    with lake.open(our, read_only=True) as store:
        assert store.query("duplicate_keys").is_empty()
        return labels.answers(store, "mole_hair")


def test_keys_give_answers_one_crop_and_24_at_a_time(our, desk, label_studio, monkeypatch):
    mark = uuid.uuid4().hex[:8]
    monkeypatch.setattr(LabelingProject, "server_title", lambda self, layout: f"{self.name} {layout} {mark}")
    one = push_labels("mole_hair", our, limit=3)
    open_stream(desk, one.there)
    done = []
    for key, word in (("1", "mole"), ("2", "hair"), ("4", "unsure")):
        choice = desk.get_by_role("radio", name=word)
        expect(choice).not_to_be_checked(timeout=PATIENCE_MS)  # the next task, not the one before
        desk.keyboard.press(key)
        expect(choice).to_be_checked(timeout=PATIENCE_MS)
        done.append(send(desk))
    assert len(set(done)) == 3
    given = brought_home(our)
    assert given.sort("task_id")["value"].to_list() == ["mole", "hair", "unsure"] and given["lead_time_s"].min() > 0

    sheet = push_labels("mole_hair", our, layout="sheet", limit=24)
    with Server(label_studio.account.url, label_studio.account.token, patience_s=400) as server:
        ((task,),) = server.tasks(sheet.there.server_id)
    said = [region["value"]["rectanglelabels"][0] for region in task["predictions"][0]["result"]]
    assert len(said) == 24 and len(set(said)) > 1  # our own answer fills the sheet, so that few need a key
    open_stream(desk, sheet.there)
    picture = desk.locator("canvas[width]").first
    picture.wait_for()
    box = picture.bounding_box()
    assert box["y"] + box["height"] < 850  # all 24 are in sight on a laptop, above the buttons
    desk.mouse.click(box["x"] + box["width"] / 12, box["y"] + box["height"] / 8)
    other, key = ("hair", "2") if said[0] != "hair" else ("mole", "1")
    desk.keyboard.press(key)
    assert send(desk) == task["id"]

    given = brought_home(our)
    cells = dict(given.filter(project_key=sheet.there.key).select("item_key", "value").rows())
    assert [cells[key] for key in task["data"]["item_keys"]] == [other, *said[1:]]
