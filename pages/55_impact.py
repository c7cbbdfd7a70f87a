"""Did the new pictures bring anything?"""

from workbench.app.context_line import context_line
from workbench.app.cost_panel import simulated_note
from workbench.app.filters import filters
from workbench.app.impact_page import impact_page
from workbench.app.page_head import page_head

GROUP = "Decide"
ICON = ":material/trending_up:"
SHOWS = (
    "how often visitors put a product into the cart, ordered and returned it, with old and with new pictures",
    "the lift with its interval, and one plain sentence of what it tells",
    "what cannot be concluded, because something else changed too",
)

chosen = filters(images=False)
page_head(__doc__, context_line(chosen))
simulated_note(chosen.simulated)
impact_page(chosen)
