"""The workspace a notebook tells its story on: the demo's where there is one, else a small one made on the spot."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

from workbench import lake
from workbench.domain.errors import LakeError
from workbench.jobs.sample_set import sample_manifest
from workbench.jobs.simulate_history import SET_ID, add_history
from workbench.settings import Settings, load

SMALL = "build/notebooks"  # below the project; not kept under version control
EVERY = 12  # of the sample set's photos; fourteen of them show the way and take half a minute
DAYS = 90


def story_workspace(folder: Path | None = None) -> Settings:
    """Settings of a workspace that holds real results of sample photos and a simulated history drawn from them.

    ``WORKBENCH_WORKSPACE`` comes first, then ``workspace`` in the project, as `make demo` leaves it; where neither has
    a history, a small one is built once below ``build``.

    Args:
        folder: Only this one; built where nothing is.
    """
    project = sample_manifest().parents[1]
    asked = os.environ.get("WORKBENCH_WORKSPACE")
    known = [folder] if folder else [Path(asked)] if asked else [project / "workspace", project / SMALL]
    for place in known:
        settings = load(workspace=place)
        if _has_history(settings):
            return settings
    settings = load(workspace=known[-1])
    _build(replace(settings, source_roots=(project, *settings.source_roots)))
    return settings


def story_words(settings: Settings) -> str:
    """What a reader must know of the data, in a sentence."""
    with lake.open(settings, read_only=True) as store:
        sets = {row["simulated"]: row for row in store.query("replay_sets").to_dicts()}
        counts = {made_up: store.query("app_counts", {"include_simulated": made_up}) for made_up in (False, True)}
    images = {made_up: int(rows.filter(rows["run_id"].is_null())["images"].sum()) for made_up, rows in counts.items()}
    return (
        f"Data: {images[False]:,} sample photos, really processed on this machine, and {images[True]:,} **simulated** "
        f"images of the set “{sets[True]['set_name']}” with simulated verdicts, drawn from what the photos came out "
        "as. Every figure about verdicts, money or time of people below rests on the simulated ones."
    )


def _has_history(settings: Settings) -> bool:
    try:
        with lake.open(settings, read_only=True) as store:
            return bool(store.query("history_is_there", {"set_id": SET_ID}).item())
    except LakeError:  # nothing was ever run there
        return False


def _build(settings: Settings) -> None:
    from workbench.jobs.run_set import run_set

    source = sample_manifest()
    with open(source, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["alpha_path"]][::EVERY]
    settings.workspace.mkdir(parents=True, exist_ok=True)
    manifest = settings.workspace / "sample" / "manifest.csv"
    manifest.parent.mkdir(exist_ok=True)
    with open(manifest, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, ("image_id", "sku", "path", "category", "alpha_path"), extrasaction="ignore")
        out.writeheader()
        for row in rows:
            for name in ("path", "alpha_path"):
                row[name] = str(source.parent / row[name])
            out.writerow(row)
    run_set(str(manifest), settings=settings, set_name="sample")
    add_history(settings, days=DAYS)
