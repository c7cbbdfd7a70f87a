"""Tasks about whole images: what each labeling project shows of one, and what is filled in before a person looks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labeling.brush_mask import encode_mask
from labeling.pictures import Pictures
from labeling.project import LabelingProject, Layout
from workbench.domain.errors import PhotoRefused, UsageError
from workbench.domain.labels import Guess, LabelItem, LabelTask
from workbench.jobs.label_plan import Choosing
from workbench.jobs.label_source import LabelImage, read_images
from workbench.jobs.specs import read_spec
from workbench.settings import Settings

if TYPE_CHECKING:
    import numpy as np

SHOWN_PX = 1400  # longer side of a photo on a labeler's screen
MASK_PX = 2048  # of one whose mask is corrected: its edge is what is asked for
SPEC = "marketplace_white"  # whose engine finds the subject in photos that never came through a run
GREY = 168  # level behind a cutout: light and dark rims both show on it
FLAG_FROM = 0.5  # probability from which a flag is filled in


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one project shows of an image: fields of the config, what is known beside them, and our own answer."""

    data: Mapping[str, Any]
    guess: Guess | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Show:
    """How a project shows images, whether they need a result, and what names an item."""

    show: Callable[[LabelImage, Pictures, Settings], Shown]
    results: bool
    key: Callable[[LabelImage], str]


def image_tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, settings: Settings, *, source: str | None,
    limit: int | None, plan: Choosing, say: Callable[[str], None] = lambda words: None,
) -> Iterator[LabelTask]:  # fmt: skip
    """A task an image, made one by one as they are asked for; a photo that cannot be used is said and left out.

    Raises:
        UsageError: The source has no image that the project could show.
    """
    how, images = SHOWS[project.name], shown_images(project.name, settings, source=source)
    for key in plan.choose(list(images), lambda one: one, limit=limit):
        image = images[key]
        try:
            shown = how.show(image, pictures, settings)
        except (PhotoRefused, OSError) as error:
            say(f"left out: {image.photo.relative_path}: {error}")
            continue
        yield LabelTask(
            project=project.name,
            layout=layout.name,
            items=(image_item(image, key),),
            data=dict(shown.data),
            guess=shown.guess,
        )


def shown_images(project: str, settings: Settings, *, source: str | None) -> dict[str, LabelImage]:
    """The images a project could show, by item key; what is the same is asked once.

    Raises:
        UsageError: The source has none.
    """
    how, images = SHOWS[project], {}
    for image in read_images(source, settings, results=how.results):
        if not how.results or "cutout.png" in image.artefacts:
            images.setdefault(how.key(image), image)
    if not images:
        raise UsageError("no image with a cutout", where="--from", allowed="images that came through a run")
    return images


def image_item(image: LabelImage, key: str) -> LabelItem:
    """What is known of an image that is asked about."""
    photo = image.photo
    return LabelItem(
        item_key=key, image_hash=image.photo_hash, sku=photo.sku, category=photo.category, source=photo.relative_path
    )


def cutout_on_grey(image: LabelImage, suffix: str = "cutout.png") -> np.ndarray:
    """A cutout as labelers see it."""
    import numpy as np
    from PIL import Image

    file, _ = image.artefacts[suffix]
    with Image.open(file) as opened:
        cutout = opened.convert("RGBA")
    paper = Image.new("RGBA", cutout.size, (GREY, GREY, GREY, 255))
    return np.asarray(Image.alpha_composite(paper, cutout).convert("RGB"))


def _photo(image: LabelImage, settings: Settings) -> np.ndarray:
    from pipeline.upright_photo import upright_photo

    return upright_photo(str(image.file), pixel_limit=settings.pixel_limit)


def _shrunk(picture: np.ndarray, longest_px: int = SHOWN_PX) -> np.ndarray:
    from pipeline.upright_photo import shrunk

    return shrunk(picture, longest_px)


def _size(picture: np.ndarray) -> dict[str, int]:
    return {"width_px": picture.shape[1], "height_px": picture.shape[0]}


