"""The Pilots page: choose a pilot, read its six answers, take its tables and its report away."""

from __future__ import annotations

import contextlib
from html import escape
from pathlib import Path

import streamlit as st

from workbench.app.blind_results_panel import blind_results
from workbench.app.csv_download import csv_button
from workbench.app.data import NothingYet, settings, snapshot
from workbench.app.page_head import page_head, part_head
from workbench.app.pilot_refused import pilot_refused
from workbench.app.plot import is_dark, plot
from workbench.app.states import partial
from workbench.app.table import table
from workbench.app.url_state import in_url
from workbench.charts.amounts import plural
from workbench.charts.difference_chart import difference_chart
from workbench.domain.errors import UsageError
from workbench.jobs.blind_test import blind_figures, registered
from workbench.jobs.pilot_answer import Answer
from workbench.jobs.pilot_answers import pilot_answers
from workbench.jobs.pilot_burst import bursts_of
from workbench.jobs.pilot_figures import PilotFigures, pilot_figures
from workbench.jobs.pilot_folder import PilotFolder, open_pilot, pilot_names
from workbench.jobs.pilot_new import plan_pilot
from workbench.jobs.pilot_plan_words import pilot_plan_words
from workbench.jobs.pilot_report import write_pilot_report
from workbench.jobs.pilot_story import difference_dots
from workbench.vendors.pilot import MEASURE_WORDS

NEW = (
    ".venv/bin/workbench pilot new NAME --question 'Which engine?' \\\n  --set sample_data --per-category 5 \\\n"
    "  --engine classical --engine subject_net \\\n"
)


def pilot_page(question: str) -> None:
    """Draw the page.

    Args:
        question: What the page answers.
    """
    names = pilot_names(settings())
    if not names:
        page_head(question, ("no pilot yet",))
        _none_yet()
        return
    with st.sidebar:
        name = in_url("pilot", lambda: st.selectbox("Pilot", names, key="pilot"), default=names[0], allowed=names)
    folder = open_pilot(name, settings())
    try:
        found = _figures(name, _state(folder))
    except UsageError as problem:
        page_head(question, (name,))
        pilot_refused(problem)
        return
    page_head(found.pilot.question, _context(found))
    if found.fixed is None:
        _not_run(found, folder)
        return
    waiting = int(found.outcomes["open"].sum())
    if waiting:
        partial(f"{plural(waiting, 'answer')} open: workbench pilot run {name} goes on where it stopped.")
    _report_button(folder)
    for number, answer in enumerate(pilot_answers(found, bursts_of(folder)), start=1):
        _answer(number, answer, found)
    _blind(folder)
    with st.container(key="panel_pilot_plan"):
        part_head("As fixed before the first call", registered(found.pilot))
        st.code(found.pilot.text, language="toml", wrap_lines=True)


def _figures(name: str, state: tuple) -> PilotFigures:
    """The figures, from memory while nothing in the pilot's folder changed."""
    kept = st.session_state.get("_pilot_figures")
    if kept is None or kept[0] != (name, state):
        kept = (name, state), pilot_figures(open_pilot(name, settings()), settings())
        st.session_state["_pilot_figures"] = kept
    return kept[1]


def _state(folder: PilotFolder) -> tuple:
    engines = settings().workspace / "engines"
    places = [
        folder.path,
        *(folder.path / "results").glob("*"),
        engines,
        settings().workspace / "rates.toml",
        folder.file,
    ]
    told = tuple((str(place), place.stat().st_mtime_ns) for place in places if place.exists())
    with contextlib.suppress(NothingYet):  # a pilot needs no lake; where there is one, its verdicts count
        return (*told, ("lake", snapshot()))
    return told


def _context(found: PilotFigures) -> tuple[str, ...]:
    pilot, fixed = found.pilot, found.fixed
    photos = () if fixed is None else (plural(len(fixed.photos), "photo"), f"fixed {fixed.fixed_at[:10]}")
    decides = f"{MEASURE_WORDS[pilot.measure]}, margin {pilot.margin:g}"
    spent = f"€{found.spent_eur:.2f} of €{pilot.budget_eur:.2f}"
    return (pilot.name, f"{len(pilot.engines)} engines", *photos, decides, spent)


