"""Everything a pilot found, question by question; page, report and notebook show the same figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline import registry
from pipeline.cutout import FAULTS
from pipeline.evaluation.grouped_mean import grouped_mean
from pipeline.evaluation.grouped_share import grouped_share
from workbench.domain.errors import UsageError
from workbench.jobs.engine_files import EngineFile, read_engine
from workbench.jobs.pilot_agreement import pilot_agreement
from workbench.jobs.pilot_costs import VOLUMES, EngineCost, Work, break_evens, engine_cost
from workbench.jobs.pilot_deliveries import pilot_deliveries
from workbench.jobs.pilot_folder import Fixed, PilotFolder
from workbench.jobs.pilot_purse import today
from workbench.jobs.pilot_results import pilot_results
from workbench.jobs.pilot_verdicts import pilot_verdicts
from workbench.operations.rates import load_rates
from workbench.settings import Settings
from workbench.vendors.paired_difference import LEVEL, Difference, holm, paired_difference, verdict
from workbench.vendors.pairs_needed import pairs_needed
from workbench.vendors.pilot import LARGEST, MEASURES, Pilot
from workbench.vendors.score_worth import ScoreWorth, score_worth

ALL = "all"
DECIDING = 6  # photos shown of each comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One engine against the baseline in one category or all, by the deciding measure.

    ``needed`` are the photos that could show it to be no worse than the margin allows, by the spread seen here; None
    where that is not the open question.
    """

    engine: str
    category: str
    difference: Difference
    words: str
    needed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotFigures:
    """A pilot's answers; empty parts are None with words beside them on the page.

    ``results`` has a row for each photo and engine that was asked; a photo that did not come has the measures of an
    empty cutout. ``measures`` are means by engine and category with 95% intervals over SKUs.
    """

    pilot: Pilot
    fixed: Fixed | None
    engines: Mapping[str, EngineFile | str]  # or why it cannot be read
    results: pl.DataFrame
    outcomes: pl.DataFrame
    faults: pl.DataFrame
    measures: pl.DataFrame
    compared: tuple[Compared, ...]
    deciding: pl.DataFrame
    checks: pl.DataFrame
    agreement: pl.DataFrame
    scores: Mapping[str, ScoreWorth]
    costs: tuple[EngineCost, ...]
    break_evens: tuple[tuple[str, str, float], ...]
    kept: pl.DataFrame
    verdicts: pl.DataFrame
    deliveries: pl.DataFrame
    spent_eur: float
    rates_name: str


def pilot_figures(folder: PilotFolder, settings: Settings, *, rates_file=None) -> PilotFigures:
    """All figures of a pilot as it stands now.

    Raises:
        PilotError: Its file does not validate, or was changed after the first call.
        RatesError: The rates cannot be used.
    """
    pilot, fixed = folder.pilot(), folder.fixed()
    engines = {name: _readable(name, settings) for name in pilot.engines}
    photos = fixed.photos if fixed else ()
    results = pilot_results(folder, pilot, photos)
    compared = _compared(results, pilot)
    rates = load_rates(rates_file, workspace=settings.workspace)
    scores = {
        name: _score(results.filter(engine=name), engine, pilot)
        for name, engine in engines.items()
        if isinstance(engine, EngineFile)
    }
    works = {name: work for name, engine in engines.items() if (work := _work(results, name, engine, scores, pilot))}
    costs = tuple(
        engine_cost(work, rates, day=today(), volume=volume, images_month=images)
        for volume, images in VOLUMES.items()
        for work in works.values()
    )
    return PilotFigures(
        pilot=pilot, fixed=fixed, engines=engines, results=results, outcomes=_outcomes(results, pilot, len(photos)),
        faults=_faults(results), measures=_measures(results, pilot), compared=compared,
        deciding=_deciding(results, pilot), checks=_checks(results), agreement=_agreement(folder, photos, pilot),
        scores=scores, costs=costs, break_evens=tuple(_break_evens(works, rates, pilot)), kept=_kept(results),
        verdicts=pilot_verdicts(photos, engines, settings), deliveries=pilot_deliveries(photos, engines, results),
        spent_eur=folder.spent_eur(), rates_name=rates.name,
    )  # fmt: skip


def _readable(name: str, settings: Settings) -> EngineFile | str:
    try:
        return read_engine(name, settings)
    except UsageError as error:
        return str(error)