def _shot_type(image: LabelImage, pictures: Pictures, settings: Settings) -> Shown:
    from pipeline.models.prepare_net import prepare_net

    photo = _photo(image, settings)
    seen = prepare_net(photo)
    flags = [name for name in _FLAGS if (getattr(seen, name) or 0.0) >= FLAG_FROM]
    chosen = {"category": [seen.category], "shot": [seen.shot_type], "flags": flags}
    result = tuple(
        {"id": name, "from_name": name, "to_name": "picture", "type": "choices", "value": {"choices": words}}
        for name, words in chosen.items() if any(words)
    )  # fmt: skip
    sure = [p for p in (seen.category_probability, seen.shot_type_probability) if p is not None]
    guess = Guess(result=result, score=min(sure, default=0.0), model=seen.model) if result else None
    return Shown(data={"picture": pictures.add_picture(_shrunk(photo))}, guess=guess)


def _cutout_mask(image: LabelImage, pictures: Pictures, settings: Settings) -> Shown:
    import numpy as np

    from pipeline.matte_of import matte_back, matte_of

    photo = _photo(image, settings)
    if "alpha.png" in image.artefacts and image.geometry is not None:
        height, width = photo.shape[:2]
        alpha = matte_back(image.artefacts["alpha.png"][0], image.geometry, width=width, height=height)
        spec_name = image.spec_name
    else:
        spec = _spec(SPEC, settings)
        alpha, spec_name = matte_of(str(image.file), spec, pixel_limit=settings.pixel_limit), spec.name
    mask = np.round(_shrunk(alpha, MASK_PX) * 255).astype(np.uint8)
    picture = _shrunk(photo, MASK_PX)
    size = _size(picture)
    region = {
        "id": "matte", "from_name": "mask", "to_name": "picture", "type": "brushlabels", "image_rotation": 0,
        "original_width": size["width_px"], "original_height": size["height_px"],
        "value": {"format": "rle", "rle": encode_mask(mask), "brushlabels": ["subject"]},
    }  # fmt: skip
    sure = image.attributes.get("segmentation.mean_confidence")
    engine = image.engine or "the engine of"
    guess = Guess(result=(region,), score=float(sure if sure is not None else 0.0), model=f"{engine} {spec_name}")
    return Shown(data={"picture": pictures.add_picture(picture), **size}, guess=guess)


def _failure_mode(image: LabelImage, pictures: Pictures, settings: Settings) -> Shown:
    picture = _shrunk(cutout_on_grey(image))
    before = pictures.add_picture(_shrunk(_photo(image, settings)))
    judged = _judged(image)
    return Shown(data={"before": before, "picture": pictures.add_picture(picture), **_size(picture), "judged": judged})


def _qa_review(image: LabelImage, pictures: Pictures, settings: Settings) -> Shown:
    import numpy as np
    from PIL import Image

    delivered = next((name for name in ("1200.jpg", "2000.jpg", "600.jpg") if name in image.artefacts), None)
    if delivered is None:
        picture = cutout_on_grey(image)
    else:
        with Image.open(image.artefacts[delivered][0]) as opened:
            picture = np.asarray(opened.convert("RGB"))
    before = pictures.add_picture(_shrunk(_photo(image, settings)))
    return Shown(data={"before": before, "picture": pictures.add_picture(_shrunk(picture)), "judged": _judged(image)})


def _judged(image: LabelImage) -> dict[str, Any]:
    """Which result a person sees: a verdict counts for it and for nothing that came later."""
    return {
        "set_id": image.photo.set_id, "image_id": image.photo.image_id, "result_id": image.result_id,
        "version": image.version, "review_id": image.review_id,
    }  # fmt: skip


@functools.lru_cache(maxsize=4)
def _spec(name: str, settings: Settings):
    return read_spec(name, settings)


def _result_key(image: LabelImage) -> str:
    """A result's pixels: the same cutout under two runs is one item."""
    return image.artefacts["cutout.png"][1]


def _verdict_key(image: LabelImage) -> str:
    """An image in one version: each image is judged, also where two have the same pixels."""
    import hashlib

    return hashlib.sha256(f"{image.photo.set_id}\n{image.photo.image_id}\n{image.result_id}".encode()).hexdigest()


_FLAGS = (
    "hair_or_fur", "sheer", "glass_or_clear", "reflective", "dark_on_dark", "white_on_white", "thin_parts", "props",
    "person_visible", "skin_visible",
)  # fmt: skip

SHOWS: Mapping[str, _Show] = {
    "shot_type": _Show(show=_shot_type, results=False, key=lambda image: image.photo_hash),
    "cutout_mask": _Show(show=_cutout_mask, results=False, key=lambda image: image.photo_hash),
    "failure_mode": _Show(show=_failure_mode, results=True, key=_result_key),
    "qa_review": _Show(show=_qa_review, results=True, key=_verdict_key),
}
