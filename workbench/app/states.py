"""The states of a page that are not "here is the data": nothing yet, something broke, something is missing."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

import streamlit as st

from workbench import __version__
from workbench.app.data import NothingYet, settings
from workbench.domain.errors import LakeError, UsageError, WorkbenchError

RUN_DEMO = "make demo"


def empty(title: str, shows: Sequence[str], *, command: str | None, words: str = "", key: str = "empty") -> None:
    """Say what the page will show and the one thing that makes it so.

    Args:
        title: What there is not, in a few words.
        shows: What will be seen here, a line each.
        command: The command to copy; None when a button of the page does it.
        words: A sentence before the command.
        key: Unique on the page.
    """
    with st.container(key=f"state_{key}"):
        items = "".join(f"<li>{escape(line)}</li>" for line in shows)
        st.html(
            f'<div class="wb-state"><h2>{escape(title)}</h2><p>This page will show</p><ul>{items}</ul>'
            f"{f'<p>{escape(words)}</p>' if words else ''}</div>"
        )
        if command:
            st.code(command, language="bash")


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
def guarded(shows: Sequence[str] = ()) -> Iterator[None]:
    """Run a page: no data becomes the empty state, an error the error state.

    Args:
        shows: What the page shows when there is data.
    """
    try:
        yield
    except NothingYet:
        empty(
            "Nothing has been run in this workspace",
            shows or ["what came of the images of a run"],
            command=f"workbench run sample_data --workspace {_shell(str(settings().workspace))}",
            words=f"Run a set, or {RUN_DEMO} for the sample set, then reload this page.",
        )
    except Exception as problem:
        error(problem)


def _in_words(problem: BaseException) -> tuple[str, str]:
    if isinstance(problem, LakeError):
        return (
            f"The lake could not be read: {problem}.",
            "Nothing is lost. Check that the workspace is complete and its disk has room, then try again.",
        )
    if isinstance(problem, UsageError):
        return f"A setting cannot be used: {problem}.", "Change it and start the app again."
    if isinstance(problem, WorkbenchError):
        return f"{problem}.", "Try again; if it stays, pass the detail below to whoever looks after the workbench."
    return (
        f"Something unexpected happened ({type(problem).__name__}).",
        "Your data is untouched. Try again; if it stays, pass the detail below to whoever looks after the workbench.",
    )


def _detail(problem: BaseException) -> str:
    trace = "".join(traceback.format_exception(problem)).strip()
    return f"Retouch Workbench {__version__}\n{trace}"


def _shell(text: str) -> str:
    import shlex

    return shlex.quote(text)
