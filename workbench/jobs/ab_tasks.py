"""Blind pairs: two results of one image side by side; which is which stands in the lake and nowhere else."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from labeling.pictures import Pictures
from labeling.project import LabelingProject, Layout
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.domain.labels import LabelTask, Sides
from workbench.jobs.image_tasks import cutout_on_grey, image_item
from workbench.jobs.label_plan import LabelPlan
from workbench.jobs.label_source import LabelImage, artefact_files, read_images
from workbench.lake import labels
from workbench.settings import Settings

_CUTOUT = "cutout.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    key: str
    image: LabelImage
    left: LabelImage
    right: LabelImage


def ab_tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, settings: Settings, *, source: str | None,
    limit: int | None, plan: LabelPlan,
) -> Iterator[LabelTask]:  # fmt: skip
    """A task an image that has two results with different pixels: the one that holds against the newest other.

    Sides are drawn by the lake's secret seed, and pictures are named by it: neither the task nor a picture's name says
    which engine, version or spec made it.

    Raises:
        UsageError: No image of the source has two results.
    """
    pairs = {pair.key: pair for pair in _pairs(source, settings, plan)}
    if not pairs:
        raise UsageError(
            "no image with two results that differ", where="--from",
            allowed="images that were run with two engines or specs, or corrected",
        )  # fmt: skip
    chosen = [pairs[key] for key in plan.choose(list(pairs), lambda one: one, limit=limit)]
    with lake.open(settings) as store:  # before the server hears of them: an answer without its sides would be lost
        labels.append_sides(store, map(_sides, chosen))
    for pair in chosen:
        data = {
            side: pictures.add_picture(cutout_on_grey(one), named=lambda content: plan.draw.name("picture", content))
            for side, one in (("left", pair.left), ("right", pair.right))
        }
        item = image_item(pair.image, pair.key)
        yield LabelTask(project=project.name, layout=layout.name, items=(item,), data=data)


def _pairs(source: str | None, settings: Settings, plan: LabelPlan) -> Iterator[_Pair]:
    images = read_images(source, settings, results=True)
    asked = {"set_ids": sorted({image.photo.set_id for image in images})}
    asked["image_ids"] = sorted({image.photo.image_id for image in images})
    others: dict[tuple[str, str], list[dict]] = defaultdict(list)
    with lake.open(settings, read_only=True) as store:
        for row in store.query("label_pairs", asked).iter_rows(named=True):
            others[(row["set_id"], row["image_id"])].append(row)
    for image in images:
        if _CUTOUT not in image.artefacts:
            continue
        for row in others[(image.photo.set_id, image.photo.image_id)]:
            files = artefact_files(row, settings)
            if _CUTOUT not in files or files[_CUTOUT][1] == image.artefacts[_CUTOUT][1]:
                continue
            other = replace(image, result_id=row["result_id"], artefacts=files, engine=row["engine"])
            yield _drawn(image, other, plan)
            break


def _drawn(image: LabelImage, other: LabelImage, plan: LabelPlan) -> _Pair:
    two = sorted((image, other), key=lambda one: one.artefacts[_CUTOUT][1])
    key = hashlib.sha256("\n".join(one.artefacts[_CUTOUT][1] for one in two).encode("ascii")).hexdigest()
    if plan.draw.share("sides", key) < 0.5:
        two.reverse()
    return _Pair(key=key, image=image, left=two[0], right=two[1])


def _sides(pair: _Pair) -> Sides:
    photo = pair.image.photo
    return Sides(
        item_key=pair.key,
        set_id=photo.set_id,
        image_id=photo.image_id,
        left_result_id=pair.left.result_id,
        right_result_id=pair.right.result_id,
    )
