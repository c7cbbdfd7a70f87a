"""Which image needs a person next, and is it good to go out?"""

from workbench.app.board_page import board_page

NAME = "QA board"
GROUP = "Work"
ICON = ":material/fact_check:"
SHOWS = (
    "one image after the other, the most urgent first, before and after at its worst edge",
    "what was flagged and why, the brief, the files to take away and to bring back",
    "verdicts by key: approve, rework, reject, with reasons",
)

board_page(__doc__)
