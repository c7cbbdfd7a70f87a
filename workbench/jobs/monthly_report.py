"""A month on one page: a single HTML file that needs no network and can be sent on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from workbench import metrics
from workbench.charts.amounts import NO_DATA, count, duration, money, percent, plural
from workbench.charts.trend_svg import trend_svg
from workbench.domain.errors import StorageFull, UsageError
from workbench.jobs.month_figures import LISTED, READ, MonthFigures, month_figures
from workbench.operations.cost_model import FORMULA, PART_WORDS, PARTS
from workbench.settings import Settings

SHOWN_ROWS = 15
SIMULATED = "#7B5EA7"


def write_monthly_report(
    settings: Settings, *, month: str | None, out: Path | None, filters: Mapping[str, Any] | None = None
) -> Path:
    """Write the report and return where it lies.

    Args:
        settings: The workspace.
        month: As 2026-10, UTC.
        out: The HTML file; ``report_2026-10.html`` in the working folder when left out.
        filters: Any of ``metrics.FILTERS`` but the period.

    Raises:
        UsageError: Not a month, an unknown filter, or a file that cannot be written.
        LakeError: There is no lake yet, or it cannot be read.
    """
    found = month_figures(settings, month, filters or {})
    path = (out or Path(f"report_{month}.html")).absolute()
    text = monthly_page(found, {k: v for k, v in (filters or {}).items() if v not in (None, False)},
                        least_n=settings.min_n_for_percent)  # fmt: skip
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        if error.errno == 28:
            raise StorageFull(f"cannot write {path}", where="--out") from error
        raise UsageError(f"{path} cannot be written: {error}", where="--out", allowed="a file in a folder") from error
    return path


def monthly_page(found: MonthFigures, filters: Mapping[str, Any], *, least_n: int) -> str:
    """The page's HTML; everything from outside is escaped."""
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    name = f"{found.first:%B %Y}"
    narrowed = [f"{key} {value}" for key, value in filters.items() if key != "include_simulated"]
    context = [
        f"{found.first:%-d %b} to {found.end:%-d %b %Y} (UTC, the last day left out)", *narrowed,
        f"rates: {found.rates.name}", f"made {datetime.now(UTC):%-d %b %Y, %H:%M} UTC from state {found.snapshot}",
    ]  # fmt: skip
    badge = '<div class="simulated">simulated: no figure here is of a real image</div>' if found.simulated else ""
    body = "".join((_cards(found, least_n), _trends(found), _money(found), _tables(found), _how(found)))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Retouching, {escape(name)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body><main>'
        f'<h1>Retouching in {escape(name)}</h1><div class="context">{escape(" · ".join(context))}</div>{badge}{body}'
        "</main></body></html>"
    )


def _cards(found: MonthFigures, least_n: int) -> str:
    now, before, targets = found.now, found.before, found.rates.targets
    currency = found.rates.currency
    cost, cost_before = (one.by().row(0, named=True) for one in (found.costs, found.costs_before))
    approved = now["approved_share"]
    hours = now["turnaround"]["target_hours"]
    cards = [
        _card("Images processed", count(approved["images"]), f"{count(approved['approved'])} approved, "
              f"{count(approved['published_unseen'])} of them published unseen"),
        _card("Cost per approved image", money(cost["per_approved"], currency),
              f"n = {count(cost['approved'])}, {count(cost['still_open'])} still open",
              _met(cost["per_approved"], targets.cost_per_approved, "≤", lambda x: money(x, currency)),
              _money_change(cost, cost_before, currency)),
        _share_card("First-pass rework rate", now["rework_rate"], before["rework_rate"], "rework_rate", "reworked",
                    least_n, targets.rework_rate, "≤"),
        _share_card("Automatic share", now["automated_share"], before["automated_share"], "automatic_share",
                    "automatic", least_n, targets.automatic_share, "≥"),
        _share_card("Right the first time", now["first_pass_yield"], before["first_pass_yield"], "first_pass_yield",
                    "right", least_n),
        _share_card(f"Ready within {hours:g} h" if hours is not None else "Ready in time", now["turnaround"],
                    before["turnaround"], "within_share", "within", least_n, targets.within_share, "≥"),
        _share_card("Escapes among automatic images", {**now["escape_rate"], "images": now["escape_rate"]["audited"]},
                    {**before["escape_rate"], "images": before["escape_rate"]["audited"]}, "escape_rate", "failed",
                    least_n),
    ]  # fmt: skip
    return f'<div class="cards">{"".join(cards)}</div>'


def _card(label: str, value: str, *notes: str) -> str:
    lines = "".join(f"<small>{note}</small>" for note in notes if note)
    return f'<div class="card"><small>{escape(label)}</small><b>{escape(value)}</b>{lines}</div>'


def _share_card(
    label: str, row: Mapping[str, Any], before: Mapping[str, Any], share: str, hits: str, least_n: int,
    target: float | None = None, sign: str = "",
) -> str:  # fmt: skip
    n = row["images"] or 0
    if not n or row[share] is None:
        return _card(label, "no data")
    value = percent(row[share]) if n >= least_n else f"{count(row[hits])} of {count(n)}"
    change = ""
    if min(n, before["images"] or 0) >= least_n and before[share] is not None:
        change = f"{100 * (row[share] - before[share]):+.1f} points against the month before"
    return _card(
        label, value, f"n = {count(n)}, 95% interval {percent(row['low'])} – {percent(row['high'])}",
        _met(row[share], target, sign, lambda x: f"{x:.0%}") if n >= least_n else "", change,
    )  # fmt: skip


