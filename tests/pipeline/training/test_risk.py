"""The risk model: plain arrays say what scikit-learn says, and no group scores itself."""

import dataclasses

import numpy as np
import polars as pl
import pytest

from pipeline.evaluation.grouped_interval import grouped_interval
from pipeline.evaluation.ranking import auroc, within_categories
from pipeline.models.load_model import load_model
from pipeline.models.risk_features import FEATURES
from pipeline.models.risk_model import RiskModel
from pipeline.models.save_model import save_model
from pipeline.training import risk
from pipeline.training.risk_parts import fit as fitting
from pipeline.training.risk_parts.candidates import CANDIDATES
from pipeline.training.risk_parts.figures import automatic_share, limit_for
from pipeline.training.risk_parts.table import SCHEMA
from workbench.domain.errors import UsageError

SEED = 3


def _results(n=400, groups=100, signal=2.0, bend=0.0, seed=0):
    """Results whose failure goes with two features, on a line or (with ``bend``) on a curve; a tenth is missing."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % groups
    table = rng.normal(size=(n, len(FEATURES)))
    score = (
        signal * table[:, :12:2].sum(axis=1) / 2 + bend * (np.abs(table[:, 7]) - 0.8) + rng.normal(size=groups)[group]
    )
    failed = rng.random(n) < 1 / (1 + np.exp(-score))
    table[rng.random(table.shape) < 0.1] = np.nan
    rows = {name: table[:, i] for i, name in enumerate(FEATURES)} | {
        "item": [f"p{g}/{i}" for i, g in enumerate(group)], "group": [f"p{g}" for g in group],
        "category": [("sheer", "furniture")[g % 2] for g in group], "take": "shot", "photo_hash": None,
        "engine": "subject_net", "engine_version": 2, "engine_weights": "abc", "second_engine": "classical",
        "failed": failed, "seen": False, "weight": 1.0,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def _loaded(tmp_path, fitted, frame):
    card = risk._card(frame, frame, fitted, SEED)
    save_model(tmp_path, "risk", fitted.arrays, card)
    return RiskModel(load_model("risk", tmp_path))


@pytest.fixture(autouse=True)
def _few_settings(monkeypatch):
    """One setting a kind: choosing among several is what takes the time."""
    at = {"logistic": 3, "trees": 0}
    quick = tuple(dataclasses.replace(one, settings=(one.settings[at[one.kind]],)) for one in CANDIDATES)
    monkeypatch.setattr(fitting, "CANDIDATES", quick)


@pytest.fixture(params=["logistic", "trees"])
def one_kind(request, monkeypatch):
    """A fit where this kind is the only candidate, so that both kinds' arrays are held against the library."""
    monkeypatch.setattr(fitting, "CANDIDATES", tuple(one for one in fitting.CANDIDATES if one.kind == request.param))
    frame = _results()
    return frame, fitting.fit(frame, seed=SEED)


def test_plain_arrays_say_what_the_library_says(one_kind, tmp_path):
    frame, fitted = one_kind
    model = _loaded(tmp_path, fitted, frame)
    table = np.random.default_rng(1).normal(scale=3, size=(500, len(FEATURES)))
    table[::3, ::2] = np.nan
    table[0] = np.nan
    expected = fitted.library.predict_proba(table)[:, 1]
    assert np.abs(model.predict(table) - expected).max() < 1e-6
    assert expected.std() > 0.05


def test_no_group_scores_itself(one_kind, tmp_path, monkeypatch):
    """Another answer for a group changes the members that saw it, never the one that scores it."""
    frame, fitted = one_kind
    changed = frame.with_columns(
        failed=pl.when(pl.col("group") == "p0").then(~pl.col("failed")).otherwise(pl.col("failed"))
    )
    table, mine = frame.select(FEATURES).to_numpy(), (frame["group"] == "p0").to_numpy()
    model = _loaded(tmp_path, fitted, frame)
    (fold,) = set(fitted.fold[mine])
    held = model.predict(table[mine], member=fold)
    assert np.abs(held - fitted.out_of_fold[mine]).max() < 1e-9
    real, first = (
        fitting._splits,
        [(np.flatnonzero(fitted.fold != k), np.flatnonzero(fitted.fold == k)) for k in range(1, 6)],
    )
    monkeypatch.setattr(
        fitting, "_splits", lambda failed, *rest: first if len(failed) == len(frame) else real(failed, *rest)
    )
    other = fitting.fit(changed, seed=SEED)
    other.arrays["calibration"] = fitted.arrays["calibration"]
    again = _loaded(tmp_path / "other", other, changed)
    assert np.array_equal(again.predict(table[mine], member=fold), held)
    assert np.abs(again.predict(table[mine]) - model.predict(table[mine])).max() > 0
    assert len({(g, f) for g, f in zip(frame["group"], fitted.fold, strict=True)}) == frame["group"].n_unique()