def _judged(results: pl.DataFrame) -> pl.DataFrame:
    """Rows that say something about accuracy: with a true matte, and not held back by us."""
    return results.filter((pl.col("outcome") != "not_sent") & pl.col("iou").is_not_null())


def _outcomes(results: pl.DataFrame, pilot: Pilot, photos: int) -> pl.DataFrame:
    rows = []
    for engine in pilot.engines:
        own = results.filter(engine=engine)
        count = {name: own.filter(outcome=name).height for name in ("done", "failed", "not_sent")}
        done = own.filter(outcome="done")
        rows.append({
            "engine": engine, **count, "open": photos - own.height,
            "median_s": done["seconds"].median() if done.height else None,
            "p95_s": done["seconds"].quantile(0.95) if done.height else None,
            "calls": int(done["calls"].sum()) if done.height else 0,
        })  # fmt: skip
    return pl.DataFrame(rows)


def _faults(results: pl.DataFrame) -> pl.DataFrame:
    bad = results.filter(pl.col("outcome") != "done")
    found = bad.group_by("engine", "fault").agg(
        pl.len().alias("photos"), pl.col("image_id").sort().first().alias("first"), pl.col("reason").first()
    )
    words = pl.col("fault").replace_strict(dict(FAULTS), default=pl.col("fault")).alias("what")
    return found.with_columns(words).sort("engine", "photos", descending=[False, True])


