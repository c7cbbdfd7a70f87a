"""What a buyer signs: six answers, the photos that decided, nothing from outside; and the blind test behind it."""

import re
import shutil
import weakref
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from pipeline.cutout import Cutout
from tests.workbench.jobs.pilot_set import Service, delivered_pilot, make_set
from workbench.domain.errors import UsageError
from workbench.jobs.blind_test import (
    blind_figures,
    blind_plan,
    judge_may_see,
    keep_vote,
    next_question,
    registered_votes,
    votes_of,
)
from workbench.jobs.engine_files import engines_folder, parse_engine, read_engine
from workbench.jobs.local_service import local_service
from workbench.jobs.pilot_answers import pilot_answers
from workbench.jobs.pilot_burst import _timed, burst, bursts_of, busiest_minute, keep_burst
from workbench.jobs.pilot_catalogue import pilot_catalogue
from workbench.jobs.pilot_costs import Work, break_evens, engine_cost
from workbench.jobs.pilot_deliveries import delivery_report
from workbench.jobs.pilot_figures import pilot_figures
from workbench.jobs.pilot_folder import PilotFolder
from workbench.jobs.pilot_new import new_pilot, plan_pilot
from workbench.jobs.pilot_plan_words import pilot_plan_words
from workbench.jobs.pilot_report import write_pilot_report
from workbench.jobs.pilot_spreads import pilot_spreads
from workbench.operations.rates import Tier, VendorPrice, load_rates
from workbench.settings import load
from workbench.vendors.blind_votes import Vote
from workbench.vendors.pairs_needed import pairs_needed
from workbench.vendors.spreads import measured_spread


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


def test_nothing_run_is_no_report_and_measures_no_spread(pilot, settings):
    folder = new_pilot("empty", question="?", source=str(settings.workspace.parent / "set"), engines=["grabcut", "classical"],
                       measure="iou", margin=0.1, per_category=1, budget_eur=0, settings=settings)  # fmt: skip
    with pytest.raises(UsageError, match="nothing has been run"):
        write_pilot_report(folder, settings)
    with pytest.raises(UsageError, match="no iou of two engines"):
        plan_pilot(pilot, settings, spread_of=folder)


def test_what_one_pilot_measured_says_how_many_photos_the_next_takes(pilot, settings):
    found = pilot_spreads(pilot).filter(measure="iou").row(0, named=True)
    own = pilot_figures(pilot, settings).results.pivot(on="engine", index="image_id", values="iou")
    away = (own["studio_a"] - own["studio_b"]).to_numpy()
    assert (found["photos"], found["engine"]) == (12, "studio_a")
    assert found["spread"] == pytest.approx(np.std(away, ddof=1)) and found["mean"] == pytest.approx(away.mean())
    plan = plan_pilot(pilot, settings, spread_of=pilot)
    assert plan.needed_for_margin == pairs_needed(0.01, found["spread"], one_sided=True)
    assert any("the pilot studios, on 12 photos" in line for line in pilot_plan_words(plan))
    shipped = plan_pilot(pilot, settings)
    assert shipped.needed_for_margin > 20 * plan.needed_for_margin  # discs lie closer together than products
    assert measured_spread("iou").source in " ".join(pilot_plan_words(shipped))
    assert any("18 different comparisons a judge, these photos give 12" in line for line in shipped.problems)