def test_the_better_kind_is_kept():
    straight, bent = (
        fitting.fit(_results(signal=4.0), seed=SEED),
        fitting.fit(_results(signal=0.3, bend=6.0), seed=SEED),
    )
    assert straight.kind == "logistic" and bent.kind == "trees"
    assert bent.compared["trees"] < bent.compared["logistic"] - 0.02
    assert straight.compared["logistic"] < straight.compared["trees"] - 0.02


def test_where_there_is_nothing_to_learn_nothing_is_promised():
    frame = _results(signal=0.0)
    fitted = fitting.fit(frame, seed=SEED)
    failed = frame["failed"].to_numpy()
    assert 0.3 < auroc(fitted.out_of_fold, failed) < 0.65
    assert fitted.out_of_fold.std() < 0.12 and abs(fitted.out_of_fold.mean() - failed.mean()) < 0.05


def test_weights_are_heard(monkeypatch):
    monkeypatch.setattr(fitting, "CANDIDATES", fitting.CANDIDATES[:1])
    frame = _results(n=300)
    heavy = frame.with_columns(weight=pl.when(pl.col("group").str.ends_with("7")).then(3.0).otherwise(1.0))
    plain, weighed = fitting.fit(frame, seed=SEED), fitting.fit(heavy, seed=SEED)
    assert not np.allclose(plain.arrays["weight"][0], weighed.arrays["weight"][0])


def test_too_few_of_either_are_refused():
    frame = _results().with_columns(failed=pl.col("group").is_in(["p1", "p2"]))
    with pytest.raises(UsageError, match="8 of 400 results that are new to the engine failed; allowed: at least 15"):
        fitting.fit(frame, seed=SEED)
    with pytest.raises(UsageError, match="0 of 0 results that are new"):
        fitting.fit(_results().with_columns(seen=True), seed=SEED)


def test_what_the_engine_was_trained_on_does_not_calibrate(monkeypatch):
    """Of what the engine knows half as much fails; the risk of what is new must not be talked down by it."""
    monkeypatch.setattr(fitting, "CANDIDATES", fitting.CANDIDATES[:1])
    seen = pl.col("group").str.contains(r"[02468]$")
    frame = _results(n=800, groups=200).with_columns(seen=seen)
    lucky = np.random.default_rng(2).random(frame.height) < 0.5
    flattered = frame.with_columns(failed=pl.col("failed") & ~(seen & pl.Series(lucky)))
    for one in (flattered, flattered.with_columns(seen=False)):
        fitted, new = fitting.fit(one, seed=SEED), ~one["seen"].to_numpy()
        assert fitted.calibrated_on == fitting.NEW
        assert abs(fitted.out_of_fold[new].mean() - one["failed"].to_numpy()[new].mean()) < 0.01
    told = fitting.fit(flattered, seed=SEED).out_of_fold
    untold = fitting.fit(flattered.with_columns(seen=False), seed=SEED).out_of_fold
    assert told.mean() > untold.mean() + 0.05


def test_auroc_by_hand():
    risk_, failed = np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, True, False, True])
    assert auroc(risk_, failed) == pytest.approx(3.5 / 4)
    assert auroc(risk_, failed, np.array([1.0, 2, 1, 1])) == pytest.approx((2 * 1.5 + 2) / 6)
    assert auroc(risk_, np.ones(4, bool)) is None
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    many, bad = np.round(rng.random(500), 2), rng.random(500) < 0.3
    assert auroc(many, bad) == pytest.approx(roc_auc_score(bad, many))


def test_within_categories_leaves_their_rates_out():
    """A risk that knows only the category is worth nothing inside of it."""
    category = np.repeat(["a", "b"], 100)
    failed = np.concatenate([np.arange(100) < 10, np.arange(100) < 90])
    known = np.where(category == "a", 0.1, 0.9)
    assert auroc(known, failed) == pytest.approx(0.9) and within_categories(known, failed, category) == 0.5


def test_automatic_share_by_hand():
    risk_ = np.arange(40) / 40
    failed = np.arange(40) >= 20
    assert automatic_share(risk_, failed) == pytest.approx(21 / 40)  # 1 of 21 is 4.8%, 2 of 22 is too much
    assert limit_for(risk_, failed) == pytest.approx(20 / 40)
    assert automatic_share(np.zeros(40), failed) == 0.0  # equal risks go together
    assert limit_for(risk_, np.ones(40, bool)) == -1.0


def test_intervals_are_over_groups():
    rng = np.random.default_rng(0)
    value = rng.random(50)
    once = grouped_interval(lambda w: float(np.average(value, weights=w)), np.arange(50))
    many = np.repeat(value, 10)
    tenfold = grouped_interval(lambda w: float(np.average(many, weights=w)), np.repeat(np.arange(50), 10))
    assert tenfold == pytest.approx(once)
