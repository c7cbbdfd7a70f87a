"""What the image page shows before an image was chosen: what it is for, and the newest images to choose from."""

from __future__ import annotations

from workbench.app import data
from workbench.app.image_list import image_list
from workbench.app.navigation import open_page
from workbench.app.page_head import page_head, part_head

OFFERED = 24


def choose_image(question: str) -> None:
    """Draw the choice.

    Raises:
        NothingYet: There is no image at all.
    """
    newest = data.rows("app_images", sort="newest", down=True, skip=0, take=OFFERED)
    if newest.height == 0:
        raise data.NothingYet("no image in this lake")
    page_head(question, ["Choose an image: its before and after, its lane with the reasons, its checks and its files"])
    part_head("Newest images")
    rows = newest.to_dicts()
    clicked = image_list(rows, form="grid", picture="result", sort=("newest", True), links={}, key="choice")
    if clicked:
        open_page("image", {"set": clicked[0], "image": clicked[1]})
