"""What the preparation found on the photo, and what each step noted, as short facts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from workbench.app.image_record import ImageRecord
from workbench.app.page_head import part_head
from workbench.app.table import table
from workbench.charts.amounts import number, work

PREPARATION = "preparation"
PARTS = "complexity_"
BACKDROP = ("backdrop_r", "backdrop_g", "backdrop_b")  # one colour, 0 to 255
UNITS = {"px": "px", "deg": "°", "de": "ΔE", "ev": "EV", "minutes": "min", "bytes": "bytes"}  # last word of a name


def preparation_panel(image: ImageRecord) -> None:
    """Draw the complexity with its parts, and the facts it rests on."""
    facts = grouped(image.attributes).get(PREPARATION, {})
    with st.container(key="panel_preparation", height="stretch"):
        complexity, minutes = facts.get("complexity"), facts.get("expected_minutes")
        part_head("Preparation", "before anyone edits it")
        if not facts:
            st.html('<div class="wb-quiet">The photo was not looked over.</div>')
            return
        note = "" if minutes is None else f'<span class="wb-quiet">about {work(minutes)} of work</span>'
        if complexity is not None:
            st.html(
                f'<div class="wb-complexity"><span class="wb-figure-value">{complexity:.0f}</span>'
                f'<span class="wb-quiet">complexity of 100</span>{note}</div>{_parts(facts)}'
            )
        shown = ("complexity", "expected_minutes", *BACKDROP)
        rest = {k: v for k, v in facts.items() if not k.startswith(shown)}
        evidence = f"<details><summary>What it rests on</summary>{_swatch(facts)}{_table(rest)}</details>"
        st.html(f'<div class="wb-notes">{evidence}</div>')


def notes_panel(image: ImageRecord) -> None:
    """Draw what every other step noted, one small table a record."""
    groups = {name: facts for name, facts in grouped(image.attributes).items() if name != PREPARATION}
    with st.container(key="panel_notes", height="stretch"):
        part_head("What the steps noted")
        if not groups:
            st.html('<div class="wb-quiet">Nothing was noted.</div>')
        notes = "".join(
            f"<details><summary>{escape(name.replace('_', ' ').capitalize())}</summary>{_table(facts)}</details>"
            for name, facts in groups.items()
        )
        st.html(f'<div class="wb-notes">{notes}</div>')


def grouped(attributes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Attributes named ``record.field`` by record, in their order."""
    groups: dict[str, dict[str, Any]] = {}
    for name, value in attributes.items():
        record, _, field = name.partition(".")
        groups.setdefault(record if field else "image", {})[field or name] = value
    return groups


def fact_text(name: str, value: Any) -> str:
    """A value with the unit its name carries."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value), UNITS.get(name.rsplit("_", 1)[-1], ""))
    return str(value)


def fact_name(name: str) -> str:
    """A field's name in words, without the unit."""
    head, _, last = name.rpartition("_")
    return (head if last in UNITS and head else name).replace("_", " ")


def _parts(facts: Mapping[str, Any]) -> str:
    parts = {k.removeprefix(PARTS): v for k, v in facts.items() if k.startswith(PARTS) and isinstance(v, int | float)}
    most = max(parts.values(), default=0.0)
    rows = "".join(
        f"<div><span>{escape(name.replace('_', ' '))}</span>"
        f'<i><b style="width:{100 * points / most if most else 0:.1f}%"></b></i>'
        f'<span class="wb-num">{points:.1f}</span></div>'
        for name, points in sorted(parts.items(), key=lambda part: -part[1])
    )
    return f'<div class="wb-parts">{rows}</div>'


def _swatch(facts: Mapping[str, Any]) -> str:
    colour = [facts.get(name) for name in BACKDROP]
    if not all(isinstance(value, int | float) for value in colour):
        return ""
    numbers = ", ".join(f"{value:.0f}" for value in colour)
    return (
        f'<div class="wb-swatch"><span>backdrop</span><i style="background:rgb({numbers})"></i>'
        f'<span class="wb-num">{numbers}</span></div>'
    )


def _table(facts: Mapping[str, Any]) -> str:
    rows = [(fact_name(name), fact_text(name, value)) for name, value in facts.items()]
    return table((), rows, right=(1,))
