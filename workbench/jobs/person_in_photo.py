"""Whether a person is in a photo: what the set's owner says, else what the model sees, else it must be assumed."""

from __future__ import annotations

from pathlib import Path

from workbench.domain.errors import PhotoRefused
from workbench.domain.records import Photo

SURELY_NOT = 0.02  # probability of a person below which a photo counts as without one
_ANSWERS = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}


def person_in_photo(photo: Photo, path: Path, *, pixel_limit: int) -> tuple[str, str]:
    """``yes``, ``no`` or ``unknown``, and who says so.

    Args:
        photo: The row; its column ``person`` is believed, because somebody answers for it.
        path: The local file.
        pixel_limit: Most pixels it may have.
    """
    said = _ANSWERS.get(photo.extra.get("person", "").strip().lower())
    if said is not None:
        return said, "the manifest"
    from pipeline.models.prepare_net import prepare_net
    from pipeline.open_photo import open_photo

    try:
        seen = prepare_net(open_photo(str(path), pixel_limit=pixel_limit))
    except PhotoRefused as error:
        return "unknown", f"the photo cannot be looked at: {error.reason}"
    if seen.person_visible is None or seen.abstained:
        return "unknown", f"{seen.model} abstains"
    return ("no" if seen.person_visible < SURELY_NOT else "yes"), f"{seen.model}: {seen.person_visible:.2f}"
