"""Which of the two would you deliver?"""

from workbench.app.blind_page import blind_page

NAME = "Blind test"
GROUP = "Work"
ICON = ":material/visibility_off:"
ROLES = ("labeler", "retoucher", "manager", "lead")
SHOWS = (
    "two cutouts of one photo, sides at random, engines not named",
    "one key for an answer, zoom to where the two differ most",
    "what everybody preferred, with intervals, once you have finished",
)

blind_page(__doc__)
