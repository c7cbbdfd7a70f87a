"""Before and after under a draggable divider, with one zoom for both: the widget that shows one image's pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

_HERE = Path(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One picture the result side can show; ``clear`` when it has transparent parts and needs a ground."""

    key: str
    label: str
    url: str
    clear: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The photo: its size in px and the 3x3 row-major geometry from its pixels to the delivered ones."""

    url: str
    width_px: int
    height_px: int
    geometry: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place worth a look, in delivered pixels, and what found it."""

    label: str
    x: int
    y: int
    flagged: bool = False


def corner_matrix(geometry: Sequence[float]) -> tuple[float, ...]:
    """The geometry as a CSS ``matrix(a, b, c, d, e, f)``.

    Pixel centres are integers in the geometry and half-integers in CSS, so the shift gains what half a pixel loses.

    Args:
        geometry: 3x3 row-major, affine.
    """
    xx, xy, x0, yx, yy, y0 = (float(value) for value in geometry[:6])
    return (xx, yx, xy, yy, x0 + 0.5 - 0.5 * (xx + xy), y0 + 0.5 - 0.5 * (yx + yy))


def before_after(
    image_id: str,
    *,
    width_px: int,
    height_px: int,
    layers: Sequence[Layer] = (),
    before: Before | None = None,
    spots: Sequence[Spot] = (),
    overview_url: str | None = None,
    note: str = "",
    ahead: Sequence[str] = (),
    form: Literal["panel", "loupe"] = "panel",
    key: str = "before_after",
) -> Literal["previous", "next"] | None:
    """Show the pictures of one image; returns where the arrow keys want to go, if anywhere.

    Args:
        image_id: A new one opens a new view; the same one keeps zoom and place over reruns.
        width_px, height_px: Size of the delivered picture; everything is laid over it.
        layers: What the result side can show; the first is shown first.
        before: The photo, if it can be shown.
        spots: Where to look; the view opens at the first at 200%, without any it opens on the whole picture.
        overview_url: Small picture for the map that shows which part is seen.
        note: One line under the stage.
        ahead: Pictures to load in advance, of the next images.
        form: A panel of a page, or the loupe of a work place: from edge to edge, as high as the page's
            ``--ba-stage-height``.
        key: Key of the widget on the page.
    """
    data = {
        "id": image_id,
        "width": width_px,
        "height": height_px,
        "layers": [{"key": y.key, "label": y.label, "url": y.url, "clear": y.clear} for y in layers],
        "before": None
        if before is None
        else {
            "url": before.url,
            "width": before.width_px,
            "height": before.height_px,
            "matrix": corner_matrix(before.geometry),
        },
        "spots": [{"label": s.label, "x": s.x + 0.5, "y": s.y + 0.5, "flagged": s.flagged} for s in spots],
        "map": overview_url,
        "note": note,
        "ahead": list(ahead),
        "form": form,
    }
    result = _widget()(key=key, data=data, on_move_change=lambda: None)
    return result.move


@st.cache_resource
def _widget():
    """The widget's definition, registered once a server."""
    html, css, js = (_HERE.with_suffix(s).read_text(encoding="utf-8") for s in (".html", ".css", ".js"))
    return st.components.v2.component("workbench.before_after", html=html, css=css, js=js)
