"""A planned day by arithmetic: 1,200 images, most of them automatic, and what that costs."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from workbench.app.page_head import part_head
from workbench.app.table import table
from workbench.charts.amounts import count, duration, money, percent
from workbench.operations.cost_model import worked_day
from workbench.operations.rates import Rates


def worked_day_panel(rates: Rates) -> None:
    """Draw the inputs, the sums and the formula."""
    with st.container(key="panel_worked_day", height="stretch"):
        part_head("A day by arithmetic", "a plan, not what was measured")
        left, right = st.columns(2, gap="small")
        images = left.number_input("Images a day", 1, 1_000_000, 1200, step=100, key="day_images")
        auto = right.number_input("Automatic, %", 0.0, 100.0, 80.0, step=1.0, key="day_auto") / 100
        auto_s = left.number_input("Core-seconds per image", 0.0, 3600.0, 5.0, step=0.5, key="day_auto_s")
        manual_s = right.number_input("Seconds by hand", 0.0, 3600.0, 90.0, step=5.0, key="day_manual_s")
        day = worked_day(
            rates, day=datetime.now(UTC).date(), images=images, auto_share=auto, auto_s=auto_s, manual_s=manual_s
        )
        money_of = {part: money(amount, rates.currency) for part, amount in day.parts.items()}
        rows = [
            (
                f"{count(day.automatic)} × {auto_s:g} s", "automatic", duration(day.auto_minutes * 60),
                money_of["compute"],
            ),
            (
                f"{count(day.manual)} × {manual_s:g} s", "by hand", duration(day.manual_hours * 3600),
                money_of["labour"],
            ),
            (f"{percent(0.1)} of {count(day.automatic)}", "audited", duration(day.audit_minutes * 60), money_of["qa"]),
            ("", "the day", "", money(day.total, rates.currency)),
            ("", "one image", "", money(day.per_image, rates.currency)),
        ]  # fmt: skip
        html = table(("Sum", "", "Time", "Cost"), rows, right=(2, 3), keep=(0,))
        st.html(f"<div data-worked-day>{html}</div>")
        st.html(
            '<div class="wb-quiet">Machines run for every image; people work on those that are not automatic, and look '
            "at a tenth of the rest. No rework and no escapes in it.</div>"
        )
