"""Keeps what somebody is editing, so that a reload, a second tab or a restart loses nothing; nobody runs a draft."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.store import Store
from workbench.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecDraft:
    """A text being edited, valid or not, and the hash of the saved text it began from."""

    text: str
    based_on: str


def kept_draft(name: str, who: str, settings: Settings) -> SpecDraft | None:
    """What this person was editing under this name, None when nothing.

    Args:
        name: Spec the edit began from.
        who: Id of the person.
        settings: Workspace.
    """
    try:
        found = json.loads(_path(name, who, settings).read_text(encoding="utf-8"))
        return SpecDraft(text=found["text"], based_on=found["based_on"])
    except (FileNotFoundError, ValueError, KeyError):  # one that was cut off is no loss: it was never confirmed
        return None


def keep_draft(draft: SpecDraft | None, name: str, who: str, settings: Settings) -> None:
    """Keep a draft, or with None forget it.

    Raises:
        StorageFull: The disk is full.
    """
    path = _path(name, who, settings)
    if draft is None:
        path.unlink(missing_ok=True)
    else:
        words = json.dumps({"text": draft.text, "based_on": draft.based_on}, ensure_ascii=False)
        Store(settings.workspace).write(path, words.encode())


def _path(name: str, who: str, settings: Settings) -> Path:
    whose = hashlib.sha256(f"{who}\n{name}".encode()).hexdigest()[:24]  # a person's id need not be a file name
    return settings.workspace / "specs" / "drafts" / f"{whose}.json"