def test_a_delivery_is_held_against_what_was_asked_for(pilot, settings):
    place = engines_folder(settings) / "studio_a"
    extra, small = place / "nobody-asked.png", place / "apparel-0.png"
    was = small.read_bytes()
    Image.new("L", (60, 48)).save(extra)
    Image.fromarray(np.asarray(Image.open(small).resize((60, 48)))).save(small)
    (place / "apparel-1.tif").write_bytes((place / "apparel-1.png").read_bytes())
    found = delivery_report(read_engine("studio_a", settings), str(settings.workspace.parent / "set"), settings)
    odd = {row["sku"]: row["is"] for row in found.filter(pl.col("is") != "found").to_dicts()}
    assert odd.pop("apparel-0").startswith("other size: the alpha is 60 x 48 px, the photo 120 x 96 px")
    assert odd == {"apparel-1": "twice: apparel-1.png, apparel-1.tif", None: "extra: nobody-asked.png"}
    (told,) = [
        line for line in pilot_answers(pilot_figures(pilot, settings), [])[4].said if "studio_a delivered" in line
    ]
    assert told == "studio_a delivered 11 of 12; 1 twice: apparel_1; 1 extra: nobody-asked.png"
    extra.unlink()
    (place / "apparel-1.tif").unlink()
    small.write_bytes(was)
    with pytest.raises(UsageError, match="no delivered folder"):
        delivery_report(read_engine("grabcut", settings), str(settings.workspace.parent / "set"), settings)


def test_who_goes_on_after_the_registered_judges_is_not_counted():
    def vote(judge, pair, left):
        return Vote(pair=pair, turn=0, image_id=pair, category="c", judge=judge, left="a", right="b", choice=left)

    given = [vote("slow", "p", "left"), *(vote(who, pair, "right") for who in ("ann", "bo", "cy") for pair in "pq")]
    assert registered_votes(given, judges=3, each=2) == given[1:]  # one who never finished counts no more
    assert {one.judge for one in registered_votes(given, judges=2, each=2)} == {"ann", "bo"}
    assert registered_votes(given, judges=4, each=2) == given


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


def test_what_is_cut_out_after_the_first_comparison_is_not_compared(pilot, tmp_path):
    begun = PilotFolder(shutil.copytree(pilot.path, tmp_path / "begun"))
    late = begun.path / "results" / "studio_b"
    late.rename(tmp_path / "late")
    late.mkdir()
    for file in sorted((tmp_path / "late").iterdir())[:5]:
        file.rename(late / file.name)
    before = blind_plan(begun, "ann")
    assert len(before) == 5 + 2
    keep_vote(begun, before[0], "ann", "left", None, 1.0)
    for file in (tmp_path / "late").iterdir():
        file.rename(late / file.name)
    assert blind_plan(begun, "ann") == before and len(blind_plan(begun, "bo")) == 5 + 2
    assert (blind_figures(begun).planned, blind_figures(begun).fewer) == (10, 13)


def test_votes_are_kept_once_and_show_what_was_preferred(pilot, settings, tmp_path):
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
    assert (found.planned, found.fewer, found.beyond, found.complete) == (24, 6, 0, True)  # 18 registered, 12 photos
    assert found.guessing.words == "they can tell" and found.guessing.accuracy.share == 1.0
    assert "they can tell" in write_pilot_report(pilot, settings, out=tmp_path / "report.html").read_text()
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
    assert found.too_early == 0 < found.waited_s and found.busiest_minute <= found.calls == 36 + found.retries
    assert 0 < found.peak_mb_there < 4000 and 0 < found.peak_mb < 20_000
    assert found.latency_s["p50"] <= found.latency_s["p95"] <= found.latency_s["p99"] <= found.seconds
    keep_burst(pilot, found)
    assert bursts_of(pilot)[0]["images"] == 36


def test_a_burst_holds_no_mattes():
    """Its memory must not grow with its photos: of each answer only what is counted is kept."""
    mattes = []

    def asks(asked):
        alpha = np.zeros((500, 500), np.float32)
        mattes.append(weakref.ref(alpha))
        return Cutout(alpha=alpha, calls=3)

    kept = _timed(asks, Path("burst_000000.png"), 10**7)[2]
    assert mattes[0]() is None and kept.calls == 3


def test_the_busiest_minute_is_found_wherever_it_lies():
    assert busiest_minute([]) == 0 and busiest_minute([5.0]) == 1
    assert busiest_minute([0.0, 59.9, 60.0, 100.0, 119.8, 300.0]) == 4  # from 59.9 to 119.8


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
