"""Images of a lake set through a real server and back: masks, shots, failures, blind pairs, and verdicts as on the board."""

import http.client
import json
import shutil
import threading
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from PIL import Image

from labeling.api import Server
from labeling.brush_mask import decode_mask, encode_mask
from labeling.listen import Receiver
from labeling.project import LabelingProject, read_project
from labeling.server_project import find_project
from labeling.webhook import PATH
from pipeline.store import Store
from workbench import lake, settings
from workbench.domain.errors import LabelingError, StorageFull, UsageError
from workbench.jobs.blind_test import blind_figures, votes_of
from workbench.jobs.judge_image import judge_image
from workbench.jobs.label_consensus import disputed_items, label_consensus
from workbench.jobs.label_next import DISPUTED, ask_again, push_batch
from workbench.jobs.label_rows import label_rows
from workbench.jobs.label_source import read_images
from workbench.jobs.listen_labels import listen_labels
from workbench.jobs.pilot_figures import pilot_figures
from workbench.jobs.pilot_new import new_pilot
from workbench.jobs.pilot_pairs import SENT, push_pilot_pairs
from workbench.jobs.pilot_report import write_pilot_report
from workbench.jobs.pilot_run import run_pilot
from workbench.jobs.pull_labels import pull_labels, reconcile_labels
from workbench.jobs.push_labels import push_labels
from workbench.jobs.qa_queue import claim_key, take_image
from workbench.jobs.run_set import run_set
from workbench.lake import labels
from workbench.lake.desk import Desk

pytestmark = pytest.mark.timeout(1800)  # the first test waits for the install and the database
QUERIES = Path(__file__).parent
CHOSEN = ("apparel_01_003", "footwear_01_003", "packaged_01_003")


