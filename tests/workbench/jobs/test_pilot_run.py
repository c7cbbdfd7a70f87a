"""A pilot from its file to its figures, with a service that misbehaves, a budget, and a kill in between."""

import json
import threading

import numpy as np
import pytest

from tests.workbench.jobs.pilot_set import Service, make_set
from workbench.jobs.blind_test import blind_figures, judge_may_see, next_question
from workbench.jobs.engine_files import engines_folder
from workbench.jobs.pilot_answers import pilot_answers
from workbench.jobs.pilot_figures import pilot_figures
from workbench.jobs.pilot_folder import open_pilot
from workbench.jobs.pilot_new import new_pilot, plan_pilot
from workbench.jobs.pilot_purse import dearest_image
from workbench.jobs.pilot_run import run_pilot
from workbench.settings import load
from workbench.vendors.pilot import PilotError

KEY = "k3y-that-must-not-be-seen"
KEYS = {"TEST_VENDOR_KEY": KEY}


@pytest.fixture
def service():
    found = Service()
    yield found
    found.close()


@pytest.fixture
def settings(tmp_path):
    make_set(tmp_path / "set")
    found = load({}, workspace=tmp_path / "ws")
    engines_folder(found).mkdir(parents=True)
    return found


def begin(settings, service, tmp_path, *, engines=("grabcut", "vendor"), price=None, budget=0.0, each=4, **text):
    (engines_folder(settings) / "vendor.toml").write_text(service.engine_text("vendor", price=price, **text))
    return new_pilot(
        "trial", question="Is the vendor good enough?", source=str(tmp_path / "set"), engines=list(engines),
        measure="iou", margin=0.05, per_category=each, budget_eur=budget, settings=settings,
    )  # fmt: skip


def test_a_pilot_runs_resumes_and_is_measured(settings, service, tmp_path):
    folder = begin(settings, service, tmp_path)
    plan = plan_pilot(folder, settings)
    assert len(plan.photos) == 8 and plan.with_truth == 8 and not plan.sends_away
    ran = run_pilot(folder, settings, workers=2, environ=KEYS)
    assert (ran.done, ran.failed, ran.not_sent, ran.reused, ran.stopped) == (16, 0, 0, 0, None)
    assert all(headers["X-Api-Key"] == KEY for headers, _ in service.calls) and len(service.calls) == 8
    again = run_pilot(folder, settings, workers=1, environ=KEYS)
    assert (again.done, again.reused) == (0, 16) and len(service.calls) == 8
    found = pilot_figures(folder, settings)
    vendor = found.measures.filter(engine="vendor", category="all", measure="iou").row(0, named=True)
    assert vendor["n"] == 8 and vendor["mean"] > 0.95
    assert {one.category for one in found.compared} == {"all", "apparel", "glassware"}
    assert found.outcomes["done"].to_list() == [8, 8] and found.kept.row(0, named=True)["alpha"] == 1.0
    assert found.agreement.row(0, named=True)["photos"] == 8
    said = {answer.key: " ".join(answer.said) for answer in pilot_answers(found, ())}
    assert "what vendor, on this one, does with them is not seen" in said["photos"] and "not asked" not in str(said)
    assert {one.volume for one in found.costs} == {"300 a month", "1,200 a day", "14 million a year"}
    seen = "".join(path.read_text(errors="replace") for path in folder.path.rglob("*") if path.is_file())
    assert KEY not in seen


def test_after_the_first_call_the_pilot_stays_as_it_is(settings, service, tmp_path):
    folder = begin(settings, service, tmp_path, engines=("grabcut", "vendor"), each=1)
    folder.file.write_text(folder.file.read_text().replace("margin = 0.05", "margin = 0.2"))
    run_pilot(folder, settings, workers=1, environ=KEYS)  # before it, it may be changed
    folder.file.write_text(folder.file.read_text().replace("margin = 0.2", "margin = 0.5"))
    with pytest.raises(PilotError, match="changed after its first call"):
        run_pilot(folder, settings, environ=KEYS)
    folder.file.write_text(folder.file.read_text().replace("margin = 0.5", "margin = 0.2"))
    (engines_folder(settings) / "vendor.toml").write_text(service.engine_text("vendor", params="back_off_s = 2.0\n"))
    with pytest.raises(PilotError, match="vendor is not what it was"):
        run_pilot(folder, settings, environ=KEYS)


