"""What a buyer signs: six answers, the photos that decided, nothing from outside; and the blind test behind it."""

import re

import numpy as np
import pytest

from tests.workbench.jobs.pilot_set import Service, delivered_pilot, make_set
from workbench.domain.errors import UsageError
from workbench.jobs.blind_test import blind_figures, blind_plan, judge_may_see, keep_vote, next_question, votes_of
from workbench.jobs.engine_files import engines_folder, parse_engine, read_engine
from workbench.jobs.local_service import local_service
from workbench.jobs.pilot_burst import burst, bursts_of, keep_burst
from workbench.jobs.pilot_catalogue import pilot_catalogue
from workbench.jobs.pilot_costs import Work, break_evens, engine_cost
from workbench.jobs.pilot_figures import pilot_figures
from workbench.jobs.pilot_new import new_pilot
from workbench.jobs.pilot_report import write_pilot_report
from workbench.operations.rates import Tier, VendorPrice, load_rates
from workbench.settings import load


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    place = tmp_path_factory.mktemp("studios")
    make_set(place / "set", each=6)
    return load({}, workspace=place / "ws")


@pytest.fixture(scope="module")
def pilot(settings):
    return delivered_pilot(settings, settings.workspace.parent / "set", reference="studio_a")


def test_the_figures_say_which_is_better_and_how_sure_that_is(pilot, settings):
    found = pilot_figures(pilot, settings)
    (whole,) = [one for one in found.compared if one.category == "all"]
    assert whole.words == "worse" and whole.difference.high < 0 and whole.difference.groups == 12
    assert found.measures.filter(engine="studio_a", category="all", measure="iou")["mean"].item() == 1.0
    assert found.deciding.height == 6 and (found.deciding["gain"] < 0).all()
    assert found.results.filter(engine="studio_b")["sent_back"].all()
    assert not found.results.filter(engine="studio_a")["sent_back"].any()
    cost = {one.engine: one for one in found.costs if one.volume == "300 a month"}
    assert cost["studio_b"].rework_eur > cost["studio_a"].rework_eur == 0.0
    assert pilot_catalogue(settings)[0]["results"] == 24


def test_the_report_is_one_file_that_needs_nothing_from_outside(pilot, settings, tmp_path):
    text = write_pilot_report(pilot, settings, out=tmp_path / "report.html").read_text()
    assert re.findall(r"<h2>\d\. ([^<]+)", text) == [
        "How good are the cutouts, on our own photos?", "What happens when a whole day arrives at once?",
        "Does it know when it is wrong?", "What does an approved image cost?", "Does what comes back fit in?",
        "Where do our photos go?",
    ]  # fmt: skip
    assert text.count("What this does not show.") == 6 and text.count("data:image/jpeg;base64,") == 9
    assert not re.findall(r'(?:src|href)="(?!data:)', text) and "@import" not in text and "<script" not in text
    assert "Which studio &lt;b&gt;shall&lt;/b&gt; it be?" in text and "margin = 0.01" in text


def test_nothing_run_is_no_report(settings):
    folder = new_pilot("empty", question="?", source=str(settings.workspace.parent / "set"), engines=["grabcut", "classical"],
                       measure="iou", margin=0.1, per_category=1, budget_eur=0, settings=settings)  # fmt: skip
    with pytest.raises(UsageError, match="nothing has been run"):
        write_pilot_report(folder, settings)


def test_the_plan_of_a_judge_is_fixed_hidden_and_turned(pilot):
    plans = {judge: blind_plan(pilot, judge) for judge in ("ann", "bo", "cy", "di", "ed", "flo")}
    assert plans["ann"] == blind_plan(pilot, "ann") != plans["bo"]
    ann = plans["ann"]
    assert len(ann) == 12 + 2 and [q.turn for q in ann] == [0] * 12 + [1] * 2  # 12 photos, 10% of 20 shown again
    for again in ann[12:]:
        first = next(q for q in ann if q.pair == again.pair)
        assert (again.left, again.right) == (first.right, first.left)
    left = np.mean([q.left == "studio_a" for plan in plans.values() for q in plan])
    assert 0.3 < left < 0.7
    assert {frozenset((q.left, q.right)) for q in ann} == {frozenset(("studio_a", "studio_b"))}