def _answer(number: int, answer: Answer, found: PilotFigures) -> None:
    with st.container(key=f"panel_pilot_{answer.key}"):
        part_head(f"{number}. {answer.question}")
        st.html("<ul class='wb-conclusions'>" + "".join(f"<li>{escape(line)}</li>" for line in answer.said) + "</ul>")
        dots = difference_dots(found) if answer.key == "accuracy" else None
        if dots is not None and dots["difference"].drop_nulls().len():
            axis = f"{MEASURE_WORDS[found.pilot.measure]} better than {found.pilot.baseline}"
            plot(
                difference_chart(dots, title=axis, margin=found.pilot.margin, dark=is_dark()),
                key="pilot_difference",
                title=f"Better or worse than {found.pilot.baseline}",
                more="mean over photos, 95% interval; the band is the margin",
                rows=dots,
            )
        for place, one in enumerate(answer.tables):
            opened = place == 0 and dots is None
            with st.expander(one.title, expanded=opened):
                st.html(f'<div style="overflow-x:auto">{table(one.head, one.rows, right=one.right)}</div>')
                csv_button(one.frame, f"pilot_{answer.key}_{place + 1}", key=f"csv_{answer.key}_{place}")
        st.html(f"<div class='wb-quiet'><b>What this does not show.</b> {escape(answer.not_shown)}</div>")


def _blind(folder: PilotFolder) -> None:
    """What people preferred, once all that was registered is there: seen earlier, it would tempt to stop or go on."""
    found = blind_figures(folder)
    if found.complete:
        blind_results(folder)
        return
    with st.container(key="panel_pilot_blind"):
        part_head("What people preferred", f"{found.votes} of {found.planned} registered comparisons")
        st.html(
            "<div class='wb-quiet'>Shown after the last. People compare on the page Blind test, or in Label Studio; "
            "from there, <code>workbench label pull blind_ab</code> brings the votes back:</div>"
        )
        push = f".venv/bin/workbench pilot push {folder.path.name} --workspace {settings().workspace}"
        st.code(push, language=None, wrap_lines=True)


def _report_button(folder: PilotFolder) -> None:
    def made() -> bytes:
        return write_pilot_report(folder, settings()).read_bytes()

    st.download_button(
        "Report to sign (one HTML file)", data=made, file_name=f"pilot_{folder.path.name}.html", mime="text/html",
        key="pilot_report", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _none_yet() -> None:
    with st.container(key="state_empty"):
        st.html(
            '<div class="wb-state"><h2>Several engines on the same photos</h2><p>No pilot has been begun in this '
            "workspace. A pilot answers six questions:</p><ul><li>how good are the cutouts, on our own photos?</li>"
            "<li>what happens when a whole day arrives at once?</li><li>does it know when it is wrong?</li>"
            "<li>what does an approved image cost?</li><li>does what comes back fit in?</li>"
            "<li>where do our photos go?</li></ul><p>Question, margin, photos and budget are fixed before the first "
            "call. Begin one from a terminal:</p></div>"
        )
        st.code(f"{NEW}  --workspace {settings().workspace}", language=None, wrap_lines=True)


def _not_run(found: PilotFigures, folder: PilotFolder) -> None:
    with st.container(key="state_empty"):
        plan = plan_pilot(folder, settings())
        lines = "".join(f"<li>{escape(line)}</li>" for line in pilot_plan_words(plan))
        st.html('<div class="wb-state"><h2>Nothing has been called yet</h2><p>The file may still be changed. Run as it '
                f"stands, the pilot means</p><ul>{lines}</ul></div>")  # fmt: skip
        for problem in plan.problems:
            partial(problem)
        name, where = found.pilot.name, settings().workspace
        commands = (f".venv/bin/workbench pilot {what} {name} --workspace {where}" for what in ("plan", "run"))
        st.code("\n".join(commands), language=None, wrap_lines=True)
        st.code(Path(folder.file).read_text(encoding="utf-8"), language="toml", wrap_lines=True)
