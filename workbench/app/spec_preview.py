"""The draft tried on one image beside the saved version: the pictures under one divider, checks and seconds of both."""

from __future__ import annotations

import dataclasses
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from pipeline.spec import Spec
from workbench.app import pictures
from workbench.app.before_after import Before, Spot, before_after
from workbench.app.data import settings
from workbench.app.flat_picture import flat_picture
from workbench.app.image_list import artefact
from workbench.app.image_record import nearest
from workbench.app.image_viewer import delivered_size, photo_before, result_layers
from workbench.app.page_head import part_head
from workbench.app.spec_draft import Draft
from workbench.app.spec_photo import PreviewPhoto, choose_photo
from workbench.app.table import Html, table
from workbench.charts.amounts import NO_DATA, duration, number
from workbench.domain.errors import WorkbenchError
from workbench.domain.records import CheckResult, Computation
from workbench.jobs.preview_spec import PreviewSide, local_photo, start_preview, total_seconds

LOOKED_AT_S = 0.7
_RUNNING = "_spec_preview"
SAVED, DRAFT = "saved version", "draft"
NOTHING_YET = (
    "The photo goes through the saved version and through the draft, each in a process of its own. Before is the saved "
    "version, after is the draft. Nothing is delivered, and nothing goes into the lake."
)
Pair = tuple[PreviewSide, PreviewSide]


def spec_preview(draft: Draft) -> None:
    """Draw it; the draft can be read as a spec."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        photo = choose_photo()
        asked = (photo.path if photo else "", draft.saved.hash, draft.spec.hash)
        running = st.session_state.get(_RUNNING)
        fresh = running is not None and running[0] == asked
        words = "Preview the draft" if draft.changed else "Try it on this photo"
        pressed = st.button(words, key="spec_preview", type="primary", disabled=fresh or photo is None)
    if photo is None:
        st.html('<div class="wb-quiet">There is no photo here to try it on.</div>')
        return
    if pressed:
        _start(asked, photo, draft.saved, draft.spec)
        st.rerun()
    if running is None:
        st.html(f'<div class="wb-quiet">{NOTHING_YET}</div>')
    elif not fresh:
        st.html('<div class="wb-partial" role="status">The draft or the photo has changed since.</div>')
    if running is not None:
        _follow(running)


def _start(asked: tuple[str, str, str], photo: PreviewPhoto, saved: Spec, edited: Spec) -> None:
    old = st.session_state.pop(_RUNNING, None)
    for side in old[1] if old and not isinstance(old[1], str) else ():
        side.stop()
    try:
        file = local_photo(photo.path, settings())
        before = start_preview(saved, file, settings())
        after = before if edited.recipe() == saved.recipe() else start_preview(edited, file, settings())
        st.session_state[_RUNNING] = (asked, (before, after))
    except WorkbenchError as error:
        st.session_state[_RUNNING] = (asked, str(error))


def _follow(running: tuple) -> None:
    _, pair = running
    if isinstance(pair, str):
        st.html(f'<div class="sp-error" role="alert">{escape(pair)}</div>')
    elif all(side.done for side in pair):
        _show(pair)
    else:
        _wait()


@st.fragment(run_every=LOOKED_AT_S)
def _wait() -> None:
    running = st.session_state.get(_RUNNING)
    if running is None or all(side.done for side in running[1]):
        st.rerun()
        return
    parts, alone = [], running[1][0] is running[1][1]
    for name, side in zip((SAVED, "this spec" if alone else DRAFT), running[1], strict=True):
        if alone and name == SAVED:
            continue
        if side.done:
            parts.append(f"{name}: ready")
        elif side.process.seconds == 0:
            parts.append(f"{name}: waits for a free process")
        else:
            parts.append(f"{name}: {side.process.seconds:.0f} s")
    st.html(f'<div class="wb-quiet" role="status">Working on it. {escape(" · ".join(parts))}</div>')
    st.skeleton(height=280)
    if st.button("Stop", key="spec_preview_stop"):
        for side in running[1]:
            side.stop()


def _show(pair: Pair) -> None:
    before, after = (side.computation for side in pair)
    for name, side, made in zip((SAVED, DRAFT), pair, (before, after), strict=True):
        words = side.failure if made is None else None
        if made is not None and made.outcome != "done":
            words = f"{made.outcome} in {(made.failure_step or '').replace('_', ' ')}: {made.failure_reason}"
        if words:
            st.html(f'<div class="sp-error" role="alert">The {name} gave no result: {escape(words)}</div>')
    _pictures(before, after, same=pair[0] is pair[1])
    _checks(before, after, same=pair[0] is pair[1])


def _pictures(before: Computation | None, after: Computation | None, *, same: bool) -> None:
    rows = [None if made is None or not made.artefacts else dataclasses.asdict(made) for made in (before, after)]
    shown = rows[1] or rows[0]
    if shown is None:
        return
    width, height = delivered_size(shown) or (1000, 1000)
    flat = flat_picture(shown, small=True)
    keys = "-".join(made.result_key[:12] if made else "none" for made in (before, after))
    before_after(
        keys,
        width_px=width,
        height_px=height,
        layers=result_layers(shown),
        before=photo_before(shown) if same else _before(rows[0], shown) if rows[1] else None,
        spots=_spots(after if rows[1] else before),
        overview_url=pictures.small_url(flat) if flat else None,
        note=f"Before: {'the photo' if same else 'the saved version'} · After: {'this spec' if same else 'the draft'}",
        key="spec_before_after",
    )


def _before(saved: dict[str, Any] | None, edited: dict[str, Any]) -> Before | None:
    """The saved version's picture, laid so that the same spot of the photo lies in the same place."""
    file = None if saved is None else (flat_picture(saved) or artefact(saved, "cutout.png"))
    size = None if saved is None else delivered_size(saved)
    if file is None or size is None:
        return None
    there, here = (np.asarray(row["geometry"], np.float64).reshape(3, 3) for row in (saved, edited))
    between = here @ np.linalg.inv(there)
    return Before(
        url=pictures.artefact_url(file), width_px=size[0], height_px=size[1], geometry=tuple(between.ravel().tolist())
    )


