"""What is in the chosen set: count, categories, sizes, and which photos cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape
from itertools import pairwise

import polars as pl
import streamlit as st

from workbench.app.csv_download import csv_button
from workbench.app.page_head import part_head
from workbench.app.run_looks import Look, looks
from workbench.app.run_source import Chosen
from workbench.app.table import table
from workbench.charts.amounts import count, file_size, plural
from workbench.domain.errors import WorkbenchError
from workbench.jobs.look_at_set import SetLook

BEAT_S = 0.6
AT_ONCE_S = 0.5  # a small set is read in less: no bar that only flickers
ISSUES_SHOWN, BARS_SHOWN, SIZES_SHOWN = 8, 12, 4


def run_look_panel(chosen: Chosen | None) -> SetLook | None:
    """Draw the panel; None until the set was looked at."""
    if chosen is None:
        part_head("What is in it")
        st.html('<div class="wb-quiet">Choose a set; nothing is computed by looking at it.</div>')
        return None
    look = looks().at(chosen.source, chosen.set_name)
    look.wait(AT_ONCE_S)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part_head("What is in it", "from the manifest and the headers of the files")
        if not look.going_on:
            st.button(
                "Look again",
                key="look_anew",
                type="tertiary",
                icon=":material/refresh:",
                on_click=_anew,
                args=(chosen,),
            )
    if look.going_on:
        st.fragment(_progress, run_every=BEAT_S)(look)
        return None
    if look.cancelled:
        st.html('<div class="wb-quiet">Looking was stopped.</div>')
        return None
    if look.problem is not None:
        _problem(look.problem)
        return None
    _found(look.found)
    return look.found


def _anew(chosen: Chosen) -> None:
    looks().at(chosen.source, chosen.set_name, again=True)


def _progress(look: Look) -> None:
    if not look.going_on:
        st.rerun()
    words = "Reading the manifest" if not look.total else f"{count(look.done)} of {count(look.total)} files"
    st.progress(min(1.0, look.done / look.total) if look.total else 0.0, text=words)
    st.button("Stop looking", key="stop_looking", type="tertiary", on_click=look.cancel)


def _problem(problem: Exception) -> None:
    words = str(problem) if isinstance(problem, WorkbenchError) else f"{type(problem).__name__}: {problem}"
    st.html('<div class="wb-partial wb-run-trouble" role="alert">This set cannot be used. ' + escape(words) + "</div>")


def _found(look: SetLook) -> None:
    trouble = look.images - look.readable - look.remote
    figures = [("images", count(look.images)), ("cannot be read", count(trouble))]
    if look.remote:
        figures.append(("by URL, not fetched yet", count(look.remote)))
    if look.bytes:
        figures += [("megapixels", count(look.megapixels)), ("on disk", file_size(look.bytes))]
    if look.twins:
        figures.append(("with a twin, computed once", count(look.twins)))
    cells = "".join(
        f"<div data-figure='{escape(n, quote=True)}'><b class='wb-num'>{v}</b><span>{escape(n)}</span></div>"
        for n, v in figures
    )
    st.html(f'<div class="wb-look-figures" data-look="{escape(look.name, quote=True)}">{cells}</div>')
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(_bars({name.replace("_", " "): n for name, n in look.categories.items()}))
    with right:
        st.html(_bars(look.formats) + '<div style="height:10px"></div>' + _bars(_sizes(look)))
    if look.issues:
        _issues(look)


def _bars(counts: Mapping[str, int]) -> str:
    rows = list(counts.items())
    if len(rows) > BARS_SHOWN:
        rows = [
            *rows[: BARS_SHOWN - 1],
            (f"{len(rows) - BARS_SHOWN + 1} more", sum(n for _, n in rows[BARS_SHOWN - 1 :])),
        ]
    most = max((n for _, n in rows), default=1)
    cells = "".join(
        f'<div><span title="{escape(name, quote=True)}">{escape(name)}</span><i><b style="width:{100 * n / most:.1f}%">'
        f'</b></i><span class="wb-num">{count(n)}</span></div>'
        for name, n in rows
    )
    return f'<div class="wb-look-rows">{cells}</div>'


def _sizes(look: SetLook) -> dict[str, int]:
    """The sizes by how common they are; many different ones by megapixels."""
    if len(look.sizes) <= SIZES_SHOWN + 1:
        return {f"{w} × {h} px": n for (w, h), n in look.sizes.items()}
    steps: Counter[str] = Counter()
    edges = (1, 4, 12, 25, 50)
    for (width, height), n in look.sizes.items():
        megapixels = width * height / 1e6
        above = next((edge for edge in edges if megapixels < edge), None)
        below = max((edge for edge in edges if edge <= megapixels), default=None)
        words = (
            f"under {above} MP" if below is None else f"{below} MP and more" if above is None else f"{below}–{above} MP"
        )
        steps[words] += n
    order = ["under 1 MP", *(f"{a}–{b} MP" for a, b in pairwise(edges)), f"{edges[-1]} MP and more"]
    return {words: steps[words] for words in order if steps[words]}


def _issues(look: SetLook) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part_head("Will not come through, or seems not to", plural(look.issues_in_all, "photo"))
        rows = [{"kind": i.kind, "path": i.path, "reason": i.reason} for i in look.issues]
        csv_button(pl.DataFrame(rows), "unreadable", key="csv_issues")
    shown = [(issue.path, issue.kind, issue.reason) for issue in look.issues[:ISSUES_SHOWN]]
    st.html(table(("File", "", "Why"), shown, keep=(1,)))
    if look.issues_in_all > ISSUES_SHOWN:
        more = f"and {count(look.issues_in_all - ISSUES_SHOWN)} more in the CSV. They do not stop the run."
        st.html(f'<div class="wb-quiet">{more}</div>')
