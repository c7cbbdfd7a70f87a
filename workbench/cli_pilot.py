"""``workbench pilot …``: several engines on the same photos, from the question to the report that is signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

pilot_app = typer.Typer(no_args_is_help=True, help="Vendor pilots: new, plan, run, burst, push, report.")

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
    reference: Annotated[
        str | None, typer.Option(help="The engine that is a retoucher's work: the blind test asks who can tell it.")
    ] = None,
    judges: Annotated[int, typer.Option(min=1, help="People who compare, registered before anybody looks.")] = 2,
    pairs: Annotated[int, typer.Option(min=2, help="Comparisons of each.")] = 60,
    workspace: Workspace = None,
) -> None:
    """Write a pilot's file: question, margin, n and budget are fixed before the first call."""
    from workbench.jobs.pilot_new import new_pilot
    from workbench.settings import load
    from workbench.vendors.pilot import BlindPlan

    folder = new_pilot(
        name, question=question, source=source, engines=engine, baseline=baseline, measure=measure, margin=margin,
        per_category=per_category, budget_eur=budget, seed=seed, settings=load(workspace=workspace),
        blind=BlindPlan(judges=judges, pairs=pairs, reference=reference),
    )  # fmt: skip
    typer.echo(f"{folder.file}\nlook at it, then: workbench pilot plan {name}")


@pilot_app.command("plan")
def plan(
    name: Name,
    spread: Annotated[
        float | None, typer.Option(help="Standard deviation of the difference from photo to photo, if you know it.")
    ] = None,
    spread_of: Annotated[str | None, typer.Option(help="An earlier pilot that measured it.", metavar="PILOT")] = None,
    workspace: Workspace = None,
) -> None:
    """Say what a pilot would do, cost and could show, before anything is called."""
    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_new import plan_pilot
    from workbench.jobs.pilot_plan_words import pilot_plan_words
    from workbench.settings import load

    settings = load(workspace=workspace)
    earlier = None if spread_of is None else open_pilot(spread_of, settings)
    found = plan_pilot(open_pilot(name, settings), settings, spread=spread, spread_of=earlier)
    pilot = found.pilot
    typer.echo(f"{pilot.question}\n{', '.join(pilot.engines)}, held against {pilot.baseline} by {pilot.measure}")
    for line in pilot_plan_words(found):
        typer.echo(line)
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


@pilot_app.command("spreads")
def spreads(name: Name, workspace: Workspace = None, style: Style = "table") -> None:
    """How far two engines lie apart from photo to photo: what the next pilot's number of photos rests on."""
    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_spreads import pilot_spreads
    from workbench.settings import load
    from workbench.terminal import print_frame

    print_frame(pilot_spreads(open_pilot(name, load(workspace=workspace))), style)


@pilot_app.command("burst")
def burst_command(
    name: Name,
    engine: Annotated[str, typer.Option(help="A service, or an engine of this machine: it is served on localhost.")],
    images: Annotated[list[int], typer.Option(min=1, max=100_000, help="How many at once; may be given again.")],
    at_once: Annotated[int, typer.Option(min=1, max=512, help="Connections, where it is served here.")] = 64,
    service_workers: Annotated[int, typer.Option(min=1, help="Photos it works on at once, where served here.")] = 2,
    workspace: Workspace = None,
    style: Style = "table",
) -> None:
    """Send many photos at once: speed, waits, errors, retries, and whether any was lost or came twice."""
    import contextlib

    import polars as pl

    from workbench.jobs.engine_files import read_engine
    from workbench.jobs.local_service import local_service
    from workbench.jobs.pilot_burst import burst, keep_burst
    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_new import plan_pilot
    from workbench.settings import load
    from workbench.terminal import print_frame, progress_bar

    settings = load(workspace=workspace)
    folder = open_pilot(name, settings)
    photos = [photo.path for photo in plan_pilot(folder, settings).photos]
    used = read_engine(engine, settings)
    with contextlib.ExitStack() as stack:
        if not used.remote:
            used = stack.enter_context(local_service(used, settings, workers=service_workers, at_once=at_once))
        for many in images:
            with progress_bar(f"{many} at once") as advance:
                found = burst(used, photos, images=many, pixel_limit=settings.pixel_limit, on_image=advance)
            keep_burst(folder, found)
            row = {
                "images": found.images, "answered": found.answered, "lost": found.lost, "doubled": found.doubled,
                "per_second": found.per_second, **{f"wait_{p}_s": s for p, s in found.latency_s.items()},
                "retries": found.retries, "turned_away": found.turned_away, "faults": str(dict(found.faults) or "none"),
            }  # fmt: skip
            print_frame(pl.DataFrame([row]), style)


@pilot_app.command("push")
def push(
    name: Name,
    restore: Annotated[bool, typer.Option(help="Also send again what was deleted on the server.")] = False,
    workspace: Workspace = None,
) -> None:
    """Send the blind test's pairs to Label Studio; `workbench label pull blind_ab` brings the votes back."""
    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_pairs import push_pilot_pairs
    from workbench.settings import load

    settings = load(workspace=workspace)
    report = push_pilot_pairs(
        open_pilot(name, settings), settings, restore=restore, say=lambda words: typer.echo(words, err=True)
    )
    done = report.pushed
    typer.echo(f"{done.sent} sent, {done.known + done.found} there before; compare them: {report.there.stream_url}")


@pilot_app.command("report")
def report(
    name: Name,
    out: Annotated[
        Path | None, typer.Option(help="The HTML file. Default: in the pilot's folder.", metavar="FILE")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Write the report: one HTML file, question by question, with the photos that decided it and a place to sign."""
    from workbench.jobs.pilot_folder import open_pilot
    from workbench.jobs.pilot_report import write_pilot_report
    from workbench.settings import load

    settings = load(workspace=workspace)
    typer.echo(write_pilot_report(open_pilot(name, settings), settings, out=out))