def _spots(made: Computation | None) -> list[Spot]:
    placed = [check for check in made.checks if check.worst_xy is not None and check.limit] if made else []
    placed.sort(key=lambda check: nearest(dataclasses.asdict(check)), reverse=True)
    return [
        Spot(label=c.check.replace("_", " "), x=c.worst_xy[0], y=c.worst_xy[1], flagged=c.passed is False)
        for c in placed
    ]


def _checks(before: Computation | None, after: Computation | None, *, same: bool) -> None:
    made = [{check.check: check for check in side.checks} if side else {} for side in (before, after)]
    names = list(dict.fromkeys([*made[1], *made[0]]))
    seconds = [duration(total_seconds(side)) if side else NO_DATA for side in (before, after)]
    if same:
        rows = [(name.replace("_", " "), Html(_value(made[0][name])), _limit(made[0][name])) for name in names]
        part_head("Checks", "the draft does the same to the pixels")
        st.html(table(("", "Value", "Limit"), [*rows, ("seconds in all", seconds[0], "")], right=(1, 2), keep=(1, 2)))
        return
    rows = [(name.replace("_", " "), *(Html(_value(side.get(name))) for side in made)) for name in names]
    part_head("Checks", "a flag stands where one is beyond its limit")
    st.html(table(("", "Saved", "Draft"), [*rows, ("seconds in all", *seconds)], right=(1, 2), keep=(1, 2)))


def _limit(check: CheckResult) -> str:
    return "none" if check.limit is None else f"{'≤' if check.better == 'lower' else '≥'} {check.limit:g}"


def _value(check: CheckResult | None) -> str:
    if check is None:
        return '<span class="wb-quiet">not checked</span>'
    mark = '<span class="wb-mark wb-flag" title="beyond the limit">!</span> ' if check.passed is False else ""
    unit = check.unit.split(" ", 1)[0] if len(check.unit) <= 3 or check.unit.startswith("%") else ""
    limit = "" if check.limit is None else f' title="limit {check.limit:g} {escape(check.unit, quote=True)}"'
    return f"{mark}<span{limit}>{escape(number(check.value, unit))}</span>"
