"""Push, label, pull and reconcile through a real server: each task once, every label, whatever breaks in between."""

import json
import os
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from labeling.api import LostAnswer, Server, _Unsure
from labeling.pull import pull_annotations
from labeling.push import push_tasks
from labeling.reconcile import reconcile_project
from labeling.run_server import is_running, start_server
from labeling.server_project import open_project
from workbench import lake
from workbench.domain.errors import LabelingError, StorageFull
from workbench.jobs.labels_on_record import labels_on_record
from workbench.lake import labels

pytestmark = pytest.mark.timeout(1800)  # the first test waits for the install and the database


def choice(word):
    """What Label Studio sends for one answer to a crop."""
    return [{"from_name": "answer", "to_name": "picture", "type": "choices", "value": {"choices": [word]}}]


class Round:
    """One project on the server with a lake: what jobs do, with the seams where things break within reach."""

    def __init__(self, server, made, our, layout="single"):
        self.server, self.our = server, our
        self.there = open_project(server, made, made.layout(layout), pictures=None)

    def push(self, tasks, *, chunk=10, server=None, on_progress=lambda done: None):
        with lake.open(self.our) as store:
            known = [(row["task_key"], row["task_id"]) for row in labels.sent_tasks(store, self.there.key).to_dicts()]
            return push_tasks(
                server or self.server, self.there, tasks, known=known, chunk=chunk, on_progress=on_progress,
                keep=lambda sent: labels.append_sent_tasks(store, sent),
            )  # fmt: skip

    def pull(self, *, keep=None, shift=timedelta(0)):
        with lake.open(self.our) as store:
            known = labels_on_record(store, self.there)
            if known.until is not None:
                known = replace(known, until=known.until + shift)
            keep = keep or (lambda page: labels.append_pulled(store, page))
            done = pull_annotations(self.server, self.there, known, keep=keep)
            labels.append_pull(
                store, self.there.key, until=done.until, everything=done.everything, annotations=done.annotations,
                refused=done.refused, deleted=done.deleted,
            )  # fmt: skip
            return done

    def reconcile(self):
        with lake.open(self.our) as store:
            return reconcile_project(self.server, self.there, labels_on_record(store, self.there))

    def answers(self):
        with lake.open(self.our) as store:
            assert store.query("duplicate_keys").is_empty()
            return labels.answers(store, self.there.project.name).to_dicts()

    def ids(self):
        return [row["id"] for page in self.server.tasks(self.there.server_id) for row in page]

    def label(self, task_id, word, *, by=None, **more):
        path = f"/api/tasks/{task_id}/annotations/"
        return (by or self.server).change("POST", path, {"result": choice(word), "lead_time": 1.5, **more})["id"]


@pytest.fixture
def owner(label_studio):
    with Server(label_studio.account.url, label_studio.account.token, patience_s=400) as server:
        yield server


@pytest.fixture
def ground(owner, project, our):
    return Round(owner, project, our)


def test_a_push_again_sends_nothing_and_a_longer_one_the_rest(ground, tasks):
    made = tasks(25)
    assert ground.push(made[:15]).sent == 15
    again = ground.push([*made, *made])  # each crop twice in one push, too
    assert (again.sent, again.known, again.lost_answers) == (10, 40, 0)
    assert len(ground.ids()) == 25 and ground.reconcile().agrees


def test_a_lost_answer_is_read_back(ground, tasks, label_studio):
    class Loses(Server):
        """The network breaks after the server has done what it was asked: every second time."""

        imports = 0

        def _send(self, method, path, **more):
            answer = super()._send(method, path, **more)
            if path.endswith("/import"):
                self.imports += 1
                if self.imports % 2:
                    raise _Unsure("the connection broke")
            return answer

    with Loses(label_studio.account.url, label_studio.account.token) as loses:
        done = ground.push(tasks(40), server=loses)
        assert loses.imports == 4 and (done.sent, done.lost_answers, done.removed) == (40, 2, 0)
    assert len(ground.ids()) == 40 and ground.reconcile().agrees


def test_a_push_that_forgot_what_it_sent_finds_it(ground, tasks, our, tmp_path):
    made = tasks(12)
    ground.push(made)
    forgot = Round(ground.server, ground.there.project, replace(our, catalogue=str(tmp_path / "new" / "c.sqlite")))
    done = forgot.push(made)
    assert (done.sent, done.found, len(ground.ids())) == (0, 12, 12)


def test_edits_are_followed_and_deletions_buried(ground, tasks):
    ground.push(tasks(6))
    ids = ground.ids()
    first, second, _ = (ground.label(number, "mole") for number in ids[:3])
    assert ground.pull().annotations == 3
    ground.server.change("PATCH", f"/api/annotations/{first}/", {"result": choice("hair")})
    ground.server.change("DELETE", f"/api/annotations/{second}/")
    ground.server.change("DELETE", f"/api/tasks/{ids[2]}/")
    ground.label(ids[4], "unsure")
    before = ground.reconcile()
    assert {one.what for one in before.differences} == {
        "annotation changed since", "annotation deleted there", "task deleted there", "annotation not pulled",
    }  # fmt: skip
    done = ground.pull()
    assert (done.annotations, done.deleted) == (2, 3)  # of the deleted: an annotation, a task and the task's annotation
    assert sorted(row["value"] for row in ground.answers()) == ["hair", "unsure"]
    after = ground.reconcile()
    assert after.agrees and (after.sent, after.labelled, after.open) == (5, 2, 3)
    quiet = ground.pull()
    assert (quiet.annotations, quiet.deleted, quiet.everything) == (0, 0, False)
    assert ground.push(tasks(6)).sent == 0  # what somebody deleted there does not come back by itself


