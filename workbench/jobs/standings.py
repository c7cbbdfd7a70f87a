"""What people have made of a set's images, for a run that meets them again: no old version under a new verdict."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.run import Stands
from workbench.domain.records import Computation, Photo
from workbench.jobs.standing_files import delivery_turn, news_file
from workbench.lake.stored import computation as stored_computation

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

LOOK_AGAIN_S = 30.0  # verdicts on this machine announce themselves; those of another machine are seen after this


class Standings:
    """Newest version and verdict of each image of a set; called by `pipeline.run` for every image it delivers.

    While an image is being delivered nobody can judge or correct it, so what was read is what holds.
    """

    def __init__(self, store: Lake, set_id: str) -> None:
        self.store, self.set_id = store, set_id
        self._known: dict[tuple[str, str], list[dict]] = {}
        self._news: tuple[int, int] | None = None
        self._read_at = -LOOK_AGAIN_S

    @contextlib.contextmanager
    def __call__(self, photo: Photo, computation: Computation) -> Iterator[Stands]:
        """Where the image with this automatic result stands; held for as long as the ``with`` lasts."""
        with delivery_turn(self.store):
            self._refresh()
            yield _stands(self._known.get((photo.image_id, computation.result_key), []), computation)

    def _refresh(self) -> None:
        news = self._stamp()
        if news == self._news and time.monotonic() - self._read_at < LOOK_AGAIN_S:
            return
        rows = self.store.query("standings", {"set_id": self.set_id}).to_dicts()
        self._known = {
            name: list(group) for name, group in groupby(rows, key=lambda row: (row["image_id"], row["result_key"]))
        }
        self._news, self._read_at = news, time.monotonic()

    def _stamp(self) -> tuple[int, int] | None:
        with contextlib.suppress(FileNotFoundError):
            found = news_file(self.store.settings.workspace).stat()
            return found.st_ino, found.st_mtime_ns
        return None


def _stands(rows: list[dict], automatic: Computation) -> Stands:
    """The rows of one result, newest version first, as the version that holds."""
    made = [(row["version"], stored_computation(row)) for row in rows if row["version"] > 1]
    verdict = rows[0]["verdict"] if rows else None
    if not made:
        return Stands(computation=automatic, verdict=verdict)
    return Stands(computation=made[0][1], version=made[0][0], verdict=verdict, others=tuple(made[1:]))
