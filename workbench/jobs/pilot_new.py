"""Begins a pilot: writes its file, and says beforehand what it can show, what it costs and where photos go."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.domain.errors import UsageError
from workbench.domain.records import Photo
from workbench.jobs.engine_files import EngineFile, read_engine
from workbench.jobs.open_set import open_set
from workbench.jobs.pilot_folder import DrawnPhoto, Fixed, PilotFolder, pilots_folder
from workbench.jobs.pilot_purse import dearest_image
from workbench.jobs.pilot_spreads import pilot_spreads
from workbench.settings import Settings
from workbench.vendors.pairs_needed import pairs_needed
from workbench.vendors.pilot import BlindPlan, Pilot, PilotError, parse_pilot
from workbench.vendors.spreads import Spread, measured_spread
from workbench.vendors.stratified_draw import stratified_draw

NO_CATEGORY = "(none)"


def new_pilot(
    name: str, *, question: str, source: str, engines: Sequence[str], measure: str, margin: float, per_category: int,
    budget_eur: float, settings: Settings, baseline: str | None = None, seed: int = 0, blind: BlindPlan | None = None,
) -> PilotFolder:  # fmt: skip
    """Write a pilot's file; nothing is called.

    Raises:
        UsageError: A value that cannot be used, an unknown engine, or a name that is taken.
    """
    blind = blind or BlindPlan()
    listed = ", ".join(_quoted(engine) for engine in engines)
    text = (
        f"# Fixed before the first call: after it, this file must stay as it is.\nname = {_quoted(name)}\n"
        f"question = {_quoted(question)}\nset = {_quoted(source)}\nengines = [{listed}]\n"
        f"baseline = {_quoted(baseline or engines[0])}\nmeasure = {_quoted(measure)}  # the one that decides\n"
        f"margin = {margin:g}  # how much worse still counts as good enough\nper_category = {per_category}\n"
        f"budget_eur = {budget_eur:g}\nseed = {seed}\nrework_limit = 0.05  # among what goes out untouched\n"
        "people_may_leave_eu = false\n\n[blind]  # as registered before anybody looks\n"
        f"judges = {blind.judges}\npairs = {blind.pairs}  # comparisons of each judge\n"
        f"repeats = {blind.repeats:g}  # share of them shown twice, sides turned\n"
        f"guess_margin = {blind.guess_margin:g}  # cannot be told apart: accuracy, with its interval, within "
        f"{0.5 - blind.guess_margin:g} to {0.5 + blind.guess_margin:g}\n"
    )
    if blind.reference is not None:
        text += f"reference = {_quoted(blind.reference)}  # a retoucher's work: can people tell it from the others?\n"
    parse_pilot(text, where="pilot.toml")
    for engine in engines:
        read_engine(engine, settings)
    open_set(source, settings=settings)
    folder = PilotFolder(pilots_folder(settings) / name)
    try:
        folder.path.mkdir(parents=True)
    except FileExistsError as error:
        raise PilotError(f"there is a pilot named {name!r} already", allowed="a new name") from error
    folder.file.write_text(text, encoding="utf-8")
    return folder


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a pilot would do and could show."""

    pilot: Pilot
    engines: tuple[EngineFile, ...]
    photos: tuple[Photo, ...]
    available: dict[str, int]
    short: dict[str, int]
    with_truth: int
    spread: Spread  # that the numbers below rest on
    needed_for_margin: int
    needed_at_most: int  # with the pair of engines that lies farthest apart
    needed_each: int
    most_eur: float
    sends_away: tuple[str, ...]  # engines
    problems: tuple[str, ...]


def plan_pilot(
    folder: PilotFolder, settings: Settings, *, spread: float | None = None, spread_of: PilotFolder | None = None
) -> Plan:
    """Draw the photos and say what they allow, before anything is called.

    Args:
        folder: The pilot.
        settings: The workspace.
        spread: Standard deviation of the difference from photo to photo, if it is known.
        spread_of: An earlier pilot that measured it; what was measured on the sample photos when both are left out.

    Raises:
        UsageError: Set or engines cannot be used, or nothing can be drawn.
    """
    pilot = folder.pilot()
    engines = tuple(read_engine(name, settings) for name in pilot.engines)
    photos = {photo.image_id: photo for photo in open_set(pilot.source, settings=settings).photos}
    strata = [(photo.image_id, photo.category or NO_CATEGORY) for photo in photos.values()]
    if pilot.categories is not None:
        strata = [entry for entry in strata if entry[1] in pilot.categories]
    if not strata:
        raise UsageError("no photo can be drawn", where=pilot.source, allowed="photos of the pilot's categories")
    draw = stratified_draw(strata, per_category=pilot.per_category, seed=pilot.seed)
    drawn = tuple(photos[image_id] for image_id in draw.drawn)
    truth = sum(photo.alpha_path is not None for photo in drawn)
    apart = _spread(pilot, spread, spread_of)
    others = len(pilot.engines) - 1
    needed = most = each = 0
    if pilot.margin > 0:
        needed, most = (
            pairs_needed(pilot.margin, one, comparisons=others, one_sided=True) for one in (apart.typical, apart.high)
        )
        each = pairs_needed(pilot.margin, apart.typical, comparisons=others * len(draw.available))
    return Plan(
        pilot=pilot, engines=engines, photos=drawn, available=draw.available, short=draw.short, with_truth=truth,
        spread=apart, needed_for_margin=needed, needed_at_most=most, needed_each=each,
        most_eur=sum(len(drawn) * dearest_image(one.price) for one in engines),
        sends_away=tuple(one.name for one in engines if not one.on_this_machine),
        problems=tuple(_problems(pilot, engines, drawn, truth, needed)),
    )  # fmt: skip