def _groups(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = {name: part for (name,), part in sorted(frame.group_by("category"), key=lambda group: str(group[0]))}
    return {ALL: frame, **parts} if frame.height else {}


def _measures(results: pl.DataFrame, pilot: Pilot) -> pl.DataFrame:
    rows = []
    for category, part in _groups(_judged(results)).items():
        for engine in pilot.engines:
            own = part.filter(engine=engine)
            for measure in (*MEASURES, "sent_back"):
                of = grouped_share if measure == "sent_back" else grouped_mean
                found = of(own[measure].cast(pl.Float64).to_list(), own["sku"].to_list(), n_boot=1000)
                rows.append({"category": category, "engine": engine, "measure": measure, "n": found.n,
                             "mean": found.mean, "low": found.low, "high": found.high})  # fmt: skip
    shape = {"category": pl.String, "engine": pl.String, "measure": pl.String, "n": pl.Int64, "mean": pl.Float64,
             "low": pl.Float64, "high": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=shape)


def _paired(part: pl.DataFrame, pilot: Pilot, engine: str) -> pl.DataFrame:
    keep = ("image_id", "sku", "category", pilot.measure)
    base = part.filter(engine=pilot.baseline).select(keep)
    own = part.filter(engine=engine).select("image_id", pl.col(pilot.measure).alias("own"))
    return base.join(own, on="image_id").sort("image_id")


def _compared(results: pl.DataFrame, pilot: Pilot) -> tuple[Compared, ...]:
    """Every engine against the baseline, in all and by category; one Holm correction over all of them."""
    asked, found, spreads = [], [], []
    for category, part in _groups(_judged(results)).items():
        for engine in pilot.engines:
            if engine == pilot.baseline:
                continue
            both = _paired(part, pilot, engine)
            asked.append((engine, category))
            spreads.append((both["own"] - both[pilot.measure]).std())
            found.append(
                paired_difference(both["own"].to_list(), both[pilot.measure].to_list(), both["sku"].to_list(),
                                  better=pilot.better, most=LARGEST.get(pilot.measure, math.inf))
            )  # fmt: skip
    return tuple(
        Compared(engine=engine, category=category, difference=one, words=verdict(one, pilot.margin),
                 needed=_needed(one, spread, pilot))
        for (engine, category), one, spread in zip(asked, holm(found), spreads, strict=True)
    )  # fmt: skip


def _needed(one: Difference, spread: float | None, pilot: Pilot) -> int | None:
    open_still = one.floor is not None and one.floor <= -pilot.margin and (one.p_adjusted or 0.0) > 1 - LEVEL
    if not open_still or not pilot.margin or not spread:
        return None
    return pairs_needed(pilot.margin, spread, comparisons=len(pilot.engines) - 1, one_sided=True)


def _deciding(results: pl.DataFrame, pilot: Pilot) -> pl.DataFrame:
    """The photos that moved each comparison most, in both directions."""
    sign = 1.0 if pilot.better == "higher" else -1.0
    frames = []
    for engine in pilot.engines:
        if engine != pilot.baseline:
            gap = ((pl.col("own") - pl.col(pilot.measure)) * sign).alias("gain")
            both = _paired(_judged(results), pilot, engine).with_columns(gap, engine=pl.lit(engine))
            both = both.filter(pl.col("gain") != 0).sort(pl.col("gain").abs(), descending=True)
            frames.append(both.rename({pilot.measure: "baseline_value", "own": "value"}).head(DECIDING))
    return pl.concat(frames) if frames else pl.DataFrame()


def _checks(results: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for found in results.filter(outcome="done").iter_rows(named=True):
        for name, value in (found["checks"] or {}).items():
            check = registry.check(name)
            if value is not None and check.limit is not None:
                passed = value <= check.limit if check.better == "lower" else value >= check.limit
                rows.append({"engine": found["engine"], "check": name, "words": check.words, "flagged": not passed})
    if not rows:
        return pl.DataFrame(schema={"engine": pl.String, "check": pl.String, "words": pl.String, "n": pl.Int64,
                                    "flagged": pl.Int64})  # fmt: skip
    return pl.DataFrame(rows).group_by("engine", "check", "words").agg(
        pl.len().cast(pl.Int64).alias("n"), pl.col("flagged").sum().cast(pl.Int64)
    ).sort("check", "engine")  # fmt: skip


def _agreement(folder: PilotFolder, photos, pilot: Pilot) -> pl.DataFrame:
    pairs: dict[str, list[float]] = {}
    for found in pilot_agreement(folder, photos, pilot.engines).values():
        for pair, value in found.items():
            pairs.setdefault(pair, []).append(value)
    rows = [
        {"one": pair.split("|")[0], "other": pair.split("|")[1], "photos": len(values),
         "iou": sum(values) / len(values), "disagree": sum(value < 0.9 for value in values)}
        for pair, values in sorted(pairs.items())
    ]  # fmt: skip
    shape = {"one": pl.String, "other": pl.String, "photos": pl.Int64, "iou": pl.Float64, "disagree": pl.Int64}
    return pl.DataFrame(rows, schema=shape)


def _score(own: pl.DataFrame, engine: EngineFile, pilot: Pilot) -> ScoreWorth:
    own = own.filter(pl.col("sent_back").is_not_null())
    return score_worth(
        own["score"].to_list(), own["sent_back"].to_list(), own["sku"].to_list(), declared=engine.better,
        limit=pilot.rework_limit,
    )  # fmt: skip


def _work(results: pl.DataFrame, name: str, engine, scores, pilot: Pilot) -> Work | None:
    own = results.filter((pl.col("engine") == name) & pl.col("sent_back").is_not_null())
    if not own.height or not isinstance(engine, EngineFile):
        return None
    found = grouped_share(own["sent_back"].cast(pl.Float64).to_list(), own["sku"].to_list())
    cores = own["core_seconds"].drop_nulls()
    return Work(
        engine=name, price=engine.price, core_seconds=float(cores.mean()) if len(cores) else 0.0, rework=found.mean,
        rework_low=found.low, rework_high=found.high, automatic=scores[name].share_proved or 0.0,
        limit=pilot.rework_limit,
    )  # fmt: skip


def _break_evens(works: Mapping[str, Work], rates, pilot: Pilot):
    base = works.get(pilot.baseline)
    for name, work in works.items():
        if base is None or name == pilot.baseline or not (work.price or base.price):
            continue

        def cost(images: float, of: Work = work) -> float:
            return engine_cost(of, rates, day=today(), volume="", images_month=images).total_eur

        for images in break_evens(cost, lambda images: cost(images, base)):
            yield name, pilot.baseline, images


def _kept(results: pl.DataFrame) -> pl.DataFrame:
    """Of the files that came: how many kept what; null where the photos had nothing to keep."""
    rows = [
        {"engine": row["engine"], **row["kept"]} for row in results.filter(outcome="done").iter_rows(named=True)
        if row["kept"]
    ]  # fmt: skip
    shape = {
        "engine": pl.String,
        **dict.fromkeys(("size", "alpha", "icc", "exif", "xmp", "private", "name"), pl.Boolean),
    }
    frame = pl.DataFrame([{key: row.get(key) for key in shape} for row in rows], schema=shape)
    means = [pl.col(name).mean() for name in shape if name != "engine"]
    return frame.group_by("engine").agg(pl.len().alias("files"), *means).sort("engine")
