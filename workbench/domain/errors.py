"""One family of errors: each says what was found, where, what is allowed, and the nearest match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WorkbenchError(Exception):
    """Something the user can act on.

    Args:
        found: What was found, in words.
        where: File, line, row, column or step it was found in.
        allowed: What would have been accepted.
        nearest: The closest accepted value, if there is one.
    """

    def __init__(
        self,
        found: str,
        *,
        where: str | None = None,
        allowed: str | Iterable[str] | None = None,
        nearest: str | None = None,
    ) -> None:
        self.found = found
        self.where = where
        self.allowed = allowed if allowed is None or isinstance(allowed, str) else ", ".join(allowed)
        self.nearest = nearest
        super().__init__(str(self))

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason

    @property
    def reason(self) -> str:
        """The message without the place, so that the same reason groups over many files."""
        text = self.found
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text

    def __reduce__(self):  # keeps the named parts when an error crosses a process boundary
        return _rebuild, (type(self), self.found, self.where, self.allowed, self.nearest)


def _rebuild(cls, found, where, allowed, nearest):
    return cls(found, where=where, allowed=allowed, nearest=nearest)


class UsageError(WorkbenchError):
    """The command line or a setting asks for something that does not exist (exit code 2)."""


class SpecError(UsageError):
    """A specification file cannot be used."""


class PolicyError(UsageError):
    """A routing policy file cannot be used."""


class ManifestError(UsageError):
    """A set's manifest cannot be used."""


class PhotoRefused(WorkbenchError):
    """The photo cannot be processed and never will be: broken, too large, animated, mis-named."""


class StepFailed(WorkbenchError):
    """A step could not do its work on this image."""


class ContractError(WorkbenchError):
    """A step gave a value that breaks the image contract: a defect in the step, not in the photo."""


class LabelingError(WorkbenchError):
    """Label Studio, a labeling project or what comes back from it cannot be used as it is."""


class InspectionError(WorkbenchError):
    """FiftyOne or its database cannot be used: not installed, not starting, or holding something else."""


class ModelError(WorkbenchError):
    """A model cannot be used as it lies there: missing, truncated, damaged, or of another version."""


class OutOfTime(WorkbenchError):
    """The minutes that were asked for are over; what was done is kept, and the same command goes on."""

    def __init__(self, found: str, *, where=None, allowed=None, nearest=None) -> None:
        way_on = "the same command again, to go on"
        super().__init__(found, where=where, allowed=allowed or way_on, nearest=nearest)


class LakeError(WorkbenchError):
    """The lake could not be read or written."""


class StorageFull(WorkbenchError):
    """The disk is full: nothing half-written is left, the run can be resumed."""

    def __init__(self, found: str, *, where=None, allowed=None, nearest=None) -> None:
        way_out = "free some space, then run the same command again to resume"
        super().__init__(found, where=where, allowed=allowed or way_out, nearest=nearest)


def nearest_match(word: str, options: Iterable[str]) -> str | None:
    """The option a person most likely meant, or None."""
    close = difflib.get_close_matches(word, list(options), n=1, cutoff=0.5)
    return close[0] if close else None