def test_the_budget_is_never_passed_and_what_was_paid_is_kept(settings, service, tmp_path):
    folder = begin(settings, service, tmp_path, price=0.30, budget=1.0)
    ran = run_pilot(folder, settings, workers=1, environ=KEYS)
    assert len(service.calls) == 3 and ran.spent_eur == pytest.approx(0.9) and "of €1.00" in ran.stopped
    assert ran.done == 8 + 3 and ran.failed == 0  # what was not asked is open, not failed
    again = run_pilot(folder, settings, workers=1, environ=KEYS)
    assert len(service.calls) == 3 and again.stopped
    assert pilot_figures(folder, settings).outcomes.filter(engine="vendor")["open"].item() == 5


def test_every_failure_counts_against_the_engine(settings, service, tmp_path):
    answers = {2: (200, b"<html>Sorry</html>"), 3: (500, b"oops"), 5: (200, b"")}

    def spoil(number, png):
        return answers.get(number, (200, png if number != 4 else png[:200]))

    service.spoil = spoil
    folder = begin(settings, service, tmp_path, price=0.01, budget=9)
    ran = run_pilot(folder, settings, workers=1, environ=KEYS)
    assert ran.failed == 4 and ran.stopped is None
    found = pilot_figures(folder, settings)
    kinds = dict(found.faults.filter(engine="vendor").select("fault", "photos").iter_rows())
    assert kinds == {"not_a_picture": 2, "server_error": 1, "broken_file": 1}
    own = found.results.filter(engine="vendor")
    assert own.filter(outcome="failed")["iou"].to_list() == [0.0] * 4 and own["sent_back"].sum() >= 4
    assert ran.spent_eur == pytest.approx(0.07)  # the 500 is not billed, what was delivered broken is
    service.spoil = lambda number, png: (200, png)
    assert run_pilot(folder, settings, workers=1, retry_failed=True, environ=KEYS).done == 4


def test_a_wrong_or_missing_key_ends_the_engine_and_not_the_pilot(settings, service, tmp_path):
    service.spoil = lambda number, png: (403, b"bad key " + KEY.encode())
    folder = begin(settings, service, tmp_path, engines=("vendor", "grabcut"))
    ran = run_pilot(folder, settings, workers=1, environ=KEYS)
    assert ran.failed == 8 and ran.done == 8 and len(service.calls) <= 2
    faults = pilot_figures(folder, settings).faults
    assert set(faults["fault"]) == {"refused_key", "gave_up"} and KEY not in str(faults.to_dicts())
    missing = run_pilot(folder, settings, workers=1, retry_failed=True, environ={})
    assert missing.failed == 8 and "no_key" in pilot_figures(folder, settings).faults["fault"].to_list()


def test_a_person_does_not_leave_the_eu_unless_the_pilot_says_so(settings, service, tmp_path, monkeypatch):
    from workbench.jobs import engine_files

    monkeypatch.setattr(engine_files.EngineFile, "on_this_machine", property(lambda self: not self.remote))
    for name in ("set", "people"):
        if name == "people":
            make_set(tmp_path / name, each=1, person="")
    monkeypatch.setattr(
        engine_files.EngineFile, "around",
        lambda self, purse=None, environ=None: engine_files.Around(
            connect=lambda url, s: engine_files.checked_connection(url, timeout_s=s, private_hosts=("127.0.0.1",)),
            key=KEY, purse=purse or engine_files.FreePurse(),
        ),
    )  # fmt: skip
    folder = begin(settings, service, tmp_path, each=1)
    assert run_pilot(folder, settings, workers=1).not_sent == 0  # the manifest says: no person
    (engines_folder(settings) / "eu.toml").write_text(service.engine_text("eu", extra="\n[data]\ninside_eu = true\n"))
    before = len(service.calls)
    strict = new_pilot("strict", question="?", source=str(tmp_path / "people"), engines=["vendor", "eu", "grabcut"],
                       measure="iou", margin=0.05, per_category=1, budget_eur=0, settings=settings)  # fmt: skip
    ran = run_pilot(strict, settings, workers=1)
    assert ran.not_sent == 2 and ran.done == 4 and len(service.calls) == before + 2  # only the one inside the EU
    found = pilot_figures(strict, settings)
    assert found.faults.filter(engine="vendor")["fault"].to_list() == ["not_sent"]
    assert "abstains" in found.faults["reason"][0] or "prepare_net" in found.faults["reason"][0]
    assert found.measures.filter(engine="vendor", category="all", measure="iou").height == 1
    assert found.measures.filter(engine="vendor", category="all", measure="iou")["n"].item() == 0  # not its fault
    allowed = new_pilot("allowed", question="?", source=str(tmp_path / "people"), engines=["vendor", "grabcut"],
                        measure="iou", margin=0.05, per_category=1, budget_eur=0, settings=settings)  # fmt: skip
    allowed.file.write_text(
        allowed.file.read_text().replace("people_may_leave_eu = false", "people_may_leave_eu = true")
    )
    assert run_pilot(allowed, settings, workers=1).not_sent == 0


