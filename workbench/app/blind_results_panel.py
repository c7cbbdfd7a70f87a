"""What a blind test found, for those who take no part in it or have finished."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from workbench.app.csv_download import csv_button
from workbench.app.page_head import part_head
from workbench.app.states import partial
from workbench.app.table import table
from workbench.charts.amounts import NO_DATA, percent, plural
from workbench.jobs.blind_test import BlindFigures, blind_figures
from workbench.jobs.pilot_folder import PilotFolder


def blind_results(folder: PilotFolder) -> None:
    """Ranking, shares with intervals, consistency, and whether people can tell."""
    found = blind_figures(folder)
    with st.container(key="panel_blind"):
        part_head("What people preferred", f"{found.votes} of {found.planned} registered comparisons, "
                  f"{plural(found.judges, 'judge')}")  # fmt: skip
        if not found.votes:
            st.html("<div class='wb-quiet'>Nobody has compared yet.</div>")
            return
        if not found.complete:
            partial("The registered number is not reached: nothing is concluded from these figures.")
        _tables(found)
        again = found.consistency
        same = NO_DATA if again.share is None else percent(again.share)
        lines = [f"Pairs shown again got the same answer: {same} of {again.votes}"]
        if found.fewer:
            lines.append(f"{found.fewer} comparisons of each judge fewer than registered: the photos give no more")
        if found.beyond:
            lines.append(f"{plural(found.beyond, 'comparison')} beyond what was registered: not counted")
        if found.guessing is not None:
            lines.append(f"Whether they can tell the machine's work: {found.guessing.words}")
        st.html("<ul class='wb-conclusions'>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")


def _tables(found: BlindFigures) -> None:
    ranking = [
        (str(place), one.engine, f"{one.strength:+.2f}", f"{one.low:+.2f} – {one.high:+.2f}",
         percent(one.wins_against_mean), str(one.votes))
        for place, one in enumerate(found.ranking, start=1)
    ]  # fmt: skip
    head = ("place", "engine", "strength", "95%", "preferred to the mean", "comparisons")
    st.html(table(head, ranking, right=(2, 3, 4, 5)))
    rows = [
        {"scope": scope, "engine": engine, "preferred_to": other, "share": one.share, "low": one.low, "high": one.high,
         "comparisons": one.votes, "images": one.images, "judges": one.judges}
        for scope, engine, other, one in found.shares
    ]  # fmt: skip
    shown = [
        (row["scope"], row["engine"], row["preferred_to"], percent(row["share"]),
         NO_DATA if row["low"] is None else f"{percent(row['low'])} – {percent(row['high'])}", str(row["comparisons"]))
        for row in rows
    ]  # fmt: skip
    st.html(table(("of", "engine", "preferred to", "share", "95%", "comparisons"), shown, right=(3, 4, 5)))
    csv_button(pl.DataFrame(rows), "blind_test", key="csv_blind")
