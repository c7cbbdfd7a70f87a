"""The top of a page: the question it answers and one line of context; and headings of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st


def page_head(question: str, context: Iterable[str] = ()) -> None:
    """Title and context.

    Args:
        question: What the page answers.
        context: Period, set, spec, policy…: short texts, shown with dots between.
    """
    told = st.session_state["_page_context"] = tuple(text for text in context if text)
    parts = "".join(f"<span>{escape(text)}</span>" for text in told)
    st.html(f'<div class="wb-head"><h1>{escape(question)}</h1><div class="wb-context">{parts or "&nbsp;"}</div></div>')


def page_context() -> tuple[str, ...]:
    """The line under the title of the page that is shown."""
    return st.session_state.get("_page_context", ())


def part_head(words: str, more: str = "") -> None:
    """Heading of a part of a page, with a quiet remark beside it."""
    small = f"<small>{escape(more)}</small>" if more else ""
    st.html(f'<div class="wb-h">{escape(words)}{small}</div>')
