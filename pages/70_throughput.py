"""Will Monday's images be out in time?"""

from workbench.app.page_head import page_head
from workbench.app.throughput_inputs import throughput_inputs
from workbench.app.throughput_panels import arithmetic_panel, day_panels, throughput_context, what_if_panel
from workbench.app.throughput_runs import stopped

GROUP = "Decide"
ICON = ":material/hourglass_bottom:"
SHOWS = (
    "the engine's minutes and the people's hours, with the formula",
    "a simulated Monday: who waits for what, when it is done, what is late",
    "the same day with one more person, another share or a faster engine",
)

asked = throughput_inputs()
page_head(__doc__, throughput_context(asked))
arithmetic_panel(asked)
if not stopped():
    day_panels(asked)
    what_if_panel(asked)
