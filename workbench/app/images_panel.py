"""The images the filters leave, as photos or as rows: sorted, paged, to be opened or taken away as CSV."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters, count_and_reset, kept
from workbench.app.image_list import PICTURES, image_list
from workbench.app.navigation import open_page
from workbench.app.page_head import part_head
from workbench.app.url_state import from_url, in_url
from workbench.charts.amounts import plural

PAGE_SIZE = 60
MOST_ROWS = 1_000_000  # of a CSV
FORMS = {"grid": ":material/grid_view:", "table": ":material/table_rows:"}
SORTS = {  # key in the URL -> words; the first is the default
    "newest-down": "Newest first", "newest-up": "Oldest first", "risk-down": "Highest risk first",
    "risk-up": "Lowest risk first", "lane-down": "Senior lane first", "lane-up": "Auto lane first",
    "complexity-down": "Most complex first", "complexity-up": "Least complex first", "minutes-down": "Most work first",
    "minutes-up": "Least work first", "deadline-up": "Nearest deadline first", "deadline-down": "Latest deadline first",
    "sku-up": "SKU A to Z", "sku-down": "SKU Z to A", "category-up": "Category A to Z",
    "category-down": "Category Z to A",
}  # fmt: skip
FIRST_DOWN = ("newest", "risk", "lane", "complexity", "minutes")  # a first click on the column shows the most first


def images_panel(chosen: Filters, of: int) -> None:
    """Draw the panel.

    Args:
        chosen: The filters.
        of: How many images there are without the lane, outcome and search filters.
    """
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="toolbar"):
        head = st.empty()
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            picture = in_url("show", picture_switch, default="result", allowed=PICTURES)
            form = in_url("form", _form_switch, default="grid", allowed=FORMS)
            sort = in_url("sort", _sort_box, default=next(iter(SORTS)), allowed=SORTS)
            csv_button(lambda: images(chosen, sort, take=MOST_ROWS), "images", key="csv_images")
    page = from_url("page", default=1, parse=int)
    found = images(chosen, sort, skip=max(page - 1, 0) * PAGE_SIZE)
    if found.height == 0 and page != 1:  # the filters leave fewer pages than before
        st.session_state["page"] = 1
        found = images(chosen, sort)
    total = int(found["total"][0]) if found.height else 0
    with head:
        part_head("Images", plural(total, "image"))
    count_and_reset(total, of)
    if not total:
        st.html('<div class="wb-quiet">No image fits these filters.</div>')
        return
    links = {**kept(), "sort": [sort]}
    by, _, way = sort.partition("-")
    clicked = image_list(
        found.to_dicts(), form=form, picture=picture, sort=(by, way == "down"), links=links, on_sort=_sort_by
    )
    if total > PAGE_SIZE:
        with st.container(horizontal=True, horizontal_alignment="center"):
            in_url("page", lambda: st.pagination(-(-total // PAGE_SIZE), key="page"), default=1, parse=int)
    if clicked:
        set_id, image_id = clicked
        open_page("image", {**links, "image": image_id, "set": set_id})


def images(chosen: Filters, sort: str, *, skip: int = 0, take: int = PAGE_SIZE) -> pl.DataFrame:
    """Rows of ``app_images.sql`` in the order of a key of `SORTS`, found on what figures count on."""
    by, _, way = sort.partition("-")
    return data.rows("app_images_counted", **chosen.of_images(), sort=by, down=way == "down", skip=skip, take=take)


def picture_switch() -> str:
    """Result, photo or another picture of each image; the choice stands in the address."""
    return st.segmented_control(
        "Picture", list(PICTURES), required=True, key="show", format_func=PICTURES.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip


def _form_switch() -> str:
    return st.segmented_control(
        "Form", list(FORMS), required=True, key="form", format_func=FORMS.__getitem__, label_visibility="collapsed"
    )


def _sort_box() -> str:
    return st.selectbox(
        "Sort", list(SORTS), key="sort", format_func=SORTS.__getitem__, label_visibility="collapsed", width=210
    )


def _sort_by(by: str) -> None:
    """Sort by a column; a second click turns it round."""
    now = st.session_state.get("sort") or next(iter(SORTS))
    down = not now.endswith("-down") if now.startswith(f"{by}-") else by in FIRST_DOWN
    st.session_state["sort"] = f"{by}-{'down' if down else 'up'}"
    st.session_state["page"] = 1
