"""A pilot's report: one HTML file that needs no network, question by question, to be signed by a buyer."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from pipeline.pilot_picture import pilot_picture, widest_difference
from workbench.charts.amounts import NO_DATA, percent, plural
from workbench.domain.errors import UsageError
from workbench.jobs.blind_test import BlindFigures, blind_figures, registered
from workbench.jobs.pilot_answer import Answer, Table
from workbench.jobs.pilot_answers import pilot_answers
from workbench.jobs.pilot_burst import bursts_of
from workbench.jobs.pilot_figures import PilotFigures, pilot_figures
from workbench.jobs.pilot_folder import PilotFolder
from workbench.settings import Settings
from workbench.vendors.pilot import MEASURE_WORDS

SIDE_PX = 380
SHOWN = 3  # deciding photos of each comparison
ZOOM = 4


def write_pilot_report(folder: PilotFolder, settings: Settings, *, out: Path | None = None) -> Path:
    """Write the report and return where it lies.

    Args:
        folder: The pilot.
        settings: The workspace.
        out: The HTML file; ``report.html`` in the pilot's folder when left out.

    Raises:
        UsageError: Nothing has been run, or the file cannot be written.
    """
    found = pilot_figures(folder, settings)
    if found.fixed is None:
        raise UsageError("nothing has been run yet", where=found.pilot.name,
                         allowed=f"workbench pilot run {found.pilot.name}")  # fmt: skip
    answers = pilot_answers(found, bursts_of(folder))
    text = _page(found, answers, blind_figures(folder), _photos(folder, found, settings))
    path = (out or folder.path / "report.html").absolute()
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error}", where="--out", allowed="a file in a folder") from error
    return path


def _page(found: PilotFigures, answers: tuple[Answer, ...], blind: BlindFigures, photos: str) -> str:
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    pilot, fixed = found.pilot, found.fixed
    open_photos = int(found.outcomes["open"].sum())
    context = [
        plural(len(fixed.photos), "photo"), f"{len({p.sku for p in fixed.photos})} SKUs",
        f"{MEASURE_WORDS[pilot.measure]}, margin {pilot.margin:g}, fixed "
        f"{datetime.fromisoformat(fixed.fixed_at):%-d %b %Y, %H:%M} UTC", f"€{found.spent_eur:.2f} of "
        f"€{pilot.budget_eur:.2f} spent", f"made {datetime.now(UTC):%-d %b %Y, %H:%M} UTC",
        *([f"not complete: {open_photos} answers are open"] if open_photos else []),
    ]  # fmt: skip
    sections = "".join(_section(n, answer, photos) for n, answer in enumerate(answers, start=1))
    drawn = ", ".join(f"{name} {n}" for name, n in fixed.available.items())
    plan = (
        f"<section><h2>What was fixed before the first call</h2><p class='quiet'>Drawn: {pilot.per_category} of each "
        f"category, from {escape(drawn)}. File {escape(pilot.hash[:16])}.</p><pre>{escape(pilot.text)}</pre></section>"
    )
    sign = "".join(f"<div>{words}</div>" for words in ("decision", "name", "day and signature"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pilot {escape(pilot.name)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body><main>'
        f'<h1>{escape(pilot.question)}</h1><div class="context">{escape(" · ".join(context))}</div>'
        f"{_short(answers)}{sections}{_blind(blind, registered(pilot))}{plan}"
        f'<div class="sign">{sign}</div></main></body></html>'
    )


def _short(answers: tuple[Answer, ...]) -> str:
    """What is signed, on the first page: each question with the sentences that answer it."""
    rows = "".join(
        f"<tr><td>{n}. {escape(answer.question)}</td><td>{'<br>'.join(map(escape, answer.said))}</td></tr>"
        for n, answer in enumerate(answers, start=1)
    )
    return f'<section id="short"><h2>In short</h2><table class="short"><tbody>{rows}</tbody></table></section>'


def _section(number: int, answer: Answer, photos: str) -> str:
    said = "".join(f"<li>{escape(line)}</li>" for line in answer.said)
    tables = "".join(f"<h3>{escape(table.title)}</h3>{_table(table)}" for table in answer.tables)
    shown = f"<h3>The photos that decided it</h3>{photos}" if answer.key == "accuracy" and photos else ""
    return (
        f'<section id="{answer.key}"><h2>{number}. {escape(answer.question)}</h2><ul>{said}</ul>{tables}{shown}'
        f'<div class="not"><b>What this does not show.</b> {escape(answer.not_shown)}</div></section>'
    )


def _table(table: Table) -> str:
    def cell(kind: str, place: int, text: str) -> str:
        name = ' class="r"' if place in table.right else ""
        return f"<{kind}{name}>{escape(text)}</{kind}>"

    head = "".join(cell("th", n, text) for n, text in enumerate(table.head))
    body = "".join("<tr>" + "".join(cell("td", n, text) for n, text in enumerate(row)) + "</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _blind(found: BlindFigures, planned: str) -> str:
    head = f'<section id="blind"><h2>Blind test</h2><p class="quiet">Registered: {escape(planned)}.</p>'
    if not found.votes:
        return f"{head}<p>Nobody has compared yet.</p></section>"
    made = f"{found.votes} of {found.planned} comparisons by {plural(found.judges, 'judge')}"
    if not found.complete:  # seen earlier, figures would tempt to stop or to go on
        return f"{head}<p>{made}: what they say is shown after the last one.</p></section>"
    lines = [made]
    lines += [
        f"{scope}: {engine} preferred to {other} {percent(share.share)}"
        + (f" ({percent(share.low)} – {percent(share.high)})" if share.low is not None else f" ({share.reason})")
        + f", n = {share.votes}"
        for scope, engine, other, share in found.shares
    ]
    lines += [
        f"{place}. {one.engine}: strength {one.strength:+.2f} ({one.low:+.2f} to {one.high:+.2f})"
        for place, one in enumerate(found.ranking, start=1)
    ]
    again = found.consistency
    same = NO_DATA if again.share is None else percent(again.share)
    lines.append(f"Pairs shown again got the same answer: {same} of {again.votes}")
    if found.fewer:
        lines.append(f"{found.fewer} comparisons of each judge fewer than registered: the photos give no more")
    if found.beyond:
        lines.append(f"{plural(found.beyond, 'comparison')} beyond what was registered: not counted")
    if found.guessing is not None:
        lines.append(f"Whether they can tell the machine's work: {found.guessing.words}")
    return f"{head}<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul></section>"


def _photos(folder: PilotFolder, found: PilotFigures, settings: Settings) -> str:
    """The photos that moved each comparison most: photo, baseline and engine, at the place where they differ most."""
    if not found.deciding.height:
        return ""
    measure = MEASURE_WORDS[found.pilot.measure]
    photos, base = {photo.image_id: photo for photo in found.fixed.photos}, found.pilot.baseline
    parts = []
    for (engine,), rows in found.deciding.group_by("engine", maintain_order=True):
        parts.append(f"<p>{escape(engine)} against {escape(base)}; beside each photo, {ZOOM} times as large, the place "
                     "where their cutouts differ most</p>")  # fmt: skip
        for row in rows.head(SHOWN).iter_rows(named=True):
            photo = photos[row["image_id"]]
            mattes = {name: str(path) if (path := folder.matte(name, photo.image_id)).exists() else None
                      for name in (base, engine)}  # fmt: skip
            at = widest_difference(*mattes.values()) if all(mattes.values()) else (0.5, 0.5)
            shown = [("the photo", None, 1, (0.5, 0.5), None)]
            shown += [(name, mattes[name], ZOOM, at, f"{measure} {row[key]:.4f}")
                      for name, key in ((base, "baseline_value"), (engine, "value"))]  # fmt: skip
            figures = "".join(
                _figure(photo, name, matte, zoom, place, value, settings) for name, matte, zoom, place, value in shown
            )
            parts.append(f'<div class="photos">{figures}</div>')
    return "".join(parts)


def _figure(photo, name, matte, zoom, at, value, settings) -> str:
    if matte is None and value is not None:
        return (
            f"<figure><figcaption>{escape(name)} delivered nothing for {escape(photo.image_id)}</figcaption></figure>"
        )
    data = pilot_picture(
        photo.path, matte, side_px=SIDE_PX, pixel_limit=settings.pixel_limit, ground="grey", zoom=zoom, at=at
    )
    words = f"{name}, {value}" if value is not None else f"{photo.image_id}, {photo.category}"
    source = base64.b64encode(data).decode("ascii")
    return (
        f'<figure><img alt="{escape(words)}" src="data:image/jpeg;base64,{source}">'
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )
