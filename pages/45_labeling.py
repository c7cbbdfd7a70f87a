"""How far are the labels, and what are they worth?"""

from workbench.app.labeling_page import labeling_page

GROUP = "Work"
ICON = ":material/new_label:"
SHOWS = (
    "how far each project is, how fast it goes and when it will be done",
    "how far labelers agree, and what they disagree about, with pictures",
    "what to label next, what a thousand more would buy, and the datasets made of them",
)

labeling_page(__doc__)
