"""What came through, and what needs a person now?"""


from workbench.app.context_line import context_line
from workbench.app.failures_panel import failures_panel
from workbench.app.figure_card import figure_row
from workbench.app.filters import filters
from workbench.app.images_panel import images_panel
from workbench.app.lanes_panel import lanes_panel
from workbench.app.live_line import live_line
from workbench.app.manager_figures import manager_row
from workbench.app.overview_figures import images_under, overview_figures
from workbench.app.page_head import page_head
from workbench.app.reasons_panel import reasons_panel
from workbench.app.side_by_side import side_by_side
from workbench.app.steps_panel import steps_panel
from workbench.app.trends_panel import trends_panel

GROUP = "Work"
ICON = ":material/dashboard:"
SHOWS = (
    "how many images were processed, refused or failed, and how fast",
    "what an approved image costs, whether images are ready in time, and how that goes week by week",
    "the lanes, what waits for a person in each, since when and until when",
    "why images were sent back, and why photos came to nothing",
    "every image as a photo, to be sorted, filtered and opened",
)

chosen = filters()
page_head(__doc__, context_line(chosen))
live_line()
figure_row(overview_figures(chosen))
manager_row(chosen)
left, right = side_by_side("lanes", (1.45, 1))
with left:
    lanes_panel(chosen)
with right:
    steps_panel(chosen)
trends_panel(chosen)
images_panel(chosen, of=images_under(chosen))
left, right = side_by_side("reasons", 2)
with left:
    reasons_panel(chosen)
with right:
    failures_panel(chosen)
