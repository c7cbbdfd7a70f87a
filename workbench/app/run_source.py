"""Choosing the set: the sample, a folder of the server, a manifest's URL, an upload, or a set that was run before."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from workbench.app import data
from workbench.app.data import settings
from workbench.app.filters import set_name
from workbench.app.run_person import may_start
from workbench.app.url_state import in_url
from workbench.charts.amounts import moment, plural
from workbench.domain.errors import WorkbenchError
from workbench.jobs.list_folders import Folder, list_folders, within_roots
from workbench.jobs.read_set import set_id_of
from workbench.jobs.sample_set import sample_manifest
from workbench.jobs.upload_set import Upload, upload_set

FROM = {"sample": "Sample", "folder": "Folder", "url": "URL", "upload": "Upload", "before": "Earlier set"}
UPLOAD_MB = 1000  # held in memory while it is checked; a larger set is better put in a folder of the server
SETS_OFFERED = 100
_FOLDER, _UPLOADED = "_run_folder", "_run_uploaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A set as the command line takes it."""

    source: str
    set_name: str | None = None


def run_source() -> Chosen | None:
    """Draw the choice; None while nothing is chosen."""
    kind = in_url("from", _kind_switch, default="sample", allowed=FROM)
    if kind in ("folder", "url", "upload") and not may_start():  # they reach into this machine, or out of it
        st.html('<div class="wb-quiet">Choosing a new set is for those who start runs.</div>')
        return None
    return {"sample": _sample, "folder": _folder, "url": _url, "upload": _upload, "before": _before}[kind]()


def _kind_switch() -> str:
    return st.segmented_control(
        "Set", list(FROM), required=True, key="from", format_func=FROM.__getitem__, label_visibility="collapsed"
    )


def _sample() -> Chosen:
    st.html('<div class="wb-quiet">The photos that come with the workbench: ten categories, with ground truth.</div>')
    return Chosen(source=str(sample_manifest()), set_name="sample")  # as `workbench demo` calls it


def _folder() -> Chosen | None:
    if st.session_state.get(_FOLDER) is None and "folder" in st.query_params:
        st.session_state[_FOLDER] = st.query_params["folder"]
    try:
        here = list_folders(st.session_state.get(_FOLDER), settings())
    except WorkbenchError as problem:
        st.html(f'<div class="wb-partial" role="alert">{escape(str(problem))}</div>')
        st.session_state[_FOLDER] = None
        here = list_folders(None, settings())
    _show_folder(here)
    if here.path is None:
        return None
    st.query_params["folder"] = str(here.path)
    if not here.photos and here.manifest is None:
        st.html(
            '<div class="wb-quiet">No photo lies directly in this folder; those in its sub-folders count too.</div>'
        )
        if not st.toggle("Use it with its sub-folders", key="deep"):
            return None
    return Chosen(source=str(here.path))


def _show_folder(here: Folder) -> None:
    words = "Folders that sets may come from" if here.path is None else str(here.path)
    holds = "" if here.path is None else plural(here.photos, "photo") + (f", {here.manifest}" if here.manifest else "")
    st.html(f'<div><b>{escape(words)}</b> <span class="wb-quiet">{escape(holds)}</span></div>')
    with st.container(height=190, key="folders", gap=None):
        if here.path is not None:
            up = None if here.parent is None else str(here.parent)
            st.button(
                "Up", icon=":material/arrow_upward:", type="tertiary", on_click=_open, args=(up,), key="folder_up"
            )
        for number, path in enumerate(here.folders):
            name = str(path) if here.path is None else path.name
            st.button(
                name.replace("[", "\\["), icon=":material/folder:", type="tertiary", on_click=_open, args=(str(path),),
                key=f"folder_{number}",
            )  # fmt: skip


def _open(folder: str | None) -> None:
    st.session_state[_FOLDER] = folder
    st.query_params.pop("folder", None)


def _url() -> Chosen | None:
    schemes = ", ".join(f"{scheme}://" for scheme in settings().url_schemes)
    given = in_url("url", lambda: st.text_input(
        "Address of a manifest", key="url", type="url", placeholder="https://…/manifest.csv"), default="")  # fmt: skip
    st.html(f'<div class="wb-quiet">A CSV or Parquet file; the photos it names lie beside it. {escape(schemes)}</div>')
    given = (given or "").strip()
    if not given:
        return None
    if "://" not in given:
        st.html('<div class="wb-partial" role="alert">An address begins with https://</div>')
        return None
    return Chosen(source=given)


def _upload() -> Chosen | None:
    with st.form("upload", border=False, clear_on_submit=True):
        files = st.file_uploader(
            "Photos, a ZIP, a manifest", accept_multiple_files=True, key="upload_files", max_upload_size=UPLOAD_MB,
            type=["jpg", "jpeg", "png", "tif", "tiff", "webp", "psd", "zip", "csv", "parquet"],
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input("Name of the set", key="upload_name", placeholder="spring-shoes", max_chars=60)
            sent = st.form_submit_button("Store the upload", type="primary")
    if sent and files:
        try:
            taken = [Upload(name=file.name, file=file) for file in files]
            made = upload_set(taken, name=name or files[0].name.rpartition(".")[0], settings=settings())
        except WorkbenchError as problem:
            words = f"Nothing was stored. {problem}"
            st.html(f'<div class="wb-partial wb-run-trouble" role="alert">{escape(words)}</div>')
            return None
        st.session_state[_UPLOADED] = str(made.folder), made.name, list(made.left_out)
    elif sent:
        st.html('<div class="wb-partial" role="alert">Choose at least one file.</div>')
    if _UPLOADED not in st.session_state:
        return None
    folder, name, left_out = st.session_state[_UPLOADED]
    st.html(f'<div>Stored as <b>{escape(name)}</b> <span class="wb-quiet">{escape(folder)}</span></div>')
    if left_out:
        words = (
            f"Left out, being neither photo nor manifest: {', '.join(left_out[:8])}{' …' if len(left_out) > 8 else ''}"
        )
        st.html(f'<div class="wb-quiet">{escape(words)}</div>')
    return Chosen(source=folder)


def _before() -> Chosen | None:
    try:
        rows = data.rows("app_run_sets", take=SETS_OFFERED).to_dicts()
    except data.NothingYet:
        rows = []
    if not rows:
        st.html('<div class="wb-quiet">No set was run in this workspace yet.</div>')
        return None
    known = {row["set_id"]: row for row in rows}
    chosen = in_url("before", lambda: st.selectbox(
        "Set", list(known), key="before", format_func=lambda key: _set_words(known[key]),
        label_visibility="collapsed"), default=rows[0]["set_id"], allowed=known)  # fmt: skip
    row = known[chosen]
    st.html(f'<div class="wb-quiet">{escape(row["source"])}</div>')
    named = set_id_of(row["source"]) != row["set_id"]
    return Chosen(source=row["source"], set_name=set_name(row) if named else None)


def _set_words(row: dict) -> str:
    runs = plural(row["runs"], "run")
    return (
        f"{set_name(row)} · {plural(row['images_expected'] or 0, 'image')} · {runs}, last {moment(row['started_at'])}"
    )


def checked_source(chosen: Chosen) -> Chosen:
    """The source once more before it is used: a folder that came by the address must lie below the allowed roots.

    Raises:
        UsageError: It does not.
    """
    if st.session_state.get("from") == "folder":
        within_roots(chosen.source, settings())
    return chosen
