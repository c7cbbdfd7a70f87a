"""What is done to a photo, and what counts as good enough?"""

import streamlit as st

from workbench.app.spec_body import spec_body, spec_unreadable, widths
from workbench.app.spec_changes_panel import spec_changes_panel
from workbench.app.spec_draft import open_draft
from workbench.app.spec_head import choose_spec
from workbench.app.spec_text_panel import spec_text_panel
from workbench.app.spec_versions_panel import spec_versions_panel
from workbench.domain.errors import SpecError

GROUP = "Set up"
ICON = ":material/tune:"
SHOWS = (
    "what each step does, what each check flags, which files are delivered",
    "every parameter with its bounds, and the TOML beside it",
    "a preview on any image beside the saved version, before anything is saved",
)

name = choose_spec(__doc__)
try:
    draft = open_draft(name)
except SpecError as error:
    spec_unreadable(name, error)
    st.stop()
left, right = st.columns(widths(), gap="small")
with left:
    spec_body(draft)
with right:
    spec_changes_panel(draft)
    spec_text_panel(draft)
spec_versions_panel(draft)
