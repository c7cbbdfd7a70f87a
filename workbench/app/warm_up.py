"""Loads, while the server starts, what the first page needs: the readers, the charts, the answers without filters."""

from __future__ import annotations

from workbench.app import data, shop, writer
from workbench.app.filters import KEPT_FROM, RUNS_OFFERED, Filters
from workbench.app.images_panel import SORTS, images
from workbench.app.manager_figures import manager_figures
from workbench.app.overview_figures import overview_figures
from workbench.charts.lanes_bar import lanes_bar
from workbench.charts.step_seconds import step_seconds
from workbench.domain.errors import WorkbenchError
from workbench.jobs.standing_files import mend_files


def warm_up() -> None:
    """Ask once what the overview asks; a lake that is not there, or is broken, is the page's to tell."""
    lanes_bar({"auto": 1})
    step_seconds(["load_image"], [0.1])
    chosen = Filters()
    try:
        data.open_readers()
        data.rows("app_slow_figures", kept_from=KEPT_FROM)
        data.rows("app_runs", limit=RUNS_OFFERED, include_simulated=False, set_id=None)
        data.rows("choices")
        data.rows("app_choices", include_simulated=False, set_id=None)
        if data.rows("app_counts", **chosen.of_figures()).height:  # none while every result is simulated
            overview_figures(chosen)
        if shop.rates_problem() is None:
            manager_figures(chosen)
        for metric in ("images_by_lane", "seconds_per_step", "failure_reasons", "review_reasons", "weekly"):
            data.metric(metric, **chosen.of_figures())
        images(chosen, next(iter(SORTS)))
        writer.write(mend_files)  # links that a killed process left half moved
    except WorkbenchError:
        return
