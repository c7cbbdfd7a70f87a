"""A pilot's six answers in words and tables; the page and the report show the same ones."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workbench.charts.amounts import NO_DATA, duration, percent
from workbench.jobs.engine_files import EngineFile
from workbench.jobs.pilot_answer import Answer, Table
from workbench.jobs.pilot_costs import FORMULA, EngineCost
from workbench.jobs.pilot_figures import ALL, PilotFigures
from workbench.jobs.pilot_frames import compared_frame, cost_frame, measures_frame, score_frame, terms_frame
from workbench.vendors.pilot import MEASURE_WORDS, MEASURES

NOT_ASKED = "not asked yet"
MOST_NAMED = 5  # files of a delivery; `workbench engines delivery` names all
_KEPT = {
    "size": "resolution", "alpha": "alpha", "icc": "ICC profile", "exif": "EXIF", "xmp": "XMP",
    "name": "traceable name", "private": "place, serial or owner",
}  # fmt: skip


def pilot_answers(found: PilotFigures, bursts: Sequence[dict]) -> tuple[Answer, ...]:
    """All six, in a buyer's order.

    Args:
        found: The figures.
        bursts: From `bursts_of`.
    """
    return (_accuracy(found), _batch(bursts), _confidence(found), _cost(found), _integration(found), _photos(found))


def _accuracy(found: PilotFigures) -> Answer:
    pilot = found.pilot
    measure = MEASURE_WORDS[pilot.measure]
    told = [one for one in found.compared if one.category == ALL]
    said = [
        f"{one.engine} against {pilot.baseline} by {measure} on {one.difference.n} photos of "
        f"{one.difference.groups} SKUs: {one.words}" + (
            "" if one.difference.low is None else
            f" ({one.difference.mean:+.4f}, 95% {one.difference.low:+.4f} to {one.difference.high:+.4f})"
        ) + ("" if one.needed is None else f"; if it is as good, about {one.needed:,} photos like these would show it")
        for one in told
    ]  # fmt: skip
    frame = compared_frame(found)
    rows = tuple(
        (row["category"], row["engine"], str(row["photos"]), _number(row["difference"], "+.4f"),
         _range(row["low"], row["high"], "+.4f"), _number(row["p_adjusted"], ".3f"), row["may_be_said"])
        for row in frame.iter_rows(named=True)
    )  # fmt: skip
    tables = [Table(title=f"Difference to {pilot.baseline} by {measure} (more is better), all corrected together",
                    head=("category", "engine", "photos", "difference", "95%", "p", "what may be said"), rows=rows,
                    frame=frame, right=(2, 3, 4, 5))]  # fmt: skip
    means = measures_frame(found, pilot.measure)
    tables.append(Table(
        title=f"{measure} by category", head=("category", "engine", "photos", "mean", "95%"), frame=means,
        rows=tuple((r["category"], r["engine"], str(r["n"]), _number(r["mean"], ".4f"),
                    _range(r["low"], r["high"], ".4f")) for r in means.iter_rows(named=True)), right=(2, 3, 4),
    ))  # fmt: skip
    whole = found.measures.filter(category=ALL).drop("category")
    if whole.height:
        rows = tuple(
            (MEASURE_WORDS.get(name, "sent back"), r["engine"], str(r["n"]), _number(r["mean"], form),
             _range(r["low"], r["high"], form))
            for name in (*MEASURES, "sent_back") for form in (".1%" if name == "sent_back" else "#.4g",)
            for r in whole.filter(measure=name).iter_rows(named=True)
        )  # fmt: skip
        tables.append(Table(
            title="Every measure over all photos; of IoU and boundary F more is better, of the rest less. Sent back: "
            "outside what a retoucher would let pass",
            head=("measure", "engine", "photos", "mean", "95%"), rows=rows, frame=whole, right=(2, 3, 4),
        ))  # fmt: skip
    tables += _failures(found)
    if found.verdicts.height:
        tables.append(Table(
            title="What people said of these photos on the QA board", right=(1, 2, 3, 4, 5, 6), frame=found.verdicts,
            head=("engine", "photos", "approved", "rework", "rejected", "sent back", "95%"),
            rows=tuple((r["engine"], *(str(r[n]) for n in ("photos", "approved", "rework", "rejected")),
                        percent(r["sent_back"]), _range(r["low"], r["high"], ".1%"))
                       for r in found.verdicts.iter_rows(named=True)),
        ))  # fmt: skip
        said += [
            f"{row['engine']}: people sent back {percent(row['sent_back'])} of {row['photos']} photos on the QA board"
            for row in found.verdicts.iter_rows(named=True)
        ]
    if found.agreement.height:
        tables.append(Table(
            title="Agreement between engines, also where nobody knows the truth",
            head=("engine", "and", "photos", "shared area", "photos below 0.9"), frame=found.agreement, right=(2, 3, 4),
            rows=tuple((r["one"], r["other"], str(r["photos"]), f"{r['iou']:.4f}", str(r["disagree"]))
                       for r in found.agreement.iter_rows(named=True)),
        ))  # fmt: skip
    return Answer(
        key="accuracy", question="How good are the cutouts, on our own photos?", said=tuple(said), tables=tuple(tables),
        not_shown="Photos without a true matte enter only checks, agreement and people's verdicts. A photo that was "
        "not delivered counts as an empty cutout. A verdict on the QA board judges the finished picture, not the "
        "cutout alone. Nothing is said about photos unlike these.",
    )  # fmt: skip


def _failures(found: PilotFigures) -> list[Table]:
    tables = [Table(
        title="What was asked and what came", frame=found.outcomes, right=(1, 2, 3, 4, 5, 6),
        head=("engine", "came", "failed", "not sent", "open", "median", "95% within"),
        rows=tuple((r["engine"], str(r["done"]), str(r["failed"]), str(r["not_sent"]), str(r["open"]),
                    _seconds(r["median_s"]), _seconds(r["p95_s"])) for r in found.outcomes.iter_rows(named=True)),
    )]  # fmt: skip
    if found.faults.height:
        tables.append(Table(
            title="Failures, each counted against the engine",
            head=("engine", "what it did", "photos", "first", "in words"), frame=found.faults, right=(2,),
            rows=tuple((r["engine"], r["what"], str(r["photos"]), r["first"], r["reason"] or "")
                       for r in found.faults.iter_rows(named=True)),
        ))  # fmt: skip
    if found.checks.height:
        tables.append(Table(
            title="Checks that need no truth", head=("check", "engine", "photos", "flagged"),
            frame=found.checks, right=(2, 3),
            rows=tuple((r["words"], r["engine"], str(r["n"]), str(r["flagged"]))
                       for r in found.checks.iter_rows(named=True)),
        ))  # fmt: skip
    return tables


def _batch(bursts: Sequence[dict]) -> Answer:
    said = [
        f"{one['engine']}: {one['images']:,} at once, {one['per_second']:.1f} a second, "
        + ("none lost, none doubled" if not (one["lost"] or one["doubled"] or one["strange"])
           else f"{one['lost']} lost, {one['doubled']} doubled, {one['strange']} under another name")
        + _turned_away(one)
        + "".join(f"; {volume}: {duration(hours * 3600)}" for volume, hours in one["days"].items())
        for one in bursts
    ] or ["No burst has been sent: workbench pilot burst"]  # fmt: skip
    rows = tuple(
        (one["engine"], f"{one['images']:,}", f"{one['answered']:,}", f"{one['per_second']:.1f}",
         *(_seconds(one["latency_s"][p]) for p in ("p50", "p95", "p99")), str(one["retries"]),
         NO_DATA if one["deepest_there"] is None else str(one["deepest_there"]), f"€{one['most_eur']:.2f}",
         ", ".join(f"{kind} {n}" for kind, n in one["faults"].items()) or "none", one["made_at"][:10])
        for one in bursts
    )  # fmt: skip
    flat = [
        {key: value for key, value in one.items() if not isinstance(value, dict)}
        | {f"wait_{p}_s": seconds for p, seconds in one["latency_s"].items()}
        for one in bursts
    ]
    table = Table(
        title="Bursts: how long somebody waits for a photo when all come at once", rows=rows, frame=pl.DataFrame(flat),
        head=("engine", "at once", "came", "a second", "p50", "p95", "p99", "retries", "deepest queue", "cost",
              "failures", "day"),
        right=tuple(range(1, 10)),
    )  # fmt: skip
    return Answer(
        key="batch", question="What happens when a whole day arrives at once?", said=tuple(said),
        tables=(table,) if bursts else (),
        not_shown="A burst against localhost shows the API and the client, not a vendor's machines or the way there. "
        "The hours of a day are those photos at the speed of the burst, if it held without a pause.",
    )  # fmt: skip


def _turned_away(one: dict) -> str:
    if not one["turned_away"]:
        return ""
    early = "" if "too_early" not in one else f", {one['too_early'] or 'none'} called again sooner than it asked"
    return f"; {one['turned_away']:,} calls turned away{early}"


def _confidence(found: PilotFigures) -> Answer:
    frame = score_frame(found)
    rows = tuple(
        (name, str(one.n), str(one.sent_back), one.declared, one.direction or NO_DATA,
         NO_DATA if one.sorts is None else f"{one.sorts:.2f} ({one.sorts_low:.2f}–{one.sorts_high:.2f})",
         _number(one.calibration_error, ".2f"), _share(one.share_seen), _share(one.share_proved))
        for name, one in found.scores.items()
    )  # fmt: skip
    limit, asked = f"{found.pilot.rework_limit:.0%}", _asked(found)
    return Answer(
        key="confidence", question="Does it know when it is wrong?",
        said=tuple(f"{name}: {one.words if name in asked else NOT_ASKED}" for name, one in found.scores.items()),
        tables=(Table(title=f"The engine's own score, and what could go out untouched at {limit} rework",
                      head=("engine", "photos", "sent back", "surer by file", "surer here", "sorts (95%)",
                            "off as a risk", "seen", "proved"), rows=rows, frame=frame, right=(1, 2, 5, 6, 7, 8)),),
        not_shown="Sent back means outside the tolerances set beforehand (risk_parts/tolerances.toml), "
        "not a client's verdict. The share seen fits these photos; only the proved one holds for others like them.",
    )  # fmt: skip


def _cost(found: PilotFigures) -> Answer:
    frame = cost_frame(found)
    rows = tuple(
        (one.volume, one.engine, f"€{one.total_eur:.3f}", _range(one.low_eur, one.high_eur, ".3f"),
         f"€{one.engine_eur:.3f}", f"€{one.machines_eur:.4f}", f"€{one.people_eur:.3f}", f"€{one.rework_eur:.3f}",
         f"€{one.escapes_eur:.3f}",
         percent(one.automatic))
        for one in found.costs
    )  # fmt: skip
    said = []
    for volume in dict.fromkeys(one.volume for one in found.costs):
        ranked = sorted((one for one in found.costs if one.volume == volume), key=lambda one: one.total_eur)
        said.append(f"{volume}: " + ", ".join(f"{one.engine} €{one.total_eur:.2f}{_within(one)}" for one in ranked))
    said += [
        f"{engine} and {base} cost the same at {images:,.0f} images a month"
        for engine, base, images in found.break_evens
    ]
    unpriced = [
        n for n, e in found.engines.items() if isinstance(e, EngineFile) and not e.on_this_machine and e.price is None
    ]
    said += [f"{name} has no price in its file: its calls count as free" for name in unpriced]
    return Answer(
        key="cost", question="What does an approved image cost?", said=tuple(said),
        tables=(Table(title=f"Cost of one approved image, {found.rates_name}", rows=rows, frame=frame,
                      right=tuple(range(2, 10)),
                      head=("volume", "engine", "in all", "95% by rework", "its bill", "machines", "people", "rework",
                            "escapes", "automatic")),) if rows else (),
        not_shown=FORMULA,
    )  # fmt: skip


def _within(one: EngineCost) -> str:
    return "" if one.low_eur is None else f" ({one.low_eur:.2f} to {one.high_eur:.2f})"


def _integration(found: PilotFigures) -> Answer:
    said, rows = [], []
    for row in found.kept.iter_rows(named=True):
        rows.append((row["engine"], str(row["files"]), *(_share(row[name]) for name in _KEPT)))
        lost = [words for name, words in _KEPT.items() if name != "private" and row[name] is not None and row[name] < 1]
        said.append(f"{row['engine']}: " + (f"not always kept: {', '.join(lost)}" if lost else "everything is kept"))
    for row in found.deliveries.iter_rows(named=True):
        wrong = [(what, row[what]) for what in ("missing", "twice", "other_size", "extra") if row[what]]
        named = "; ".join(f"{len(names)} {what.replace('_', ' ')}: {_some(names)}" for what, names in wrong)
        said.append(f"{row['engine']} delivered {row['found']} of {row['asked']}" + (f"; {named}" if named else ""))
    asked = _asked(found)
    said += [f"{name}: {NOT_ASKED}" for name in found.engines if name not in asked]
    without = [name for name in found.engines if name in asked and name not in found.kept["engine"].to_list()]
    if without:
        said.append(f"{', '.join(without)}: a matte, no file; the workbench writes PNG, PSD and JPEG itself")
    return Answer(
        key="integration", question="Does what comes back fit in?", said=tuple(said),
        tables=(Table(title="Of the files that came back: how many kept what",
                      head=("engine", "files", *_KEPT.values()), rows=tuple(rows), frame=found.kept,
                      right=tuple(range(1, 9))),) if rows else (),
        not_shown="Measured on the files of this pilot. EXIF and XMP that are sent hold a mark of ours and nothing "
        "else; a dash means that the photos had nothing of the kind.",
    )  # fmt: skip


def _photos(found: PilotFigures) -> Answer:
    frame = terms_frame(found)
    people = [] if found.fixed is None else [photo.person for photo in found.fixed.photos]
    held = found.results.filter(outcome="not_sent").height
    services = {name: one for name, one in found.engines.items() if isinstance(one, EngineFile) and one.remote}
    away = [name for name, one in services.items() if not one.on_this_machine]
    here = [name for name in services if name not in away]
    if away:
        said = [f"Photos are sent to {', '.join(away)}; {people.count('no')} of {len(people)} are known to show no "
                "person, in the others one is assumed"]  # fmt: skip
        said.append(
            f"{held} photos were not sent, because a person may have left the EU" if held else "No photo was held back"
        )
    elif here:
        said = [f"No photo is sent to another machine; what {', '.join(here)}, on this one, does with them is not seen"]
    else:
        said = ["No photo leaves this machine"]
    if found.pilot.people_may_leave_eu:
        said.append("This pilot allows photos of people to leave the EU")
    return Answer(
        key="photos", question="Where do our photos go?", said=tuple(said),
        tables=(Table(title="What was answered, when, and where it is written", frame=frame,
                      head=("engine", "question", "answer", "day", "source"),
                      rows=tuple(tuple(cell or "" for cell in row) for row in frame.iter_rows())),),
        not_shown="These are answers as recorded, not checked by us. Place, serial numbers and owner are taken out "
        "before a photo is sent; a service that fetches photos by address gets them as they lie there.",
    )  # fmt: skip


def _asked(found: PilotFigures) -> frozenset[str]:
    """Engines that have an answer; of the others nothing can be said."""
    return frozenset(found.results["engine"])


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _number(value: float | None, form: str) -> str:
    return NO_DATA if value is None else format(value, form)


def _range(low: float | None, high: float | None, form: str) -> str:
    return NO_DATA if low is None or high is None else f"{low:{form}} to {high:{form}}"


def _share(value: float | None) -> str:
    return NO_DATA if value is None else percent(float(value))


def _seconds(value: float | None) -> str:
    return NO_DATA if value is None else f"{value:.2f} s"