def test_two_labelers_on_one_task_at_once(ground, tasks, labeler):
    ground.push(tasks(1))
    (number,) = ground.ids()
    (ann, is_ann), (bo, is_bo) = labeler("ann"), labeler("bo")
    working = [
        threading.Thread(target=ground.label, args=(number, word), kwargs={"by": one})
        for one, word in ((ann, "mole"), (bo, "hair"))
    ]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    assert ground.pull().annotations == 2
    said = {(row["annotator"], row["value"]) for row in ground.answers()}
    assert said == {(is_ann.email, "mole"), (is_bo.email, "hair")}


def test_what_cannot_be_read_is_kept_with_its_reason(ground, tasks):
    ground.push(tasks(3))
    ids = ground.ids()
    ground.label(ids[0], "banana")
    ground.server.change("POST", f"/api/tasks/{ids[1]}/annotations/", {"result": [], "was_cancelled": True})
    body = [{"data": {"picture": "of/another/project.webp", "task_key": "k"}}]
    ground.server.change("POST", f"/api/projects/{ground.there.server_id}/import", body)
    done = ground.pull()
    assert (done.annotations, done.refused, done.foreign) == (2, 1, 1)
    assert ground.answers() == []
    assert [one.what for one in ground.reconcile().differences] == ["foreign task"]


def test_a_sheet_gives_an_answer_for_each_crop(owner, project, our, tasks):
    ground = Round(owner, project, our, "sheet")
    (task,) = tasks(24, "sheet")
    ground.push([task])
    (number,) = ground.ids()
    words = [("mole", "hair", "neither", "unsure")[place % 4] for place in range(24)]
    result = [
        {
            "id": f"r{place}", "from_name": "answer", "to_name": "picture", "type": "rectanglelabels",
            "original_width": 960, "original_height": 640,
            "value": {
                "x": (place % 6) * 100 / 6 + 1, "y": (place // 6) * 25 + 1, "width": 14, "height": 22, "rotation": 0,
                "rectanglelabels": [word],
            },
        }
        for place, word in enumerate(words)
    ]  # fmt: skip
    path = f"/api/tasks/{number}/annotations/"
    ground.server.change("POST", path, {"result": result[:-1]})
    assert ground.pull().refused == 1
    ground.server.change("POST", path, {"result": result})
    assert ground.pull().refused == 0
    said = {row["item_key"]: row["value"] for row in ground.answers()}
    assert said == {item.item_key: word for item, word in zip(task.items, words, strict=True)}


def test_a_clock_set_back_makes_a_pull_look_at_everything(ground, tasks):
    ground.push(tasks(3))
    ground.pull()
    ground.label(ground.ids()[0], "mole")
    done = ground.pull(shift=timedelta(hours=3))  # as if the last pull had been three hours from now
    assert (done.everything, done.annotations) == (True, 1)


def test_a_full_disk_leaves_nothing_half_written(ground, tasks):
    ground.server.page = 2
    ground.push(tasks(6))
    for number in ground.ids():
        ground.label(number, "mole")
    pages = []

    def full(page):
        if pages:
            raise StorageFull("the disk is full", where="lake")
        pages.append(page)
        with lake.open(ground.our) as store:
            labels.append_pulled(store, page)

    with pytest.raises(StorageFull):
        ground.pull(keep=full)
    assert len(ground.answers()) == 2
    assert ground.pull().annotations == 4
    assert len(ground.answers()) == 6 and ground.reconcile().agrees


def kill_soon(label_studio):
    """SIGKILL to the server while the next request is on its way, then the same server on the same data."""

    def act():
        time.sleep(0.03)
        os.kill(json.loads(label_studio.place.process_file.read_text())["pid"], signal.SIGKILL)
        while is_running(label_studio.place):
            time.sleep(0.01)
        start_server(label_studio.place, label_studio.command)

    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_a_server_killed_during_push_and_pull_loses_nothing(ground, tasks, label_studio):
    kills = []

    def kill_once(done):
        if done.sent >= 20 and not kills:
            kills.append(kill_soon(label_studio))

    done = ground.push(tasks(60), on_progress=kill_once)
    kills[0].join()
    ids = ground.ids()
    assert len(ids) == 60 == done.sent + done.found and ground.reconcile().agrees
    for number in ids[:12]:
        ground.label(number, "hair")
    ground.server.page = 10

    def keep(page):
        with lake.open(ground.our) as store:
            labels.append_pulled(store, page)
        if len(kills) == 1:
            kills.append(kill_soon(label_studio))

    assert ground.pull(keep=keep).annotations == 12
    kills[1].join()
    assert len(ground.answers()) == 12 and ground.reconcile().agrees


def test_a_server_that_stays_away_is_said_to(our, label_studio):
    with Server("http://127.0.0.1:9", label_studio.account.token, patience_s=1) as nobody:
        with pytest.raises(LabelingError, match="label doctor"):
            nobody.get("/api/projects/")
        with pytest.raises(LabelingError):
            nobody.change("POST", "/api/projects/", {})
    assert issubclass(LostAnswer, LabelingError)
