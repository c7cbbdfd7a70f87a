"""Train the risk that a person sends an automatic result back: ``workbench models train risk``.

Learns from ``sample_data/training/risk``: what the pipeline measured of photos with a known matte, and whether the
matte's errors are beyond what a retoucher lets pass (``risk_parts/tolerances.toml``). Seconds on one core. The frame
itself is made by ``python -m pipeline.training.risk_parts.collect``; reviews make the same frame.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.models.card import Card, Data
from pipeline.models.load_model import load_model
from pipeline.models.risk_features import FEATURES
from pipeline.models.risk_model import KNOWN, RiskModel
from pipeline.models.save_model import save_model
from pipeline.training.risk_parts.figures import figures
from pipeline.training.risk_parts.fit import Fitted, fit, log_loss
from pipeline.training.risk_parts.table import PHOTO
from pipeline.training.training import Evaluation, Item, Training, TrainingRequest
from workbench.domain.errors import UsageError

NAME, TITLE = "risk", "Will a person send this automatic result back?"
DATA = Path(__file__).resolve().parents[2] / "sample_data" / "training" / "risk"
LEARNED = "out of fold, new to the engine"
RENDERS, PHOTOS = "renders of an unseen seed", "real photos outlined by eye"
ANIMALS = "^(am2k|lemur)"  # names of photos with a true matte that no render made
TEST_SET = f"{RENDERS}; {PHOTOS}"


def train(request: TrainingRequest) -> Path:
    """Fit, calibrate, measure on the test renders, write weights and card."""
    learned, held = read("train"), read("test")
    fitted = fit(learned, seed=request.seed, say=request.say)
    card = _card(learned, held, fitted, request.seed)
    save_model(request.out, NAME, fitted.arrays, card)
    model = RiskModel(load_model(NAME, Path(request.out)))
    new = ~learned["seen"].to_numpy()
    found = list(figures(LEARNED, fitted.out_of_fold[new], *_judged(learned.filter(~pl.col("seen")))))
    for name, part in by_source(held).items():
        found += figures(name, model.predict(part.select(model.features).to_numpy()), *_judged(part))
    for one in found:
        if one.category is None:
            low, high = ("?" if end is None else f"{end:.3f}" for end in (one.low, one.high))
            value = "?" if one.value is None else f"{one.value:.3f}"
            request.say(f"{one.test_set}, n {one.n}: {one.measure} {value} [{low}, {high}]")
    return save_model(request.out, NAME, fitted.arrays, dataclasses.replace(card, figures=tuple(found)))


def evaluate(weights_folder: Path) -> Evaluation:
    """Brier score and log loss of every test result; results of one render are one group."""
    held = read("test")
    model = RiskModel(load_model(NAME, Path(weights_folder)))
    risk, failed = model.predict(held.select(model.features).to_numpy()), held["failed"].to_numpy()
    losses = log_loss(failed, risk)
    rows = []
    for row, value, answer, loss in zip(held.iter_rows(named=True), risk, failed, losses, strict=True):
        category = f"real {row['category']}" if row["take"] == PHOTO else row["category"]
        measures = {"brier": float((value - answer) ** 2), "log_loss": float(loss)}
        rows.append(Item(row["item"], category, row["group"], measures))
    return Evaluation(name=NAME, test_set=TEST_SET, rows=tuple(rows))


def by_source(held: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The test results by where their photos come from; a source without results is left out."""
    real = pl.col("take") == PHOTO
    parts = {RENDERS: held.filter(~real), PHOTOS: held.filter(real)}
    return {name: part for name, part in parts.items() if part.height}


def read(split: str) -> pl.DataFrame:
    """The collected results to learn from (``train``) or to test on (``test``).

    Raises:
        UsageError: They are not there.
    """
    path = DATA / f"{split}.parquet"
    if not path.is_file():
        raise UsageError("the collected results are missing", where=str(path), allowed="a checkout with sample_data")
    return pl.read_parquet(path)


def _judged(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return frame["failed"].to_numpy().astype(bool), frame["category"].to_numpy(), frame["group"].to_numpy()


def _card(learned: pl.DataFrame, held: pl.DataFrame, fitted: Fitted, seed: int) -> Card:
    engines = learned.select(*KNOWN.values()).unique().rows(named=True)
    if len(engines) != 1:
        raise UsageError(f"the results come from {engines}", where=NAME, allowed="one engine in one version")
    new = learned.filter(~pl.col("seen"))
    real, animal = learned["take"] == PHOTO, learned["group"].str.contains(ANIMALS)
    known = {hash_: int(fold) for hash_, fold in zip(learned["photo_hash"], fitted.fold, strict=True) if hash_}
    return Card(
        name=NAME, version=2, title=TITLE, made_by=f"workbench models train {NAME} --seed {seed}",
        data=(
            Data(what="results of rendered products", n=int((~real & ~animal).sum()), licence="CC0-1.0"),
            Data(what="results of real photos with masks outlined by a vision model or GrabCut, no person looked",
                 n=int(real.sum()), licence="CC0-1.0, MIT"),
            Data(what="results of real animal photos with a true matte (AM-2k, PyMatting)", n=int(animal.sum()),
                 licence="MIT"),
        ),
        split=f"by product: {learned['group'].n_unique()} products learned from in {fitted.fold.max()} folds, so that "
        f"each is also scored by a member that never saw it. {learned.height - new.height} of {learned.height} results "
        "are of products the engine was trained on: they help to order; kind, setting and what calibrates are chosen "
        f"on the other {new.height} alone. {held['group'].n_unique()} of another seed or other senders tested",
        figures=(),
        failures=(
            "labels are a stated tolerance on the matte's error, no retoucher has judged these results",
            f"{new['failed'].mean():.0%} of the results on what is new to the engine are beyond the tolerance: the "
            "model mostly learns what little passes",
            "photos are up to 660 px, larger ones were never seen",
            "a part that the engine, its repeats and the photo's edges all miss is not seen",
        ),
        input="attributes and checks of one result with the step gauge_doubt, of the engine, version, weights and "
        "second engine in the facts, and the manifest's category; anything else gets the uncalibrated heuristic. "
        "Out: probability in (0, 1)",
        simulated=("rendered products are computer-made", "verdicts are computed from known mattes"),
        limits=(
            "the tolerance is ours, stricter than most results are good: verdicts of people would move the share that "
            "goes out most",
            "few results pass in each category: a finer cutout of thin parts comes before a better risk",
        ),
        facts={
            "kind": fitted.kind, "setting": fitted.setting, "features": list(FEATURES), **engines[0],
            "calibrated_on": fitted.calibrated_on, "compared_log_loss": fitted.compared, "folds": known,
        },
    )  # fmt: skip


TRAINING = Training(name=NAME, title=TITLE, train=train, evaluate=evaluate)
