"""Where does the money go?"""

import streamlit as st

from workbench.app import shop
from workbench.app.context_line import context_line
from workbench.app.cost_figures import cost_figures
from workbench.app.cost_panel import cost_panel, simulated_note
from workbench.app.figure_card import figure_row
from workbench.app.filters import filters
from workbench.app.page_head import page_head
from workbench.app.rates_panel import rates_panel
from workbench.app.what_if_panel import what_if_panel
from workbench.app.worked_day_panel import worked_day_panel

GROUP = "Decide"
ICON = ":material/payments:"
SHOWS = (
    "what an approved image costs, and what of it is machines, people, checks, rework and escapes",
    "the same by week, category and lane, against the target",
    "what other wages or prices would make of it, and a day by arithmetic",
)

chosen = filters(images=False)
found = shop.costs(chosen)
page_head(__doc__, [*context_line(chosen), f"rates: {found.rates.name}"])
simulated_note(chosen.simulated)
figure_row(cost_figures(chosen, found))
cost_panel(found, simulated=chosen.simulated)
with st.container(key="split_what_if"):
    left, right = st.columns(2, gap="small")
with left:
    what_if_panel(chosen, found)
with right:
    worked_day_panel(found.rates)
rates_panel(found.rates)
