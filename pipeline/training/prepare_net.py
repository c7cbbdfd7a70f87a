"""Train what looks a photo over before editing: ``workbench models train prepare_net``.

Data: amateur clothing photos by sender, glass, metal and card on a board, groceries, skin close-ups, the renders with
their tags. The shipped subject network cuts the product out first, and its encoder looks at it. Processor only, minutes
on one core, seeded; a training that was stopped goes on from what it had measured and ends with the same weights.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.engines._subject_network import NAME as SUBJECT
from pipeline.models.card import Card, Data
from pipeline.models.load_model import load_model
from pipeline.models.prepare_net import scores
from pipeline.models.save_model import save_model
from pipeline.training.prepare_net_parts.heads import Material, calibrated, fit_heads
from pipeline.training.prepare_net_parts.measured import Table, of_photos, of_turned
from pipeline.training.prepare_net_parts.named import named
from pipeline.training.prepare_net_parts.photos import CATEGORIES, FLAGS, KINDS, SHOTS, Photo, photos
from pipeline.training.prepare_net_parts.shown import left_out, shown
from pipeline.training.prepare_net_parts.sure import sure
from pipeline.training.prepare_net_parts.tables import figures, left_out_figures
from pipeline.training.training import Evaluation, Item, Training, TrainingRequest

NAME, VERSION = "prepare_net", 3
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
TEST_SET = "clothing of held-out senders, held-out photos of materials and groceries, renders of seed 3"
RIGHT = {"garment": 0.8, "category": 0.95, "shot_type": 0.95}  # share of right answers, among those given, worth giving
ANSWERS = {"garment": ("kind", KINDS), "category": ("category", CATEGORIES), "shot_type": ("shot", SHOTS)}


def train(request: TrainingRequest) -> Path:
    """Measure, fit, calibrate and write weights and card."""
    return train_from(request, SAMPLE)


def train_from(request: TrainingRequest, sample: Path) -> Path:
    """The same from other data.

    Raises:
        OutOfTime: The minutes are over; the same request goes on.
    """
    from pipeline.training.prepare_net_parts.encoder_graph import encoder_graph  # torch: only training needs it

    until = time.monotonic() + 60 * request.minutes if request.minutes else float("inf")
    found = photos(sample)
    if not request.resume:
        for part in (request.out / "measured").glob("*.npz"):
            part.unlink()
    graph = encoder_graph()
    table = of_photos(found, graph, request.out, until, request.say)
    garments = [photo for photo in found if photo.split == "train" and photo.kind is not None]
    turned = of_turned(garments, graph, request.seed, request.out, until, request.say)
    material = Material(found, table, turned)
    arrays = fit_heads(material, request.seed)
    least = _calibrate(arrays, material)
    told = shown(material, arrays)
    facts = {
        "names": {"garment": KINDS, "category": CATEGORIES, "shot_type": SHOTS, "flags": FLAGS},
        "garment_categories": ("apparel", "footwear", "accessories"), "least": least,
        "shown": told, "sure": sure(material, arrays, told), "subject_net": load_model(SUBJECT).sha256,
    }  # fmt: skip
    request.say(f"flags shown: {', '.join(told)}; named from {facts['least']}; beyond doubt from {facts['sure']}")
    test = material.rows(np.array([photo.split == "test" for photo in found]))
    card = replace(_card(found, request.seed), facts=facts)
    found_figures = figures(test.photos, _scores(arrays, test.table), TEST_SET)
    away = left_out_figures(left_out(material, arrays))
    return save_model(request.out, NAME, arrays, replace(card, figures=(*found_figures, *away)), beside={"onnx": graph})


def evaluate(weights_folder: Path) -> Evaluation:
    """The heads with these weights on photos of unseen senders, unseen photos and renders of an unseen seed."""
    return evaluate_on(Path(weights_folder), SAMPLE, "test")


def evaluate_on(weights_folder: Path, sample: Path, split: str) -> Evaluation:
    """The same on ``validation`` or ``test``."""
    found, model = tuple(photo for photo in photos(sample) if photo.split == split), load_model(NAME, weights_folder)
    table = of_photos(found, model.file_beside("onnx"), None, float("inf"), lambda _words: None)
    told = _scores(model.arrays, table)
    rows: list[Item] = []
    for head, (field, names) in ANSWERS.items():
        for photo, probability in zip(found, told[head], strict=True):
            if (answer := getattr(photo, field)) is not None:
                sure = float(probability[names.index(answer)])
                right = float(names[int(probability.argmax())] == answer)
                measures = {"correct": right, "log_loss": -float(np.log(max(sure, 1e-9)))}
                rows.append(Item(f"{photo.name} {head}", f"{head}: {answer}", photo.group, measures))
    for photo, values in zip(found, told["flags"], strict=True):
        for flag, value in zip(FLAGS, values, strict=True):
            if flag in photo.flags:
                brier = float((value - photo.flags[flag]) ** 2)
                rows.append(Item(f"{photo.name} {flag}", f"flag: {flag}", photo.group, {"brier": brier}))
    return Evaluation(name=NAME, test_set=TEST_SET if split == "test" else split, rows=tuple(rows))


def _scores(arrays: Mapping[str, np.ndarray], table: Table) -> dict[str, np.ndarray]:
    return scores(arrays, table.seen, table.mirrored, table.looks)


def _calibrate(arrays: dict[str, np.ndarray], material: Material) -> dict[str, float]:
    """Fit the probabilities to the validation photos; from which on each head's answer is worth saying."""
    held = material.rows(np.array([photo.split == "validation" for photo in material.photos]))
    least, cooling = {}, {}
    for head, (field, names) in ANSWERS.items():
        known = np.array([getattr(photo, field) is not None for photo in held.photos])
        truth = np.array([names.index(getattr(p, field)) for p in held.photos if getattr(p, field) is not None])
        cooling[head] = calibrated(arrays, head, _scores(arrays, held.table)[head][known], truth)
        least[head] = _least(_scores(arrays, held.table)[head][known], truth, RIGHT[head])
    # few kinds of clothes are known: photos of others are asked too, from many senders, and naming them is wrong
    return least | {"garment": _least(*named(material, arrays, cooling["garment"]), RIGHT["garment"])}


