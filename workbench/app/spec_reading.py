"""A spec as a person reads it: the steps in order, the checks with what they flag, the files."""

from __future__ import annotations

from html import escape

import streamlit as st

from pipeline.spec import Spec
from pipeline.spec_words import UnitWords, spec_in_words
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import plural


def spec_reading(spec: Spec) -> None:
    """Draw it."""
    words = spec_in_words(spec)
    st.html(f'<p class="sp-what">{escape(spec.description)}</p>')
    part_head("What is done", plural(len(words.steps), "step"))
    st.html(f'<ol class="sp-steps">{"".join(map(_step, words.steps))}</ol>')
    part_head("What is checked", plural(len(words.checks), "check"))
    rows = [(Html(f"<b>{_name(unit)}</b>"), unit.flags, Html(_limit(unit))) for unit in words.checks]
    st.html(table(("", "Flags", "Limit"), rows, keep=(0, 2)) if rows else '<div class="wb-quiet">Nothing.</div>')
    part_head("What is delivered", plural(len(words.files), "kind of file", "kinds of file"))
    rows = [(Html(f"<b>{_name(unit)}</b>"), unit.sentence, Html(_params(unit))) for unit in words.files]
    st.html(table((), rows, keep=(0,)) if rows else '<div class="wb-quiet">Nothing.</div>')


def _step(unit: UnitWords) -> str:
    return f"<li><b>{_name(unit)}</b><span>{escape(unit.sentence)}</span>{_params(unit)}</li>"


def _params(unit: UnitWords) -> str:
    """The parameters the spec itself names; the others are as designed."""
    named = [param for param in unit.params if param.named]
    return "".join(
        f'<span class="sp-param" title="{escape(p.doc, quote=True)}"><i>{escape(p.name.replace("_", " "))}</i> '
        f"{_swatch(p.value)}{escape(p.value)}</span>"
        for p in named
    )


def _swatch(value: str) -> str:
    colour = value if value.startswith("#") and len(value) == 7 and value[1:].isalnum() else ""
    return f'<i class="sp-swatch" style="background:{colour}"></i>' if colour else ""


def _limit(unit: UnitWords) -> str:
    return escape(unit.limit)


def _name(unit: UnitWords) -> str:
    return escape(unit.name.replace("_", " "))
