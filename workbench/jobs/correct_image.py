"""Takes a corrected file: it becomes the image's next version, checked and delivered like any other, and waits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.errors import UsageError
from workbench.domain.records import ImageOutcome
from workbench.lake.desk import Desk

if TYPE_CHECKING:
    from workbench.jobs.judge_image import Shown
    from workbench.lake.lake import Lake


class UploadRefused(UsageError):
    """The file cannot become a version; nothing was changed. The message says what was found and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A new version: its record as the run stores it, and what was taken from the file.

    ``kind`` is ``layered psd``, ``flat psd``, ``picture`` (colours and alpha) or ``mask`` (alpha only).
    """

    outcome: ImageOutcome
    result_id: str
    version: int
    kind: str
    seconds: float


def correct_image(
    store: Lake, desk: Desk, shown: Shown, file: Path | bytes, *, name: str, person_id: str, tab: str = ""
) -> Corrected:
    """Make the next version of an image from a retoucher's file.

    The photo goes through the spec's steps again in a worker process (seconds), the file's alpha and colours take the
    place of the automatic ones, and the same checks and writers run. The version starts as ``queued`` in every lane:
    a person approves it. An image is corrected after a verdict of rework or rejected.

    Args:
        store: The lake, open for writing.
        desk: Where claims are kept; the claim is freed when the version is stored.
        shown: What the person saw (a `QueueItem`).
        file: The upload, or where it lies.
        name: Its name, for its kind and for messages.
        person_id: Who corrected it.
        tab: Which of their screens.

    Raises:
        UploadRefused: Wrong size, kind, depth or colours, no alpha, an empty or a full one, or a damaged file.
        ImageTaken: Somebody else has the image.
        VerdictOutdated: Another version holds by now, or the verdict was taken back.
    """
    raise UploadRefused("corrected files are not taken yet", where=name, allowed="come back soon")
