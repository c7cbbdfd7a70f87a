"""Policies in a real lake: published for good, replayed over real rows, promise against outcome."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from workbench import lake, settings
from workbench.cli import app
from workbench.domain.errors import PolicyError
from workbench.domain.records import CheckResult, Computation, ImageOutcome, LaneDecision, Photo, Reason, Review
from workbench.jobs.policy_promise import held_against, lapsed_certificates, policy_outcome, policy_promise
from workbench.jobs.publish_policy import altered, next_version, publish_policy, published
from workbench.jobs.replay_set import (
    Scope,
    certificates,
    certify_set,
    find_policy,
    newest_making,
    replay_set,
    rows_of,
    scope_of,
)
from workbench.lake.rows import result_id
from workbench.routing.certify import Certified
from workbench.routing.policy import load_policy
from workbench.routing.revise_policy import revise_policy

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def routed(number, *, lane, risk, failed=(), sampled=False, policy="first", simulated=False, **photo):
    image_id = f"i{number}"
    made = Computation(
        result_key=f"made-{image_id}", photo_hash=image_id, spec_hash="spec", outcome="done", made_at=START, engine="e",
        checks=tuple(CheckResult(check=name, value=3.0, unit="px", limit=2.0, passed=False) for name in failed),
    )  # fmt: skip
    decided = LaneDecision(
        lane=lane, reasons=(Reason(rule="r", lane=lane, words="w"),), risk=risk, risk_calibrated=False, max_risk=0.2,
        audit_sample=sampled, inclusion_probability=0.1 if lane == "auto" else 1.0, hold=False, policy_name=policy,
        policy_version=1, policy_hash=policy, routing_key=f"{policy}-{image_id}",
    )  # fmt: skip
    values = {"category": "apparel", "received_at": START + timedelta(hours=number), **photo}
    return ImageOutcome(
        photo=Photo(
            set_id="made-up" if simulated else "spring", image_id=image_id, sku=f"sku{number}", path="/p",
            relative_path="p", simulated=simulated, **values,
        ),
        computation=made, decision=decided, delivered=(), reused=False,
    )  # fmt: skip


def judge(outcome, verdict, *, at=5, **more):
    return Review(
        review_id=f"{outcome.photo.image_id}-{at}", set_id=outcome.photo.set_id, image_id=outcome.photo.image_id,
        result_id=result_id(outcome), version=1, reviewer="ann", reviewed_at=START + timedelta(hours=at),
        verdict=verdict, simulated=outcome.photo.simulated, **more,
    )  # fmt: skip


@pytest.fixture
def at(tmp_path):
    return settings.load({}, workspace=tmp_path / "ws")


@pytest.fixture
def store(at):
    """Nine images whose answers can be counted by hand."""
    with lake.open(at) as opened:
        images = {
            "auto": routed(1, lane="auto", risk=0.10), "audited": routed(2, lane="auto", risk=0.12, sampled=True),
            "complained": routed(3, lane="auto", risk=0.15), "checked": routed(4, lane="check", risk=0.30),
            "edited": routed(5, lane="check", risk=0.35), "flagged": routed(6, lane="check", risk=0.05, failed=("halo",)),
            "usable": routed(7, lane="manual", risk=0.60), "useless": routed(8, lane="manual", risk=0.70),
            "unasked": routed(9, lane="manual", risk=0.80),
        }  # fmt: skip
        opened.append_run(
            run_id="run", set_id="spring", source=None, spec_name="white", spec_hash="spec", started_at=START,
            policy_name="first", policy_version=1, policy_hash="first", options={"set_name": "spring shoes"},
        )  # fmt: skip
        opened.append_images([one.photo for one in images.values()], seen_at=START)
        opened.append_results(images.values(), run_id="run", spec_name="white", recorded_at=START)
        opened.append_reviews(
            [
                judge(images["audited"], "approved"), judge(images["complained"], "rejected", source="client"),
                judge(images["checked"], "rework"), judge(images["checked"], "approved", at=6),
                judge(images["edited"], "approved", pixels_changed=True), judge(images["flagged"], "approved"),
                judge(images["usable"], "approved", usable="as_is"),
                judge(images["useless"], "approved", usable="useless"), judge(images["unasked"], "approved"),
            ]
        )  # fmt: skip
        yield opened


def test_auto_failed_is_what_the_contract_says(store):
    rows = rows_of(store, load_policy("first@1"), Scope())
    found = {row["image_id"]: (row["auto_failed"], row["floor"]) for row in rows.iter_rows(named=True)}
    assert found == {
        "i1": (None, 0), "i2": (False, 0), "i3": (True, 0), "i4": (True, 0), "i5": (True, 0), "i6": (False, 1),
        "i7": (False, 0), "i8": (True, 0), "i9": (None, 0),
    }  # fmt: skip


def test_a_retracted_verdict_counts_no_more(store):
    store.append_retraction("i4-5", retracted_by="ann")
    rows = rows_of(store, load_policy("first@1"), Scope())
    assert dict(rows.select("image_id", "auto_failed").iter_rows())["i4"] is False, "the second look was an approval"


def test_the_first_routing_says_how_an_image_was_drawn(store):
    again = routed(4, lane="auto", risk=0.30, policy="second")
    store.append_results([again], run_id="run-2", spec_name="white", recorded_at=START + timedelta(days=1))
    row = next(r for r in rows_of(store, load_policy("first@1"), Scope()).to_dicts() if r["image_id"] == "i4")
    assert (row["lane"], row["first_lane"], row["audit_sample"], row["auto_failed"]) == ("auto", "check", False, True)


def test_a_back_test_over_stored_rows(store):
    loose = revise_policy(load_policy("first@1"), version=2, max_risk={"apparel": 0.4})
    found = replay_set(store, loose, Scope())
    assert found.after.lanes == {"auto": 5, "check": 1, "manual": 3, "senior": 0}
    assert found.changed == 2 and found.after.rework.answered == 3 and found.after.rework.unknown == 0
    certified, sample = certify_set(newest_making(rows_of(store, loose, Scope())))
    assert sample.rows.height == 0 or certified["apparel"].max_risk is None


def test_real_and_simulated_images_never_meet(store, at):
    made_up = routed(1, lane="auto", risk=0.1, simulated=True)
    store.append_run(
        run_id="sim", set_id="made-up", source=None, spec_name="white", spec_hash="spec", started_at=START,
        options={"set_name": "made up"}, simulated=True,
    )  # fmt: skip
    store.append_images([made_up.photo], seen_at=START)
    store.append_results([made_up], run_id="sim", spec_name="white", recorded_at=START)
    first = load_policy("first@1")
    assert replay_set(store, first, scope_of(store)).images == 9
    assert replay_set(store, first, scope_of(store, simulated=True)).images == 1
    with pytest.raises(Exception, match="made up is simulated"):
        scope_of(store, set_name="made up")
    with pytest.raises(Exception, match="did you mean 'spring shoes'"):
        scope_of(store, set_name="spring shoos")


def test_publishing_is_for_good(store, at):
    first = load_policy("first@1")
    assert next_version(store, "first", at) == 2
    second = revise_policy(first, version=2, max_risk={"apparel": 0.25})
    promise = policy_promise(replay_set(store, second, Scope()), Scope())
    publish_policy(second, store=store, settings=at, author="Lea", reason="audits are clean", promise=promise)
    folder = at.workspace / "policies"
    assert load_policy("first", (folder,)).hash == second.hash, "runs that name no version use it"
    row = published(store, name="first").row(0, named=True)
    assert (row["author"], row["reason"], row["policy_version"]) == ("Lea", "audits are clean", 2)
    assert json.loads(row["promise"])["auto_share"] == pytest.approx(3 / 9)
    other = revise_policy(first, version=2, max_risk={"apparel": 0.5})
    with pytest.raises(PolicyError, match="first@2 exists already with another text; allowed: version = 3"):
        publish_policy(other, store=store, settings=at, author="Lea", reason="more")
    publish_policy(second, store=store, settings=at, author="Lea", reason="the same again changes nothing")
    assert published(store, name="first").height == 1
    (folder / "first@2.toml").write_text(other.text)
    assert altered(store, at) == ("first@2",)
    assert load_policy("first@2", (folder,)).hash == second.hash, "the file is what was published"
    assert next_version(store, "first", at) == 3


@pytest.mark.parametrize(("author", "reason", "words"), [("", "because", "no author"), ("Lea", " ", "no reason")])
def test_nobody_publishes_without_a_name_and_a_reason(store, at, author, reason, words):
    with pytest.raises(PolicyError, match=words):
        publish_policy(
            revise_policy(load_policy("first@1"), version=2), store=store, settings=at, author=author, reason=reason
        )
    assert published(store).height == 0


def test_the_shipped_version_cannot_be_published_with_another_text(store, at):
    other = revise_policy(load_policy("first@1"), version=1, max_risk={"apparel": 0.5})
    with pytest.raises(PolicyError, match="version = 2"):
        publish_policy(other, store=store, settings=at, author="Lea", reason="sneaky")


def test_promise_and_outcome(store):
    early = held_against({"auto_share": 0.3, "rework": 0.02}, policy_outcome(store, "first", 1))
    assert [row["holds"] for row in early] == ["too early: 9 of 200 images"] * 2
    outcome = policy_outcome(store, "first", 1)
    assert (outcome["images"], outcome["drawn"], outcome["judged"], outcome["failed"]) == (9, 1, 1, 0)
    assert outcome["complaints"] == 1
    many = {**outcome, "images": 500, "auto_low": 0.2, "auto_high": 0.4, "rework_low": 0.06, "rework_high": 0.1}
    kept = held_against({"auto_share": 0.3, "rework": 0.02, "rework_high": 0.05}, many)
    assert [row["holds"] for row in kept] == ["as promised", "broken: more rework than promised"]


def test_a_certificate_in_a_promise_lapses_with_its_engine_spec_and_period(store):
    rows = newest_making(rows_of(store, load_policy("first@1"), Scope()))
    proved = Certified(
        category="apparel", status="certified", max_risk=0.2, n=59, errors=0, upper=0.05, target=0.05, delta=0.05,
        sampled=59,
    )  # fmt: skip
    test = replay_set(store, load_policy("first@1"), Scope())
    promise = json.dumps(policy_promise(test, Scope(), certificates({"apparel": proved}, rows)))
    soon, late = START + timedelta(days=3), START + timedelta(days=120)
    assert lapsed_certificates(promise, {"engine": "e", "spec_hash": "spec"}, soon) == []
    (other,) = lapsed_certificates(promise, {"engine": "new", "spec_hash": "spec"}, soon)
    assert other == "apparel up to risk 0.2: proved for engine e, now new is in use"
    assert "under spec spec" in lapsed_certificates(promise, {"engine": "e", "spec_hash": "other"}, soon)[0]
    assert "until 31 May 2026" in lapsed_certificates(promise, {"engine": "e", "spec_hash": "spec"}, late)[0]


def test_the_command_line(store, at, tmp_path):
    store.close()
    run = CliRunner()
    space = ["--workspace", str(at.workspace)]
    text = load_policy("first@1").text.replace("version = 1", "version = 2", 1).replace("0.55", "0.5")
    (tmp_path / "next.toml").write_text(text)
    assert "first@2: fine, 8 rules" in run.invoke(app, ["policy", "check", str(tmp_path / "next.toml")]).output
    (tmp_path / "bad.toml").write_text(text.replace("default = 0.5\n", "default = 1.2\n"))
    wrong = run.invoke(app, ["policy", "check", str(tmp_path / "bad.toml")])
    assert isinstance(wrong.exception, PolicyError) and "max_check_risk.default: is 1.2" in str(wrong.exception)
    said = run.invoke(app, ["policy", "diff", "first@1", str(tmp_path / "next.toml")]).output
    assert (
        "Fewer images of the other categories need no more than a quick check: up to risk 0.5 instead of 0.55" in said
    )
    done = run.invoke(
        app, ["policy", "publish", str(tmp_path / "next.toml"), "--author", "Lea", "--reason", "fewer checks", *space]
    )
    assert done.exit_code == 0 and "published first@2" in done.output
    rows = json.loads(run.invoke(app, ["policy", "list", "--format", "json", *space]).output)
    assert {row["policy"] for row in rows} >= {"first@2"}
    tested = json.loads(run.invoke(app, ["policy", "backtest", "first@2", "--format", "json", *space]).stdout)
    assert next(row for row in tested if row["what"] == "auto images")["after"] == 3
    proved = json.loads(run.invoke(app, ["policy", "certify", "first", "--format", "json", *space]).stdout)
    assert proved[0]["status"] != "certified"
    searched = run.invoke(app, ["policy", "search", "first", *space])
    assert searched.exit_code == 0 and "too few drawn images are judged" in searched.output
    with lake.open(at, read_only=True) as opened:
        assert find_policy("first", opened, at).version == 2
