"""Images tagged in FiftyOne go to a real Label Studio in one command, are marked once sent, and their tags reach the lake."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from labeling.api import Server
from labeling.project import LabelingProject, read_project
from labeling.server_project import find_project
from tests.workbench.app import conftest
from tests.workbench.inspection.conftest import IMAGES, made_up_lake
from workbench import lake
from workbench.lake.inspection import standing_tags

pytestmark = pytest.mark.timeout(1800)  # the first test waits for the install and the database
TAG, SENT = "hair cut off", "sent to failure_mode"
CHOSEN = ("image_1", "image_2", "image_4")  # the last one was refused: it has no cutout that could be asked about


def test_a_tagged_selection_is_labelled_in_one_command(label_studio, tmp_path, monkeypatch):
    mark, account = uuid.uuid4().hex[:8], label_studio.account
    monkeypatch.setattr(LabelingProject, "server_title", lambda self, layout: f"{self.name} {layout} {mark}")
    monkeypatch.setattr(conftest, "SHAPE", (64, 48))  # a photo below 32 px is no photo
    settings = made_up_lake(tmp_path)
    environment = os.environ | {
        "WORKBENCH_LABEL_STUDIO_URL": account.url, "WORKBENCH_LABEL_STUDIO_TOKEN": account.token,
        "WORKBENCH_LABEL_STUDIO_CROPS": str(label_studio.place.crops),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }  # fmt: skip
    person = [sys.executable, str(Path(__file__).with_name("tag_and_push.py")), str(settings.workspace), mark, TAG]
    done = subprocess.run(
        [*person, *CHOSEN], env=environment, capture_output=True, text=True, timeout=1500, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])

    project = read_project("failure_mode")
    with Server(account.url, account.token, patience_s=400) as server:
        there = find_project(server, project, project.layout("single"))
        tasks = [row for page in server.tasks(there.server_id) for row in page]
    assert sorted(row["data"]["sku"] for row in tasks) == ["SKU-7", "SKU-8"]  # those two, and no other
    assert f"3 images tagged {TAG!r}: 2 tasks sent, 0 known; 1 cannot be shown" in told["sent"]["said"]
    assert there.stream_url in told["sent"]["said"]
    marked = {f"image_{n}": [] for n in range(IMAGES)} | {
        "image_1": [TAG, SENT],
        "image_2": [TAG, SENT],
        "image_4": [TAG],
    }
    assert told["sent"]["tags"] == marked  # what was sent, and nothing else
    assert "0 tasks sent, 2 known" in told["again"]["said"] and told["again"]["tags"] == marked

    assert "0 tags new, 1 taken away, 4 stand" in told["synced"]["said"]
    with lake.open(settings, read_only=True) as store:
        standing = standing_tags(store, simulated=False).select("image_id", "tag", "noted_by").rows()
        assert store.query("duplicate_keys").is_empty()
    assert set(standing) == {
        ("image_1", SENT, "ann"), ("image_2", SENT, "ann"), ("image_2", TAG, "ann"), ("image_4", TAG, "ann"),
    }  # fmt: skip
