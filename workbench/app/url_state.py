"""Keeps a widget's value in the page's address under short, stable words, so that a link shows what its sender saw.

Streamlit's own binding writes the label a widget shows into the address; a label may be reworded, an id may not.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, TypeVar

import streamlit as st

Value = TypeVar("Value")


def in_url(
    name: str,
    widget: Callable[[], Value],
    *,
    default: Any,
    allowed: Container[Any] | None = None,
    many: bool = False,
    parse: Callable[[str], Any] = str,
) -> Value:
    """The widget's value, taken from the address and written back to it.

    Args:
        name: Key of the widget and name in the address.
        widget: Draws the widget under that key, without a value of its own.
        default: Value while the address says nothing; it is not written.
        allowed: Values that may come from the address; others are ignored. None allows all.
        many: The value is a list.
        parse: Text of the address -> value.
    """
    from_url(name, default=default, allowed=allowed, many=many, parse=parse)
    value = widget()
    _to_url(name, value, default)
    return value


def from_url(
    name: str,
    *,
    default: Any,
    allowed: Container[Any] | None = None,
    many: bool = False,
    parse: Callable[[str], Any] = str,
) -> Any:
    """Set the widget's value before it is drawn: what the address says where that is news, else what it was.

    A value outlives a visit to another page of the same session.
    """
    written, kept = f"_{name}_written", f"_{name}_kept"
    said = st.query_params.get_all(name)
    if name in st.session_state and said == st.session_state.get(written, []):
        return st.session_state[name]
    if name not in st.session_state and not said and kept in st.session_state:
        value = st.session_state[kept]
        if allowed is not None and not many and value not in allowed:
            value = default
    else:
        parsed = [value for value in map(_parser(parse), said) if value is not None]
        values = [value for value in parsed if allowed is None or value in allowed]
        value = (values or default) if many else values[0] if values else default
    st.session_state[name] = value
    st.session_state[written] = said
    return value


def _to_url(name: str, value: Any, default: Any) -> None:
    many = isinstance(value, list | tuple)
    words = [] if value is None or value == default else [str(v) for v in value] if many else [str(value)]
    if words != st.query_params.get_all(name):
        if words:
            st.query_params[name] = words
        else:
            st.query_params.pop(name, None)
    st.session_state[f"_{name}_written"] = words
    st.session_state[f"_{name}_kept"] = value


def _parser(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except ValueError:
            return None

    return parsed
