"""Promise and truth: one dot for each sample that chose a limit, and what that limit really lets through."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from workbench.charts.amounts import percent
from workbench.charts.theme import VERDICT_COLOURS, quiet, template

HEIGHT_PX = 300
RULE_WORDS = {"naive": "highest limit that looks good", "certified": "highest limit that is proved"}


def promise_chart(trials: pl.DataFrame, *, target: float, dark: bool = False) -> go.Figure:
    """Faulty share of what each chosen limit lets out, sorted, one panel of dots a rule, the promise as a line.

    Args:
        trials: rule, true_share, goes_out, sample_share, kept; one row a sample and rule.
        target: The promise.
        dark: For the dark theme.
    """
    figure = go.Figure()
    rules = trials["rule"].unique(maintain_order=True).to_list()
    for place, rule in enumerate(rules):
        mine = trials.filter(pl.col("rule") == rule)
        rows = mine.drop_nulls("true_share").sort("true_share")
        n = max(rows.height, 1)
        broken = int((~rows["kept"]).sum())
        figure.add_scatter(
            x=[place + 0.06 + 0.88 * i / n for i in range(rows.height)], y=rows["true_share"].to_list(), mode="markers",
            marker={
                "size": 5, "color": [VERDICT_COLOURS["approved" if kept else "rejected"] for kept in rows["kept"]],
            },
            customdata=[
                [percent(true), percent(seen), percent(out)]
                for true, seen, out in rows.select("true_share", "sample_share", "goes_out").iter_rows()
            ],
            hovertemplate="%{customdata[2]} of images go out<br>in its sample %{customdata[1]} faulty, "
            "in truth <b>%{customdata[0]}</b><extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            x=place + 0.5, y=1, yref="paper", yanchor="bottom", showarrow=False, font={"size": 13},
            text=f"{RULE_WORDS.get(rule, rule)}<br><b>{broken} of {mine.height}</b> break the promise",
        )  # fmt: skip
    figure.add_hline(
        y=target, line={"color": quiet(dark), "width": 1, "dash": "dash"}, annotation_text=f"promise {percent(target)}",
        annotation_position="top left", annotation_font={"color": quiet(dark), "size": 12},
    )  # fmt: skip
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 8, "t": 52, "b": 0},
        xaxis={"range": [0, max(len(rules), 1)], "visible": False, "fixedrange": True},
        yaxis={"title": "faulty in truth", "tickformat": ".0%", "fixedrange": True},
    )  # fmt: skip
    return figure
