"""Measures mattes of a set against its ground truth, per image and by category with bootstrap intervals."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline import registry
from pipeline.evaluate import EvaluateTask, evaluate
from pipeline.evaluation.interval import bootstrap_interval
from pipeline.executors.local_processes import LocalProcesses, TaskFailed
from pipeline.spec import Spec
from workbench.domain.errors import SpecError, UsageError
from workbench.jobs.read_set import is_url, read_set
from workbench.jobs.specs import read_spec
from workbench.settings import Settings

MEASURES = ("sad", "mse", "grad", "conn", "iou", "boundary_f", "seconds")
SCHEMA = {"image_id": pl.String, "category": pl.String, **dict.fromkeys(MEASURES, pl.Float64)}
ALL = "all"  # the row over every category


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured; ``skipped`` and ``failed`` name images with reasons (failed ones are in both)."""

    images: int
    by_category: pl.DataFrame
    skipped: tuple[tuple[str, str], ...]
    failed: int


def evaluate_set(
    source: str,
    *,
    out: Path,
    settings: Settings,
    engine: str | None = None,
    trimap: str = "auto",
    spec: str = "marketplace_white",
    workers: int | None = None,
    limit: int | None = None,
    on_image: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """Write ``metrics.parquet`` (per image) and ``summary.json`` (by category) into ``out``.

    Args:
        source: Manifest or folder with ``alpha_path`` (and, for ``trimap="given"``, ``trimap_path``).
        out: Folder; made if there is none.
        settings: Limits and allowed roots.
        engine: Engine that finds the subject; default: the spec's.
        trimap: ``auto``, or ``given``: use the manifest's trimap and skip segmentation.
        spec: Spec whose steps up to the matte are used.
        workers: Processes; default: one a core.
        limit: Only the first so many rows.
        on_image: Called with (done, total).

    Raises:
        UsageError: Source, spec or engine cannot be used, or nothing has ground truth.
    """
    used = _with_engine(read_spec(spec, settings), engine)
    photos = read_set(source, roots=settings.source_roots, limit=limit)
    skipped = [(row.photo.image_id, row.reason) for row in photos.refused]
    tasks = []
    for photo in photos.photos:
        missing = next(
            (
                words
                for absent, words in (
                    (not photo.alpha_path, "no alpha_path: there is no ground truth"),
                    (trimap == "given" and not photo.trimap_path, "no trimap_path"),
                    (is_url(photo.path), "named by URL: ground truth is measured on local files"),
                )
                if absent
            ),
            None,
        )
        if missing:
            skipped.append((photo.image_id, missing))
            continue
        tasks.append(
            EvaluateTask(
                image_id=photo.image_id, category=photo.category, path=photo.path, alpha_path=photo.alpha_path,
                trimap_path=photo.trimap_path if trimap == "given" else None, spec=used,
                pixel_limit=settings.pixel_limit,
            )
        )  # fmt: skip
    if not tasks:
        raise UsageError("no row can be measured", where=photos.source, allowed="rows with alpha_path" + (
            " and trimap_path" if trimap == "given" else ""))  # fmt: skip
    rows, failures = _measure(tasks, workers or os.cpu_count() or 1, settings.image_timeout_s, on_image)
    frame = pl.DataFrame(rows, schema=SCHEMA).sort("image_id")
    by_category = _by_category(frame)
    out.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(out / "metrics.parquet")
    summary = {
        "set": photos.source, "spec": used.name, "engine": used.engine(), "trimap": trimap, "images": frame.height,
        "skipped": [{"image_id": i, "reason": r} for i, r in (*skipped, *failures)],
        "by_category": by_category.to_dicts(),
        "interval": "95% percentile bootstrap over images",
    }  # fmt: skip
    (out / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False), encoding="utf-8")
    return Evaluation(
        images=frame.height, by_category=by_category, skipped=tuple((*skipped, *failures)), failed=len(failures)
    )


def _with_engine(spec: Spec, engine: str | None) -> Spec:
    if not any(use.name == "refine_matte" for use in spec.steps):
        raise SpecError("makes no matte", where=spec.name, allowed="a spec with refine_matte")
    if engine is None:
        return spec
    registry.load("engines", engine)
    steps = tuple(
        dataclasses.replace(use, params=dataclasses.replace(use.params, engine=engine))
        if use.name == "segment_subject"
        else use
        for use in spec.steps
    )
    return dataclasses.replace(spec, steps=steps)


def _measure(tasks, workers, timeout_s, on_image):
    rows, failures = [], []

    def take(ended) -> None:
        for task, result in ended:
            if isinstance(result, TaskFailed):
                failures.append((task.image_id, f"{result.kind}: {result.reason}"))
            else:
                rows.append(result)
            on_image(len(rows) + len(failures), len(tasks))

    with LocalProcesses(evaluate, workers=workers, timeout_s=timeout_s) as executor:
        for task in tasks:
            while not executor.room:
                take(executor.collect())
            executor.submit(task)
        while executor.busy:
            take(executor.collect())
    return rows, failures


def _by_category(frame: pl.DataFrame) -> pl.DataFrame:
    """Mean of every measure with its interval, by category and over all."""
    groups = {ALL: frame} if frame.height else {}
    groups |= {name or "(none)": part for (name,), part in sorted(frame.group_by("category"), key=lambda g: str(g[0]))}
    rows = []
    for name, part in groups.items():
        row: dict[str, object] = {"category": name, "n": part.height}
        for measure in MEASURES:
            found = bootstrap_interval(part[measure].drop_nulls().to_list())
            row |= {measure: found.mean, f"{measure}_low": found.low, f"{measure}_high": found.high}
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)
