"""Build or update the FiftyOne dataset of a workspace for some of its images, and save its views."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, pairwise
from typing import Any

from workbench import lake
from workbench.domain.errors import UsageError, nearest_match
from workbench.inspection.dataset import Inspected, Written, dataset_name, open_dataset, write_images
from workbench.inspection.fiftyone_at import fiftyone_at
from workbench.inspection.place import InspectionPlace
from workbench.inspection.sample_fields import sample_fields
from workbench.inspection.saved_views import save_selection, save_views
from workbench.inspection.slice_pictures import slice_pictures
from workbench.jobs.inspection_looks import write_looks
from workbench.jobs.inspection_place import inspection_place
from workbench.jobs.shown_photo import shown_photo
from workbench.lake.lake import Lake
from workbench.settings import Settings

CHUNK = 1_000  # images held in memory at a time
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which images: all that fits; None or empty leaves everything in. Simulated ones have a dataset of their own."""

    run: str | None = None
    set_name: str | None = None
    failed_only: bool = False
    simulated: bool = False
    images: tuple[tuple[str, str], ...] = ()  # set and image ids

    @property
    def words(self) -> str:
        """Name of the view that shows them."""
        parts = [f"run {self.run}" if self.run else "", f"set {self.set_name}" if self.set_name else ""]
        parts += ["failed" if self.failed_only else "", "on screen" if self.images else ""]
        return "Asked for: " + (", ".join(part for part in parts if part) or "everything")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was built: the dataset, the view that shows what was asked for, and how much was new."""

    dataset: str
    view: str
    images: int
    written: Written
    views: int


def inspect_images(
    chosen: Chosen, settings: Settings, *, on_progress: Progress = lambda words, done, total: None
) -> Inspection:
    """Build or update; the same twice writes nothing.

    Args:
        chosen: Which images.
        settings: Workspace.
        on_progress: Called with what is done, how much of it, and of how much.

    Raises:
        UsageError: No such run or set, or nothing to show.
        InspectionError: FiftyOne is not installed, or its database does not start.
    """
    place = inspection_place(settings)
    with _alone(place), lake.open(settings, read_only=True) as store:
        results = _results(store, chosen)
        on_progress("starting FiftyOne", 0, len(results))
        fo = fiftyone_at(place)
        dataset = open_dataset(fo, place, simulated=chosen.simulated)
        chunks = _inspected(store, results, settings, place, on_progress)
        written = write_images(fo, dataset, chunks)
        if dataset.info.get("unfinished", True):  # also where a build was ended before its time
            write_looks(fo, dataset, settings, on_progress=on_progress)
            save_views(fo, dataset)
            dataset.info = {**dataset.info, "unfinished": False}
            dataset.save()
    view = dataset.select_by("key", written.keys) if chosen.images else _view(fo, dataset, chosen, store_set=results)
    slug = save_selection(dataset, chosen.words, view)
    return Inspection(
        dataset=dataset_name(simulated=chosen.simulated), view=slug, images=len(results), written=written,
        views=len(dataset.list_saved_views()),
    )  # fmt: skip


@contextmanager
def _alone(place: InspectionPlace) -> Iterator[None]:
    """One build at a time, the page's or the command line's: two at once would write an image twice."""
    place.make()
    with open(place.home / "build.lock", "w", encoding="ascii") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _results(store: Lake, chosen: Chosen) -> list[tuple[str, str, str]]:
    """Set, image and result ids, in order."""
    filters = {"run_id": _run(store, chosen), "set_id": _set(store, chosen), "include_simulated": chosen.simulated}
    keys = store.query("inspection_keys", {**filters, "failed_only": chosen.failed_only})
    wanted = set(chosen.images)
    found = [row for row in keys.iter_rows() if not wanted or row[:2] in wanted]
    if not found:
        words = chosen.words.removeprefix("Asked for: ")
        raise UsageError(f"no image fits: {words}", allowed="a run or set with results in the lake")
    return found


def _inspected(
    store: Lake, results: Sequence[tuple[str, str, str]], settings: Settings, place: InspectionPlace, tell: Progress
) -> Iterator[list[Inspected]]:
    """Rows and pictures of a chunk after the other; results of one image stay together."""
    import pyarrow

    photo = partial(shown_photo, pixel_limit=settings.pixel_limit)
    make = partial(slice_pictures, workspace=settings.workspace, media=place.media, open_photo=photo)
    ends = [n for n in range(1, len(results)) if results[n][:2] != results[n - 1][:2]]
    cuts, last = [0], 0
    for end in ends:
        if end - last >= CHUNK:
            cuts.append(last := end)
    cuts.append(len(results))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for begin, end in pairwise(cuts):
            tell("pictures", begin, len(results))
            wanted = pyarrow.table({"key": [one[2] for one in results[begin:end]]})
            rows = store.query("inspection_images", frames={"wanted": wanted}).to_dicts()
            made = pool.map(make, rows)
            yield _with_disagreement(
                [Inspected(fields=sample_fields(row), pictures=shown) for row, shown in zip(rows, made, strict=True)]
            )
    tell("pictures", len(results), len(results))


def _with_disagreement(chunk: list[Inspected]) -> list[Inspected]:
    """Where an image has results of several engines: how far their cutouts are apart, mean difference of opacity."""
    done = []
    for _, group in groupby(chunk, key=lambda one: (one.fields["set_id"], one.fields["image_id"])):
        several = list(group)
        maps = [(one.fields["engine"], one.pictures.maps.get("alpha")) for one in several]
        by_engine = {engine: file for engine, file in maps if file is not None}
        apart = _most_apart(list(by_engine.values())) if len(by_engine) > 1 else None
        done += [replace(one, fields={**one.fields, "engine_disagreement": apart}) for one in several]
    return done


def _most_apart(files: Sequence[Any]) -> float | None:
    import numpy as np
    from PIL import Image

    maps = [np.asarray(Image.open(file), np.float32) / 255 for file in files]
    apart = (float(np.abs(a - b).mean()) for n, a in enumerate(maps) for b in maps[n + 1 :] if a.shape == b.shape)
    return max(apart, default=None)


def _view(fo: Any, dataset: Any, chosen: Chosen, *, store_set: Sequence[tuple[str, str, str]]) -> Any:
    field = fo.ViewField
    view = dataset
    if chosen.run:
        view = view.match(field("result_id").is_in([one[2] for one in store_set]))
    elif chosen.set_name:
        view = view.match(field("set_id") == store_set[0][0])
    if chosen.failed_only:
        failed = (field("auto_failed") == True) | (field("rejected_later") == True)  # noqa: E712
        view = view.match(failed | (field("outcome") != "done"))
    return view.view()


def _run(store: Lake, chosen: Chosen) -> str | None:
    if chosen.run is None:
        return None
    rows = store.runs(limit=100_000, include_simulated=chosen.simulated).to_dicts()
    names = [row["run_id"] for row in rows]
    if chosen.run == "latest" and names:
        return names[0]
    found = [name for name in names if name.startswith(chosen.run)]
    if len(found) != 1 and chosen.run not in names:
        raise UsageError(f"no run {chosen.run!r}", where="--run", allowed=["latest", *names[:20]],
                         nearest=nearest_match(chosen.run, names))  # fmt: skip
    return chosen.run if chosen.run in names else found[0]


def _set(store: Lake, chosen: Chosen) -> str | None:
    if chosen.set_name is None:
        return None
    import json

    rows = store.runs(limit=100_000, include_simulated=chosen.simulated).to_dicts()
    named = {(json.loads(row["options"] or "{}") or {}).get("set_name") or row["set_id"]: row["set_id"] for row in rows}
    known = named | {row["set_id"]: row["set_id"] for row in rows}
    if chosen.set_name not in known:
        raise UsageError(f"no set {chosen.set_name!r}", where="--set", allowed=sorted(named),
                         nearest=nearest_match(chosen.set_name, known))  # fmt: skip
    return known[chosen.set_name]
