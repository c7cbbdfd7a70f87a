"""``workbench inspect …``: the images in FiftyOne, tags back, a selection to Label Studio, slices that cost most."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

inspect_app = typer.Typer(help="Look at images in FiftyOne: build the dataset, open the App, bring tags back.")

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Simulated = Annotated[bool, typer.Option("--simulated", help="The simulated images; they have a dataset of their own.")]


@inspect_app.callback(invoke_without_command=True)
def inspect(
    context: typer.Context,
    run: Annotated[str | None, typer.Option(help="Only the images of a run, or `latest`.")] = None,
    set_name: Annotated[str | None, typer.Option("--set", help="Only the images of a set.")] = None,
    failed_only: Annotated[bool, typer.Option("--failed-only", help="Only what failed or was sent back.")] = False,
    simulated: Simulated = False,
    open_app: Annotated[bool, typer.Option("--app/--no-app", help="Open FiftyOne's App when it is built.")] = True,
    job: Annotated[str | None, typer.Option(hidden=True, help="Tell this job's file how far it is.")] = None,
    workspace: Workspace = None,
) -> None:
    """Build or update the FiftyOne dataset and open the App, on this machine only. The same again changes nothing."""
    if context.invoked_subcommand is not None:
        return
    from workbench.domain.errors import UsageError
    from workbench.jobs.inspect_images import Chosen
    from workbench.jobs.inspection_job import build_and_tell, read_wanted
    from workbench.settings import load

    if run is not None and set_name is not None:
        raise UsageError("both a run and a set", where="--run, --set", allowed="one of them")
    settings = load(workspace=workspace)
    images = read_wanted(job, settings) if job else ()
    chosen = Chosen(run=run, set_name=set_name, failed_only=failed_only, simulated=simulated, images=images)
    build_and_tell(chosen, settings, job=job, open_app=open_app, say=typer.echo)


@inspect_app.command()
def stop(workspace: Workspace = None) -> None:
    """End the App and its database; the dataset and its tags stay."""
    from workbench.inspection.database import stop_database
    from workbench.inspection.start_app import stop_app
    from workbench.jobs.inspection_place import inspection_place
    from workbench.settings import load

    place = inspection_place(load(workspace=workspace))
    ended = [stop_app(place), stop_database(place)]
    typer.echo("stopped" if any(ended) else "it did not run")


@inspect_app.command()
def sync(
    simulated: Simulated = False,
    by: Annotated[str | None, typer.Option(help="Who brings them. Default: the user of this process.")] = None,
    workspace: Workspace = None,
) -> None:
    """Bring tags set in FiftyOne into the lake: what was set, what was taken away, by whom, when."""
    from workbench.jobs.sync_tags import sync_tags
    from workbench.settings import load

    done = sync_tags(load(workspace=workspace), simulated=simulated, by=by)
    typer.echo(f"{done.added} tags new, {done.gone} taken away, {done.standing} stand")


@inspect_app.command()
def push(
    project: Annotated[str, typer.Argument(help="A labeling project, see `workbench label projects`.")],
    tag: Annotated[str, typer.Option(help="Which images: those that carry this tag in FiftyOne.")],
    by: Annotated[str | None, typer.Option(help="Who sends them. Default: the user of this process.")] = None,
    workspace: Workspace = None,
) -> None:
    """Send a tagged selection to Label Studio, and mark in FiftyOne and the lake what was sent."""
    from workbench.jobs.push_tagged import push_tagged
    from workbench.settings import load

    images, there, report = push_tagged(
        project, tag, load(workspace=workspace), by=by, say=lambda words: typer.echo(words, err=True)
    )
    done, left = report.pushed, f"; {images - there} cannot be shown there" if there < images else ""
    typer.echo(f"{images} images tagged {tag!r}: {done.sent} tasks sent, {done.known} known{left}")
    typer.echo(f"label them: {report.there.stream_url}")


@inspect_app.command()
def slices(
    simulated: Simulated = False,
    style: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    workspace: Workspace = None,
) -> None:
    """The kinds of images whose rework costs most, found on one half of the products and sized on the other."""
    import polars as pl

    from workbench.jobs.costly_slices import costly_slices
    from workbench.settings import load
    from workbench.terminal import print_frame

    found = costly_slices(load(workspace=workspace), {"include_simulated": simulated})
    rows = [
        {"kind": one.words, "beneath": one.beneath, "images": one.images, "n": one.n, "failed": one.rate,
         "rest": one.rate_rest, "more_minutes": one.more_minutes, "low": one.more_minutes_low,
         "high": one.more_minutes_high, "total_minutes": one.total_minutes, "p": one.p}
        for one in found.slices
    ]  # fmt: skip
    if rows:
        print_frame(pl.DataFrame(rows), style)
    typer.echo(
        f"{len(rows)} of {found.looked_at} kinds stand out; {found.tested} tested on {found.skus} products "
        f"({found.images} judged images)", err=True,
    )  # fmt: skip
