"""The loop through a real server: choose, label with two people, pull, count, dispute, ask doubtful ones again."""

import time
from dataclasses import replace

import polars as pl
import pytest

from labeling.api import Server
from workbench import lake
from workbench.domain.errors import UsageError, WorkbenchError
from workbench.jobs.label_consensus import disputed_items, label_consensus
from workbench.jobs.label_job import cancel_label_job, dismiss_label_job, label_jobs, start_label_job
from workbench.jobs.label_next import ask_again, label_next, push_batch
from workbench.jobs.label_state import label_state
from workbench.jobs.label_stream import label_stream
from workbench.jobs.pull_labels import pull_labels
from workbench.lake import labels

pytestmark = pytest.mark.timeout(1800)  # the first test waits for the install and the database
WAIT_S = 300


def answer(server, task_id, word):
    result = [{"from_name": "answer", "to_name": "picture", "type": "choices", "value": {"choices": [word]}}]
    path = f"/api/tasks/{task_id}/annotations/"
    return server.change("POST", path, {"result": result, "lead_time": 2.0})["id"]


def test_from_a_choice_to_a_second_asking(our, label_studio, labeler):
    batch = label_next("mole_hair", our, budget=6, strategies=["margin"])
    done = push_batch("mole_hair", batch, our)
    assert label_state(our).state == "ready" and label_stream("mole_hair", our) == done.there.stream_url
    again = label_next("mole_hair", our, budget=5)
    assert not set(again.picks["item_key"]) & set(batch.picks["item_key"])
    with lake.open(our, read_only=True) as store:
        shown = store.query("label_pictures", {"project": "mole_hair"}, frames={"wanted": batch.picks.to_arrow()})
    assert set(shown["item_key"]) == set(batch.picks["item_key"])  # all are on the server and on record
    ids = shown["task_id"].to_list()
    (ann, _), (bo, _) = labeler("ann"), labeler("bo")
    for number in ids:
        answer(ann, number, "mole")
    for number in ids[:4]:
        answer(bo, number, "mole")
    answer(bo, ids[4], "hair")
    pull_labels("mole_hair", our)
    held = label_consensus("mole_hair", our, method="majority").filter(
        pl.col("item_key").is_in(shown["item_key"].to_list())
    )
    queue = disputed_items("mole_hair", our)["item_key"].to_list()
    assert held.height == 6 and [key for key in shown["item_key"] if key in queue] == [shown["item_key"][4]]
    doubted = ask_again("mole_hair", our, held.select("item_key", "value").head(2).to_dicts())
    second = push_batch("mole_hair", doubted, our)
    assert second.pushed.sent == 2 and second.there.key == done.there.key  # the same crops, once more
    assert push_batch("mole_hair", doubted, our).pushed.sent == 0
    with pytest.raises(UsageError, match="all 2 were asked already and wait"):
        ask_again("mole_hair", our, held.select("item_key", "value").head(2).to_dicts())
    with Server(label_studio.account.url, label_studio.account.token) as owner:
        rows = [row for page in owner.tasks(second.there.server_id, after_id=max(ids)) for row in page]
        rows = [row for row in rows if row["data"].get("turn") == "2"]
        assert len(rows) == 2
        answer(owner, rows[0]["id"], "neither")
    pull_labels("mole_hair", our)
    with lake.open(our, read_only=True) as store:
        said = [row["value"] for row in labels.answers(store, "mole_hair").to_dicts()
                if row["item_key"] == rows[0]["data"]["item_keys"][0]]  # fmt: skip
        assert store.query("duplicate_keys").is_empty()
    assert sorted(said)[-1] == "neither" and len(said) >= 2


def test_a_job_pulls_in_a_process_of_its_own(our, monkeypatch):
    for name in ("url", "token", "crops"):
        monkeypatch.setenv(f"WORKBENCH_LABEL_STUDIO_{name.upper()}", str(getattr(our, f"label_studio_{name}")))
    job = start_label_job("pull", "mole_hair", our, by="lea")
    with pytest.raises(WorkbenchError, match="pull is going on for mole_hair"):
        start_label_job("push", "mole_hair", our, by="bo")
    ended = wait(our, job.name)
    assert (ended.outcome, ended.by) == ("done", "lea"), ended.words
    assert "answers new or changed" in ended.words
    dismiss_label_job(job.name, our)
    assert label_jobs(our) == []


def test_a_job_is_cancelled_or_says_why_it_failed(our, monkeypatch):
    monkeypatch.setenv("WORKBENCH_LABEL_STUDIO_URL", "http://127.0.0.1:9")  # nobody answers: it would wait for minutes
    monkeypatch.setenv("WORKBENCH_LABEL_STUDIO_TOKEN", our.label_studio_token)
    job = start_label_job("pull", "mole_hair", our, by="lea")
    end = time.monotonic() + WAIT_S
    while label_jobs(our)[0].pid is None and time.monotonic() < end:
        time.sleep(0.1)  # between two looks; the next one decides
    cancel_label_job(job.name, our)
    assert wait(our, job.name).outcome in ("cancelled", "died")  # died: before it could hear
    failed = wait(our, start_label_job("freeze", "mole_hair", our, by="lea", options={"name": "../x"}).name)
    assert failed.outcome == "failed" and "as a name" in failed.words


def test_a_server_that_cannot_be_used_says_what_to_do(our, tmp_path):
    off = label_state(replace(our, label_studio_url="http://127.0.0.1:9"))
    assert off.state == "off" and "does not answer" in off.words and off.advice
    spoiled = label_state(replace(our, label_studio_token="x" + our.label_studio_token))
    assert spoiled.state == "token" and "personal token" in spoiled.advice
    absent = label_state(replace(our, label_studio_url=None, label_studio_token=None, workspace=tmp_path / "none"))
    assert absent.state == "absent" and "Start it here" in absent.advice


def wait(our, name):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        found = next(job for job in label_jobs(our) if job.name == name)
        if found.outcome is not None:
            return found
        time.sleep(0.1)  # between two looks; the next one decides
    raise AssertionError(f"still {found}")
