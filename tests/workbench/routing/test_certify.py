"""Certified limits against MAPIE, and against the promise itself."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl
import pytest

from workbench.domain.errors import UsageError
from workbench.routing.certification_sample import certification_sample
from workbench.routing.certify import certify, fixed_sequence, grid, p_values
from workbench.routing.sample_size import error_free_audits

TARGET, DELTA = 0.05, 0.10


def drawn(seed: int, n: int, *, slope: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    risk = draw.beta(1.2, 4, n)
    return risk, draw.random(n) < slope * risk


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n", [80, 400, 1500])
def test_the_row_of_limits_is_mapies(seed, n):
    from mapie.risk_control import BinaryClassificationController, BinaryRisk

    risk, failed = drawn(seed, n)
    start, last = fixed_sequence(risk, failed, target=TARGET, delta=DELTA)
    limits = grid()[start:] if start < len(grid()) else grid()[-1:]
    # MAPIE accepts where a score reaches a limit; both as places of the grid, so that no rounding comes between. Its
    # own "precision" rounds 1 - (1 - k / n) up to k + 1 faults now and then, so the share of faults is its risk here.
    score = 1.0 - np.searchsorted(grid(), risk, side="left") / 1000
    faults = BinaryRisk(lambda true, said: true == 0, lambda true, said: said == 1, higher_is_better=False)
    controller = BinaryClassificationController(
        predict_function=lambda x: np.column_stack([1 - x[:, 0], x[:, 0]]), risk=faults, target_level=TARGET,
        confidence_level=1 - DELTA, list_predict_params=1.0 - np.round(limits * 1000) / 1000,
        fwer_method="fixed_sequence", best_predict_param_choice="recall",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        controller.calibrate(score[:, None], (~failed).astype(int))
    valid = np.sort(1000 - np.round(1000 * np.asarray(controller.valid_predict_params, dtype=float)).astype(int))
    places = np.searchsorted(grid(), risk, side="left")
    accepted = np.array([np.count_nonzero(places <= place) for place in range(len(grid()))])[-len(limits) :]
    wrong = np.array([np.count_nonzero(failed[places <= place]) for place in range(len(grid()))])[-len(limits) :]
    ours, theirs = p_values(accepted, wrong, TARGET), controller.p_values.ravel()
    # where n * (k / n) rounds up, MAPIE counts k + 1 faults: more cautious, never less
    exact = np.ceil(accepted * (wrong / np.maximum(accepted, 1))) == wrong
    assert ours[exact] == pytest.approx(theirs[exact], rel=1e-9, abs=1e-12)
    assert (ours <= theirs + 1e-12).all() and exact.any()
    assert valid.tolist() == list(range(start, start + len(valid)))
    mine = max(last - start + 1, 0)
    assert len(valid) == mine or (len(valid) < mine and not exact[len(valid)]), "or it stopped where it counts one more"


def test_the_row_begins_where_a_faultless_sample_could_pass():
    risk = np.linspace(0.001, 0.999, 1000)
    start, last = fixed_sequence(risk, np.zeros(1000, dtype=bool), target=TARGET, delta=0.05)
    accepted = np.count_nonzero(risk <= grid()[start])
    assert accepted == error_free_audits(TARGET) == 59
    assert last == len(grid()) - 1


def test_one_early_fault_ends_the_row_and_the_need_is_said():
    risk = np.linspace(0.0, 0.5, 200)
    failed = np.zeros(200, dtype=bool)
    failed[10] = True
    found = certify({"apparel": (risk, failed)}, delta=0.05)["apparel"]
    assert (found.status, found.max_risk, found.n, found.errors) == ("not_yet", None, 59, 1)
    assert found.more_if == "as_seen" and found.more > 59
    few = certify({"sheer": (risk[:40], failed[:40] & False)}, delta=0.05)["sheer"]
    assert (few.status, few.more, few.more_if) == ("not_yet", 19, "error_free")
    bad = certify({"knit_fur": (risk, np.arange(200) % 5 == 0)}, delta=0.05)["knit_fur"]
    assert (bad.status, bad.more) == ("above_target", None)
    none = certify({"footwear": (risk[:0], failed[:0])}, delta=0.05)["footwear"]
    assert (none.status, none.more) == ("no_sample", 59)


def test_family_wise_asks_for_more_of_each_category():
    risk, failed = np.linspace(0, 0.5, 80), np.zeros(80, dtype=bool)
    samples = {name: (risk, failed) for name in ("apparel", "sheer", "footwear", "packaged")}
    assert {found.status for found in certify(samples, delta=0.05).values()} == {"certified"}
    strict = certify(samples, delta=0.05, family_wise=True)
    assert {found.status for found in strict.values()} == {"not_yet"}
    assert strict["sheer"].delta == 0.0125 and strict["sheer"].more == error_free_audits(0.05, confidence=0.9875) - 80


def test_no_limit_beyond_the_audits():
    risk, failed = np.linspace(0, 0.5, 400), np.zeros(400, dtype=bool)
    assert certify({"sheer": (risk, failed)})["sheer"].max_risk == 0.5
    short = certify({"sheer": (risk, failed)}, reach={"sheer": 0.3})["sheer"]
    assert short.max_risk == pytest.approx(0.299) and "without enough audits" in short.limited_by
    assert certify({"sheer": (risk, failed)}, reach={"sheer": 0.0})["sheer"].status == "no_sample"


@pytest.mark.parametrize("bad", [{"target": 0.0}, {"target": 1.2}, {"delta": 0}])
def test_targets_outside_are_refused(bad):
    with pytest.raises(UsageError):
        certify({}, **bad)


# ---- the promise itself, over data drawn through the very selection -------------------------------------------------

SKUS = 2000
CHECK_FROM = 0.20  # the limit in force while the data came in: above it an image is checked by a person
AUDIT = 0.25


def true_rate(limit: float) -> float:
    """Share of faults among images with risk up to the limit: risk is uniform on 0…0.5, fault chance 0.2 * risk + 0.5 risk²."""
    return 0.1 * limit + 0.5 * limit**2 / 3


def history(seed: int) -> pl.DataFrame:
    """A period as the lake would hold it: SKUs of one to five photos that share their fate, audits, checks, gaps."""
    draw = np.random.default_rng(seed)
    photos = draw.integers(1, 6, SKUS)
    sku = np.repeat(np.arange(SKUS), photos)
    risk = np.repeat(draw.random(SKUS) * 0.5, photos)  # photos of a SKU look alike
    fate = np.repeat(draw.random(SKUS), photos)  # and fail together
    failed = fate < 0.2 * risk + 0.5 * risk**2
    auto = risk <= CHECK_FROM
    sampled = auto & (draw.random(sku.size) < AUDIT)
    complained = auto & ~sampled & failed & (draw.random(sku.size) < 0.5)  # somebody wrote in: never drawn
    judged = sampled | ~auto | complained
    return pl.DataFrame(
        {
            "set_id": "s", "image_id": [f"{seed}-{n}" for n in range(sku.size)], "sku": [f"{n}" for n in sku],
            "category": "apparel", "lane": np.where(auto, "auto", "check"), "risk": risk, "audit_sample": sampled,
            "inclusion_probability": np.where(auto, AUDIT, 1.0),
            "auto_failed": pl.Series([bool(f) if j else None for f, j in zip(failed, judged, strict=True)]),
        }
    )  # fmt: skip


def naive_limit(risk: np.ndarray, failed: np.ndarray) -> float:
    """The highest limit whose own sample shows at most the target."""
    order = np.argsort(risk)
    share = np.cumsum(failed[order]) / np.arange(1, risk.size + 1)
    good = np.flatnonzero(share <= TARGET)
    return float(risk[order][good[-1]]) if good.size else 0.0


def test_certified_limits_keep_their_promise_and_naive_ones_do_not():
    """200 histories. At delta 10% a certified limit may break its promise in 20 of them, give or take chance."""
    runs, broken, naive_broken, limits = 200, 0, 0, []
    for seed in range(runs):
        sample = certification_sample(history(seed))
        risk, failed = sample.by_category()["apparel"]
        found = certify({"apparel": (risk, failed)}, target=TARGET, delta=DELTA, reach=sample.reach)["apparel"]
        if found.max_risk is not None:
            limits.append(found.max_risk)
            broken += true_rate(found.max_risk) > TARGET
        naive_broken += true_rate(naive_limit(risk, failed)) > TARGET
    assert broken <= 29, f"{broken} of {runs}: 29 is the 99% point of a binomial with 10%"
    assert naive_broken / runs == pytest.approx(0.5, abs=0.12)
    assert len(limits) > runs / 3, "and it is not empty caution: many limits are proved"
    assert max(limits) > CHECK_FROM, "also beyond the limit that was in force"
