"""How far may each category go out untouched, and what does that do?"""

import streamlit as st

from workbench.app.figure_card import figure_row
from workbench.app.limits_scope import choose_desk
from workbench.app.page_head import page_head
from workbench.app.publish_panel import publish_panel
from workbench.app.simulate_instead import simulate_instead
from workbench.app.threshold_context import threshold_context
from workbench.app.threshold_curves_panel import threshold_curves_panel
from workbench.app.threshold_figures import threshold_figures
from workbench.app.threshold_moves_panel import moves_panel
from workbench.app.threshold_sliders import threshold_sliders
from workbench.app.threshold_state import trial

GROUP = "Decide"
ICON = ":material/linear_scale:"
SHOWS = (
    "one slider a category: which images change lane, rework, hours, turnaround and cost, at once",
    "up to which risk the audits prove the promise, or how many more it takes",
    "the cheapest limits people can keep up with, and a way to publish them",
)

desk = choose_desk()
now = trial(desk)
page_head(__doc__, threshold_context(now))
figure_row(threshold_figures(now))
simulate_instead(now)
with st.container(key="split_thresholds"):
    left, right = st.columns((1, 1.35), gap="small")
with left:
    threshold_sliders(now)
with right:
    moves_panel(desk.scope, now.policy)
threshold_curves_panel(now)
publish_panel(now)
