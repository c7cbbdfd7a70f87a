"""What happened to this image?"""

import streamlit as st

from workbench.app.checks_panel import checks_panel
from workbench.app.facts_panel import notes_panel, preparation_panel
from workbench.app.files_panel import files_panel
from workbench.app.image_choice import choose_image
from workbench.app.image_head import go, image_head, image_strip
from workbench.app.image_record import filters_of_url, image_record
from workbench.app.image_steps_panel import image_steps_panel
from workbench.app.image_viewer import image_viewer
from workbench.app.lane_panel import lane_panel
from workbench.app.results_panel import results_panel
from workbench.app.side_by_side import side_by_side
from workbench.app.steps_strip_panel import steps_strip_panel

GROUP = "Work"
ICON = ":material/image:"
SHOWS = (
    "before and after under one divider, at the edge that matters",
    "the lane with every reason, and the checks against their limits",
    "what each step did as pictures and in seconds, the files, versions, verdicts and other runs",
)

asked = st.query_params
if "image" not in asked:
    choose_image(__doc__)
    st.stop()
image = image_record(asked.get("set"), asked["image"], asked.get("result"), *filters_of_url())
image_head(__doc__, image)
image_strip(image)
left, right = side_by_side("viewer", (2.05, 1))
with left:
    moved = image_viewer(image)
with right:
    lane_panel(image)
    checks_panel(image)
if moved:
    go(moved, image)
steps_strip_panel(image)
panels = (image_steps_panel, preparation_panel, files_panel)
for column, panel in zip(side_by_side("panels", len(panels)), panels, strict=True):
    with column:
        panel(image)
left, right = side_by_side("results", (2.05, 1))
with left:
    results_panel(image)
with right:
    notes_panel(image)
