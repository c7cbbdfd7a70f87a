"""All pilots of a workspace, and how far each is."""

from __future__ import annotations

from typing import Any

from workbench.domain.errors import UsageError
from workbench.jobs.pilot_folder import open_pilot, pilot_names
from workbench.settings import Settings


def pilot_catalogue(settings: Settings) -> list[dict[str, Any]]:
    """Name, question, photos, results and problem of every pilot; one that cannot be read says why."""
    rows = []
    for name in pilot_names(settings):
        folder = open_pilot(name, settings)
        row = {"pilot": name, "question": "", "engines": "", "photos": None, "results": 0, "problem": ""}
        try:
            pilot, fixed = folder.pilot(), folder.fixed()
            photos = fixed.photos if fixed else ()
            done = sum(
                folder.result(engine, photo.image_id) is not None for engine in pilot.engines for photo in photos
            )
            row |= {"question": pilot.question, "engines": ", ".join(pilot.engines), "results": done,
                    "photos": len(photos) if fixed else None}  # fmt: skip
        except UsageError as error:
            row["problem"] = str(error)
        rows.append(row)
    return rows
