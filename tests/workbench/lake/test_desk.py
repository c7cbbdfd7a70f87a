"""Claims, heartbeats and wishes: two people never hold one image, and the silent are found out."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass

import pytest

from workbench import settings as settings_module
from workbench.domain.errors import LakeError
from workbench.lake.desk import CLAIM_S, KEPT_S, SILENT_S, Desk


@dataclass
class Clock:
    at: float = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path, clock) -> Desk:
    return Desk(settings_module.load({}, workspace=tmp_path), now=clock)


def test_two_people_never_hold_one_image(desk):
    assert desk.claim(["a", "b", "c"], holder="ann", most=2) == ["a", "b"]
    assert desk.claim(["a", "b", "c"], holder="bob", most=2) == ["c"]
    assert desk.claim(["a", "b"], holder="bob") == []
    assert [(c.key, c.holder) for c in desk.claims()] == [("a", "ann"), ("b", "ann"), ("c", "bob")]


def test_asking_again_gives_the_same(desk):
    assert desk.claim(["a", "b"], holder="ann") == ["a"]
    assert desk.claim(["a", "b"], holder="ann") == ["a"]


def test_two_tabs_of_one_person_work_on_two_images(desk):
    assert desk.claim(["a", "b"], holder="ann", tab="1") == ["a"]
    assert desk.claim(["a", "b"], holder="ann", tab="2") == ["b"]


def test_a_reloaded_tab_takes_its_image_over(desk):
    desk.claim(["a"], holder="ann", tab="old")
    assert desk.take("a", holder="ann", tab="new") is None
    assert desk.renew(["a"], holder="ann", tab="old") == []
    assert desk.renew(["a"], holder="ann", tab="new") == ["a"]
    in_the_way = desk.take("a", holder="bob")
    assert in_the_way is not None and in_the_way.holder == "ann"


def test_a_claim_runs_out_unless_it_is_renewed(desk, clock):
    desk.claim(["a", "b"], holder="ann", most=2)
    clock.at += CLAIM_S - 1
    assert desk.renew(["a"], holder="ann") == ["a"]
    clock.at += 2
    assert desk.claim(["a", "b"], holder="bob", most=2) == ["b"]
    assert desk.renew(["b"], holder="ann") == []


def test_only_the_holder_lets_go(desk):
    desk.claim(["a"], holder="ann")
    desk.release(["a"], holder="bob")
    assert desk.claim(["a"], holder="bob") == []
    desk.release(["a"], holder="ann")
    assert desk.claim(["a"], holder="bob") == ["a"]


def test_wishes_are_heard_with_the_next_beat(desk):
    assert desk.beat("run", {"images": 1}) == "go"
    desk.wish("run", "pause", by="lea")
    assert desk.beat("run", {"images": 2}) == "pause"
    (pulse,) = desk.pulses()
    assert (pulse.state, pulse.wish, pulse.wished_by, pulse.alive) == ({"images": 2}, "pause", "lea", True)
    desk.wish("run", "go", by="lea")
    assert desk.beat("run", {}) == "go"
    desk.end("run")
    assert desk.pulses() == []
    assert desk.beat("run", {}) == "go", "a new run of that name starts without old wishes"


def test_silence_is_noticed_and_forgotten(desk, clock):
    desk.beat("run", {})
    clock.at += SILENT_S + 1
    assert not desk.pulses()[0].alive
    clock.at += KEPT_S
    desk.beat("other", {})
    assert [p.key for p in desk.pulses()] == ["other"]


def test_kinds_are_apart(desk):
    desk.beat("a", {}, kind="run")
    desk.beat("b", {}, kind="push")
    assert [p.key for p in desk.pulses(kind="push")] == ["b"]


def _grab(workspace, holder, taken) -> None:
    desk = Desk(settings_module.load({}, workspace=workspace))
    keys = [str(n) for n in range(60)]
    mine = []
    while got := desk.claim([k for k in keys if k not in mine], holder=holder):
        mine += got
    taken.put((holder, mine))


def test_processes_share_out_without_doubles(tmp_path):
    context = multiprocessing.get_context("spawn")
    taken = context.Queue()
    workers = [context.Process(target=_grab, args=(tmp_path, f"p{n}", taken)) for n in range(3)]
    for worker in workers:
        worker.start()
    found = [taken.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    everything = [key for _, mine in found for key in mine]
    assert sorted(everything) == sorted(set(everything)) and len(everything) == 60


def _meet(workspaces, holder, gate, said) -> None:
    got, refused = [], []
    for workspace in workspaces:
        desk = Desk(settings_module.load({}, workspace=workspace))
        gate.wait(120)
        try:
            got.append(desk.claim(["a", "b", "c"], holder=holder)[0])
        except LakeError as error:
            refused.append(str(error))
    said.put((got, refused))


def test_all_who_come_first_at_once_are_served(tmp_path):
    """SQLite refuses to change a file's journal while another has it open, and does not wait: 8% of first calls."""
    context, workspaces = multiprocessing.get_context("spawn"), [tmp_path / f"w{n}" for n in range(60)]
    gate, said = context.Barrier(3), context.Queue()
    workers = [context.Process(target=_meet, args=(workspaces, f"p{n}", gate, said)) for n in range(3)]
    for worker in workers:
        worker.start()
    found = [said.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert [refused for _, refused in found] == [[], [], []]
    assert all(sorted(three) == ["a", "b", "c"] for three in zip(*(got for got, _ in found), strict=True))
    assert not list(tmp_path.rglob("*.new*"))


def test_a_file_half_made_by_one_who_died_is_made_anew(desk, tmp_path):
    folder = tmp_path / "lake"
    folder.mkdir()
    (folder / "catalogue.sqlite.desk.new").write_bytes(b"half of it")
    (folder / "catalogue.sqlite.desk").touch()
    assert desk.claim(["a"], holder="ann") == ["a"]
    assert [c.holder for c in desk.claims()] == ["ann"]


def test_a_place_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "lake").write_text("a file where the folder should be")
    with pytest.raises(LakeError, match=r"catalogue\.sqlite\.desk"):
        Desk(settings_module.load({}, workspace=tmp_path)).claims()
