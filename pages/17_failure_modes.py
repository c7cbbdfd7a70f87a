"""Where does it fail, and why?"""

from workbench.app.context_line import context_line
from workbench.app.cost_panel import simulated_note
from workbench.app.drift_panel import drift_panel
from workbench.app.failure_heat_panel import failure_heat_panel
from workbench.app.failure_images_panel import failure_images_panel
from workbench.app.failure_weeks_panel import failure_weeks_panel
from workbench.app.filters import filters
from workbench.app.page_head import page_head
from workbench.app.slices_panel import slices_panel

GROUP = "Work"
ICON = ":material/grid_on:"
SHOWS = (
    "what people found wrong, by category and failure mode: images, rates and minutes of rework",
    "the pictures behind every number, and the same images in FiftyOne",
    "the kinds of images whose rework costs most, found without being fooled by chance",
    "how failures go week by week, and which properties of the photos moved",
)

chosen = filters(images=False)
page_head(__doc__, context_line(chosen))
simulated_note(chosen.simulated)
cell = failure_heat_panel(chosen)
failure_images_panel(chosen, cell)
slices_panel(chosen)
failure_weeks_panel(chosen, cell)
drift_panel(chosen)
