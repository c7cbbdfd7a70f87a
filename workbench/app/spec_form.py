"""A spec as a form: every parameter with its bounds, every check with its limit, files on or off."""

from __future__ import annotations

import dataclasses
import math
from html import escape
from typing import Any

import streamlit as st

from pipeline import registry
from pipeline.spec import Spec, Use
from pipeline.spec_words import sentence_of, spec_in_words, value_words
from workbench.app.page_head import part_head
from workbench.app.spec_draft import Draft, change, errors
from workbench.domain.errors import SpecError
from workbench.jobs.edit_spec import draft_or_error, parsed_value, set_values, switch

COLOUR = "#[0-9A-Fa-f]{6}"


def spec_form(draft: Draft) -> None:
    """Draw the form; what is changed goes into the draft's text at once."""
    spec = draft.spec
    _text(draft, "title", spec.title, "Title")
    _text(draft, "description", spec.description, "Description")
    part_head("Steps", "in this order")
    for number, use in enumerate(spec.steps, start=1):
        _step(draft, number, use)
    part_head("Checks", "beyond its limit a check flags the image; not judged, it only measures")
    _checks(draft, spec)
    part_head("Files", "what is delivered")
    _files(draft, spec)


def _step(draft: Draft, number: int, use: Use) -> None:
    fields = dataclasses.fields(use.params)
    sentence = sentence_of(registry.step(use.name))
    label = f"{number}. **{use.name.replace('_', ' ')}**"
    if not fields:
        name = escape(use.name.replace("_", " "))
        st.html(f'<div class="sp-plain">{number}. <b>{name}</b> <span>no parameters</span></div>')
        return
    wrong = any(place.startswith(f"steps.{use.name}.") for place in errors(draft))
    with st.expander(f"{label} {_short(draft, use)}", expanded=wrong, key=f"spec_step_{use.name}"):
        st.html(f'<div class="wb-quiet">{escape(sentence)}</div>')
        _params(draft, "steps", use)


def _params(draft: Draft, table: str, use: Use) -> None:
    fields = dataclasses.fields(use.params)
    columns = st.columns(min(3, max(2, len(fields))), gap="small")
    for n, field in enumerate(fields):
        with columns[n % len(columns)]:
            _param(draft, f"{table}.{use.name}.{field.name}", field, getattr(use.params, field.name))


def _param(draft: Draft, place: str, field: dataclasses.Field, value: Any) -> None:
    meta, label = field.metadata, field.name.replace("_", " ")
    unit = meta.get("unit") or ""
    label = (
        f"{label} ({unit})" if unit and unit not in ("px",) else label.replace(" px", "") + (" (px)" if unit else "")
    )
    low, high = meta.get("low"), meta.get("high")
    about = f"{meta.get('doc', '')}{_bounds(low, high)} As designed: {value_words(field.default, unit)}."
    choices = registry.names(meta["listing"]) if meta.get("listing") else meta.get("choices")
    common = {"help": about, "disabled": draft.spec is None}
    if isinstance(value, tuple):
        _widget(draft, place, ", ".join(map(str, value)), st.text_input, label, parse=_list, **common)
    elif isinstance(value, bool):
        _widget(draft, place, value, st.toggle, label, **common)
    elif choices:
        _widget(draft, place, value, st.selectbox, label, options=list(choices), **common)
    elif isinstance(value, int | float):
        kind = type(value)
        _widget(
            draft, place, value, st.number_input, label, min_value=None if low is None else kind(low),
            max_value=None if high is None else kind(high), step=_step_of(field.default, low, high),
            format="%d" if kind is int else "%g", parse=kind, **common,
        )  # fmt: skip
    elif meta.get("pattern") == COLOUR:
        _widget(draft, place, value.lower(), st.color_picker, label, parse=str.upper, **common)
    else:
        _widget(draft, place, value, st.text_input, label, **common)