def test_a_run_that_is_stopped_goes_on_where_it_was(settings, service, tmp_path):
    folder = begin(settings, service, tmp_path, engines=("vendor", "grabcut"))
    stop = threading.Event()
    run_pilot(folder, settings, workers=1, environ=KEYS, stop=stop,
              on_photo=lambda engine, done, total: stop.set() if done == 3 else None)  # fmt: skip
    made = len(service.calls)
    assert 3 <= made <= 5
    said = {answer.key: answer.said for answer in pilot_answers(pilot_figures(folder, settings), ())}
    assert "grabcut: not asked yet" in said["confidence"] and "grabcut: not asked yet" in said["integration"]
    assert next_question(folder, "ann")[2] == 0 and not judge_may_see(folder, "ann")  # no photo has two cutouts
    assert blind_figures(folder).planned == 2 * 54  # as registered
    (folder.path / "calls.jsonl").open("a").write('{"half a line')  # as a killed process leaves it
    ran = run_pilot(folder, settings, workers=1, environ=KEYS)
    assert ran.stopped is None and ran.reused == made and len(service.calls) == 8


def test_two_runs_of_one_pilot_do_not_pay_twice(settings, service, tmp_path):
    folder = begin(settings, service, tmp_path)
    with folder.alone(), pytest.raises(PilotError, match="being run already"):
        run_pilot(open_pilot("trial", settings), settings, environ=KEYS)
    assert not service.calls


def test_a_local_engine_that_hangs_or_has_another_shape_is_named(settings, service, tmp_path):
    (engines_folder(settings) / "broken.toml").write_text(
        'name = "broken"\ntitle = "b"\nadapter = "onnx_file"\n[params]\nfile = "model.onnx"\n'
    )
    (engines_folder(settings) / "model.onnx").write_bytes(b"not a model")
    (engines_folder(settings) / "slow.toml").write_text('name = "slow"\ntitle = "s"\nadapter = "built_in"\n')
    folder = begin(settings, service, tmp_path, engines=("broken", "slow"), each=1)
    ran = run_pilot(folder, settings, workers=1, local_timeout_s=0.001)
    assert ran.failed == 4
    kinds = {tuple(row) for row in pilot_figures(folder, settings).faults.select("engine", "fault").iter_rows()}
    assert ("slow", "timeout") in kinds
    assert {fault for engine, fault in kinds if engine == "broken"} <= {"wrong_model", "gave_up", "timeout"}


def test_a_folder_with_one_sku_twice_is_named(settings, service, tmp_path):
    (engines_folder(settings) / "studio.toml").write_text(
        'name = "studio"\ntitle = "s"\nadapter = "delivered_folder"\n'
    )
    place = engines_folder(settings) / "delivered"
    (place / "again").mkdir(parents=True)
    for n in range(3):
        alpha = (tmp_path / "set" / f"apparel_{n}_alpha.png").read_bytes()
        (place / f"apparel-{n}.png").write_bytes(alpha)
    (place / "again" / "apparel-0.png").write_bytes(alpha)
    folder = begin(settings, service, tmp_path, engines=("studio", "grabcut"))
    run_pilot(folder, settings, workers=1)
    found = pilot_figures(folder, settings)
    kinds = dict(found.faults.filter(engine="studio").select("fault", "photos").iter_rows())
    assert kinds == {"doubled": 1, "missing": 5}
    assert np.allclose(found.results.filter(engine="studio", outcome="done")["iou"], 1.0)


def test_the_dearest_image_is_what_a_call_may_cost():
    from workbench.operations.rates import Tier, VendorPrice

    price = VendorPrice(engine="x", per_image=0.01, tiers=(Tier(first=1, last=9, per_image=0.2), Tier(first=10, last=None, per_image=0.1)),
                        valid_from=None, source="s")  # fmt: skip
    assert dearest_image(price) == pytest.approx(0.21) and dearest_image(None) == 0.0
    assert json.dumps(dearest_image(price))
