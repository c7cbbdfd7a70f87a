"""Sends a service many photos at once and counts what comes back: speed, waits, errors, and that nothing is lost."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from pipeline.cutout import Asked, Cutout, EngineFault
from pipeline.peak_memory import peak_memory_bytes
from workbench.domain.errors import UsageError
from workbench.jobs.engine_files import EngineFile
from workbench.jobs.pilot_folder import PilotFolder
from workbench.jobs.pilot_purse import dearest_image

DAYS: Mapping[str, float] = {"1,200 a day": 1200.0, "14 million a year": 14_000_000 / 365.25}
PERCENTILES = (50, 95, 99)
MINUTE_S = 60.0
CLOCK_S = 0.005  # by which two clocks may differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What a burst showed. ``latency_s`` is from the moment all photos were there to a photo's answer: what somebody
    who waits for it waits; ``call_s`` is one photo's own calls. ``deepest`` is the most photos that waited or were
    worked on, here and in the service (None where it does not tell). ``too_early`` are photos that came again before
    the ``Retry-After`` they were given had passed, by the clock; ``busiest_minute`` the most calls in any 60 seconds;
    ``peak_mb`` the most memory of this process, and of the service.
    """

    engine: str
    images: int
    at_once: int
    seconds: float
    answered: int
    lost: int
    doubled: int
    strange: int  # answers that name another photo
    per_second: float
    latency_s: Mapping[str, float]
    call_s: Mapping[str, float]
    calls: int
    retries: int
    waited_s: float
    too_early: int
    busiest_minute: int
    faults: Mapping[str, int]
    deepest: int
    deepest_there: int | None
    turned_away: int | None
    peak_mb: float
    peak_mb_there: float | None
    most_eur: float
    made_at: str
    days: Mapping[str, float]  # volume -> hours at this speed, without a pause


def burst(
    engine: EngineFile, photos: Sequence[str], *, images: int, pixel_limit: int,
    environ: Mapping[str, str] | None = None, on_image: Callable[[int, int], None] = lambda done, total: None,
) -> Burst:  # fmt: skip
    """Put so many photos to a service at once; every one has a name of its own, and its answer is held against it.

    Args:
        engine: A service: on this machine, or one whose permission is recorded in its file.
        photos: Files that take turns.
        images: How many in all.
        pixel_limit: Most pixels of a photo.
        environ: Where its key is looked up.
        on_image: Called with (answered, all).

    Raises:
        UsageError: No permission, or not a service.
        EngineFault: No key.
    """
    _permitted(engine, images)
    purse = _Counting()
    asks = engine.open(purse=purse, environ=environ)
    calls, ends, names, faults = [], [], Counter(), Counter()
    waited, strange, early = 0.0, 0, 0
    with tempfile.TemporaryDirectory(prefix="burst-") as folder:
        wanted = [_named(Path(folder), n, photos[n % len(photos)]) for n in range(images)]
        started = time.monotonic()
        with ThreadPoolExecutor(engine.params.at_once, thread_name_prefix="burst") as pool:
            flying = {pool.submit(_timed, asks, path, pixel_limit): path for path in wanted}
            for done, future in enumerate(as_completed(flying), start=1):
                took, ended, found = future.result()
                calls.append(took)
                ends.append(ended - started)
                if isinstance(found, EngineFault):
                    faults[found.kind] += 1
                else:
                    waited += found.waited_s
                    early += found.waited_s < found.asked_wait_s - CLOCK_S
                    own, named = flying[future].stem, PurePath(found.file_name or "").stem
                    names[named or own] += 1
                    strange += bool(named) and named != own
                on_image(done, images)
        seconds = time.monotonic() - started
    state = _state(engine)
    answered = sum(names.values())
    return Burst(
        engine=engine.name, images=images, at_once=engine.params.at_once, seconds=seconds, answered=answered,
        lost=images - answered - sum(faults.values()), strange=strange,
        doubled=sum(count - 1 for count in names.values()), per_second=answered / seconds,
        latency_s=_percentiles(ends), call_s=_percentiles(calls), calls=purse.calls,
        retries=max(0, purse.calls - images), waited_s=waited, too_early=early, busiest_minute=busiest_minute(purse.at),
        faults=dict(faults), deepest=images, deepest_there=state.get("deepest"),
        turned_away=state.get("turned_away"), peak_mb=peak_memory_bytes() / 1e6, peak_mb_there=state.get("peak_mb"),
        most_eur=answered * dearest_image(engine.price), made_at=datetime.now(UTC).isoformat(),
        days={volume: a_day * seconds / answered / 3600 for volume, a_day in DAYS.items()} if answered else {},
    )  # fmt: skip


