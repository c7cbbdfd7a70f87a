"""What any engine is asked and what it gives back, whether it is built in, a file, a service or a studio."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from workbench.domain.errors import WorkbenchError

FAULTS: Mapping[str, str] = {
    "not_a_picture": "answered with something that is no picture",
    "broken_file": "sent a file that is cut off or damaged",
    "no_alpha": "sent a picture without a usable alpha",
    "other_size": "sent an alpha of another size than the photo's",
    "inverted": "sent an alpha that keeps the backdrop and drops the product",
    "missing": "delivered nothing for this photo",
    "doubled": "delivered more than one file for this photo",
    "rate_limited": "asked us to wait for longer than we do",
    "no_key": "needs a key that is not set",
    "refused_key": "did not take the key",
    "refused_photo": "did not take the photo",
    "redirected": "wanted the photo and the key sent to another host",
    "private_address": "lies on a private address",
    "too_large": "answered with more than a cutout can have",
    "timeout": "gave no answer in time",
    "unreachable": "could not be reached, or hung up",
    "server_error": "answered with an error of its own",
    "wrong_model": "is a model of another shape than its file says",
    "failed": "could not do its work",
    "crash": "ended its process",
    "gave_up": "was not asked any more after failing many times in a row",
    "not_sent": "was not sent the photo: it may show a person and would leave the EU",
}


class EngineFault(WorkbenchError):
    """An engine gave no usable cutout of a photo; ``kind`` is a key of `FAULTS`."""

    def __init__(self, kind: str, found: str, *, where: str | None = None, allowed=None, nearest=None) -> None:
        self.kind = kind
        super().__init__(found, where=where, allowed=allowed, nearest=nearest)

    def __reduce__(self):
        return EngineFault, (self.kind, self.found), {"where": self.where, "allowed": self.allowed}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One photo an engine is asked about. ``url`` is where a service can fetch it, if it lies at one."""

    image_id: str
    sku: str
    path: str  # of the local file
    pixel_limit: int
    trimap_path: str | None = None
    url: str | None = None

    @property
    def name(self) -> str:
        """The file's name, as it is sent."""
        return Path(self.path).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutout:
    """What an engine made of a photo: the matte in the geometry of the upright photo, and how it came."""

    alpha: np.ndarray  # float32 (H, W) in [0, 1]
    score: float | None = None  # what the engine says about its own sureness, in its own direction
    file: bytes | None = None  # the answer as it came, for what it keeps of the photo
    file_name: str | None = None
    calls: int = 1
    waited_s: float = 0.0  # between calls, by the clock
    asked_wait_s: float = 0.0  # of it, what the engine itself asked for (`Retry-After`)
    notes: Mapping[str, str] = field(default_factory=dict)


class Purse(Protocol):
    """Who pays: every call is put aside before it is made and given back when it cost nothing."""

    def reserve(self) -> None:
        """Put the price of one call aside. Raises: WorkbenchError when the budget does not hold it."""

    def give_back(self) -> None:
        """That call cost nothing."""


class FreePurse:
    """For engines that cost nothing by the call."""

    def reserve(self) -> None:
        """Nothing to put aside."""

    def give_back(self) -> None:
        """Nothing to give back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an adapter is handed, because the pipeline reads no environment and opens no connection by itself.

    ``connect`` takes a split URL and the most seconds to wait, and returns a connection to an address that was
    checked. ``key`` is the secret, or None where its name is not set.
    """

    folder: Path = Path()  # paths in the engine's file are relative to it
    connect: Callable[[Any, float], http.client.HTTPConnection] | None = None
    key: str | None = field(default=None, repr=False)
    purse: Purse = field(default_factory=FreePurse)
    stop: threading.Event = field(default_factory=threading.Event)


Engine = Callable[[Asked], Cutout]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One way to ask an engine. ``open`` takes parameters and surroundings and returns what is asked photo by photo.

    A ``remote`` one waits for somebody else's machine and is asked from threads; a local one computes and is asked
    in worker processes. ``facts`` tells what the parameters name that decides pixels: hashes of files.
    """

    open: Callable[[Any, Around], Engine]
    params: type
    remote: bool
    version: int = 1
    facts: Callable[[Any, Path], Mapping[str, str]] = lambda params, folder: {}
