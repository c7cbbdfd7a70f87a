"""``workbench pilot …``: several engines on the same photos, from the question to the report that is signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

pilot_app = typer.Typer(no_args_is_help=True, help="Vendor pilots: new, plan, run, burst, report.")

EXIT_FAILED_IMAGES = 3
Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Name = Annotated[str, typer.Argument(help="Name of the pilot.")]
Style = Annotated[str, typer.Option("--format", help="table, csv or json.")]


@pilot_app.command("new")
def new(
    name: Name,
    question: Annotated[str, typer.Option(help="What is to be decided, in a sentence.")],
    source: Annotated[str, typer.Option("--set", help="Manifest or folder the photos are drawn from.")],
    engine: Annotated[list[str], typer.Option(help="An engine of `workbench engines list`; give two or more.")],
    baseline: Annotated[
        str | None, typer.Option(help="The engine others are held against. Default: the first.")
    ] = None,
    measure: Annotated[
        str, typer.Option(help="iou, boundary_f, sad, mse, grad or conn: the one that decides.")
    ] = "iou",
    margin: Annotated[float, typer.Option(help="How much worse still counts as good enough.")] = 0.01,
    per_category: Annotated[int, typer.Option(min=1, help="Photos of each category.")] = 10,
    budget: Annotated[float, typer.Option(min=0, help="Euros that calls may cost at most.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    workspace: Workspace = None,
) -> None:
    """Write a pilot's file: question, margin, n and budget are fixed before the first call."""
    from workbench.jobs.pilot_new import new_pilot
    from workbench.settings import load

    folder = new_pilot(
        name, question=question, source=source, engines=engine, baseline=baseline, measure=measure, margin=margin,
        per_category=per_category, budget_eur=budget, seed=seed, settings=load(workspace=workspace),
    )  # fmt: skip
    typer.echo(f"{folder.file}\nlook at it, then: workbench pilot plan {name}")


@pilot_app.command("plan")
def plan(
    name: Name,
    spread: Annotated[
        float | None, typer.Option(help="Standard deviation of the difference from photo to photo, if you know it.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Say what a pilot would do, cost and could show, before anything is called."""
    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_new import plan_pilot
    from workbench.settings import load

    settings = load(workspace=workspace)
    found = plan_pilot(open_pilot(name, settings), settings, spread=spread)
    pilot = found.pilot
    typer.echo(f"{pilot.question}\n{', '.join(pilot.engines)}, held against {pilot.baseline} by {pilot.measure}")
    typer.echo(f"{len(found.photos)} photos of {len(found.available)} categories, {found.with_truth} with a true matte")
    for category, missing in found.short.items():
        typer.echo(f"  {category}: {missing} fewer than asked for")
    if found.needed_for_margin:
        guess = "" if spread else " (the spread is guessed from renders: --spread takes your own)"
        typer.echo(
            f"to show a difference below {pilot.margin:g} in all: about {found.needed_for_margin} photos; to find one "
            f"that large in each category: about {found.needed_each} of each{guess}"
        )
    typer.echo(f"calls cost at most €{found.most_eur:.2f}, the budget is €{pilot.budget_eur:.2f}")
    typer.echo(f"photos leave this machine for: {', '.join(found.sends_away) or 'nobody'}")
    for problem in found.problems:
        typer.secho(f"  {problem}", fg="yellow")


@pilot_app.command("run")
def run(
    name: Name,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes for engines of this machine.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Ask again for photos that failed.")] = False,
    workspace: Workspace = None,
) -> None:
    """Ask every engine for every photo; the same command again resumes. Stops before the budget."""
    from rich.progress import Progress

    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_run import run_pilot
    from workbench.settings import load

    settings = load(workspace=workspace)
    folder = open_pilot(name, settings)
    with Progress(transient=True) as bar:
        lines: dict[str, object] = {}

        def show(engine: str, done: int, total: int) -> None:
            lines.setdefault(engine, bar.add_task(engine, total=total))
            bar.update(lines[engine], completed=done)

        ran = run_pilot(folder, settings, workers=workers, retry_failed=retry_failed, on_photo=show)
    held = f", {ran.not_sent} not sent" if ran.not_sent else ""
    typer.echo(f"{ran.done} cut out, {ran.failed} failed{held}, {ran.reused} known before; €{ran.spent_eur:.2f} spent")
    if ran.stopped:
        typer.secho(f"stopped: {ran.stopped}", fg="yellow", err=True)
    if ran.failed or ran.stopped:
        raise typer.Exit(EXIT_FAILED_IMAGES)


@pilot_app.command("list")
def list_pilots(workspace: Workspace = None, style: Style = "table") -> None:
    """All pilots of this workspace and how far they are."""
    import polars as pl

    from workbench.jobs.pilot_catalogue import pilot_catalogue
    from workbench.settings import load
    from workbench.terminal import print_frame

    print_frame(pl.DataFrame(pilot_catalogue(load(workspace=workspace))), style)


@pilot_app.command("show")
def show(name: Name, workspace: Workspace = None, style: Style = "table") -> None:
    """The comparison in words: each engine against the baseline, in all and by category."""
    from workbench.jobs.pilot_figures import pilot_figures
    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_frames import compared_frame
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    print_frame(compared_frame(pilot_figures(open_pilot(name, settings), settings)), style)
