"""Quality of labels over a lake with simulated labelers: consensus, disputes, people, label errors, what next, worth."""

from dataclasses import replace

import polars as pl
import pytest

from labeling.sampling.strategy import strategy_names
from pipeline.training.mole_hair_parts.labelled import rows_of
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.jobs.label_agreement import EVERY_WORD, label_agreement
from workbench.jobs.label_consensus import disputed_items, label_consensus, settle_item
from workbench.jobs.label_errors import label_errors
from workbench.jobs.label_next import ask_again, label_next
from workbench.jobs.label_worth import label_worth
from workbench.jobs.labeler_figures import labeler_figures
from workbench.jobs.person_figures import Viewer
from workbench.jobs.replay_sampling import replay_sampling
from workbench.jobs.simulate_labelers import PEOPLE, simulate_labelers
from workbench.lake import label_worth as stored
from workbench.settings import load

ITEMS = 600


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    settings = load({}, workspace=tmp_path_factory.mktemp("labelled") / "ws")
    assert simulate_labelers(settings, items=ITEMS) > ITEMS
    return settings


@pytest.fixture(scope="module")
def counted(ours):
    return label_consensus("mole_hair", ours)


def test_the_consensus_is_righter_than_its_labelers_and_is_kept_once(ours, counted):
    truth = {row["crop_hash"]: row["label"] for row in rows_of()}
    right = sum(truth[row["item_key"]] == row["value"] for row in counted.filter(pl.col("labelers") > 1).to_dicts())
    shared = counted.filter(pl.col("labelers") > 1).height
    assert counted.height == ITEMS and right / shared > 0.93 > max(one[0] for one in PEOPLE.values()) - 0.05
    assert set(counted["method"]) == {"dawid_skene"}
    with lake.open(ours, read_only=True) as store:
        rows = store.query("label_consensus", {"project": "mole_hair"}).height
        snapshot = store.query("app_latest_snapshot").item()
    assert label_consensus("mole_hair", ours).equals(counted)
    with lake.open(ours, read_only=True) as store:
        assert store.query("label_consensus", {"project": "mole_hair"}).height == rows
        assert store.query("app_latest_snapshot").item() == snapshot  # nothing new was written
    with pytest.raises(UsageError, match="did you mean 'majority'"):
        label_consensus("mole_hair", ours, method="majorty")
    with pytest.raises(UsageError, match="no answer to shot_type"):
        label_consensus("shot_type", ours)


def test_a_dispute_is_settled_and_leaves_the_queue(ours, counted):
    queue = disputed_items("mole_hair", ours)
    assert queue.height == counted["disputed"].sum() > 5 and queue["sure"].is_sorted()
    first = queue.row(0, named=True)
    assert first["source"] and first["picture"].startswith("/data/local-files/?d=mole_hair/")
    with pytest.raises(UsageError, match="'banana'"):
        settle_item("mole_hair", "answer", first["item_key"], "banana", ours, by="lea")
    settle_item("mole_hair", "answer", first["item_key"], "neither", ours, by="lea")
    label_consensus("mole_hair", ours, method="majority")
    assert first["item_key"] not in disputed_items("mole_hair", ours)["item_key"].to_list()
    label_consensus("mole_hair", ours)


def test_agreement_is_told_by_every_measure(ours):
    found = label_agreement("mole_hair", ours)
    whole = found.filter(word=EVERY_WORD).row(0, named=True)
    assert whole["low"] < whole["alpha"] < whole["high"] and whole["disputed"] > 0
    # every shared item has three answers here, so alpha and kappa differ by the small-sample term only
    assert whole["fleiss"] == pytest.approx(whole["alpha"], abs=0.005) and whole["fleiss_items"] == whole["items"]
    assert whole["ordinal_alpha"] is None and found.height == 5  # mole, hair, neither, unsure have no order


