"""Train the subject network: ``workbench models train subject_net``.

Data: products rendered for this project put before made backdrops, the renders as shot, animals with a true matte, and
real photos with masks. Processor or GPU, seeded; a training that was stopped goes on from its last checkpoint and ends
with the weights it would have had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.models.card import Card, Data, Figure
from pipeline.training.training import Evaluation, Item, Training, TrainingRequest
from workbench.domain.errors import OutOfTime

NAME = "subject_net"
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
TEST_SET = "renders of seed 3 and outlined real photos"
VERSION = 1
WORKING_SIDE_PX = 320  # at which the network is trained last and the engine looks by itself
Engine = Callable[[np.ndarray], np.ndarray]


def train(request: TrainingRequest) -> Path:
    """Train, or go on training, and write weights, graph and card; figures on the test set once it is finished.

    Raises:
        OutOfTime: The minutes are over; the weights as they are then lie there too, to be looked at.
    """
    from pipeline.training.subject_net_parts.plan import Plan

    return train_to(request, Plan(), SAMPLE)


def train_to(request: TrainingRequest, plan, sample: Path) -> Path:
    """The same by another plan or from other data."""
    from pipeline.training.subject_net_parts.collection import for_training
    from pipeline.training.subject_net_parts.fit import fit
    from pipeline.training.subject_net_parts.runnable import save_runnable
    from pipeline.training.subject_net_parts.samples import Samples

    request.out.mkdir(parents=True, exist_ok=True)
    collection = for_training(sample)
    net, steps = fit(
        Samples(collection, request.seed), plan, request.out,
        seed=request.seed, minutes=request.minutes, resume=request.resume, say=request.say,
    )  # fmt: skip
    card = _card(collection, steps, plan.steps, request.seed)
    save_runnable(request.out, net, card)
    if steps < plan.steps:
        raise OutOfTime(f"stopped at step {steps} of {plan.steps}", where=NAME)
    return save_runnable(request.out, net, replace(card, figures=figures(evaluate_on(request.out, sample, "test"))))


def evaluate(weights_folder: Path) -> Evaluation:
    """The engine with these weights on renders of an unseen seed and on real photos outlined without any engine."""
    return evaluate_on(Path(weights_folder), SAMPLE, "test")


def evaluate_on(weights_folder: Path, sample: Path, split: str) -> Evaluation:
    """The same on ``validation`` or ``test``."""
    from pipeline.engines._subject_network import find_subject

    return measure(lambda photo: find_subject(photo, WORKING_SIDE_PX, folder=weights_folder), sample, split)


def measure(engine: Engine, sample: Path, split: str) -> Evaluation:
    """Any engine on the photos of a split."""
    from pipeline.training.subject_net_parts.held_out import held_out, measured

    rows = tuple(
        Item(photo.item, photo.category, photo.group, measured(engine(photo.rgb), photo))
        for photo in held_out(sample, split)
    )
    return Evaluation(name=NAME, test_set=TEST_SET if split == "test" else split, rows=rows)


def figures(found: Evaluation) -> tuple[Figure, ...]:
    """Every measure by category, and over all, as means with 95% intervals (bootstrap over groups)."""
    from pipeline.evaluation.grouped_mean import grouped_mean

    out = []
    for category in (*sorted({row.category for row in found.rows}), None):
        rows = [row for row in found.rows if category in (row.category, None)]
        for name in rows[0].measures:
            mean = grouped_mean([row.measures[name] for row in rows], [row.group for row in rows])
            out.append(Figure(test_set=found.test_set, category=category, measure=name, value=mean.mean, low=mean.low,
                              high=mean.high, n=mean.n))  # fmt: skip
    return tuple(out)


def _card(collection, steps: int, of: int, seed: int) -> Card:
    renders = [photo for photo in collection.renders if photo.category != "animal"]
    animals = len(collection.renders) - len(renders)
    return Card(
        name=NAME,
        version=VERSION,
        title=TRAINING.title,
        made_by=f"workbench models train subject_net --seed {seed}",
        data=(
            Data(what="rendered products, cut out for composites and as shot", n=len(renders), licence="CC0-1.0"),
            Data(what="animals with a true matte (AM-2k, PyMatting)", n=animals, licence="MIT"),
            Data(
                what="real photos of clothing and materials with assisted masks; nobody but a vision model looked",
                n=len(collection.photos),
                licence="CC0-1.0, MIT",
            ),
        ),
        split="Test: renders of seed 3, and clothing senders and photos by hash, outlined without any engine. "
        "Validation: renders and animals whose name's SHA-256 leaves 2 or 3 by ten, clothing senders and photos by "
        "hash. The rest is trained on.",
        figures=(),
        failures=(
            *((f"stopped at step {steps} of {of}: not fully trained",) if steps < of else ()),
            "of two things on one table it may take both, or the larger; clothes hung before a door or beside "
            "furniture may take the bright neighbour along",
            "chains, spindles and straps thinner than about two pixels of 320 are filled in or lost",
            "lace and mesh: opacity under one half counts as backdrop wherever an outline is asked for",
            "a rail or hanger in the product's own tone is sometimes kept",
        ),
        input=f"RGB photo, sRGB-encoded in [0, 1], float32 (1, 3, h, w), longest side {WORKING_SIDE_PX}, padded right "
        "and below to multiples of 32 with the array `mean`; gives scores (1, 1, h, w), the logit of the probability "
        "of subject",
        simulated=("renders", "backdrops, shadows, reflections and camera faults of the composites"),
        limits=LIMITS,
        facts={"steps": steps, "working_side_px": WORKING_SIDE_PX},
    )


LIMITS = (
    f"it looks at {WORKING_SIDE_PX} px: lace, chains, spindles and straps are finer than a pixel of it. A second look "
    "at full size along thin parts would move sheer, jewellery and furniture most",
    "furniture and jewellery in the backdrop's own tone: more renders of these two, on like ground, would move them",
    "real photos are of clothes and of glass, metal and card: outlined photos of groceries, shoes and people's hands, "
    "from several studios, would move the real ones most",
)

TRAINING = Training(name=NAME, title="Subject segmentation", train=train, evaluate=evaluate)
