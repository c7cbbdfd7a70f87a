"""The images nobody was asked about in a project, with what the run already found out about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from labeling.sampling.pool import Pool
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.domain.review_words import SENT_BACK
from workbench.jobs.image_tasks import shown_images
from workbench.jobs.label_source import LabelImage
from workbench.settings import Settings

if TYPE_CHECKING:
    import numpy as np

ENOUGH = 20  # verdicts on a category before its rate of failure is believed


def image_pool(project: str, settings: Settings, *, source: str | None = None) -> Pool:
    """What can be labelled next: images of the source that were not sent in this project.

    How sure the program is comes from the run: of what it is and how it was shot (shot_type), of the cutout's edge
    (cutout_mask), that it will not be sent back (failure_mode, qa_review). Categories fail by the verdicts there are.

    Args:
        project: A project about whole images.
        settings: Workspace.
        source: As given with ``label push --from``; None: everything in the lake that is not simulated.

    Raises:
        UsageError: Nothing in the source, or everything was sent already.
    """
    images = shown_images(project, settings, source=source)
    with lake.open(settings, read_only=True) as store:
        sent = set(store.query("label_items", {"project": project})["item_key"])
    waiting = {key: image for key, image in images.items() if key not in sent}
    if not waiting:
        raise UsageError(
            f"every one of {len(images)} images was sent already", where="--from", allowed="another source of images"
        )
    return Pool(
        keys=tuple(waiting), odds=_odds(project, list(waiting.values())),
        categories=tuple(_category(image) for image in waiting.values()), failures=_failures(list(images.values())),
    )  # fmt: skip


def _odds(project: str, images: list[LabelImage]) -> np.ndarray | None:
    """(N, 2): right or not. An image nothing is known of is as unsure as can be; None where that is all of them."""
    import numpy as np

    known = [_SURE[project](image) for image in images]
    if not any(one is not None for one in known):
        return None
    right = np.array([0.5 if one is None else one for one in known])
    return np.stack([right, 1 - right], axis=1)


def _named(image: LabelImage) -> float | None:
    """Of category and shot, the one that is less sure; half of certainty is a guess between two."""
    found = [image.attributes.get(f"seen.{name}_probability") for name in ("category", "shot_type")]
    told = [value for value in found if value is not None]
    return (0.5 + min(told) / 2) if told else None


def _edge(image: LabelImage) -> float | None:
    found: Any = image.attributes.get("segmentation.band_confidence")
    return None if found is None else 0.5 + found / 2


def _kept(image: LabelImage) -> float | None:
    return None if image.risk is None else 1 - image.risk


def _category(image: LabelImage) -> str:
    return image.photo.category or "unknown"


def _failures(images: list[LabelImage]) -> dict[str, float]:
    judged: dict[str, Counter[bool]] = {}
    for image in images:
        if image.verdict is not None:
            judged.setdefault(_category(image), Counter())[image.verdict in SENT_BACK] += 1
    return {name: n[True] / n.total() for name, n in judged.items() if n.total() >= ENOUGH}


_SURE: Mapping[str, Callable[[LabelImage], float | None]] = {
    "shot_type": _named, "cutout_mask": _edge, "failure_mode": _kept, "qa_review": _kept,
}  # fmt: skip
