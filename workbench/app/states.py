"""The states of a page that are not "here is the data": nothing yet, something broke, something is missing."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import streamlit as st

from workbench import __version__
from workbench.app.data import NothingYet, settings
from workbench.app.navigation import PageFile, open_page
from workbench.domain.errors import LakeError, UsageError, WorkbenchError

_ASK = "Try again; if it stays, pass the detail below to whoever looks after the workbench."
RUN = ".venv/bin/workbench run sample_data --workspace"


def empty(page: PageFile) -> None:
    """Say what the page will show and the one thing that makes it so.

    Args:
        page: The page that has nothing to show yet.
    """
    with st.container(key="state_empty"):
        items = "".join(f"<li>{escape(line)}</li>" for line in page.shows)
        st.html(
            f'<div class="wb-state"><h2>{escape(page.question)}</h2>'
            "<p>Nothing has been run in this workspace yet. After a run this page shows</p>"
            f"<ul>{items}</ul><p>Run the sample set or one of your own, on the Run page or from a terminal.</p></div>"
        )
        with st.container(horizontal=True, gap="small"):
            if st.button("Open Run", key="open_run", type="primary"):
                open_page("run", {})
            st.button("Look again", key="look_again")
        st.code(f"{RUN} {shlex.quote(str(settings().workspace))}", language=None, wrap_lines=True)


def error(problem: BaseException) -> None:
    """Say what happened and what to do, with a detail to copy."""
    with st.container(key="state_error"):
        happened, advice = _in_words(problem)
        st.html(
            '<div class="wb-state" role="alert"><h2>This page could not be made</h2>'
            f"<p>{escape(happened)}</p><p class='wb-quiet'>{escape(advice)}</p></div>"
        )
        if st.button("Try again", type="primary", key="try_again"):
            st.cache_data.clear()
            st.rerun()
        with st.expander("Detail to copy"):
            st.code(_detail(problem), language=None, wrap_lines=True)


def partial(words: str) -> None:
    """Say what is missing from what is shown."""
    st.html(f'<div class="wb-partial" role="status">{escape(words)}</div>')


@contextmanager
def guarded(page: PageFile) -> Iterator[None]:
    """Run a page: no data becomes its empty state, an error the error state."""
    try:
        yield
    except NothingYet:
        empty(page)
    except Exception as problem:
        error(problem)


def _in_words(problem: BaseException) -> tuple[str, str]:
    if isinstance(problem, LakeError):
        found = f"The lake could not be read: {problem.found}."
        works = f"What works: {problem.allowed}. " if problem.allowed else ""
        return found, f"{works}The photos and the delivered files are untouched."
    if isinstance(problem, UsageError):
        return f"A setting cannot be used: {problem}.", "Change it and start the app again."
    if isinstance(problem, WorkbenchError):
        found = problem.found[:1].upper() + problem.found[1:]
        return f"{found}.", f"What works: {problem.allowed}." if problem.allowed else _ASK
    return (
        f"Something unexpected happened ({type(problem).__name__}).",
        f"Your data is untouched. {_ASK}",
    )


def _detail(problem: BaseException) -> str:
    trace = "".join(traceback.format_exception(problem)).strip()
    return f"Retouch Workbench {__version__}\n{trace}"