def _spread(pilot: Pilot, known: float | None, earlier: PilotFolder | None) -> Spread:
    """How far engines lie apart: as given, as an earlier pilot measured it, or as we did on the sample photos."""
    if known is not None:
        return Spread(measure=pilot.measure, low=known, typical=known, high=known, photos=0, pairs=1, source="as given")
    if earlier is None:
        return measured_spread(pilot.measure)
    found = pilot_spreads(earlier).filter(measure=pilot.measure)
    if not found.height:
        raise UsageError(f"has measured no {pilot.measure} of two engines", where=earlier.path.name,
                         allowed="a pilot that has been run on photos with a true matte")  # fmt: skip
    spreads = found["spread"]
    return Spread(
        measure=pilot.measure, low=spreads.min(), typical=spreads.median(), high=spreads.max(),
        photos=int(found["photos"].min()), pairs=found.height, source=f"the pilot {earlier.path.name}",
    )  # fmt: skip


def _problems(pilot: Pilot, engines, drawn, truth: int, needed: int):
    others = len(pilot.engines) - 1
    if truth < len(drawn):
        yield f"{len(drawn) - truth} of {len(drawn)} photos have no true matte: the measure says nothing about them"
    if needed > truth:
        yield f"A margin of {pilot.margin:g} takes about {needed:,} photos with a true matte, there are {truth}"
    pairs = len(drawn) * (others if pilot.blind.reference else others * len(pilot.engines) // 2)
    asked = pilot.blind.pairs - round(pilot.blind.pairs * pilot.blind.repeats)
    if pairs < asked:
        yield f"the blind test registers {asked} different comparisons a judge, these photos give {pairs}"
    skus = [photo.sku for photo in drawn]
    for engine in engines:
        if not engine.on_this_machine and engine.price is None:
            yield f"{engine.name} has no price: the budget cannot stop it"
        if not engine.on_this_machine and engine.terms.open_questions:
            yield f"{engine.name}: {len(engine.terms.open_questions)} questions about the photos are not answered"
        by_sku = engine.adapter == "delivered_folder" and engine.params.match == "sku"
        if by_sku and len(set(skus)) < len(skus):
            yield f'{engine.name} is matched by SKU, but some SKUs have several photos: use match = "name"'


def fix_pilot(folder: PilotFolder, plan: Plan, settings: Settings, *, look: bool) -> Fixed:
    """Fix question, photos and engines; called right before the first call.

    Args:
        folder: The pilot.
        plan: Its plan.
        settings: The workspace.
        look: Have the model look whether a person may be in the photos, because some would leave the EU.
    """
    fixed = Fixed(
        pilot_hash=plan.pilot.hash, fixed_at=datetime.now(UTC).isoformat(),
        engines={one.name: one.hash for one in plan.engines},
        photos=tuple(_drawn(photo, settings, look) for photo in plan.photos),
        available=plan.available, short=plan.short,
    )  # fmt: skip
    folder.fix(fixed)
    return fixed


def _drawn(photo: Photo, settings: Settings, look: bool) -> DrawnPhoto:
    from pipeline.store import Store
    from workbench.jobs.fetch_photo import fetch_photo
    from workbench.jobs.person_in_photo import person_in_photo
    from workbench.jobs.read_set import is_url

    path = fetch_photo(photo, store=Store(settings.workspace), schemes=settings.url_schemes)
    person, by = (
        person_in_photo(photo, path, pixel_limit=settings.pixel_limit) if look else ("unknown", "not looked at")
    )
    with Path(path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DrawnPhoto(
        image_id=photo.image_id, sku=photo.sku, category=photo.category or NO_CATEGORY, path=str(path),
        photo_hash=digest, alpha_path=photo.alpha_path, trimap_path=photo.trimap_path,
        url=photo.path if is_url(photo.path) else None, person=person, person_by=by,
    )  # fmt: skip