def keep_burst(folder: PilotFolder, found: Burst) -> None:
    """Keep a burst with its pilot."""
    folder.write(f"bursts/{found.engine}-{found.images}-{found.made_at[:19].replace(':', '')}.json", asdict(found))


def bursts_of(folder: PilotFolder) -> list[dict[str, Any]]:
    """All bursts of a pilot, oldest first."""
    found = [json.loads(path.read_bytes()) for path in (folder.path / "bursts").glob("*.json")]
    return sorted(found, key=lambda one: one["made_at"])


def _permitted(engine: EngineFile, images: int) -> None:
    if not engine.remote:
        raise UsageError(
            f"{engine.name} is no service", allowed="an HTTP API, or an engine that is served on localhost"
        )
    allowed = engine.terms.burst
    if not engine.on_this_machine and (allowed is None or images > allowed.most_images):
        said = "nobody's permission is recorded" if allowed is None else f"{allowed.by} allowed {allowed.most_images}"
        raise UsageError(f"a burst of {images} at {engine.name}: {said}", where="[data] burst",
                         allowed="{ by = who, date = when, most_images = n } in the engine's file")  # fmt: skip


class _Counting:
    """Counts calls; a burst has its own limit, the number of images."""

    def __init__(self) -> None:
        self.at: list[float] = []  # list.append is one step: no lock

    @property
    def calls(self) -> int:
        return len(self.at)

    def reserve(self) -> None:
        self.at.append(time.monotonic())

    def give_back(self) -> None:
        """A call that was turned away is still a call."""


def _named(folder: Path, number: int, photo: str) -> Path:
    path = folder / f"burst_{number:06d}{Path(photo).suffix}"
    path.symlink_to(Path(photo).resolve())
    return path


def _timed(asks, path: Path, pixel_limit: int) -> tuple[float, float, Cutout | EngineFault]:
    started = time.monotonic()
    try:
        found = asks(Asked(image_id=path.stem, sku=path.stem, path=str(path), pixel_limit=pixel_limit))
        corner = found.alpha[:1, :1].copy()  # a view would hold the whole matte, of every photo until the last
        found = Cutout(alpha=corner, file_name=found.file_name, calls=found.calls, waited_s=found.waited_s,
                       asked_wait_s=found.asked_wait_s)  # fmt: skip
    except EngineFault as fault:
        found = fault
    ended = time.monotonic()
    return ended - started, ended, found


def busiest_minute(at: Sequence[float]) -> int:
    """The most calls in any 60 seconds.

    Args:
        at: When each was made, in seconds.
    """
    made, first, most = sorted(at), 0, 0
    for last, moment in enumerate(made):
        while moment - made[first] >= MINUTE_S:
            first += 1
        most = max(most, last - first + 1)
    return most


def _percentiles(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {f"p{p}": values[0] if values else 0.0 for p in PERCENTILES}
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {f"p{p}": cuts[p - 1] for p in PERCENTILES}


def _state(engine: EngineFile) -> dict[str, int]:
    """What our own server says about its queue; nothing from anybody else's."""
    if not engine.on_this_machine:
        return {}
    url = urlsplit(engine.params.url)
    try:
        with urllib.request.urlopen(f"http://{url.netloc}/state", timeout=10) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return {}
