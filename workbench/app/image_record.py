"""Everything the lake knows about one image: the result shown, the others, its events, verdicts and neighbours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from workbench.app import data
from workbench.app.filters import MORE, Filters
from workbench.app.images_panel import SORTS
from workbench.app.period import PERIODS, bounds
from workbench.domain.errors import WorkbenchError
from workbench.domain.records import LANES, CheckResult
from workbench.routing.heuristic_risk import nearness

Row = Mapping[str, Any]
REACH = 5  # neighbours on each side: what a sidebar of 900 px shows


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """One image; ``row`` is the result shown (columns of ``results_of.sql``), ``results`` are all of them."""

    row: Row
    attributes: Mapping[str, Any]
    results: Sequence[Row]
    events: Sequence[Row]
    reviews: Sequence[Row]
    position: int | None  # in the list it was opened from, None when the filters do not hold it
    total: int
    around: Sequence[Row]  # its neighbours in that list with itself, rows of ``app_images.sql``
    previous: Row | None
    next: Row | None

    @property
    def worst_check(self) -> Row | None:
        """The check nearest to or furthest beyond its limit, among those that know where to look."""
        placed = [check for check in self.row["checks"] or () if check["worst_x"] is not None and nearest(check) > 0]
        return max(placed, key=nearest, default=None)


def image_record(set_id: str | None, image_id: str, result_id: str | None, chosen: Filters, sort: str) -> ImageRecord:
    """Read one image.

    Args:
        set_id: Its set; the newest set with that image id when left out.
        image_id: The image.
        result_id: The result to show; the one that holds when left out.
        chosen: Filters of the list it was opened from.
        sort: Order of that list.

    Raises:
        WorkbenchError: No such image or result.
    """
    if set_id is None:
        sets = data.rows("app_set_of", image_id=image_id)
        set_id = sets.row(0)[0] if sets.height else ""
    results = data.rows("results_of", set_id=set_id, image_id=image_id).to_dicts()
    if not results:
        raise WorkbenchError(f"there is no image {image_id!r} in this workspace", allowed="an image of the overview")
    row = next((r for r in results if r["result_id"] == result_id), None if result_id else results[0])
    if row is None:
        raise WorkbenchError(f"image {image_id!r} has no result {result_id!r}", allowed="one of its other results")
    by, _, way = sort.partition("-")
    around = data.rows(
        "app_images",
        **chosen.of_images(),
        sort=by,
        down=way == "down",
        around=image_id,
        around_set=set_id,
        reach=REACH,
    ).to_dicts()
    here = next((r for r in around if r["image_id"] == image_id and r["set_id"] == set_id), None)
    at = here["position"] if here else None
    return ImageRecord(
        row=row,
        attributes=json.loads(row["attributes"] or "{}"),
        results=results,
        events=data.rows("events_of", result_id=row["result_id"]).to_dicts(),
        reviews=data.rows("reviews_of", set_id=set_id, image_id=image_id).to_dicts(),
        position=at,
        total=here["total"] if here else 0,
        around=around,
        previous=next((r for r in around if at and r["position"] == at - 1), None),
        next=next((r for r in around if at and r["position"] == at + 1), None),
    )


def filters_of_url() -> tuple[Filters, str]:
    """The filters and the order the image was opened with, from the address."""
    said = st.query_params
    sort = said.get("sort", "")
    simulated = said.get("simulated") == "True"
    since, until = bounds(period if (period := said.get("period")) in PERIODS else None)
    chosen = Filters(
        run_id=said.get("run"), set_id=said.get("set") if simulated else None, category=said.get("category"),
        since=since, until=until, **{name: said.get(name) for name in MORE},
        lanes=tuple(lane for lane in said.get_all("lane") if lane in LANES), outcomes=tuple(said.get_all("outcome")),
        search=said.get("find"), simulated=simulated,
    )  # fmt: skip
    return chosen, sort if sort in SORTS else next(iter(SORTS))


def nearest(check: Row) -> float:
    """How near a check's value is to its limit; above 1 it is beyond."""
    return nearness(CheckResult(**{name: check[name] for name in ("check", "value", "unit", "limit", "better")}))
