"""Tasks about spots on skin: what the detector finds on photos, one crop at a time or many on a sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from labeling.pictures import Pictures
from labeling.project import LabelingProject, Layout
from labeling.similar_order import look_of, similar_order
from workbench.domain.errors import PhotoRefused, UsageError
from workbench.domain.labels import LabelItem, LabelTask
from workbench.jobs.label_plan import LabelPlan
from workbench.jobs.label_source import read_images
from workbench.jobs.label_tasks import stored_crop_tasks
from workbench.settings import Settings


def spot_tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, settings: Settings, *, source: str | None,
    limit: int | None, plan: LabelPlan, close_up: bool = False, say: Callable[[str], None] = lambda words: None,
) -> Iterator[LabelTask]:  # fmt: skip
    """Find spots on every photo of a source, cut them out, put similar ones together.

    Crops go to disk as they are found: what is kept in memory of each is its item and a thumbnail of 192 numbers.

    Args:
        project: What is asked.
        layout: One at a time, or a sheet.
        pictures: Where crops are stored.
        settings: Workspace and allowed roots.
        source: As given with ``--from``.
        limit: Only the first so many crops, in the order of the photos.
        plan: Who labels what.
        close_up: All of a picture is skin; else skin is looked for.
        say: Told which photos were left out.

    Raises:
        UsageError: Nothing was found on any photo.
    """
    from pipeline.skin.spot_crops import spot_crops
    from pipeline.upright_photo import upright_photo

    found: dict[str, tuple[LabelItem, object]] = {}  # the same pixels are asked once
    enough = None if limit is None or plan.quality.gold_share else limit
    for image in read_images(source, settings, results=False):
        if enough is not None and len(found) >= enough:
            break
        try:
            photo = upright_photo(str(image.file), pixel_limit=settings.pixel_limit)
        except PhotoRefused as error:
            say(f"left out: {image.photo.relative_path}: {error}")
            continue
        for crop in spot_crops(photo, skin="all" if close_up else "find"):
            key = hashlib.sha256(crop.pixels.tobytes()).hexdigest()
            if key not in found:
                pictures.add_crop(crop.pixels, key)
                item = LabelItem(
                    item_key=key, image_hash=image.photo_hash, box=crop.box, sku=image.photo.sku,
                    category=image.photo.category or "hair_beauty", source=image.photo.relative_path,
                )  # fmt: skip
                found[key] = (item, look_of(crop.pixels))
    if not found:
        raise UsageError("no spot on any photo", where="--from", allowed="photos of skin; --close-up where all is skin")
    chosen = plan.choose(list(found), lambda key: key, limit=limit)
    order = similar_order([found[key][1] for key in chosen])
    yield from stored_crop_tasks(project, layout, pictures, [found[chosen[place]][0] for place in order])