def test_votes_are_kept_once_and_show_what_was_preferred(pilot):
    for judge in ("ann", "bo"):
        while (question := next_question(pilot, judge)[0]) is not None:
            better = "left" if question.left == "studio_a" else "right"
            worse = "right" if better == "left" else "left"
            keep_vote(pilot, question, judge, better, worse, 1.0)
            keep_vote(pilot, question, judge, worse, better, 1.0)  # a second tab: the first answer counts
            assert judge_may_see(pilot, judge) == (next_question(pilot, judge)[0] is None)
    assert not judge_may_see(pilot, "somebody who has not begun")
    (pilot.path / "votes.jsonl").open("a").write('{"pair": "half')
    assert len(votes_of(pilot)) == 28 and judge_may_see(pilot, "ann")
    found = blind_figures(pilot)
    assert found.votes == 24 and found.ranking[0].engine == "studio_a" and found.consistency.share == 1.0
    assert {scope for scope, *_ in found.shares} == {"all", "apparel", "glassware", "judge 1", "judge 2"}
    assert found.planned == 36 and not found.complete and "24 of 36" in found.guessing.words
    assert not {"ann", "bo"} & {word for scope, *_ in found.shares for word in scope.split()}


def test_a_burst_loses_nothing_and_doubles_nothing(pilot, settings):
    photos = [photo.path for photo in pilot.fixed().photos]
    (engines_folder(settings) / "light.toml").write_text(
        'name = "light"\ntitle = "l"\nadapter = "built_in"\n[params]\nengines = ["grabcut"]\nmatting = false\n'
    )
    with local_service(read_engine("light", settings), settings, workers=1, queue=3, at_once=12) as service:
        found = burst(service, photos, images=36, pixel_limit=10**7)
    assert (found.answered, found.lost, found.doubled, found.strange, found.faults) == (36, 0, 0, 0, {})
    assert found.deepest_there <= 4 and found.turned_away == found.retries > 0  # 12 at once at a queue of 3
    assert found.latency_s["p50"] <= found.latency_s["p95"] <= found.latency_s["p99"] <= found.seconds
    keep_burst(pilot, found)
    assert bursts_of(pilot)[0]["images"] == 36


def test_answers_that_name_another_photo_are_counted(pilot, tmp_path):
    service = Service()
    try:
        service.name = 'attachment; filename="always_the_same.png"'
        engine = parse_engine(
            service.engine_text("vendor").replace("TEST_VENDOR_KEY", ""), where="v", folder=tmp_path, roots=()
        )
        found = burst(engine, [pilot.fixed().photos[0].path], images=6, pixel_limit=10**7)
    finally:
        service.close()
    assert (found.answered, found.doubled, found.strange, found.lost) == (6, 5, 6, 0)


def test_a_burst_at_somebody_else_needs_their_permission(tmp_path):
    text = ('name = "shop"\ntitle = "s"\nadapter = "http_api"\n[params]\nurl = "https://api.example/x"\n[data]\n'
            'burst = { by = "Bo of Shop", date = 2026-11-01, most_images = 100 }\n')  # fmt: skip
    engine = parse_engine(text, where="shop.toml", folder=tmp_path, roots=())
    with pytest.raises(UsageError, match="Bo of Shop allowed 100"):
        burst(engine, [], images=101, pixel_limit=1)
    without = parse_engine(text.split("[data]")[0], where="shop.toml", folder=tmp_path, roots=())
    with pytest.raises(UsageError, match="nobody's permission"):
        burst(without, [], images=1, pixel_limit=1)


def work(**change):
    usual = {"engine": "x", "price": None, "core_seconds": 10.0, "rework": 0.2, "rework_low": 0.1, "rework_high": 0.3,
             "automatic": 0.0, "limit": 0.05}  # fmt: skip
    return Work(**{**usual, **change})


def test_the_cost_of_an_approved_image_by_hand():
    from datetime import date

    rates, day = load_rates(), date(2026, 11, 21)
    found = engine_cost(work(), rates, day=day, volume="v", images_month=300)
    look, redo = 75 / 3600 * 28, 90 / 3600 * 32
    assert found.total_eur == pytest.approx(10 * 0.000014 + look + 0.2 * (redo + look))
    assert found.low_eur == pytest.approx(found.total_eur - 0.1 * (redo + look))
    none_wrong = engine_cost(work(rework=0.0, automatic=0.5), rates, day=day, volume="v", images_month=300)
    assert none_wrong.automatic == 0.5 and none_wrong.people_eur == pytest.approx(0.5 * look + 0.05 * 20 / 3600 * 28)
    risky = engine_cost(work(automatic=0.5, limit=0.2), rates, day=day, volume="v", images_month=300)
    assert risky.automatic == 0.0  # an escape costs more than the look it saves


def test_where_a_monthly_fee_breaks_even():
    from datetime import date

    rates, day = load_rates(), date(2026, 11, 21)
    tiers = (Tier(first=1, last=1000, per_image=0.10), Tier(first=1001, last=None, per_image=0.02))
    each = VendorPrice(engine="a", tiers=tiers, valid_from=day, source="s")
    flat = VendorPrice(engine="b", per_seat=90.0, seats=1, valid_from=day, source="s")

    def cost(price):
        return lambda images: engine_cost(work(price=price), rates, day=day, volume="", images_month=images).total_eur

    assert break_evens(cost(each), cost(flat)) == [pytest.approx(900)]
