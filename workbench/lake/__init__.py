"""The lake: what was run, what came out, who judged it. DuckLake tables behind records and frames.

    from workbench import lake
    with lake.open("workspace") as store:
        store.append_results(outcomes, run_id=…, spec_name=…)
        frame = store.query("runs")

The only place that imports duckdb, and only when a lake is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.lake.lake import Lake
    from workbench.settings import Settings

__all__ = ["open"]


def open(workspace: str | Path | Settings, *, read_only: bool = False) -> Lake:
    """Open the lake of a workspace; it is made if there is none.

    One `Lake` belongs to one thread of one process: open another one elsewhere, it costs tens of milliseconds.

    Args:
        workspace: The workspace's folder (the rest comes from the environment), or complete settings.
        read_only: Refuse writes; the lake must exist.

    Raises:
        LakeError: The catalogue is damaged, newer than this program, locked for longer than the wait, or absent.
        StorageFull: No room to make it.
    """
    from workbench import settings as settings_module
    from workbench.lake.lake import Lake

    if not isinstance(workspace, settings_module.Settings):
        workspace = settings_module.load(workspace=workspace)
    return Lake(workspace, read_only=read_only)
