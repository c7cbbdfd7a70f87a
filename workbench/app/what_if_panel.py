"""What the same images would cost under other rates: sliders that store nothing."""

from __future__ import annotations

import streamlit as st

from workbench.app import shop
from workbench.app.filters import Filters
from workbench.app.page_head import part_head
from workbench.app.table import table
from workbench.charts.amounts import NO_DATA, money
from workbench.operations.cost_model import PARTS, Costs
from workbench.operations.rates import Rates
from workbench.operations.scale_rates import scale_rates

# slider -> words, lowest and highest factor
SLIDERS = {
    "if_wages": ("Retouchers' and seniors' wages", 0.5, 2.0), "if_qa": ("Wages of those who check", 0.5, 2.0),
    "if_machines": ("Price of machines and engines", 0.0, 5.0), "if_escapes": ("Cost of an escaped image", 0.0, 5.0),
    "if_unmeasured": ("Time of verdicts nobody measured", 0.0, 3.0),
}  # fmt: skip


def what_if_panel(chosen: Filters, found: Costs) -> None:
    """Draw the sliders and both answers side by side."""
    with st.container(key="panel_what_if", height="stretch"):
        part_head("What if", "times today's rates; nothing is stored")
        factors = {name: _slider(name) for name in SLIDERS}
        tried = shop.costs(chosen, changed(found.rates, factors))
        now, then = found.by().row(0, named=True), tried.by().row(0, named=True)
        currency = found.rates.currency
        rows = [
            (
                name.replace("per_approved", "per approved image"),
                _each(now, name, currency),
                _each(then, name, currency),
            )
            for name in (*PARTS, "per_approved")
            if name == "per_approved" or now[name] or then[name]
        ]
        st.html(f"<div data-what-if>{table(('', 'As it is', 'What if'), rows, right=(1, 2))}</div>")
        st.button("Back to today's rates", key="what_if_reset", type="tertiary", on_click=_reset)


def changed(rates: Rates, factors: dict[str, float]) -> Rates:
    """The rates under the sliders; the file stays as it is."""
    return scale_rates(
        rates, hands=factors["if_wages"], qa=factors["if_qa"], machines=factors["if_machines"],
        escapes=factors["if_escapes"], unmeasured=factors["if_unmeasured"],
    )  # fmt: skip


def _slider(name: str) -> float:
    words, low, high = SLIDERS[name]
    st.session_state.setdefault(name, 1.0)
    return st.slider(words, low, high, step=0.05, key=name, format="%.2f ×")


def _each(row: dict, name: str, currency: str) -> str:
    """A part per approved image."""
    if not row["approved"]:
        return NO_DATA
    return money(row[name] if name == "per_approved" else row[name] / row["approved"], currency)


def _reset() -> None:
    for name in SLIDERS:
        st.session_state[name] = 1.0
