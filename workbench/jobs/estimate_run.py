"""Says before a run how long it will take and how much disk it will need, and on what that rests."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.spec import Spec
from workbench import lake
from workbench.jobs.look_at_set import SetLook
from workbench.settings import Settings

# tests/benchmarks/RESULTS.md: 2.31 core-seconds and 3.5 MB an image of 3.4 to 4.2 megapixels (mean 3.8), default spec
CORE_SECONDS_PER_MP = 2.31 / 3.8
BYTES_PER_MP = 3.5e6 / 3.8
MEGAPIXELS_BY_URL = 3.8  # of a photo that is not fetched yet
START_S = 4.0  # interpreter and workers, measured on two cores
UNSURE = 2.0  # another spec, other photos, another machine: half to twice
LEAST_MEASURED = 10  # images of this workspace before they are believed
BUSY = 1.25  # what else runs on the machine; wall time over core time in the benchmark was 1.0 to 1.2
FREE_BYTES_KEPT = 500_000_000  # a disk with less is called full: the lake and the system need room too


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Time and disk of a run with the range it may fall into; ``rests_on`` says in words where it comes from."""

    images: int  # to be computed
    reused: int
    workers: int
    seconds: float
    seconds_low: float
    seconds_high: float
    bytes: float
    bytes_low: float
    bytes_high: float
    bytes_free: int
    rests_on: str

    @property
    def fits(self) -> bool:
        """Whether the disk will hold it, also if the upper figure comes true."""
        return self.bytes_high + FREE_BYTES_KEPT <= self.bytes_free


def estimate_run(
    look: SetLook, spec: Spec, *, settings: Settings, workers: int | None = None, limit: int | None = None
) -> Estimate:
    """Estimate a run over a set that was looked at.

    Args:
        look: What is in the set.
        spec: What is done to it.
        settings: Workspace.
        workers: Processes; default: one a core. More than there are cores are not faster.
        limit: Only so many images of it, taken to be like the rest.
    """
    workers = workers or os.cpu_count() or 1
    measured, made = _known(spec, settings)
    reused = {path: megapixels for path, megapixels in made if path in look.paths}
    reused_mp = sum(megapixels or 0.0 for megapixels in reused.values())
    images = max(0, look.readable + look.remote - len(reused))
    megapixels = max(0.0, look.megapixels + look.remote * MEGAPIXELS_BY_URL - reused_mp) if images else 0.0
    if limit is not None and look.images:
        share = min(1.0, limit / look.images)
        images, megapixels = round(images * share), megapixels * share
    rates, words = _rates(measured, spec)
    at_once = min(workers, os.cpu_count() or 1, max(images, 1))
    seconds = [START_S + rate * megapixels / at_once for rate in rates["core_seconds"]]
    size = [rate * megapixels for rate in rates["bytes"]]
    return Estimate(
        images=images, reused=len(reused), workers=workers, seconds=seconds[1], seconds_low=seconds[0],
        seconds_high=seconds[2] * BUSY, bytes=size[1], bytes_low=size[0], bytes_high=size[2],
        bytes_free=shutil.disk_usage(_existing(settings.workspace)).free, rests_on=words,
    )  # fmt: skip


def _known(spec: Spec, settings: Settings) -> tuple[dict[str, Any] | None, list[tuple]]:
    if settings.catalogue_is_local and not Path(settings.catalogue).exists():
        return None, []
    with lake.open(settings, read_only=True) as store:
        measured = store.query("app_run_measured", {"spec_name": spec.name, "spec_hash": spec.hash}).row(0, named=True)
        made = store.query("app_run_made", {"spec_hash": spec.hash}).rows()
    return measured, made


def _rates(measured: dict[str, Any] | None, spec: Spec) -> tuple[dict[str, tuple[float, float, float]], str]:
    """Low, middle and high rates by megapixel, and the words for where they come from."""
    if measured is None or measured["images"] < LEAST_MEASURED:
        return {
            "core_seconds": (CORE_SECONDS_PER_MP / UNSURE, CORE_SECONDS_PER_MP, CORE_SECONDS_PER_MP * UNSURE),
            "bytes": (BYTES_PER_MP / UNSURE, BYTES_PER_MP, BYTES_PER_MP * UNSURE),
        }, (
            f"this workspace has too few images under {spec.name} to measure; so on the benchmark of the default spec "
            "(2.31 core-seconds and 3.5 MB an image of 3.8 megapixels), half to twice"
        )
    rates = {
        key: tuple(measured[f"{key}_per_mp{end}"] or 0.0 for end in ("_low", "", "_high"))
        for key in ("core_seconds", "bytes")
    }
    rates = {key: (min(low, mid), mid, max(high, mid)) for key, (low, mid, high) in rates.items()}
    text = "" if measured["same_text"] else ", in part with an earlier text of it"
    return rates, (
        f"{measured['images']:,} images measured in this workspace under {spec.name}{text}; the range is the middle "
        "half of them"
    )


def _existing(path: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())
