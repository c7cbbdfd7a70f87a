"""How the images divide between the lanes: one bar, with letters and labels on it."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from workbench.charts.amounts import count, percent
from workbench.charts.theme import LANE_COLOURS, LANE_INKS, LANE_LETTERS, template
from workbench.domain.records import LANES, Lane

NAME_FITS = 0.16  # share of the bar that holds "A auto · 12.3%" at 600 px
SHARE_FITS = 0.09
LETTER_FITS = 0.02
HEIGHT_PX = 44


def lanes_bar(images: Mapping[Lane, int], *, least_n: int = 0, dark: bool = False) -> go.Figure:
    """One stacked bar from auto to senior.

    Args:
        images: Lane -> number of images; a lane may be missing.
        least_n: With fewer images in all, counts stand on the bar: a percentage would say more about chance.
        dark: For the dark theme.
    """
    total = sum(images.values())
    figure = go.Figure()
    for lane in LANES:
        n = images.get(lane, 0)
        if not n:
            continue
        share = n / total
        figure.add_bar(
            x=[n],
            y=[""],
            orientation="h",
            name=lane,
            marker={"color": LANE_COLOURS[lane], "line": {"width": 0}},
            text=_label(lane, share, percent(share) if total >= least_n else count(n)),
            textposition="inside",
            insidetextanchor="start" if share >= SHARE_FITS else "middle",
            textangle=0,
            constraintext="none",
            textfont={"color": LANE_INKS[lane], "size": 13},
            hovertemplate=f"<b>{LANE_LETTERS[lane]} {lane}</b><br>{count(n)} of {count(total)} images, "
            f"{percent(share)}<extra></extra>",
        )
    figure.update_layout(
        template=template(dark),
        barmode="stack",
        bargap=0,
        height=HEIGHT_PX,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis={"visible": False, "range": [0, max(total, 1)], "fixedrange": True},
        yaxis={"visible": False, "fixedrange": True},
    )
    return figure


def _label(lane: Lane, share: float, amount: str) -> str:
    if share >= NAME_FITS:
        return f"\u2002<b>{LANE_LETTERS[lane]}</b>\u2002{lane} · {amount}"
    if share >= SHARE_FITS:
        return f"\u2002<b>{LANE_LETTERS[lane]}</b>\u2002{amount}"
    return f"<b>{LANE_LETTERS[lane]}</b>" if share >= LETTER_FITS else ""
