"""What surrounds every page: the look, the navigation, and the states a page falls back to."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from workbench.app.data import settings
from workbench.app.navigation import find_pages
from workbench.app.person import gate, person_box, role
from workbench.app.states import guarded

st.set_page_config(page_title="Retouch Workbench", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide")
st.html(Path(__file__).with_name("style.css"))

if not gate():
    st.navigation([st.Page(lambda: None, title="Sign in")], position="hidden")
    st.stop()
here, people = role(), settings().people
files = {page.url_path: page for page in find_pages() if people.sees(here, page.url_path, page.roles)}
groups: dict[str, list[st.Page]] = {}
for number, page in enumerate(files.values()):
    groups.setdefault(page.group, []).append(
        st.Page(page.path, title=page.name, icon=page.icon, url_path=page.url_path, default=number == 0)
    )
chosen = st.navigation(groups, expanded=True)  # the pages that decide stand last: nobody looks behind "View more"
with guarded(files.get(chosen.url_path) or next(iter(files.values()))):  # the first page's address is empty
    chosen.run()
person_box()
