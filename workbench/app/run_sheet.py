"""The newest results of a run as a contact sheet of small pictures, each the way to its image."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from workbench.app import data, pictures
from workbench.app.flat_picture import flat_picture
from workbench.app.image_list import artefact
from workbench.app.lane_badge import lane_badge

SHOWN = 16


def run_sheet(run_id: str) -> str:
    """HTML of the sheet; empty while nothing came through."""
    try:
        rows = data.rows("app_run_latest", run_id=run_id, take=SHOWN).to_dicts()
    except data.NothingYet:
        return ""
    return f'<div class="wb-sheet">{"".join(map(_cell, rows))}</div>' if rows else ""


def _cell(row: Mapping[str, Any]) -> str:
    address = "image?" + urlencode({"image": row["image_id"], "set": row["set_id"], "result": row["result_id"]})
    made = flat_picture(row, small=True) or artefact(row, "cutout.png")
    name = row["sku"] or row["image_id"]
    tip = name if row["outcome"] == "done" else f"{name}: {row['failure_reason'] or row['outcome']}"
    if made:
        picture = f'<img src="{escape(pictures.small_url(made), quote=True)}" alt="" loading="lazy">'
    else:  # a photo that was refused is most often one that cannot be shown
        picture = f"<span>{escape('no picture' if row['outcome'] == 'done' else row['outcome'])}</span>"
    return (
        f'<a href="{escape(address, quote=True)}" target="_self" title="{escape(tip, quote=True)}">'
        f"{picture}{lane_badge(row['lane'])}</a>"
    )