def _checks(draft: Draft, spec: Spec) -> None:
    used = {use.name: use for use in spec.checks}
    with st.container(key="spec_checks"):
        for name in registry.names("checks"):
            unit, use = registry.check(name), used.get(name)
            on, limit, judge = st.columns((2.4, 1.2, 1.1), gap="small", vertical_alignment="center")
            with on:
                _switch(draft, f"checks.{name}", use is not None, name, unit.words)
            if use is None:
                continue
            with judge:
                _widget(
                    draft, f"checks.{name}.limit", use.limit is not None, st.toggle, "judge", suffix="judge",
                    parse=lambda judged, of=unit: (of.limit if of.limit is not None else 0.0) if judged else False,
                    wrap=True,
                )  # fmt: skip
            if use.limit is not None:
                words = f"{'at most' if unit.better == 'lower' else 'at least'} ({unit.unit})"
                with limit:
                    _widget(
                        draft, f"checks.{name}.limit", float(use.limit), st.number_input, words, parse=float,
                        format="%g", step=_step_of(unit.limit or 1.0, 0.0, None),
                    )  # fmt: skip


def _files(draft: Draft, spec: Spec) -> None:
    used = {use.name: use for use in spec.files}
    for name in registry.names("deliver"):
        unit, use = registry.writer(name), used.get(name)
        _switch(draft, f"files.{name}", use is not None, name, sentence_of(unit))
        if use is not None and dataclasses.fields(use.params):
            _params(draft, "files", use)


def _switch(draft: Draft, place: str, on: bool, name: str, words: str) -> None:
    key = f"spec_on_{draft.name}_{place}"
    _show(draft, place, key, on)

    def switched() -> None:
        _try(draft, place, lambda: switch(draft.text, place, st.session_state[key]))

    st.toggle(f"**{name.replace('_', ' ')}** :gray[{words}]", key=key, on_change=switched, wrap=True)
    _say_error(draft, place)


def _text(draft: Draft, place: str, value: str, label: str) -> None:
    _widget(draft, place, value, st.text_input, label)


def _widget(draft: Draft, place: str, value: Any, widget, label: str, *, parse=lambda v: v, suffix="", **how) -> None:
    """A widget that shows what the draft says and writes what it is set to; a value that is refused stays visible."""
    key = f"spec_at_{draft.name}_{place}{suffix}"
    _show(draft, place, key, value)

    def changed() -> None:
        _try(draft, place, lambda: set_values(draft.text, {place: parse(st.session_state[key])}))

    widget(label, key=key, on_change=changed, **how)
    if not suffix:
        _say_error(draft, place)


def _show(draft: Draft, place: str, key: str, value: Any) -> None:
    """Let the widget show the draft's value; one that shows it is left alone, lest half-typed words be overwritten."""
    if place not in errors(draft) and st.session_state.get(key) != value:
        st.session_state[key] = value


def _try(draft: Draft, place: str, make) -> None:
    try:
        text = make()
        _, error = draft_or_error(text, where=f"{draft.name}.toml")
    except SpecError as found:
        text, error = draft.text, found
    if error is not None:
        errors(draft)[place] = str(error)
    else:
        change(draft, text)
        errors(draft).pop(place, None)


def _say_error(draft: Draft, place: str) -> None:
    if place in errors(draft):
        st.html(f'<div class="sp-error" role="alert">{escape(errors(draft)[place])}. Not taken over.</div>')


def _short(draft: Draft, use: Use) -> str:
    """The parameters the spec names, beside the step's name."""
    unit = next(unit for unit in spec_in_words(draft.spec).steps if unit.name == use.name)
    told = ", ".join(f"{param.name.replace('_', ' ')} {param.value}" for param in unit.params if param.named)
    return f":gray[{told.replace('[', '(').replace(']', ')') or 'as designed'}]"


def _list(words: str) -> list:
    return [parsed_value(part.strip()) for part in words.split(",") if part.strip()]


def _bounds(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "."
    return f", {low:g} to {high:g}." if low is not None and high is not None else "."


def _step_of(default: float, low: float | None, high: float | None) -> float | int:
    """A step of about a tenth of the value as designed, 1, 2 or 5 times a power of ten."""
    if isinstance(default, int) and not isinstance(default, bool):
        return 1 if (high or 0) <= 1000 else 10
    wide = abs(default) or ((high or 1.0) - (low or 0.0))
    power = 10.0 ** math.floor(math.log10(wide / 10 or 0.01))
    return round(next(m * power for m in (5, 2, 1) if m * power <= wide / 10 * 1.0000001), 12)
