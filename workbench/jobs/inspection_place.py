"""Where FiftyOne lives in a workspace."""

from __future__ import annotations

from workbench.inspection.place import InspectionPlace
from workbench.settings import Settings


def inspection_place(settings: Settings) -> InspectionPlace:
    """The corner for FiftyOne in this workspace."""
    return InspectionPlace(home=settings.workspace / "inspection")
