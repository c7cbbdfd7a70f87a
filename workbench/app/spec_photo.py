"""Which photo a spec is tried on: one of the workspace, or one of the samples."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import streamlit as st

from workbench.app import data
from workbench.app.image_list import image_list
from workbench.app.url_state import from_url
from workbench.domain.errors import UsageError
from workbench.jobs.sample_set import sample_manifest

OFFERED = 24
SAMPLES = 24
_CHOSEN = "_spec_photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPhoto:
    """A photo to try a spec on; ``path`` is a file, or a URL of the workspace's set."""

    path: str
    label: str


def choose_photo() -> PreviewPhoto | None:
    """Draw the choice; the image of the address where it names one, else the newest, else a sample."""
    photo = _asked() or _newest() or next(iter(samples()), None)
    with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
        if photo is not None:
            st.html(f"<b>{escape(photo.label)}</b>")
        if st.button("Choose a photo", key="spec_choose_photo", icon=":material/image:", type="tertiary"):
            _dialog()
    return photo


@lru_cache(maxsize=1)
def samples() -> tuple[PreviewPhoto, ...]:
    """A few sample photos, one of a category after the other; none where the samples are not installed."""
    try:
        manifest = sample_manifest()
    except UsageError:
        return ()
    with open(manifest, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_category: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_category.setdefault(row["category"], []).append(row)
    deep = max(map(len, by_category.values()), default=0)
    mixed = [group[n] for n in range(deep) for group in by_category.values() if n < len(group)]
    return tuple(
        PreviewPhoto(path=str((manifest.parent / row["path"]).resolve()), label=f"sample {row['image_id']}")
        for row in mixed[:SAMPLES]
    )


def _asked() -> PreviewPhoto | None:
    sample = st.session_state.get(_CHOSEN)
    if sample is not None:
        return sample
    image = from_url("image", default=None)
    rows = _images(around=image, around_set=st.query_params.get("set"), reach=0) if image else []
    return _photo(rows[0]) if rows else None


def _newest() -> PreviewPhoto | None:
    rows = [row for row in _images(skip=0, take=OFFERED) if row["outcome"] == "done"]
    return _photo(rows[0]) if rows else None


def _images(**which) -> list[dict]:
    try:
        return data.rows("app_images", sort="newest", down=True, **which).to_dicts()
    except data.NothingYet:
        return []


def _photo(row: dict) -> PreviewPhoto:
    return PreviewPhoto(path=row["path"], label=f"{row['sku']} · {row['image_id']}")


@st.dialog("A photo to try it on", width="large")
def _dialog() -> None:
    search = st.text_input("Find", key="spec_photo_find", placeholder="SKU, image id or file name")
    rows = _images(skip=0, take=OFFERED, search=search or None)
    if rows:
        clicked = image_list(rows, form="grid", picture="photo", sort=("newest", True), links={}, key="spec_photos")
        if clicked:
            st.session_state.pop(_CHOSEN, None)
            st.query_params["set"], st.query_params["image"] = clicked
            st.rerun()
    else:
        st.html('<div class="wb-quiet">No image of this workspace is called that.</div>' if search else "")
    found = [photo for photo in samples() if search.lower() in photo.label]
    if found:
        sample = st.selectbox(
            "Or one of the sample photos", found, index=None, key="spec_sample", format_func=lambda photo: photo.label
        )
        if sample is not None and st.button("Use this sample", key="spec_use_sample", type="primary"):
            st.session_state[_CHOSEN] = sample
            st.rerun()
