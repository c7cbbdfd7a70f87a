"""What shall be run, and how far is it?"""

from workbench.app.run_page import run_page

GROUP = "Work"
ICON = ":material/play_circle:"
SHOWS = (
    "what is going on now, and how long still",
    "a new run: the set, what is in it, what shall be done, how long it will take",
    "the runs so far, and two of them compared",
)

run_page(__doc__)
