"""The images that change lane under the limits, as photos, one kind of move at a time."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.image_list import image_list
from workbench.app.lane_badge import lane_label
from workbench.app.limits_scope import rows_under
from workbench.app.navigation import open_page
from workbench.app.page_head import part_head
from workbench.app.url_state import in_url
from workbench.charts.amounts import count, plural
from workbench.domain.records import LANES
from workbench.jobs.replay_set import Scope
from workbench.routing.policy import Policy
from workbench.routing.replay_policy import limits_json

SHOWN = 6


def moves_panel(scope: Scope, policy: Policy, *, key: str = "moves") -> None:
    """Draw the panel.

    Args:
        scope: Which images.
        policy: The policy they are sent through.
        key: Unique on the page.
    """
    moved = moved_rows(scope, policy)
    with st.container(key=f"panel_{key}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Images that change lane", plural(moved.height, "image"))
            if moved.height:
                csv_button(moved, "images_that_change_lane", key=f"csv_{key}")
        if moved.height == 0:
            st.html('<div class="wb-quiet">None: every image would go where it is now.</div>')
            return
        kinds = moved.group_by("lane", "lane_after").agg(images=pl.len()).sort("images", descending=True)
        words = {f"{a}-{b}": f"{a} to {b} · {count(n)}" for a, b, n in kinds.iter_rows()}
        chosen = in_url(
            f"{key}_kind", lambda: st.pills("Move", list(words), key=f"{key}_kind", format_func=words.get,
                                            label_visibility="collapsed", required=True),
            default=next(iter(words)), allowed=words,
        ) or next(iter(words))  # fmt: skip
        before, after = chosen.split("-")
        these = moved.filter((pl.col("lane") == before) & (pl.col("lane_after") == after))
        st.html(
            f'<div class="wb-wait">{lane_label(before)} <span class="wb-quiet">to</span> {lane_label(after)} '
            f'<span class="wb-quiet">{_shown(these.height)}</span></div>'
        )
        clicked = image_list(
            [{**row, "lane": after} for row in _photos(_mixed(these))], form="grid", picture="result",
            sort=("risk", True), links={"set": [scope.set_id]} if scope.set_id else {}, key=f"{key}_images",
        )  # fmt: skip
        if clicked:
            open_page("image", {"set": clicked[0], "image": clicked[1]})


def moved_rows(scope: Scope, policy: Policy) -> pl.DataFrame:
    """Images whose lane changes: what is known of them, ``lane`` and ``lane_after``."""
    import json

    limits = {row["category"]: row for row in json.loads(limits_json(policy))}
    frame = pl.DataFrame(
        [
            {"limits_of": name, "auto_limit": row["max_risk"], "check_limit": row["max_check_risk"]}
            for name, row in limits.items()
        ]
    )
    rows = rows_under(scope, policy).with_columns(
        limits_of=pl.when(pl.col("category").is_in(list(limits))).then(pl.col("category")).otherwise(pl.lit("default"))
    )
    ranked = rows.join(frame, on="limits_of").with_columns(
        by_risk=pl.when(pl.col("risk").is_null() | (pl.col("risk") > pl.col("check_limit")))
        .then(2)
        .when(pl.col("risk") > pl.col("auto_limit"))
        .then(1)
        .otherwise(0)
    )
    return (
        ranked.with_columns(
            lane_after=pl.max_horizontal("by_risk", "floor").replace_strict(
                dict(enumerate(LANES)), return_dtype=pl.String
            )
        )
        .filter(pl.col("lane") != pl.col("lane_after"))
        .select(
            "set_id", "image_id", "sku", "category", "risk", "risk_calibrated", "lane", "lane_after", "failed_checks",
            "received_at", "simulated",
        )
    )  # fmt: skip


def _mixed(rows: pl.DataFrame) -> pl.DataFrame:
    """A few of the riskiest, of as many categories as there are."""
    turn = pl.col("risk").rank("ordinal", descending=True).over("category")
    return rows.with_columns(turn=turn).sort("turn", "risk", descending=[False, True]).head(SHOWN)


def _photos(rows: pl.DataFrame) -> list[dict]:
    names = tuple(f"{a}/{b}" for a, b in rows.select("set_id", "image_id").iter_rows())
    found = {(r["set_id"], r["image_id"]): r for r in data.rows("replay_images", names=names).iter_rows(named=True)}
    asked = rows.select("set_id", "image_id").iter_rows()
    return [found[key] for key in asked if key in found]


def _shown(images: int) -> str:
    return plural(images, "image") + (f", {SHOWN} of the riskiest are shown" if images > SHOWN else "")