def test_nobody_sees_what_somebody_else_does_unless_the_settings_say_so(ours):
    hers = labeler_figures("mole_hair", ours, Viewer(id="Ann@simulated", role="labeler"))
    assert hers.people["labeler"].to_list() == ["ann@simulated"] and set(hers.classes["labeler"]) == {"ann@simulated"}
    assert hers.withheld and hers.group["labelers"] == 5  # five stand behind it: everybody may see that
    stranger = labeler_figures("mole_hair", ours, Viewer(id=None, role="lead"))
    assert stranger.people.is_empty() and stranger.classes.is_empty()
    lead = labeler_figures("mole_hair", replace(ours, person_figures=("lead",)), Viewer(id="lea", role="lead"))
    assert lead.people.height == 5 and lead.withheld is None and lead.gold["answers"] > 60
    needing = lead.classes.filter(pl.col("needs_a_word"))
    assert ("dee@simulated", "hair", "mole") in list(needing.select("labeler", "word", "instead").iter_rows())
    assert (lead.people["faster"].median() or 1) < 0.95  # all of them hurry at the end
    assert lead.confused.filter(word="mole", other="hair")["pairs"].item() > 0


def test_four_people_are_no_group(tmp_path, monkeypatch):
    from workbench.jobs import simulate_labelers as simulated

    four = load({}, workspace=tmp_path / "ws")
    monkeypatch.setattr(simulated, "PEOPLE", dict(list(PEOPLE.items())[:4]))
    simulate_labelers(four, items=60)
    found = labeler_figures("mole_hair", four, Viewer(id=None, role="manager"))
    assert found.labelers == 4 and found.group is None and found.gold is None and found.people.is_empty()


def test_labels_spoiled_on_purpose_are_on_the_list(ours):
    found = label_errors(ours)
    assert found.low < found.expected < found.high and found.rows["margin"].is_sorted(descending=True)
    assert (found.rows["given"] != found.rows["suggested"]).all() and f"of {found.labels:,}" in found.words
    batch = ask_again("mole_hair", ours, found.rows.head(5).to_dicts())
    with lake.open(ours, read_only=True) as store:
        noted = stored.picks(store, "mole_hair", batch.name)
    assert noted["item_key"].to_list() == found.rows["item_key"].head(5).to_list()
    assert noted["strategy"].unique().to_list() == ["label_errors"] and '"suggested"' in noted["reason"][0]
    with pytest.raises(UsageError, match="nothing is doubted"):
        ask_again("mole_hair", ours, [])


def test_what_next_is_new_to_everybody_and_noted(ours):
    batch = label_next("mole_hair", ours, budget=50)
    with lake.open(ours, read_only=True) as store:
        sent = set(store.query("label_items", {"project": "mole_hair"})["item_key"])
        noted = stored.picks(store, "mole_hair", batch.name)
    assert not sent & set(batch.picks["item_key"]) and batch.picks["item_key"].n_unique() == 50
    assert set(batch.picks["strategy"]) == set(strategy_names())
    assert batch.picks.filter(strategy="random").height == 10 and batch.pool == len(rows_of()) - ITEMS
    assert noted.select("item_key", "strategy").equals(batch.picks)
    with pytest.raises(UsageError, match=r"`workbench pilot` draws blind pairs.*qa_review"):
        label_next("blind_ab", ours, budget=5)
    with pytest.raises(UsageError, match="did you mean 'shot_type'"):
        label_next("shot_types", ours, budget=5)


def test_a_thousand_more_labels_have_a_price(ours):
    found = label_worth("mole_hair", ours)
    assert found.timed > ITEMS and 1 < found.item_s < 4
    assert found.cost == pytest.approx(1000 * found.item_s / 3600 * found.per_hour)
    if found.gain is not None:
        assert found.low <= found.gain <= found.high < 0.05 and "AUROC" in found.words
    with lake.open(ours) as store:
        assert store.query("duplicate_keys").is_empty()


def test_the_price_waits_for_timed_answers_and_the_gain_for_curves_that_agree(tmp_path, monkeypatch):
    from pipeline.training.mole_hair_parts import learning_curve

    monkeypatch.setattr(learning_curve, "APART", -1.0)
    found = label_worth("mole_hair", load({}, workspace=tmp_path / "ws"))
    assert found.cost is None and found.gain is None and "cannot be told" in found.words and "0 answers" in found.words


def test_a_replay_holds_every_strategy_against_chance():
    found = replay_sampling(strategies=["margin", "diversity"], repeats=2, rounds=1)
    rows = found.rows
    assert set(rows["strategy"]) == {"random", "margin", "diversity"} and set(rows["measure"]) == {"auroc", "correct"}
    assert (rows.filter(strategy="random")["gain"] == 0).all()
    others = rows.filter(pl.col("strategy") != "random")
    assert (others["low"] <= others["gain"]).all() and (others["gain"] <= others["high"]).all()
    assert (others["low"] < others["high"]).all() and (rows["value"] > 0.5).all()
