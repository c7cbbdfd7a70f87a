"""Which engine is worth its money, on our own photos?"""

from workbench.app.pilot_page import pilot_page

GROUP = "Decide"
ICON = ":material/compare:"
SHOWS = (
    "several engines on the same photos: accuracy, bursts, confidence, cost, integration, where photos go",
    "what may be said of each difference, with intervals, and what may not",
    "one report to sign, with the photos that decided it",
)

pilot_page(__doc__)
