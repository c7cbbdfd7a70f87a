"""Where a run stands: counted image by image, told to whoever watches."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.domain.records import LANES, ImageOutcome

FAILURES_TOLD = 30  # in the pulse, the last ones
FAILURES_SHOWN = 1000  # kept in memory for the summary; all of them are in the lake


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedImage:
    """One image that did not come through, for the summary."""

    image_id: str
    sku: str
    path: str
    outcome: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Progress:
    """Where a run stands; handed to ``on_progress`` after every image and returned at the end."""

    run_id: str
    set_name: str
    spec_name: str
    policy: str
    workspace: Path
    total: int
    resumed: bool
    started: float = field(default_factory=time.monotonic)
    images: int = 0
    reused: int = 0
    failed: int = 0
    interrupted: bool = False
    lanes: Counter[str] = field(default_factory=Counter)
    failures: list[FailedImage] = field(default_factory=list)
    seconds: float = 0.0
    core_seconds: float = 0.0
    paused_seconds: float = 0.0
    paused_since: float | None = None

    @property
    def computed(self) -> int:
        """Images whose pixels were made in this sitting."""
        return self.images - self.reused

    @property
    def images_per_second(self) -> float | None:
        """Speed of this sitting, reused images and pauses left out; None before the first."""
        now = self.paused_since or time.monotonic()
        elapsed = (self.seconds or now - self.started) - self.paused_seconds
        return self.computed / elapsed if self.computed and elapsed > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Time left at the speed so far; None before there is a speed."""
        speed = self.images_per_second
        return (self.total - self.images) / speed if speed else None

    def count(self, outcome: ImageOutcome) -> None:
        """Note one more image."""
        self.images += 1
        self.reused += outcome.reused
        made = outcome.computation
        if not outcome.reused:
            self.core_seconds += sum(event.core_seconds for event in made.events)
        if outcome.decision is not None:
            self.lanes[outcome.decision.lane] += 1
            return
        self.failed += 1
        if len(self.failures) < FAILURES_SHOWN:
            photo = outcome.photo
            self.failures.append(
                FailedImage(
                    image_id=photo.image_id, sku=photo.sku, path=photo.relative_path, outcome=made.outcome,
                    reason=made.failure_reason or "",
                )
            )  # fmt: skip

    def told(self) -> dict[str, Any]:
        """What the run's pulse says of it, as JSON can hold it."""
        return {
            "set_name": self.set_name, "spec": self.spec_name, "policy": self.policy, "total": self.total,
            "images": self.images, "reused": self.reused, "failed": self.failed, "resumed": self.resumed,
            "lanes": {lane: self.lanes[lane] for lane in LANES}, "images_per_second": self.images_per_second,
            "seconds_left": self.seconds_left, "paused": self.paused_since is not None,
            "failures": [[f.image_id, f.path, f.outcome, f.reason] for f in self.failures[-FAILURES_TOLD:]],
        }  # fmt: skip

    def pause(self, paused: bool) -> None:
        """Note that the run waits, or goes on."""
        if paused and self.paused_since is None:
            self.paused_since = time.monotonic()
        elif not paused and self.paused_since is not None:
            self.paused_seconds += time.monotonic() - self.paused_since
            self.paused_since = None