def _met(value: float | None, target: float | None, sign: str, words) -> str:
    if value is None or target is None:
        return ""
    met = value <= target if sign == "≤" else value >= target
    return (
        f'<span class="{"met" if met else "missed"}">target {sign} {words(target)}: {"met" if met else "missed"}</span>'
    )


def _money_change(now: Mapping[str, Any], before: Mapping[str, Any], currency: str) -> str:
    if now["per_approved"] is None or before["per_approved"] is None:
        return ""
    change = now["per_approved"] - before["per_approved"]
    return f"{'+' if change >= 0 else ''}{money(change, currency)} against the month before"


def _trends(found: MonthFigures) -> str:
    weeks, targets, currency = found.weeks, found.rates.targets, found.rates.currency
    cost = dict(found.week_costs.select("week", "per_approved").iter_rows())
    days = weeks["week"].to_list()
    charts = (
        ("First-pass rework rate", weeks["rework_rate"].to_list(), percent, targets.rework_rate),
        ("Automatic share", weeks["automatic_share"].to_list(), percent, targets.automatic_share),
        ("Cost per approved image", [cost.get(day) for day in days], lambda x: money(x, currency),
         targets.cost_per_approved),
        ("Turnaround of 95% of images", weeks["p95_hours"].to_list(), lambda h: duration((h or 0) * 3600),
         targets.turnaround_hours),
    )  # fmt: skip
    labels = [f"{day:%-d %b}" for day in days]
    colour = {"colour": SIMULATED} if found.simulated else {}
    drawn = "".join(
        f"<div><h3>{escape(title)}{'' if target is None else f', target {escape(words(target))}'}</h3>{svg}</div>"
        for title, values, words, target in charts
        if (svg := trend_svg(labels, values, words=words, target=target, **colour))
    )
    return f'<section><h2>The last weeks</h2><div class="charts">{drawn}</div></section>' if drawn else ""


def _money(found: MonthFigures) -> str:
    row, currency = found.costs.by().row(0, named=True), found.rates.currency
    if not row["images"]:
        return ""
    parts = [
        (part, PART_WORDS[part], money(row[part], currency),
         money(row[part] / row["approved"], currency) if row["approved"] else NO_DATA)
        for part in PARTS
    ]  # fmt: skip
    parts.append(("total", "", money(row["total"], currency), money(row["per_approved"], currency)))
    lines = [
        ((one["category"] or "no category").replace("_", " "), count(one["images"]), count(one["approved"]),
         money(one["total"], currency), money(one["per_approved"], currency))
        for one in found.costs.by("category").iter_rows(named=True)
    ]  # fmt: skip
    assumed = ""
    if found.costs.unmeasured:
        told = f"{count(found.costs.unmeasured)} of {plural(found.costs.verdicts, 'verdict')}"
        assumed = f'<p class="quiet">The time of {told} was not measured and is assumed.</p>'
    return (
        "<section><h2>Where the money went</h2>"
        + _table(("Part", "", "In all", "Per approved image"), parts, right=(2, 3)) + assumed + "</section>"
        "<section><h2>By category</h2>"
        + _table(("Category", "Images", "Approved", "In all", "Per approved image"), lines, right=(1, 2, 3, 4))
        + "</section>"
    )  # fmt: skip


def _tables(found: MonthFigures) -> str:
    parts = []
    for name, frame in found.tables.items():
        if frame.height:
            metric = metrics.load(name)
            shown = frame.select(c for c in frame.columns if not c.startswith("example_")).head(SHOWN_ROWS)
            right = [i for i, kind in enumerate(shown.dtypes) if kind.is_numeric()]
            heads = [column.replace("_", " ") for column in shown.columns]
            rows = [[_cell(name, value) for name, value in row.items()] for row in shown.iter_rows(named=True)]
            parts.append(f"<section><h2>{escape(metric.title)}</h2>{_table(heads, rows, right=right)}</section>")
    return "".join(parts)


def _cell(column: str, value: object) -> str:
    if value is None:
        return NO_DATA
    if isinstance(value, float):
        shares = ("share", "rate", "low", "high", "before", "after", "change")
        return percent(value) if column.endswith(shares) else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value).replace("_", " ")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    def line(tag: str, cells: Sequence[str]) -> str:
        marked = (f"<{tag}{' class=r' if i in right else ''}>{escape(cell)}</{tag}>" for i, cell in enumerate(cells))
        return f"<tr>{''.join(marked)}</tr>"

    return f"<table>{line('th', head)}{''.join(line('td', row) for row in rows)}</table>"


def _how(found: MonthFigures) -> str:
    described = "".join(
        f"<details><summary>{escape(metrics.load(name).title)}</summary><p>{escape(metrics.load(name).doc)}</p>"
        f"<pre>{escape(metrics.load(name).sql)}</pre></details>"
        for name in (*READ, *LISTED, "weekly", "cost_volumes")
    )
    return (
        f"<section><h2>How this is computed</h2><p>{escape(FORMULA)}</p>{described}"
        f"<details><summary>Rates ({escape(found.rates.name)})</summary><pre>{escape(found.rates.text)}</pre></details>"
        "</section>"
    )
