"""65,000 crops through a real Label Studio server, killed in every phase: ``python tests/benchmarks/label_yardstick.py``.

    python tests/benchmarks/label_yardstick.py --photos DIR --home DIR [--tasks 65000] > label_yardstick.json

Candidates come from the spot detector on the photos of ``--photos``; where they are fewer than ``--tasks``, cuts shifted
by some pixels make up the number, and the figures say how many. Phases: import (beside the bare API, whose best chunk size
is found first), labelling by simulated labelers with different error rates, pull, reconcile. In each the server is killed
with SIGKILL and started again. Labelling: a part by one request a label, as the page does it; the rest by the API's own
"create annotations from predictions", 2,000 a request, signed in as the labeler. The server is one of its own in ``--home``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from labeling.api import TASK, LostAnswer, Server
from labeling.install_server import install_server
from labeling.personal_token import access_token, make_token
from labeling.project import read_project
from labeling.pull import pull_annotations
from labeling.push import push_tasks
from labeling.reconcile import reconcile_project
from labeling.run_server import is_running, start_server, stop_server
from labeling.server_place import ServerPlace
from labeling.server_project import ServerProject, open_project
from labeling.task_data import as_json
from workbench import lake, settings
from workbench.domain.labels import LabelItem, LabelTask, SentTask
from workbench.jobs.labels_on_record import labels_on_record
from workbench.lake import labels

LABELERS = {"careful": 0.02, "usual": 0.08, "hasty": 0.20}  # name -> share of wrong answers
WORDS = ("mole", "hair", "neither", "unsure")
OVERLAP = 0.1  # of tasks that two people label
ONE_BY_ONE = 600  # labels given as the page gives them; a fifth of all where there are fewer
BULK = 2_000
SIZES = (100, 500, 1000, 2000, 4000)  # chunk sizes of the bare API that are tried
TRIED = 8_000  # tasks each
PAGE = 1_000  # tasks a page of the pull
TURN = 20_000  # most tasks of a turn beside the bare API: what a push does once must not be what is measured


@dataclass
class Bench:
    """The server, our project on it, and the lake of the run."""

    place: ServerPlace
    command: Path
    server: Server
    our: settings.Settings
    there: ServerProject
    kills: int = 0

    def kill(self) -> None:
        """SIGKILL, then the same server on the same data."""
        self.kills += 1
        os.kill(json.loads(self.place.process_file.read_text())["pid"], signal.SIGKILL)
        while is_running(self.place):
            time.sleep(0.01)
        start_server(self.place, self.command)

    def kill_soon(self) -> threading.Thread:
        """While the next request is on its way."""
        thread = threading.Thread(target=lambda: (time.sleep(0.3), self.kill()))
        thread.start()
        return thread

    def server_s(self) -> float:
        """Core-seconds of the server that runs now."""
        times = psutil.Process(json.loads(self.place.process_file.read_text())["pid"]).cpu_times()
        return times.user + times.system


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--tasks", type=int, default=65_000)
    parser.add_argument("--most-photos", type=int, default=300)
    parser.add_argument("--port", type=int, default=18_977)
    args = parser.parse_args()
    environment = Path(os.environ.get("WORKBENCH_LABEL_STUDIO_ENVIRONMENT", args.home / "environment"))
    place = ServerPlace(home=args.home / "ls", environment=environment, port=args.port)
    command = install_server(environment)
    report: dict = {"tasks": args.tasks, "load_at_start": os.getloadavg()[0]}
    tasks = cut(args, place, report)
    account = start_server(place, command)
    name = f"yard_{secrets.token_hex(4)}"
    project = replace(read_project("mole_hair"), name=name, title=name)
    tasks = [replace(task, project=name) for task in tasks]
    our = settings.load({}, workspace=args.home / f"ws_{name}")
    try:
        with Server(account.url, account.token, patience_s=600, page=PAGE) as server:
            there = open_project(server, project, project.layout(), pictures=None)
            bench = Bench(place, command, server, our, there)
            run(bench, tasks, report)
    finally:
        stop_server(place)
    report["peak_memory_of_our_process_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    report["load_at_end"] = os.getloadavg()[0]
    json.dump(report, sys.stdout, indent=1)


def run(bench: Bench, tasks: list[LabelTask], report: dict) -> None:
    """The phases in order; each adds its figures."""
    for phase, does in (
        ("bare_api", lambda: bare(bench, tasks)), ("push", lambda: push(bench, tasks)),
        ("push_without_a_kill", lambda: push_beside_bare(bench, tasks, report)),
        ("label", lambda: label(bench, tasks)), ("pull", lambda: pull(bench, kill=True)),
        ("reconcile", lambda: reconcile(bench)), ("check", lambda: check(bench, tasks)),
        ("pull_from_nothing", lambda: pull_again(bench, tasks)),
    ):  # fmt: skip
        began, load = time.perf_counter(), os.getloadavg()[0]
        report[phase] = {**does(), "phase_wall_s": round(time.perf_counter() - began, 1), "load": load}
        print(phase, json.dumps(report[phase]), file=sys.stderr, flush=True)
    report["kills"] = bench.kills


def cut(args: argparse.Namespace, place: ServerPlace, report: dict) -> list[LabelTask]:
    """Crops to label: candidates, and shifted cuts of them; pictures go to disk as they are made."""
    import cv2
    import numpy as np
    from PIL import Image

    from pipeline.skin.crop_of import crop_of
    from pipeline.skin.spot_crops import CONTEXT, CROP_PX, spot_crops
    from pipeline.upright_photo import upright_photo

    cv2.setNumThreads(1)
    began = time.process_time()
    photos = sorted(args.photos.glob("*.jpg"))[: args.most_photos]
    found, images = [], {}
    for photo in photos:
        images[photo] = upright_photo(str(photo), pixel_limit=120_000_000)
        found += [(photo, one.spot) for one in spot_crops(images[photo], skin="all")]
        if len(found) >= args.tasks:
            break
    rng, folder, tasks, seen, jittered = np.random.default_rng(7), place.crops / "yardstick", [], set(), 0
    digests = {photo: hashlib.sha256(photo.read_bytes()).hexdigest() for photo in images}
    round_ = 0
    while len(tasks) < args.tasks:
        for photo, spot in found:
            moved = spot
            if round_:
                shift = rng.uniform(-0.3, 0.3, 2) * spot.crop_side_px
                moved = replace(spot, x_px=spot.x_px + shift[0], y_px=spot.y_px + shift[1])
            pixels = crop_of(images[photo], moved, CROP_PX, CONTEXT)
            key = hashlib.sha256(pixels.tobytes()).hexdigest()
            if key in seen:
                continue
            seen.add(key)
            jittered += round_ > 0
            file = folder / key[:2] / f"{key}.webp"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(file, "WEBP", quality=85, method=0)
            item = LabelItem(
                item_key=key, image_hash=digests[photo], sku=photo.stem, category="hair_beauty", source=photo.name,
                box=(float(spot.left), float(spot.top), float(spot.width), float(spot.height)),
            )  # fmt: skip
            address = {"picture": f"/data/local-files/?d=yardstick/{key[:2]}/{key}.webp"}
            tasks.append(LabelTask(project="", layout="single", items=(item,), data=address))
            if len(tasks) == args.tasks:
                break
        round_ += 1
    report["crops"] = {
        "photos": len(images), "candidates": len(found), "jittered_cuts": jittered,
        "core_s": round(time.process_time() - began, 1),
    }  # fmt: skip
    print("cut", json.dumps(report["crops"]), file=sys.stderr, flush=True)
    return tasks


def bare(bench: Bench, tasks: list[LabelTask]) -> dict:
    """Seconds a task of the bare import API by chunk size, in projects of their own that are deleted again."""
    found = {}
    for size in SIZES:
        with _other_project(bench) as (number, _):
            found[size] = _bare_import(bench, number, tasks[:TRIED], size)
    best = min(found, key=lambda size: found[size]["wall_ms_per_task"])
    return {"by_chunk": found, "best_chunk": best}


def push(bench: Bench, tasks: list[LabelTask]) -> dict:
    """All tasks, with a kill in the middle; afterwards each is there once."""
    killed: list[threading.Thread] = []

    def watch(done) -> None:
        if not killed and done.sent > len(tasks) / 3:
            killed.append(bench.kill_soon())

    began = time.perf_counter()
    with lake.open(bench.our) as store:
        done = push_tasks(
            bench.server, bench.there, tasks, known=(), on_progress=watch,
            keep=lambda sent: labels.append_sent_tasks(store, sent),
        )  # fmt: skip
    seconds = time.perf_counter() - began
    for thread in killed:
        thread.join()
    there = bench.server.tasks(bench.there.server_id, fields=TASK)
    keys = [row["data"]["task_key"] for page in there for row in page]
    assert len(keys) == len(set(keys)) == len(tasks), (len(keys), len(set(keys)))
    return {
        "wall_s_with_kill": round(seconds, 1), "on_server": len(keys), "lost_answers": done.lost_answers,
        "sent": done.sent, "found": done.found, "removed": done.removed,
    }  # fmt: skip


def push_beside_bare(bench: Bench, tasks: list[LabelTask], report: dict) -> dict:
    """Ours against the bare API without a kill, in turns of the same tasks, so that the machine's load weighs on both."""
    size, part = report["bare_api"]["best_chunk"], min(len(tasks) // 4, TURN)
    ours, theirs = [], []

    def bare_turn(some: list[LabelTask]) -> None:
        with _other_project(bench) as (number, _):
            theirs.append(_bare_import(bench, number, some, size))

    def our_turn(some: list[LabelTask]) -> None:
        with _other_project(bench) as (_, there):
            mine = [replace(task, project=there.project.name) for task in some]
            with lake.open(bench.our) as store:  # opened once a push: 1.4 core-seconds, whatever it sends
                began, spent, own = time.perf_counter(), bench.server_s(), time.process_time()
                push_tasks(bench.server, there, mine, known=(), keep=lambda sent: labels.append_sent_tasks(store, sent))
                ours.append(_per_task(began, spent, own, bench, len(mine)))

    for turn in range(3):
        for act in (bare_turn, our_turn)[:: -1 if turn % 2 else 1]:  # now one first, now the other
            act(tasks[turn * part : (turn + 1) * part])
    sums = {name: sum(one[name] for one in ours) / sum(one[name] for one in theirs) for name in ours[0]}
    return {"turns_of": part, "chunk_of_the_bare_api": size, "ours": ours, "bare": theirs, "ours_over_bare": sums}


def label(bench: Bench, tasks: list[LabelTask]) -> dict:
    """Three people label everything, a tenth of it twice; the server is killed amid single labels and amid bulk ones."""
    with lake.open(bench.our) as store:
        ids = {row["task_key"]: row["task_id"] for row in labels.sent_tasks(store, bench.there.key).to_dicts()}
    people = {name: _person(bench, name) for name in LABELERS}
    given = _who_says_what(tasks)
    singles = min(ONE_BY_ONE, len(given) // 5)
    began, times = time.perf_counter(), []
    for place, (key, name, word) in enumerate(given[:singles]):
        killer = bench.kill_soon() if place == singles // 2 else None
        start = time.perf_counter()
        _label_one(people[name], ids[key], word)
        if killer is None:
            times.append(time.perf_counter() - start)
        else:
            killer.join()
    single_s, began = time.perf_counter() - began, time.perf_counter()
    rest, batches = given[singles:], 0
    for name, person in people.items():
        mine = [(ids[key], word) for key, who, word in rest if who == name]
        for start in range(0, len(mine), BULK):
            killer = bench.kill_soon() if batches == 1 else None
            _label_many(person, bench.there.server_id, name, mine[start : start + BULK])
            batches += 1
            if killer is not None:
                killer.join()
    for person in people.values():
        person.close()
    times.sort()
    return {
        "labels": len(given), "labelers": LABELERS, "one_by_one": singles, "bulk": len(rest),
        "one_by_one_s": round(single_s, 1), "one_by_one_median_ms": round(1000 * times[len(times) // 2], 1),
        "bulk_s": round(time.perf_counter() - began, 1),
    }  # fmt: skip


def pull(bench: Bench, *, kill: bool) -> dict:
    """Everything into the lake, with a kill after some pages."""
    pages, killed, began = 0, [], time.perf_counter()
    spent = (bench.server_s(), time.process_time())
    with lake.open(bench.our) as store:

        def keep(page) -> None:
            nonlocal pages
            labels.append_pulled(store, page)
            pages += 1
            if kill and pages == 1:
                killed.append(bench.kill_soon())

        done = pull_annotations(bench.server, bench.there, labels_on_record(store, bench.there), keep=keep)
        labels.append_pull(
            store, bench.there.key, until=done.until, everything=done.everything, annotations=done.annotations,
            refused=done.refused, deleted=done.deleted,
        )  # fmt: skip
    for thread in killed:
        thread.join()
    return {
        "wall_s": round(time.perf_counter() - began, 1), "annotations": done.annotations, "refused": done.refused,
        "killed": bool(killed), "our_core_s": round(time.process_time() - spent[1], 1),
        "server_core_s": None if killed else round(bench.server_s() - spent[0], 1),
        "our_memory_mb": round(psutil.Process().memory_info().rss / 1e6),
    }  # fmt: skip


def pull_again(bench: Bench, tasks: list[LabelTask]) -> dict:
    """The same into an empty lake without a kill: what a pull costs; then once more, which finds nothing."""
    fresh = replace(bench, our=settings.load({}, workspace=bench.our.workspace.with_name(f"{bench.there.key}_fresh")))
    by_key = {task.task_key: task for task in tasks}
    with lake.open(bench.our, read_only=True) as old, lake.open(fresh.our) as store:
        sent = labels.sent_tasks(old, bench.there.key).iter_rows(named=True)
        labels.append_sent_tasks(
            store,
            [
                SentTask(
                    project_key=bench.there.key, task_id=row["task_id"], task=by_key[row["task_key"]],
                    sent_at=datetime.now(UTC),
                )
                for row in sent
            ],
        )  # fmt: skip
    whole, nothing = pull(fresh, kill=False), pull(fresh, kill=False)
    assert nothing["annotations"] == 0
    return {"whole": whole, "nothing_new": nothing}


def reconcile(bench: Bench) -> dict:
    """sent = stored = labelled + open, with a kill on the way."""
    killer, began = bench.kill_soon(), time.perf_counter()
    with lake.open(bench.our) as store:
        found = reconcile_project(bench.server, bench.there, labels_on_record(store, bench.there))
    killer.join()
    return {
        "wall_s": round(time.perf_counter() - began, 1), "agrees": found.agrees, "sent": found.sent,
        "stored": found.stored, "labelled": found.labelled, "open": found.open,
        "annotations_there": found.annotations_there, "annotations_here": found.annotations_here,
        "differences": len(found.differences),
    }  # fmt: skip


def check(bench: Bench, tasks: list[LabelTask]) -> dict:
    """What stands in the lake against what was given: nothing lost, nothing doubled, nothing changed."""
    item = {task.task_key: task.items[0].item_key for task in tasks}
    given = sorted((item[key], name, word) for key, name, word in _who_says_what(tasks))
    with lake.open(bench.our, read_only=True) as store:
        rows = labels.answers(store, bench.there.project.name)
        copies = store.query("duplicate_keys").height
    stored = sorted(
        (key, who.split(".")[0], word) for key, who, word in rows.select("item_key", "annotator", "value").iter_rows()
    )
    assert stored == given and not copies, (len(stored), len(given), copies)
    return {"answers_given": len(given), "answers_in_the_lake": len(stored), "identical": stored == given}


def _who_says_what(tasks: list[LabelTask]) -> list[tuple[str, str, str]]:
    """(task, labeler, word) by the hash of the crop: the truth is drawn, errors are drawn by each labeler's rate."""
    names = list(LABELERS)
    said = []
    for place, task in enumerate(tasks):
        digest = bytes.fromhex(task.items[0].item_key)
        truth = WORDS[digest[0] % 3]
        who = [names[place % 3]] + ([names[(place + 1) % 3]] if digest[1] < 256 * OVERLAP else [])
        for name in who:
            luck = hashlib.sha256(name.encode() + digest).digest()
            wrong = luck[0] < 256 * LABELERS[name]
            others = [word for word in WORDS if word != truth]
            said.append((task.task_key, name, others[luck[1] % 3] if wrong else truth))
    return said


def _person(bench: Bench, name: str) -> Server:
    """Another person on the server, let in by the invitation link."""
    account = replace(
        bench.place.account(), email=f"{name}.{secrets.token_hex(4)}@studio.example", password=secrets.token_urlsafe(16)
    )
    link = bench.server.get("/api/invite")["invite_url"]
    with httpx.Client(base_url=account.url, timeout=120, trust_env=False) as session:
        session.get(link)
        form = {"email": account.email, "password": account.password, "allow_newsletters": "false"}
        form["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
        session.post(link, data=form)
    return Server(account.url, make_token(account), patience_s=600)


def _choice(word: str) -> list[dict]:
    return [{"from_name": "answer", "to_name": "picture", "type": "choices", "value": {"choices": [word]}}]


def _label_one(person: Server, task_id: int, word: str) -> None:
    path = f"/api/tasks/{task_id}/annotations/"
    try:
        person.change("POST", path, {"result": _choice(word), "lead_time": 1.2})
    except LostAnswer:  # as the page does it: look whether it arrived
        me = person.get("/api/current-user/whoami")["id"]
        if not any(entry["completed_by"] == me for entry in person.get(path)):
            _label_one(person, task_id, word)


def _label_many(person: Server, project: int, name: str, said: list[tuple[int, str]]) -> None:
    """The API's own bulk way; sent again after a lost answer it makes no second annotation."""
    version = f"{name}-{said[0][0]}"
    body = [{"task": task, "result": _choice(word), "model_version": version} for task, word in said]
    _until_through(lambda: _import_predictions(person, project, version, body))
    chosen = {"selectedItems": {"all": False, "included": [task for task, _ in said]}, "model_version": version}
    path = "/api/dm/actions"
    _until_through(lambda: person.change("POST", path, chosen, id="predictions_to_annotations", project=project))


def _import_predictions(person: Server, project: int, version: str, body: list[dict]) -> None:
    there = person.get("/api/predictions", project=project, task=body[0]["task"])
    if not any(row["model_version"] == version for row in there):
        person.change("POST", f"/api/projects/{project}/import/predictions", body)


def _until_through(action: Callable[[], object]) -> None:
    while True:
        try:
            action()
            return
        except LostAnswer:
            continue


class _other_project:
    """A project of its own for a comparison, gone afterwards."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def __enter__(self) -> tuple[int, ServerProject]:
        name = f"bare_{secrets.token_hex(4)}"
        project = replace(self.bench.there.project, name=name, title=name)
        self.there = open_project(self.bench.server, project, project.layout(), pictures=None)
        return self.there.server_id, self.there

    def __exit__(self, *_: object) -> None:
        self.bench.server.change("DELETE", f"/api/projects/{self.there.server_id}/", again=True)


def _bare_import(bench: Bench, number: int, tasks: list[LabelTask], size: int) -> dict:
    head = {"Authorization": f"Bearer {_access(bench)}"}
    bodies = [[as_json(task) for task in part] for part in _parts(tasks, size)]
    began, spent, own = time.perf_counter(), bench.server_s(), time.process_time()
    with httpx.Client(base_url=bench.server.url, headers=head, timeout=600, trust_env=False) as session:
        for body in bodies:
            session.post(f"/api/projects/{number}/import", json=body).raise_for_status()
    return _per_task(began, spent, own, bench, len(tasks))


def _per_task(began: float, spent: float, own: float, bench: Bench, n: int) -> dict:
    wall, here = time.perf_counter() - began, time.process_time() - own
    return {
        "wall_ms_per_task": 1000 * wall / n, "core_ms_per_task": 1000 * (bench.server_s() - spent + here) / n,
    }  # fmt: skip


def _access(bench: Bench) -> str:
    return access_token(bench.server.url, bench.place.account().token)


def _parts(tasks: list[LabelTask], size: int) -> Iterator[list[LabelTask]]:
    for start in range(0, len(tasks), size):
        yield tasks[start : start + size]


if __name__ == "__main__":
    main()
