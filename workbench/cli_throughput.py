"""``workbench throughput`` and ``workbench shop``: the arithmetic of a day, and the day simulated."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

# the same as operations.plan_shop's, which would be slow to import for `--help`
AUTO_S, MANUAL_S, MANUAL_CV = 5.0, 90.0, 0.8
WIDE_COLUMNS = 6


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class Arrivals(StrEnum):
    """When the images come."""

    monday = "monday"
    hourly = "hourly"
    week = "week"


class Shown(StrEnum):
    """Which of the simulation's tables is printed."""

    figures = "figures"
    lanes = "lanes"
    people = "people"
    depth = "depth"
    sweep = "sweep"


Images = Annotated[int, typer.Option(help="How many come.")]
AutoShare = Annotated[float, typer.Option(help="Share that nobody has to touch, 0 to 1.")]
AutoS = Annotated[float, typer.Option(help="Seconds of the engine an image.")]
ManualS = Annotated[float, typer.Option(help="Active seconds of a person an image.")]
Retouchers = Annotated[int, typer.Option(help="People who share the manual work.")]
ShiftH = Annotated[float, typer.Option(help="Hours of work a day.")]
Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
TableFormat = Annotated[Format, typer.Option("--format", help="How to print: a table, CSV, or a list of objects.")]


def register(main: typer.Typer) -> None:
    """Add these commands to the program's."""
    main.command()(throughput)
    main.command()(shop)


def throughput(
    images: Images = 1200,
    auto_share: AutoShare = 0.8,
    auto_s: AutoS = AUTO_S,
    manual_s: ManualS = MANUAL_S,
    retouchers: Retouchers = 1,
    shift_h: ShiftH = 8.0,
    table_format: TableFormat = Format.table,
) -> None:
    """Work out machine minutes and people's hours, with the formula; no waiting, no chance (see `shop`)."""
    import polars as pl

    from workbench.operations.throughput import Throughput
    from workbench.terminal import print_frame

    found = Throughput(
        images=images, auto_share=auto_share, auto_s=auto_s, manual_s=manual_s, retouchers=retouchers, shift_h=shift_h
    )
    if table_format is Format.table:
        for line in found.formulas:
            typer.echo(line)
        return
    print_frame(pl.DataFrame([found.row()], infer_schema_length=None), table_format.value)


def shop(
    images: Images = 1200,
    auto_share: Annotated[float | None, typer.Option(help="Share that nobody has to touch. Default: 0.8.")] = None,
    auto_s: Annotated[float | None, typer.Option(help="Seconds of the engine an image. Default: 5.")] = None,
    engine_workers: Annotated[int, typer.Option(help="Images the engine works on at once.")] = 1,
    manual_s: ManualS = MANUAL_S,
    manual_cv: Annotated[float, typer.Option(help="Spread of those seconds: standard deviation / mean.")] = MANUAL_CV,
    retouchers: Retouchers = 1,
    seniors: Annotated[int, typer.Option(help="People who also do the senior lane.")] = 0,
    shift_h: ShiftH = 8.0,
    arrivals: Annotated[Arrivals, typer.Option(help="All at nine on Monday, hourly that day, or all week.")] = (
        Arrivals.monday
    ),
    due_h: Annotated[float, typer.Option(help="Hours from arrival until an image is late.")] = 24.0,
    urgent_share: Annotated[float, typer.Option(help="Share that is due within four hours and goes first.")] = 0.0,
    rework_share: Annotated[
        float | None, typer.Option(help="Share of every round that comes back. Default: 0.")
    ] = None,
    overtime: Annotated[bool, typer.Option(help="People stay up to two hours while something waits.")] = False,
    measured: Annotated[
        bool, typer.Option(help="Take what is not given here from what the workspace measured.")
    ] = False,
    simulated_set: Annotated[str | None, typer.Option(help="Measure in this simulated set instead.")] = None,
    replications: Annotated[int, typer.Option(min=2, max=1000, help="How often the day is simulated.")] = 20,
    seed: Annotated[int, typer.Option(help="The same one gives the same figures.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    show: Annotated[Shown, typer.Option(help="Which table: totals, lanes, people, queues over time, or by share.")] = (
        Shown.figures
    ),
    workspace: Workspace = None,
    table_format: TableFormat = Format.table,
) -> None:
    """Simulate the day: queues, turnaround, utilisation, overtime and what is late, with 95% intervals."""
    from workbench.operations.plan_shop import Plan, plan_shop
    from workbench.operations.replicate_shop import replicate_shop
    from workbench.operations.sweep_auto_share import sweep_auto_share
    from workbench.terminal import print_frame, progress_bar

    given: dict[str, Any] = {
        "images": images, "engine_workers": engine_workers, "manual_s": manual_s, "manual_cv": manual_cv,
        "retouchers": retouchers, "seniors": seniors, "shift_h": shift_h, "pattern": arrivals.value, "due_h": due_h,
        "urgent_share": urgent_share, "overtime": overtime,
    }  # fmt: skip
    shares = {"auto_share": auto_share, "auto_s": auto_s, "rework_share": rework_share}
    known = _measured(workspace, simulated_set) if measured or simulated_set else {}
    plan = Plan(**given, **(known | {name: value for name, value in shares.items() if value is not None}))
    with progress_bar("Simulating") as advance:
        if show is Shown.sweep:
            frame = sweep_auto_share(plan, replications=replications, seed=seed, on_progress=advance)
        else:
            found = replicate_shop(
                plan_shop(plan), replications=replications, seed=seed, workers=workers, on_progress=advance
            )
            frame = found.table() if show is Shown.figures else getattr(found, show.value)
    if table_format is Format.table:  # intervals of a wide table are in the CSV
        wide = frame.width > WIDE_COLUMNS
        frame = frame.select(name for name in frame.columns if not (wide and name.endswith(("_low", "_high"))))
    print_frame(frame, table_format.value)


def _measured(workspace: Path | None, simulated_set: str | None) -> dict[str, Any]:
    """What the workspace measured, in a plan's words; says on stderr where each number comes from."""
    from workbench import lake
    from workbench.jobs.measured_shop import measured_shop
    from workbench.settings import load

    with lake.open(load(workspace=workspace), read_only=True) as store:
        found = measured_shop(store, set_id=simulated_set, include_simulated=simulated_set is not None)
    for line in found.words:
        typer.echo(line, err=True)
    return found.plan_values()
