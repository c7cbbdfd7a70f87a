"""Where a user's own specs and policies live."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from workbench.settings import Settings


def user_folders(settings: Settings, kind: Literal["specs", "policies"]) -> tuple[Path, ...]:
    """The folders of one workspace that are looked through before the shipped ones."""
    return (settings.workspace / kind,)
