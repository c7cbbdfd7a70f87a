"""The parts of the throughput page: the arithmetic, the simulated day, and the same day with something changed."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from workbench.app.csv_download import csv_button
from workbench.app.figure_card import Figure, figure_row
from workbench.app.lane_badge import lane_label, simulated_tag
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.app.table import Html, table
from workbench.app.throughput_inputs import Asked
from workbench.app.throughput_runs import CHANGES, simulated, swept
from workbench.app.url_state import in_url
from workbench.charts.amounts import NO_DATA, count, duration, percent, plural
from workbench.charts.queue_depth import clock, queue_depth
from workbench.charts.tipping_point import tipping_point
from workbench.operations.plan_shop import MANUAL_CV, MANUAL_S, PATTERNS
from workbench.operations.replicate_shop import Estimate, Replications

HOUR = 3600


def throughput_context(asked: Asked) -> list[str]:
    """The line under the title."""
    plan = asked.plan
    people = plural(plan.retouchers, "retoucher") + (f" and {plural(plan.seniors, 'senior')}" if plan.seniors else "")
    return [f"{count(plan.images)} images {PATTERNS[plan.pattern]}", people, f"{plan.shift_h:g} h a day",
            f"{plan.auto_share:.0%} automatic"]  # fmt: skip


def arithmetic_panel(asked: Asked) -> None:
    """Minutes and hours without waiting, the formula with the numbers in it."""
    found = asked.plan.throughput()
    with st.container(key="panel_arithmetic"):
        part_head("The arithmetic", "no waiting, no chance")
        auto, by_hand, load = found.formulas
        full = found.break_even_auto_share
        words = (
            "There are hours enough whatever the share." if full is None
            else f"People's hours are just full when {percent(full)} are automatic."
        )  # fmt: skip
        st.html(
            table(
                (),
                [
                    (Html("<b>Engine</b>"), auto.split("; ")[0], Html(_sum(auto.split("; ")[1]))),
                    (Html("<b>People</b>"), by_hand.split("; ")[0], Html(_sum(by_hand.split("; ")[1]))),
                    (Html("<b>Hours</b>"), words, Html(_sum(load))),
                ],
                keep=(0,),
            )
        )
        for line in _where_times_come_from(asked):
            st.html(f'<div class="wb-quiet">{line}</div>')


def _sum(text: str) -> str:
    head, equals, value = text.rpartition(" = ")
    return f'<span class="wb-num">{escape(head)}{equals}<b>{escape(value)}</b></span>'


def _where_times_come_from(asked: Asked) -> list[str]:
    if asked.measured is None:
        plan = asked.plan
        same = (plan.manual_s, plan.manual_cv) == (MANUAL_S, MANUAL_CV)
        return [
            f"Times by hand are {'stated' if same else 'as set in the sidebar'}, not measured: "
            f"mean {plan.manual_s:g} s, CV {plan.manual_cv:g}; so are the engine's {plan.auto_s:g} s."
        ]
    badge = f" {simulated_tag()}" if asked.simulated else ""
    found = asked.measured
    lines = [f"Times by hand are drawn from verdicts: {escape('; '.join(found.words))}.{badge}"]
    known = [
        f"{percent(found.auto_share)} of {count(found.images)} images automatic"
        if found.auto_share is not None
        else "",
        f"{found.auto_s:.2g} s of one core an image" if found.auto_s else "",
        f"{percent(found.rework_share)} of verdicts were rework" if found.rework_share is not None else "",
    ]
    return [*lines, f"Found beside them: {escape('; '.join(filter(None, known)))}.{badge}"]


def day_panels(asked: Asked) -> None:
    """The simulated day: five figures, the queues over time, the tipping point, lanes and people."""
    found = simulated(asked.plan, "this plan")
    figure_row(_figures(found, asked))
    with st.container(key="split_day"):
        left, right = st.columns((1.45, 1), gap="small")
    with left, st.container(key="panel_depth", height="stretch"):
        shifts = [span for person in found.shop.retouchers[:1] for span in person.shifts]
        plot(
            queue_depth(found.depth, shifts_h=shifts, dark=is_dark()), key="queue_depth", title="Images waiting",
            more=f"mean of {found.n} simulated days, band: 9 of 10", rows=found.depth, name="queues_over_time",
            simulated=asked.simulated,
        )  # fmt: skip
    with right, st.container(key="panel_tipping", height="stretch"):
        sweep = swept(asked.plan)
        if sweep is None:
            part_head("Where it tips over")
            st.html('<div class="wb-quiet">Drawn for up to 5,000 images: workbench shop --show sweep does more.</div>')
        else:
            figure = tipping_point(
                sweep, share=asked.plan.auto_share, dark=is_dark(),
                break_even=asked.plan.throughput().break_even_auto_share,
            )  # fmt: skip
            plot(
                figure, key="tipping_point", title="Where it tips over", more="the same day at other shares",
                rows=sweep, simulated=asked.simulated,
            )  # fmt: skip
    with st.container(key="split_people"):
        left, right = st.columns((1.45, 1), gap="small")
    with left:
        _lanes_panel(found)
    with right:
        _people_panel(found)


def _head_with_csv(words: str, more: str, frame: pl.DataFrame, name: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part_head(words, more)
        csv_button(frame, name, key=f"csv_{name}")


def _figures(found: Replications, asked: Asked) -> list[Figure]:
    values, plan = found.figures, asked.plan
    ends = clock(found.shop.checkpoint_h)
    how = (
        f" Mean over {found.n} simulated days (SimPy, seed {found.seed}) with its 95% interval (Student's t); "
        "each image waits for the engine, then for a person who can do its lane, the one due first before the others."
    )
    rows = found.table()

    def card(key, label, value, note, definition, target="") -> Figure:
        return Figure(
            key=key, label=label, value=value, note=note, target=target, definition=definition + how, rows=rows,
            n=f"{found.n} simulated days of {count(plan.images)} images", simulated=asked.simulated,
        )  # fmt: skip

    p95, left, late = values["turnaround_p95_h"], values["left"], values["late"]
    busy, last, engine = values["utilisation"], values["people_left_h"], values["engine_utilisation"]
    return [
        card("last", "Last image put down", clock(last.mean) if last.mean else None,
             _range(last, clock) if last.mean else "nobody touched any",
             "When the last person put down the last image.", target=ends),
        card("left", "Left when the shift ends", count(left.mean), _range(left, count) or f"at {ends}",
             "Images that had arrived by the end of the shift and were not done."),
        card("late", "Late", count(late.mean), _range(late, count) or f"due within {plan.due_h:g} h",
             f"Images not done {plan.due_h:g} h after they came."),
        card("p95", "95% are done within", _hours(p95.mean), _range(p95, _hours) if p95.mean else "some are never done",
             "From arrival until an image is done, calendar hours: 95 of 100 images are faster."),
        card("busy", "People busy", percent(busy.mean),
             f"{_range(busy, percent) or 'of their hours'} · engine {percent(engine.mean)}",
             "Hands-on time over hours of work, and the engine's time at work since the first image came; both until "
             "the end of the shift."),
    ]  # fmt: skip


def _lanes_panel(found: Replications) -> None:
    with st.container(key="panel_lanes_day", height="stretch"):
        _head_with_csv("Turnaround by lane", "calendar time from arrival", found.lanes, "turnaround_by_lane")
        rows = [
            (
                Html(lane_label(row["lane"])), count(row["images"]), _hours(row["turnaround_p50_h"]),
                Html(_with_range(row, "turnaround_p95_h", _hours)), Html(_with_range(row, "late", count)),
                count(row["unfinished"]),
            )
            for row in found.lanes.iter_rows(named=True)
        ]  # fmt: skip
        heads = ("Lane", "Images", "Half within", "95% within", "Late", "Never done")
        st.html(table(heads, rows, right=(1, 2, 3, 4, 5), keep=(0,)))


def _people_panel(found: Replications) -> None:
    with st.container(key="panel_people_day", height="stretch"):
        _head_with_csv("People", "until the end of the shift", found.people, "people")
        rows = [
            (row["person"], Html(_with_range(row, "utilisation", percent)), _spent(row["busy_h"]),
             _spent(row["overtime_h"]))
            for row in found.people.head(8).iter_rows(named=True)
        ]  # fmt: skip
        st.html(table(("Person", "Busy", "Hands on", "Overtime"), rows, right=(1, 2, 3), keep=(0,)))
        if found.people.height > len(rows):
            st.html(f'<div class="wb-quiet">and {found.people.height - len(rows)} more in the CSV</div>')


def what_if_panel(asked: Asked) -> None:
    """The same day with one thing changed, side by side."""
    with st.container(key="panel_what_if"):
        part_head("What if", "the same days with one thing changed; the same random numbers")
        chosen = in_url("change", _changes_pills, default=list(CHANGES)[:2], allowed=CHANGES, many=True)
        plans = {
            "as planned": asked.plan,
            **{words: CHANGES[words](asked.plan) for words in CHANGES if words in chosen},
        }
        days = {words: simulated(plan, words) for words, plan in plans.items()}
        lines = [(label, [_cell(day.figures[name], read) for day in days.values()]) for name, label, read in _COMPARED]
        st.html(
            table(
                ("", *days), [(label, *map(Html, cells)) for label, cells in lines], right=range(1, len(days) + 1),
                keep=(0,),
            )
        )  # fmt: skip
        frame = pl.concat([day.table().with_columns(pl.lit(words).alias("plan")) for words, day in days.items()])
        csv_button(frame, "what_if", key="csv_what_if")


def _changes_pills() -> list[str]:
    return st.pills("Changes", list(CHANGES), selection_mode="multi", key="change", label_visibility="collapsed")


def _hours(hours: float | None) -> str:
    return NO_DATA if hours is None else duration(hours * HOUR)


def _spent(hours: float | None) -> str:
    return "none" if hours == 0 else _hours(hours)


_COMPARED = (
    ("left", "Left when the shift ends", count), ("late", "Late", count),
    ("people_left_h", "Last image put down", clock),
    ("turnaround_p50_h", "Half within", _hours), ("turnaround_p95_h", "95% within", _hours),
    ("most_waiting", "Most waiting for people", count), ("utilisation", "People busy", percent),
    ("overtime_h", "Overtime", _spent),
)  # fmt: skip


def _cell(one: Estimate, read) -> str:
    extra = _range(one, read)
    return f"<b>{escape(read(one.mean))}</b>" + (f'<br><span class="wb-quiet">{escape(extra)}</span>' if extra else "")


def _with_range(row: dict, name: str, read) -> str:
    return _cell(Estimate(mean=row[name], low=row[f"{name}_low"], high=row[f"{name}_high"]), read)


def _range(one: Estimate, read) -> str:
    """The interval in words; nothing where all days agree."""
    if one.mean is None or one.low is None or read(one.low) == read(one.high):
        return ""
    return f"{read(max(0.0, one.low))} to {read(one.high)}"