@pytest.fixture(scope="session")
def run_once(tmp_path_factory, sample_dir, sample_rows):
    """Three small photos, run with two engines."""
    folder = tmp_path_factory.mktemp("label_shop") / "shop"
    folder.mkdir()
    rows = {row["image_id"]: row for row in sample_rows}
    lines = ["image_id,sku,path,category"]
    for place, name in enumerate(CHOSEN):
        with Image.open(sample_dir / rows[name]["path"]) as photo:
            photo.thumbnail((320, 320))
            photo.save(folder / f"{name}.jpg", quality=92)
        lines.append(f"{name},SKU-{place},{name}.jpg,{rows[name]['category']}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    workspace = tmp_path_factory.mktemp("label_run") / "ws"
    other = (Path(__file__).resolve().parents[2] / "pipeline/specs/marketplace_white.toml").read_text()
    (workspace / "specs").mkdir(parents=True)
    spec = workspace / "specs" / "by_grabcut.toml"
    spec.write_text(
        other.replace('"marketplace_white"', '"by_grabcut"').replace('engine = "subject_net"', 'engine = "grabcut"')
    )
    our = settings.load({}, workspace=workspace)
    for name in (str(spec), "marketplace_white"):  # the later one holds
        done = run_set(str(folder), settings=our, spec=name, set_name="shop", workers=1)
        assert (done.images, done.failed) == (len(CHOSEN), 0)
    return SimpleNamespace(workspace=workspace, folder=folder)


@pytest.fixture
def shop(label_studio, run_once, tmp_path, monkeypatch):
    """A copy of that workspace, with the server; its projects are the test's own."""
    mark = uuid.uuid4().hex[:8]
    monkeypatch.setattr(LabelingProject, "server_title", lambda self, layout: f"{self.name} {layout} {mark}")
    shutil.copytree(run_once.workspace, tmp_path / "ws")
    our = settings.load(
        {
            "WORKBENCH_LABEL_STUDIO_URL": label_studio.account.url,
            "WORKBENCH_LABEL_STUDIO_TOKEN": label_studio.account.token,
            "WORKBENCH_LABEL_STUDIO_CROPS": str(label_studio.place.crops),
        },
        workspace=tmp_path / "ws",
    )
    with Server(label_studio.account.url, label_studio.account.token, patience_s=400) as server:
        yield Shop(our, server, run_once.folder, label_studio.account.email)


class Shop:
    def __init__(self, our, server, folder, me):
        self.our, self.server, self.folder, self.me = our, server, folder, me

    def push(self, name, **more):
        done = push_labels(name, self.our, **more)
        self.there = done.there
        return done

    def tasks(self):
        return [row for page in self.server.tasks(self.there.server_id) for row in page]

    def label(self, row, result, **more):
        path = f"/api/tasks/{row['id']}/annotations/"
        return self.server.change("POST", path, {"result": result, "lead_time": 2.5, **more})["id"]

    def edit(self, annotation, result):
        self.server.change("PATCH", f"/api/annotations/{annotation}/", {"result": result})

    def delete(self, annotation):
        self.server.change("DELETE", f"/api/annotations/{annotation}/")

    def reviews(self, image_id):
        with lake.open(self.our) as store:
            assert store.query("duplicate_keys").is_empty()
            standing = store.standing(self.set_id(), image_id)
            return standing.state, store.reviews_of(self.set_id(), image_id).to_dicts()

    def set_id(self):
        with lake.open(self.our) as store:
            return store.images()["set_id"][0]


def chosen(question, *words, about="picture"):
    return {"from_name": question, "to_name": about, "type": "choices", "value": {"choices": list(words)}}


def test_a_source_is_a_set_a_folder_or_filters(shop):
    found = read_images("shop", shop.our, results=True)
    assert [one.photo.sku for one in found] == ["SKU-0", "SKU-1", "SKU-2"] and found[0].engine == "subject_net"
    assert [one.photo.image_id for one in read_images("category=footwear", shop.our, results=True)] == [CHOSEN[1]]
    of_folder = read_images(str(shop.folder), shop.our, results=False)
    assert {one.photo_hash for one in of_folder} == {one.photo_hash for one in found}
    with pytest.raises(UsageError, match="no image in the lake"):
        read_images("set=shop,verdict=rejected", shop.our, results=True)
    with pytest.raises(UsageError, match="was not run yet"):
        read_images(str(shop.our.workspace), shop.our, results=True)


def test_every_project_shows_images_and_gets_typed_answers(shop, labeler):
    """Shots, failures and blind pairs: filled in, answered, edited into rows of their own kind; a second push adds none."""
    assert shop.push("shot_type", source=str(shop.folder), limit=2).pushed.sent == 2
    assert shop.push("shot_type", source="shop").pushed.sent == 1  # the same photos by another way: one is new
    rows = shop.tasks()
    assert len(rows) == 3 and any(row["predictions"] for row in rows)
    for row in rows:
        assert {"image_hash", "crop_box", "sku", "category"} <= row["data"].keys() and row["data"]["sku"].startswith(
            "SKU"
        )
    shop.label(rows[0], [chosen("category", "apparel"), chosen("shot", "flat_lay"), chosen("flags", "sheer", "props")])
    shop.label(rows[1], [chosen("category", "footwear"), chosen("shot", "packshot")])
    assert pull_labels("shot_type", shop.our)["single"].annotations == 2
    shots = label_rows("shot_type", shop.our).select("category", "shot", "flags").rows()
    assert sorted(shots) == [("apparel", "flat_lay", ["props", "sheer"]), ("footwear", "packshot", [])]

    ann, _ = labeler("ann")
    other = {"result": [chosen("category", "sheer"), chosen("shot", "packshot")], "lead_time": 1.5}
    ann.change("POST", f"/api/tasks/{rows[0]['id']}/annotations/", other)
    pull_labels("shot_type", shop.our)
    label_consensus("shot_type", shop.our, method="majority")
    doubts = disputed_items("shot_type", shop.our)
    assert set(doubts["item_key"]) == {rows[0]["data"]["image_hash"]} and set(doubts["question"]) == {"category", "shot"}
    batch = ask_again("shot_type", shop.our, doubts.to_dicts(), why=DISPUTED)
    assert [push_batch("shot_type", batch, shop.our).pushed.sent for _ in range(2)] == [1, 0]  # one image, asked once
    with pytest.raises(UsageError, match="asked already and wait for an answer"):
        ask_again("shot_type", shop.our, doubts.to_dicts(), why=DISPUTED)
    *_, again = shop.tasks()
    assert again["data"] == {**rows[0]["data"], "turn": "2", "task_key": again["data"]["task_key"]}
    assert [one["result"] for one in again["predictions"]] == [one["result"] for one in rows[0]["predictions"]]

    assert shop.push("failure_mode", source="category=footwear").pushed.sent == 1
    (row,) = shop.tasks()
    size = {"original_width": row["data"]["width_px"], "original_height": row["data"]["height_px"]}
    box = {"x": 10.0, "y": 20.0, "width": 30.0, "height": 40.0, "rotation": 0}
    region = {"id": "r1", "to_name": "picture", **size}
    shop.label(
        row,
        [
            {
                **region,
                "from_name": "failure",
                "type": "rectanglelabels",
                "value": {**box, "rectanglelabels": ["halo"]},
            },
            {**region, "from_name": "severity", "type": "choices", "value": {**box, "choices": ["visible"]}},
        ],
    )
    pull_labels("failure_mode", shop.our)
    (failure,) = label_rows("failure_mode", shop.our).to_dicts()
    assert (failure["failure"], failure["severity"]) == ("halo", "visible")
    assert failure["left"] == pytest.approx(0.1 * row["data"]["width_px"])

    assert shop.push("blind_ab").pushed.sent == 3
    rows = shop.tasks()
    for row in rows:  # nothing on the server says which is which
        told = json.dumps(row["data"])
        with lake.open(shop.our) as store:
            names = [
                name
                for side in labels.sides(store).to_dicts()
                for name in (side["left_result_id"], side["right_result_id"])
            ]
        assert not any(word in told for word in ("grabcut", "subject_net", "marketplace", *names))
        assert "model_version" not in told and not row["predictions"]
    shop.label(rows[0], [chosen("better", "left", about="left")])
    shop.label(rows[1], [chosen("better", "same", about="left")])
    pull_labels("blind_ab", shop.our)
    duels = {row["better"]: row for row in label_rows("blind_ab", shop.our).to_dicts()}
    assert [duels[word]["state"] for word in ("left", "same", None)] == ["decided", "no difference", "no vote yet"]
    assert {duels["left"]["winner_engine"], duels["left"]["loser_engine"]} == {"subject_net", "grabcut"}
    assert (
        duels["left"]["winner_result_id"] == duels["left"]["left_result_id"] and duels["same"]["winner_engine"] is None
    )
    assert shop.push("blind_ab").pushed.sent == 0
    assert all(one.agrees for one in reconcile_labels("blind_ab", shop.our).values())


def test_masks_come_filled_in_and_go_back_as_files(shop, monkeypatch):
    shop.push("cutout_mask", limit=2)
    first, second = shop.tasks()
    (region,) = first["predictions"][0]["result"]
    height, width = first["data"]["height_px"], first["data"]["width_px"]
    ours = decode_mask(region["value"]["rle"], height=height, width=width)
    assert 0.02 < (ours > 127).mean() < 0.98
    picture = Image.open(shop.our.label_studio_crops / first["data"]["picture"].partition("?d=")[2])
    assert picture.size == (width, height)
    mended = ours.copy()
    mended[: height // 8] = 255
    shop.label(first, [{**region, "value": {**region["value"], "rle": encode_mask(mended)}}])
    small = {
        **region,
        "original_width": 64,
        "original_height": 48,
        "value": {**region["value"], "rle": encode_mask(np.zeros((48, 64), np.uint8))},
    }
    shop.label(second, [small])

    def full(*_):
        raise StorageFull("the disk is full", where="masks")

    whole = Store.write
    monkeypatch.setattr(Store, "write", full)
    with pytest.raises(StorageFull):
        pull_labels("cutout_mask", shop.our)
    monkeypatch.setattr(Store, "write", whole)
    assert label_rows("cutout_mask", shop.our).is_empty()
    done = pull_labels("cutout_mask", shop.our)["single"]
    assert (done.annotations, done.refused) == (2, 1)
    (mask,) = label_rows("cutout_mask", shop.our).to_dicts()
    stored = np.asarray(Image.open(shop.our.workspace / mask["path"]))
    assert np.array_equal(stored, mended) and mask["image_hash"] == first["data"]["image_hash"]
    with lake.open(shop.our) as store:
        (refused,) = [row["refused"] for row in store.query(QUERIES / "refused.sql").to_dicts()]
    assert second["data"]["sku"] in refused and "64 x 48 px" in refused


def test_verdicts_arrive_as_on_the_board(shop, labeler):
    shop.push("qa_review", source="shop")
    rows = {row["data"]["items"][0]["source"].removesuffix(".jpg"): row for row in shop.tasks()}
    first, second, third = CHOSEN
    one = shop.label(rows[first], [chosen("verdict", "approved")])
    two = shop.label(rows[second], [chosen("verdict", "rework"), chosen("reasons", "halo", "holes")])
    shop.label(rows[third], [chosen("verdict", "rejected")])  # without a reason: the board would not take it either
    done = pull_labels("qa_review", shop.our)
    assert (done.verdicts.new, done.verdicts.left) == (2, 1)
    state, (review,) = shop.reviews(first)
    assert state == "approved" and (review["source"], review["reviewer"]) == ("label_studio", shop.me)
    assert review["active_seconds"] == 2.5 and review["version"] == 1
    state, (review,) = shop.reviews(second)
    assert state == "rework" and review["reasons"] == ["halo", "holes"]
    assert shop.reviews(third)[1] == []
    again = pull_labels("qa_review", shop.our)
    assert again["single"].annotations == 0 and again.verdicts == type(again.verdicts)()

    shop.edit(one, [chosen("verdict", "rejected"), chosen("reasons", "crop")])
    shop.delete(two)
    done = pull_labels("qa_review", shop.our, everything=True)
    assert (done.verdicts.new, done.verdicts.taken_back) == (1, 2)
    state, reviews = shop.reviews(first)
    assert state == "rejected" and reviews[-1]["verdict"] == "rejected"
    assert shop.reviews(second)[0] == "queued"

    desk, set_id = Desk(shop.our), shop.set_id()
    with lake.open(shop.our) as store:  # somebody has the second one on the board
        item = take_image(store, desk, set_id, second, "ann")
    shop.label(rows[second], [chosen("verdict", "approved")])
    assert pull_labels("qa_review", shop.our).verdicts.waiting == 1
    with lake.open(shop.our) as store:
        judge_image(store, desk, item, person_id="ann", verdict="rework", reasons=["spill"], token="board")
    late = pull_labels("qa_review", shop.our).verdicts
    assert (late.new, late.left, late.waiting) == (0, 1, 0)  # another verdict came first: as on the board
    state, reviews = shop.reviews(second)
    assert state == "rework" and reviews[-1]["reviewer"] == "ann"
    assert claim_key(set_id, second) not in {claim.key for claim in desk.claims()}


def test_who_goes_to_several_and_what_is_gold_is_told_to_the_server_alone(shop):
    with lake.open(shop.our) as store:
        known = read_images("category=footwear", shop.our, results=False)[0].photo_hash
        labels.append_gold(store, "shot_type", [(known, "category", "footwear")], why="lead")
    done = shop.push("shot_type", overlap=0.9, labelers=3, gold=0.34)
    planned = {row["data"]["image_hash"]: row for row in shop.tasks()}
    assert done.planned >= 1 and planned[known]["overlap"] == read_project("shot_type").quality.gold_labelers
    shapes = {json.dumps(sorted(row["data"])) for row in planned.values()}
    assert len(shapes) == 1 and not any("gold" in json.dumps(row["data"]) for row in planned.values())
    with lake.open(shop.our) as store:
        plan = {row["task_id"]: (row["labelers"], row["gold"]) for row in labels.plan(store, shop.there.key).to_dicts()}
    assert plan[planned[known]["id"]] == (5, True)
    for row in planned.values():
        assert row["overlap"] == plan.get(row["id"], (1, False))[0]
    assert shop.push("shot_type", overlap=0.9, labelers=3, gold=0.34).planned == 0  # told once


def test_a_listener_stores_what_comes_and_a_pull_finds_nothing_new(shop):
    shop.push("shot_type", limit=2)
    rows = shop.tasks()
    stop, said, pulled = threading.Event(), [], []
    listening = threading.Thread(
        target=listen_labels, args=(shop.our,),
        kwargs={"projects": ("shot_type",), "stop": stop, "say": said.append, "on_pull": lambda name, one: pulled.append(one)},
    )  # fmt: skip
    listening.start()
    try:
        wait(lambda: pulled)  # what was there before
        words = [chosen("category", "apparel"), chosen("shot", "packshot")]
        first = shop.label(rows[0], words)
        shop.label(rows[1], words)
        wait(lambda: sum(one["single"].annotations for one in pulled) == 2)
        shop.edit(first, [chosen("category", "footwear"), chosen("shot", "packshot")])
        wait(lambda: sum(one["single"].annotations for one in pulled) == 3)
        shop.delete(first)
        wait(lambda: sum(one["single"].deleted for one in pulled) == 1)
    finally:
        stop.set()
        listening.join()
    done = pull_labels("shot_type", shop.our)["single"]
    assert (done.annotations, done.deleted) == (0, 0) and label_rows("shot_type", shop.our).height == 1
    assert shop.server.get("/api/webhooks/", project=shop.there.server_id) == []
    there = find_project(shop.server, read_project("shot_type"), read_project("shot_type").layout())
    assert there is not None and any("listening at http://127.0.0.1:" in words for words in said)


def wait(what, most_s=240.0):
    end = time.monotonic() + most_s
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_receiver_takes_the_secret_and_nothing_else():
    heard = []
    with Receiver("secret", heard.append) as receiver:
        assert receiver.url.startswith("http://127.0.0.1:")
        good = {"Authorization": "Bearer secret"}

        def post(path=f"{PATH}7", head=good, **more):
            return httpx.post(receiver.url + path, headers=head, trust_env=False, **more).status_code

        assert post(json={"action": "ANNOTATION_CREATED"}) == 204 and heard == [7]
        assert post(head={}) == 401 and post(head={"Authorization": "Bearer secreT"}) == 401
        assert post("/elsewhere/7") == 404 and post(f"{PATH}7x") == 404 and post(f"{PATH}../7") == 404
        large = http.client.HTTPConnection(receiver.url.removeprefix("http://"))
        large.request("POST", f"{PATH}7", headers={**good, "Content-Length": "99999999"})
        assert large.getresponse().status == 413
        large.close()
        assert heard == [7]
    with Receiver("secret", heard.append) as taken, pytest.raises(LabelingError, match="is taken"):
        Receiver("secret", heard.append, port=int(taken.url.rpartition(":")[2]))


def test_a_pilots_pairs_go_to_judges_and_come_back_as_votes(shop, labeler):
    """The blind test in Label Studio: each pair once, sides hidden, votes followed through an edit and a deletion."""
    folder = new_pilot(
        "duel", question="Which engine?", source=str(shop.folder), engines=["grabcut", "subject_net"], measure="iou",
        margin=0.01, per_category=3, budget_eur=0, settings=shop.our,
    )  # fmt: skip
    text = folder.file.read_text().replace("pairs = 60", "pairs = 4").replace("repeats = 0.1", "repeats = 0.25")
    folder.file.write_text(text + 'reference = "grabcut"\n')
    with pytest.raises(UsageError, match="nothing has been cut out"):
        push_pilot_pairs(folder, shop.our)
    assert run_pilot(folder, shop.our, workers=1).done == 6
    done = push_pilot_pairs(folder, shop.our)
    shop.there = done.there
    assert (done.pushed.sent, done.planned) == (4, 4) and push_pilot_pairs(folder, shop.our).pushed.sent == 0
    rows = shop.tasks()
    sides = {row["data"]["task_key"]: folder.read(SENT)[row["data"]["items"][0]["item_key"]] for row in rows}
    assert [sides[row["data"]["task_key"]]["turn"] for row in rows] == [0, 0, 0, 1]
    for row in rows:
        told = json.dumps(row["data"])
        assert not any(word in told for word in ("grabcut", "subject_net", "duel")) and row["overlap"] == 2
        assert Image.open(shop.our.label_studio_crops / row["data"]["left"].partition("?d=")[2]).size[0] <= 320

    def says(row, better, machine):
        told = sides[row["data"]["task_key"]]
        side = {told["left"]: "left", told["right"]: "right"}
        words = (
            chosen("better", side.get(better, "same"), about="left"),
            chosen("machine", side[machine], about="left"),
        )
        return list(words)

    ann, is_ann = labeler("ann")
    first = [shop.label(row, says(row, "subject_net", "subject_net")) for row in rows]
    for row in rows:
        path = f"/api/tasks/{row['id']}/annotations/"
        ann.change("POST", path, {"result": says(row, "neither", "grabcut"), "lead_time": 1.5})
    assert pull_labels("blind_ab", shop.our).votes == {"duel": 8}
    assert set(label_rows("blind_ab", shop.our)["state"]) == {"in a pilot, which names the winner"}
    found = blind_figures(folder)
    assert (found.votes, found.judges, found.planned, found.complete) == (6, 2, 6, True)
    (whole,) = [share for scope, *_, share in found.shares if scope == "all"]
    assert whole.share == 0.25 and found.consistency.share == 1.0  # grabcut: none of three, and half of three
    assert found.guessing.accuracy.share == 0.5 and {vote.judge for vote in votes_of(folder)} == {shop.me, is_ann.email}

    shop.edit(first[0], says(rows[0], "grabcut", "subject_net"))
    shop.delete(first[1])
    assert pull_labels("blind_ab", shop.our, everything=True).votes == {"duel": 7}
    mine = {(vote.pair, vote.turn): vote for vote in votes_of(folder) if vote.judge == shop.me}
    changed = mine[sides[rows[0]["data"]["task_key"]]["pair"], 0]
    assert len(mine) == 3 and getattr(changed, changed.choice) == "grabcut"

    desk = Desk(shop.our)  # verdicts on the board count as well: of the engine whose result was judged
    with lake.open(shop.our) as store:
        item = take_image(store, desk, shop.set_id(), CHOSEN[1], "ann")
        judge_image(store, desk, item, person_id="ann", verdict="rework", reasons=["halo"], token="pilot")
    (judged,) = pilot_figures(folder, shop.our).verdicts.to_dicts()
    assert (judged["engine"], judged["photos"], judged["rework"], judged["sent_back"]) == ("subject_net", 1, 1, 1.0)
    assert "people sent back 100.0% of 1 photos" in write_pilot_report(folder, shop.our).read_text()
