"""What a retoucher must know before the first click: what is asked for, by whom, by when, how it should look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.lake.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The brief of one image. Text comes from outside: escape it.

    ``brand_notes`` are the notes of the manifest's row; ``brand_guide`` is ``brands/BRAND.md`` of the workspace.
    ``reference`` is a copy of the reference picture in the workspace's cache, named by its hash; when there is a
    reference that cannot be shown, ``reference_problem`` says why. ``extra`` are the manifest's other columns.
    """

    spec_name: str
    spec_title: str | None
    spec_description: str | None
    brand: str | None
    brand_notes: tuple[str, ...]
    brand_guide: str | None
    sku: str
    image_id: str
    category: str | None
    channel: str | None
    job_id: str | None
    campaign_tier: str
    received_at: datetime | None
    deadline: datetime | None
    extra: Mapping[str, str]
    reference: Path | None
    reference_hash: str | None
    reference_problem: str | None


def image_brief(store: Lake, row: Mapping[str, Any]) -> Brief:
    """The brief of the image a result row belongs to.

    Args:
        store: The lake, open for reading; its settings name the workspace and the roots.
        row: A row of the result, as in `QueueItem.row`: set_id, image_id, spec_name, spec_hash.
    """
    raise LookupError("no brief yet")
