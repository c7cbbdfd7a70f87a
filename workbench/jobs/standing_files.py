"""Keeps ``delivery/`` in step with the verdicts: one at a time, and what was cut short is finished by the next.

A verdict is in the lake before its links move. Before either, a note ``standing/<key>.json`` says that this image's
files are about to move; it goes away when they have. Notes are only written and only acted upon while holding the turn
(a lock on ``standing/lock``, which the operating system lets go of when its holder dies). So whoever has the turn and
finds a note knows that somebody was cut short, and moves that image's files to where the lake says. The turn is taken
by every verdict, undo, import, correction and image of a run, and at the start of the app.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.deliver_files import deliver_files
from pipeline.store import Store
from workbench.domain.errors import WorkbenchError
from workbench.domain.records import Status
from workbench.lake.rows import key
from workbench.lake.standing import Standing

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

_FOLDER = "standing"
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class DeliveryTurn:
    """The right to move delivered files of one workspace; ``left`` names images whose files could not be mended."""

    store: Lake
    files: Store
    left: dict[str, str] = field(default_factory=dict)

    def note(self, set_id: str, image_id: str) -> None:
        """Say that this image's files are about to move."""
        text = json.dumps({"set_id": set_id, "image_id": image_id})
        self.files.write(self._path(set_id, image_id), text.encode())

    def settle(self, now: Standing | None, state: Status | None = None) -> tuple[str, ...]:
        """Put the image's files where its state says, and take the note away; their paths in the workspace.

        Args:
            now: Where the image stands; None when there is nothing to move.
            state: Its state, when it is newer than ``now`` knows.
        """
        if now is None:
            return ()
        delivered = () if now.photo.simulated else self._deliver(now, state or now.state)
        self.files.write(news_file(self.files.workspace), secrets.token_bytes(8))
        self.forget(now.photo.set_id, now.photo.image_id)
        return delivered

    def forget(self, set_id: str, image_id: str) -> None:
        """Take the note away: nothing has to move."""
        self._path(set_id, image_id).unlink(missing_ok=True)

    def mend(self) -> int:
        """Move the files of images whose note was left behind; how many were mended.

        One that cannot be mended now (a full disk, a file that is gone) keeps its note and holds nobody up.
        """
        mended = 0
        for path in sorted(self._folder.glob("*.json")):
            try:
                found = json.loads(path.read_bytes())
                now = self.store.standing(found["set_id"], found["image_id"])
                if now is None:
                    path.unlink(missing_ok=True)
                    continue
                self.settle(now)
                mended += 1
            except (WorkbenchError, OSError, ValueError, KeyError) as error:
                self.left[path.stem] = str(error)
                _log.warning("the files noted in %s could not be moved: %s", path, error)
        return mended

    def _deliver(self, now: Standing, state: Status) -> tuple[str, ...]:
        return deliver_files(
            now.photo, now.computation, now.decision, state, set_name=now.set_name, spec_name=now.spec_name,
            spec_hash=now.spec_hash, store=self.files, version=now.version, others=now.others,
        )  # fmt: skip

    @property
    def _folder(self) -> Path:
        return self.files.workspace / _FOLDER

    def _path(self, set_id: str, image_id: str) -> Path:
        return self._folder / f"{key(set_id, image_id)}.json"


@contextlib.contextmanager
def delivery_turn(store: Lake) -> Iterator[DeliveryTurn]:
    """Hold the turn to move delivered files of the lake's workspace; what others left half done is finished first."""
    files = Store(store.settings.workspace)
    folder = files.workspace / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        turn = DeliveryTurn(store=store, files=files)
        turn.mend()
        yield turn


def mend_files(store: Lake) -> int:
    """Finish what a killed process left: for the start of the app. Returns how many images' files were moved."""
    folder = store.settings.workspace / _FOLDER
    if not any(folder.glob("*.json")):
        return 0
    waiting = len(list(folder.glob("*.json")))
    with delivery_turn(store) as turn:
        return waiting - len(turn.left)


def news_file(workspace: Path) -> Path:
    """Changes whenever a verdict, an undo or a new version has moved files."""
    return workspace / _FOLDER / "news"
