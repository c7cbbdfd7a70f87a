"""Where FiftyOne lives in a workspace: its database, its pictures, its settings, and which processes run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import InspectionError

LOOPBACK = "127.0.0.1"
INSTALL = "pip install 'retouch-workbench[inspect]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionPlace:
    """One workspace's corner for FiftyOne; everything in it can be made again but tags not synced."""

    home: Path

    @property
    def database(self) -> Path:
        """MongoDB's files."""
        return self.home / "database"

    @property
    def media(self) -> Path:
        """The pictures FiftyOne shows, under the hash of what they were made from."""
        return self.home / "media"

    @property
    def vectors(self) -> Path:
        """What images look like, as numbers (see `vectors.py`)."""
        return self.home / "vectors"

    @property
    def jobs(self) -> Path:
        """What builds that a page has started tell."""
        return self.home / "jobs"

    @property
    def fiftyone(self) -> Path:
        """FiftyOne's own folders and settings: it must not read or write the home of whoever runs it."""
        return self.home / "fiftyone"

    def make(self) -> None:
        """Make the folders, readable by their owner alone: the database asks nobody for a password.

        Raises:
            InspectionError: One cannot be made.
        """
        for folder in (self.home, self.database, self.media, self.vectors, self.jobs, self.fiftyone):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o700)
            except OSError as error:
                raise InspectionError(
                    f"the folder cannot be made: {error.strerror}", where=str(folder), allowed="a folder of our own"
                ) from error
