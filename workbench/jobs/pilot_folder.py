"""A pilot's folder in the workspace: its file, what was fixed at the first call, results, mattes and payments."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.domain.errors import WorkbenchError, nearest_match
from workbench.domain.whole_file import write_whole
from workbench.settings import Settings
from workbench.vendors.pilot import Pilot, PilotError, parse_pilot

VERSION = 1  # of the files below; a pilot of another version is refused, not guessed at


class BudgetSpent(WorkbenchError):
    """The next call would cost more than is left: the pilot stops before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPhoto:
    """One photo of a pilot. ``person`` is what is known: yes, no, or unknown, which counts as yes."""

    image_id: str
    sku: str
    category: str
    path: str
    photo_hash: str
    alpha_path: str | None = None
    trimap_path: str | None = None
    url: str | None = None
    person: str = "unknown"
    person_by: str = ""  # who says so: the manifest, or the model


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What cannot change any more once a call was made."""

    pilot_hash: str
    fixed_at: str
    engines: Mapping[str, str]  # name -> hash
    photos: tuple[DrawnPhoto, ...]
    available: Mapping[str, int]
    short: Mapping[str, int]
    version: int = VERSION


@dataclass(slots=True)
class PilotFolder:
    """Reads and writes one pilot. Every file is written to another name and moved there."""

    path: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def file(self) -> Path:
        """The pilot as people wrote it."""
        return self.path / "pilot.toml"

    def pilot(self) -> Pilot:
        """The pilot's file.

        Raises:
            PilotError: It does not validate.
        """
        return parse_pilot(self.file.read_text(encoding="utf-8"), where=self.file.name)

    @property
    def begun(self) -> bool:
        """Whether a first call was made."""
        return (self.path / "fixed.json").exists()

    def fixed(self) -> Fixed | None:
        """What was fixed at the first call, None before it.

        Raises:
            PilotError: The pilot's file was changed since.
        """
        try:
            found = json.loads((self.path / "fixed.json").read_bytes())
        except FileNotFoundError:
            return None
        if found.get("version") != VERSION:
            raise PilotError(
                f"is of version {found.get('version')}", where=str(self.path), allowed=f"version {VERSION}"
            )
        found["photos"] = tuple(DrawnPhoto(**photo) for photo in found["photos"])
        fixed = Fixed(**found)
        if fixed.pilot_hash != self.pilot().hash:
            raise PilotError(
                f"was changed after its first call on {fixed.fixed_at[:16]}", where=str(self.file),
                allowed="the file as it was; a new question is a new pilot: workbench pilot new",
            )  # fmt: skip
        return fixed

    def fix(self, fixed: Fixed) -> None:
        """Fix a pilot; once only."""
        self.write("fixed.json", asdict(fixed))

    def result(self, engine: str, image_id: str) -> dict[str, Any] | None:
        """What came of one photo, or None."""
        try:
            found = json.loads(self._result_path(engine, image_id).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return found if found.get("version") == VERSION else None

    def keep(self, engine: str, image_id: str, found: Mapping[str, Any]) -> None:
        """Keep what came of one photo; its matte is there already."""
        made = {"version": VERSION, "engine": engine, "image_id": image_id, "made_at": datetime.now(UTC).isoformat()}
        self.write(self._result_path(engine, image_id), made | dict(found))

    def matte(self, engine: str, image_id: str) -> Path:
        """Where the matte of a photo lies."""
        return self.path / "mattes" / engine / f"{_file_name(image_id)}.png"

    def _result_path(self, engine: str, image_id: str) -> Path:
        return self.path / "results" / engine / f"{_file_name(image_id)}.json"

    def read(self, name: str) -> dict[str, Any]:
        """A JSON file, empty before it is written."""
        try:
            return json.loads((self.path / name).read_bytes())
        except FileNotFoundError:
            return {}

    def write(self, name: str | Path, found: Mapping[str, Any]) -> None:
        """Write a JSON file whole or not at all."""
        path = self.path / name
        text = json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1)
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else runs this pilot meanwhile: nothing is asked, and paid, twice.

        Raises:
            PilotError: Somebody does.
        """
        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise PilotError("is being run already", where=self.path.name, allowed="one run at a time") from error
            yield

    def spent_eur(self) -> float:
        """What the calls so far cost at most."""
        return sum(line["eur"] for line in self.lines("calls.jsonl"))

    def add_line(self, name: str, line: Mapping[str, Any]) -> None:
        """Add a line to a journal, and see it on the disk before going on."""
        with self._lock, (self.path / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self, name: str) -> list[dict[str, Any]]:
        """A journal; a last line that a killed process left half written is left out."""
        try:
            text = (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        whole = text[: text.rfind("\n") + 1]
        return [json.loads(line) for line in whole.splitlines() if line.strip()]


def pilots_folder(settings: Settings) -> Path:
    """Where a workspace's pilots lie."""
    return settings.workspace / "pilots"


def pilot_names(settings: Settings) -> tuple[str, ...]:
    """All pilots, in order."""
    return tuple(sorted(path.parent.name for path in pilots_folder(settings).glob("*/pilot.toml")))


def open_pilot(name: str, settings: Settings) -> PilotFolder:
    """The folder of a pilot by name.

    Raises:
        PilotError: There is none.
    """
    known = pilot_names(settings)
    if name not in known:
        raise PilotError(f"no pilot named {name!r}", allowed=known or "workbench pilot new",
                         nearest=nearest_match(name, known))  # fmt: skip
    return PilotFolder(pilots_folder(settings) / name)


def _file_name(image_id: str) -> str:
    """A name any file system takes, and that no two images share."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in image_id)[:60]
    return f"{plain}-{hashlib.sha256(image_id.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