def _least(probability: np.ndarray, truth: np.ndarray, share: float) -> float:
    """The lowest probability from which on so many of the answers are right."""
    sure, right = probability.max(axis=1), probability.argmax(axis=1) == truth
    order = np.argsort(-sure)
    enough = np.flatnonzero(np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= share)
    return float(sure[order][enough[-1]]) if len(enough) else 1.0


def _card(found: tuple[Photo, ...], seed: int) -> Card:
    counts = {source: sum(p.source == source and p.split == "train" for p in found) for source in SOURCES}
    return Card(
        name=NAME, version=VERSION, title="What a photo shows before anyone edits it",
        made_by=f"workbench models train {NAME} --seed {seed}",
        data=tuple(Data(what=what, n=counts[source], licence=licence) for source, (what, licence) in SOURCES.items()),
        split="clothing by sender; materials and groceries by photo; renders: seeds 1 and 2 train, seed 3 test; "
        "settings, calibration and limits from validation senders and photos",
        figures=(), failures=FAILURES,
        input="RGB sRGB photo of any size; out: calibrated probabilities of category, garment, shot type and flags",
        simulated=("renders are computer-made",), limits=LIMITS,
    )  # fmt: skip


SOURCES = {
    "clothing": ("amateur clothing photos, kinds by the source, flags seen by a vision model, no person", "CC0-1.0"),
    "materials": ("glass, plastic, metal and card on a board", "MIT"),
    "grocery": ("groceries in a hand or on display", "MIT"),
    "skin": ("dermoscopy close-ups", "CC0-1.0"),
    "renders": ("rendered products with exact tags", "CC0-1.0"),
    "animals": ("animal photos of AM-2k", "MIT"),
}
FAILURES = (
    "no photo shows a worn garment: on_model is never said",
    "category partly tells the source: glassware, jewellery, furniture and hair are learned from renders",
    "long-sleeved shirts, sweatshirts, blazers and coats with crossed or cropped sleeves are taken for one another",
    "flags that are not listed under facts.shown are withheld: they did not order the photos inside every source, or "
    "not those of a source they never learned from",
    "garments of new senders are named worse than those of the validation senders the settings were chosen on",
)
LIMITS = (
    "few senders for so many kinds of garment: shirts, coats and long sleeves share an outline, and more senders of "
    "these three would move the names most",
    "glass, gloss, props and skin were photographed in one place each: photos of them from several studios would move "
    "most flags, and let them be told at all",
    "no retoucher has set a flag on a real photo",
)

TRAINING = Training(name=NAME, title="What a photo shows before anyone edits it", train=train, evaluate=evaluate)
