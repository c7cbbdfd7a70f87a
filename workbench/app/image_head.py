"""The top of the image page: which image, where in its list, and the way to the next one."""

from __future__ import annotations

import streamlit as st

from workbench.app.data import settings
from workbench.app.filters import kept
from workbench.app.image_list import image_list
from workbench.app.image_record import ImageRecord
from workbench.app.navigation import find_pages, open_page
from workbench.app.page_head import page_head, part_head
from workbench.app.person import role
from workbench.charts.amounts import count, moment


def image_head(question: str, image: ImageRecord) -> None:
    """Draw title, context and the buttons."""
    row = image.row
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        page_head(
            question,
            [
                f"SKU {row['sku']}", row["image_id"], (row["category"] or "no category").replace("_", " "),
                row["brand"] or "", "high-value campaign" if row["campaign_tier"] == "high_value" else "",
                f"due {moment(row['deadline'])}" if row["deadline"] else "",
            ],
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            back = st.button("Overview", icon=":material/grid_view:", key="to_overview")
            tried = sees_page("specs") and st.button(
                "Try a spec", icon=":material/tune:", key="try_spec", help="What another spec would make of it"
            )
            before = st.button("←", key="previous", disabled=not image.previous, help="Previous image")
            after = st.button("→", key="next", disabled=not image.next, help="Next image")
    if tried:
        open_page("specs", {"image": row["image_id"], "set": row["set_id"], "spec": row["spec_name"], "way": "preview"})
    if back:
        open_page("overview", {**kept(), **_sort()})
    if before or after:
        go("previous" if before else "next", image)


def image_strip(image: ImageRecord) -> None:
    """Draw the neighbours in the sidebar: the list the image was opened from, around it."""
    by, _, way = st.query_params.get("sort", "newest-down").partition("-")
    with st.sidebar:
        part_head("In this list", f"{count(image.position)} of {count(image.total)}" if image.position else "")
        if not image.position:
            st.html('<div class="wb-quiet">The filters it was opened with leave this image out.</div>')
            return
        clicked = image_list(
            image.around, form="strip", picture="result", sort=(by, way == "down"), links={**kept(), **_sort()},
            here=image.row["image_id"], key="strip",
        )  # fmt: skip
    if clicked:
        open_page("image", {**kept(), **_sort(), "set": clicked[0], "image": clicked[1]})


def go(where: str, image: ImageRecord) -> None:
    """Open the image before or after this one in the list it was opened from; stay where there is none."""
    target = image.previous if where == "previous" else image.next
    if target is not None:
        open_page("image", {**kept(), **_sort(), "image": target["image_id"], "set": target["set_id"]})


def sees_page(name: str) -> bool:
    """Whether the person at the screen has that page."""
    return any(p.url_path == name and settings().people.sees(role(), name, p.roles) for p in find_pages())


def _sort() -> dict[str, str]:
    return {"sort": st.query_params["sort"]} if "sort" in st.query_params else {}
