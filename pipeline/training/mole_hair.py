"""Train mole, hair or neither, and where skin is: ``workbench models train mole_hair``.

Learns from ``sample_data/training/mole_hair``: labelled candidates, with hairs drawn over skin as further examples, and
outlined skin. Several small networks, each from scratch on other photos, so that the rest calibrates it. Processor
only, minutes, seeded; a call that was stopped goes on with the members that are there.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.models.card import SIMULATED_LABELS, Card, Data
from pipeline.models.load_model import load_model
from pipeline.models.mole_hair import CLASSES, NAME, SIDE, answers, mole_hair
from pipeline.models.save_model import save_model
from pipeline.training.mole_hair_parts.calibrate import calibrate
from pipeline.training.mole_hair_parts.figures import MOLE, figures, placements
from pipeline.training.mole_hair_parts.labelled import FOLDER, Labelled, labelled, squares
from pipeline.training.mole_hair_parts.measure_skin import compare_skin, measure_skin
from pipeline.training.mole_hair_parts.network import fit, torch_logits
from pipeline.training.mole_hair_parts.skin import fit_skin, skin_photos
from pipeline.training.training import Evaluation, Item, Training, TrainingRequest
from workbench.domain.errors import OutOfTime, UsageError

TITLE = "Mole, hair or neither, and where skin is"
MEMBERS = 4
LEARNED = ("train", "validation")
TEST_SET = "candidates in photos of the test split, as labelled"
BETTER = {"auroc": "higher", "brier": "lower", "skin_iou": "higher", "skin_found_where_none_is": "lower"}


def train(request: TrainingRequest) -> Path:
    """Fit the members and the skin, calibrate, measure on the test photos, write weights and card.

    Raises:
        OutOfTime: The minutes are over before all members are there; the same request goes on.
    """
    data, started = learned_from(request.data), time.monotonic()
    fold = folds(data.sources, request.seed)
    arrays, logits = {}, np.zeros((len(data), len(CLASSES)), np.float32)
    for member in range(MEMBERS):
        if request.minutes is not None and time.monotonic() - started > 60 * request.minutes:
            raise OutOfTime(f"{member} of {MEMBERS} members are trained", where=NAME)
        own = _member(request, data.take(np.flatnonzero(fold != member)), member)
        held = fold == member
        logits[held] = torch_logits(own, squares(data.crops[held]))
        arrays |= {f"member{member}.{name}": array for name, array in own.items()}
    arrays |= calibrate(logits, data.labels)
    arrays |= fit_skin(list(skin_photos("train")), seed=request.seed, say=request.say)
    card = _card(data, request)
    save_model(request.out, NAME, arrays, card)
    model, test = load_model(NAME, Path(request.out)), labelled(("test",))
    odds = mole_hair(squares(test.crops), model)
    found = (*figures(TEST_SET, odds, test), *measure_skin(model))
    for one in found:
        request.say(f"{one.category or 'all'}: {one.measure} {one.value} [{one.low}, {one.high}], n {one.n}")
    said = np.array(answers(odds, model))
    sure = said != "unsure"
    facts = {
        **card.facts, "classes": list(CLASSES), "side_px": SIDE, "sure_from": float(arrays["sure_from"][0]),
        "answered_share_of_test": float(sure.mean()),
        "right_when_answered": float(np.mean(said[sure] == np.array(CLASSES)[test.labels[sure]])),
    }  # fmt: skip
    return save_model(request.out, NAME, arrays, dataclasses.replace(card, figures=found, facts=facts))


def evaluate(weights_folder: Path) -> Evaluation:
    """These weights on the crops and the outlined skin of the test photos; a mole's ``auroc`` is its place among
    the other crops, so that the mean is the AUROC.
    """
    model, test = load_model(NAME, Path(weights_folder)), labelled(("test",))
    odds = mole_hair(squares(test.crops), model)
    truth = np.eye(len(CLASSES))[test.labels]
    mole = test.labels == MOLE
    place = np.full(len(test), np.nan)
    place[mole] = placements(odds[:, MOLE], mole)
    rows = []
    for index, name in enumerate(test.names):
        measures = {"brier": float(((odds[index] - truth[index]) ** 2).sum()),
                    "correct": float(odds[index].argmax() == test.labels[index])}  # fmt: skip
        if mole[index]:
            measures["auroc"] = float(place[index])
        rows.append(Item(name, str(test.kinds[index]), str(test.sources[index]), measures))
    for photo, kind, overlap, *_ in compare_skin(model):
        measure = "skin_found_where_none_is" if kind == "without" else "skin_iou"
        rows.append(Item(photo, f"skin, {kind}", photo, {measure: overlap}))
    return Evaluation(name=NAME, test_set=TEST_SET, rows=tuple(rows), better=BETTER)


def learned_from(folder: Path | None = None) -> Labelled:
    """What is learned from: the sample data, or a frozen dataset without any photo of the fixed test set.

    Raises:
        UsageError: A photo of the test set is among what the dataset wants learned, or a class is missing.
    """
    data = labelled(LEARNED, folder or FOLDER)
    tested = sorted(set(data.sources) & set(labelled(("test",)).sources))
    if tested:
        raise UsageError(
            f"{len(tested)} photos of the fixed test set would be learned from, such as {tested[0]}", where=str(folder),
            allowed="a dataset whose splits keep them in test (`workbench dataset freeze` does)",
        )  # fmt: skip
    missing = [name for place, name in enumerate(CLASSES) if not (data.labels == place).any()]
    if missing:
        raise UsageError(f"no example of {', '.join(missing)}", where=str(folder), allowed="some of each class")
    return data


def folds(sources: np.ndarray, seed: int) -> np.ndarray:
    """Which member does not learn from each crop; all of one photo go together."""
    photos = np.unique(sources)
    order = np.random.default_rng(seed).permutation(len(photos))
    member = dict(zip(photos, order % MEMBERS, strict=True))
    return np.array([member[source] for source in sources])


def _member(request: TrainingRequest, data: Labelled, member: int) -> dict[str, np.ndarray]:
    """Weights of one member, or those an earlier call made from the same crops and seed."""
    kept = Path(request.out) / f"member{member}_seed{request.seed}.npz"
    if request.resume and kept.is_file():
        with np.load(kept) as found:
            if np.array_equal(found["learned_from"], data.names):
                return {name: found[name] for name in found.files if name != "learned_from"}
    arrays = fit(data, seed=request.seed * MEMBERS + member, say=lambda words: request.say(f"member {member}: {words}"))
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part.npz")
    np.savez(part, learned_from=data.names, **arrays)
    part.replace(kept)
    return arrays


def _card(data: Labelled, request: TrainingRequest) -> Card:
    frozen = None if request.data is None else json.loads((request.data / "card.json").read_text(encoding="utf-8"))
    named = "" if frozen is None else f" --dataset {frozen['name']}@{frozen['version']}"
    return Card(
        name=NAME, version=1, title=TITLE, made_by=f"workbench models train {NAME} --seed {request.seed}{named}",
        data=(
            *_crops_learned(data, frozen),
            Data(what="photos with outlined skin: hands in grocery photos, clothing, rendered busts; close-ups and "
                 "photos without skin beside them", n=len(list(skin_photos("train"))), licence="MIT, CC0-1.0"),
        ),
        split="by photo: SHA-256 of the file name modulo 10, 0 and 1 test; renders of seed 3 test. The detector was "
        "set on 12 photos of the validation split and 20 of the train split",
        figures=(),
        failures=(
            "dermoscopy is skin through a lens: how well this works on fashion photos with real people is not known",
            "moles and features of rendered faces (nostrils, corners of eyes and lips) are confused more often",
            "faint hairs, and hairs that cross a mole, are often called neither or unsure",
            "skin is missed in dim or coloured light and on very dark or very pale busts; wood, cardboard and beige "
            "cloth are sometimes taken for skin",
            "pores, faint freckles and the rim of a large lesion are unsure at best: also to the labels",
        ),
        input="squares (N, 32, 32, 3) uint8 sRGB that pipeline.skin.crop_of cuts around a spot of find_spots; out: "
        "probabilities of mole, hair, neither. Skin: a photo, uint8 or uint16; out: where skin is",
        simulated=(
            "beauty shots are rendered", "hairs are drawn over a share of the training crops", *_made_up(frozen)
        ),
        limits=LIMITS,
        facts={} if frozen is None else {
            "dataset": named.split()[-1], "dataset_sha256": frozen["sha256"],
            SIMULATED_LABELS: frozen.get("simulated", 0),
        },
    )  # fmt: skip


def _made_up(frozen: Mapping[str, Any] | None) -> tuple[str, ...]:
    number = 0 if frozen is None else frozen.get("simulated", 0)
    return (f"{number} labels, all splits, are of simulated labelers",) if number else ()


def _crops_learned(data: Labelled, frozen: Mapping[str, Any] | None) -> tuple[Data, ...]:
    whose = "labels by an AI vision model that looked at contact sheets, no person looked"
    if frozen is not None:
        said = ", ".join(f"{number} {source}" for source, number in frozen["labels_from"].items())
        whose = f"labels of the dataset {frozen['name']}@{frozen['version']}, all splits: {said}"
    kinds = {
        "dermoscopy": "labelled candidates in dermoscopy photos (ISIC Archive, UDA-1)",
        "render": "labelled candidates in rendered beauty shots",
    }
    counts = {kind: int((data.kinds == kind).sum()) for kind in sorted({*kinds, *data.kinds})}
    return tuple(
        Data(what=f"{kinds.get(kind, f'labelled candidates, {kind}')}; {whose}", n=number,
             licence="CC0-1.0" if kind in kinds else "the workspace's own")
        for kind, number in counts.items()
    )  # fmt: skip


LIMITS = (
    "few small moles: on a square of 16 px one is four pixels of a slightly darker skin, and the labels are least sure "
    "there. More of those, seen by people, would move the figures more than more of the same",
    "skin is learned from 21 outlined photos: the weakest link of the chain, and the first to give more photos to",
    "no photo of a fashion shoot: close-ups of real people, as they are retouched, would tell how well it holds there",
)

TRAINING = Training(name=NAME, title=TITLE, train=train, evaluate=evaluate, takes_dataset=True)
