"""What came through, and what needs a person now?"""

import streamlit as st

from workbench.app.context_line import context_line
from workbench.app.failures_panel import failures_panel
from workbench.app.figure_card import figure_row
from workbench.app.filters import filters
from workbench.app.images_panel import images_panel
from workbench.app.lanes_panel import lanes_panel
from workbench.app.overview_figures import images_under, overview_figures
from workbench.app.page_head import page_head
from workbench.app.steps_panel import steps_panel

GROUP = "Work"
ICON = ":material/dashboard:"
SHOWS = (
    "how many images were processed, refused or failed, and how fast",
    "the lanes, and what waits for a person in each",
    "every image as a photo, to be sorted, filtered and opened",
)

chosen = filters()
page_head(__doc__, context_line(chosen))
figure_row(overview_figures(chosen))
left, right = st.columns((1.45, 1), gap="small")
with left:
    lanes_panel(chosen)
with right:
    steps_panel(chosen)
images_panel(chosen, of=images_under(chosen))
failures_panel(chosen)
