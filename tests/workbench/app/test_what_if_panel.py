from datetime import date

from workbench.app.what_if_panel import SLIDERS, changed
from workbench.operations.rates import load_rates


def test_what_if_changes_a_copy():
    rates = load_rates()
    tried = changed(rates, {**dict.fromkeys(SLIDERS, 1.0), "if_wages": 2.0, "if_escapes": 0.0})
    day = date(2026, 3, 2)
    assert (tried.wage("retoucher", day), tried.wage("qa", day), tried.escape(day)) == (64.0, 28.0, 0.0)
    assert (rates.wage("retoucher", day), rates.escape(day)) == (32.0, 15.0)
