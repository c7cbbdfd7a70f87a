"""The files of one image, under their delivered names, to be taken away."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st

from workbench.app import data, pictures
from workbench.app.image_record import ImageRecord
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import file_size, plural
from workbench.domain.records import READY_STATUSES

WORDS = {
    "psd": "layered PSD", "cutout.png": "cutout with alpha", "alpha.png": "alpha", "confidence.png": "confidence",
    "trimap.png": "trimap", "json": "metadata",
}  # fmt: skip


def files_panel(image: ImageRecord) -> None:
    """Draw the panel."""
    row = image.row
    with st.container(key="panel_files", height="stretch"):
        files = row["artefacts"] or ()
        part_head("Files", plural(len(files), "file"))
        if not files:
            st.html('<div class="wb-quiet">No file was made.</div>')
            return
        rows = [_row(row, file) for file in files]
        st.html(table(("", "", ""), rows, right=(1, 2)))
        if (where := _folder(row)) is not None:
            st.html(f'<div class="wb-quiet">in {escape(str(where))}</div>')


def delivered_name(row: Mapping[str, Any], suffix: str) -> str:
    """The name a file was delivered under; one made of the image id when it was not delivered."""
    for path in row["delivered"] or ():
        name = PurePosixPath(path).name.replace(f"_{row['status']}.", f"_{row['state']}.")  # verdicts rename files
        if name.endswith((f".{suffix}", f"_{suffix}")):
            return name
    return f"{row['image_id']}.{suffix}"


def _folder(row: Mapping[str, Any]) -> Path | None:
    """Where the files lie now; None when another version took their place, or nothing was delivered."""
    if not row["delivered"]:
        return None
    made = data.settings().workspace / PurePosixPath(row["delivered"][0])
    side = "ready" if row["state"] in READY_STATUSES else "work"
    _delivery, _side, *rest = made.relative_to(data.settings().workspace).parent.parts
    folder = data.settings().workspace / _delivery / side / Path(*rest)
    return folder if (folder / delivered_name(row, "json")).is_file() else None


def _row(row: Mapping[str, Any], file: Mapping[str, Any]) -> tuple[Html, str, Html]:
    name = delivered_name(row, file["suffix"])
    there = (data.settings().workspace / file["path"]).is_file()
    title = f'<span title="{escape(name, quote=True)}">{escape(_words(file["suffix"]))}</span>'
    if not there:
        return Html(title), file_size(file["size_bytes"]), Html('<span class="wb-quiet">file is gone</span>')
    address, save_as, suffix = (
        escape(text, quote=True) for text in (pictures.download_url(file, name), name, file["suffix"])
    )
    link = f'<a href="{address}" download="{save_as}" data-suffix="{suffix}">Download</a>'
    return Html(title), file_size(file["size_bytes"]), Html(link)


def _words(suffix: str) -> str:
    side, _, kind = suffix.partition(".")
    return WORDS.get(suffix) or (f"flat, {side} px" if kind == "jpg" else suffix)
