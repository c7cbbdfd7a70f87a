"""``workbench look``, ``workbench upload`` and ``workbench runs …``: what the Run page does, from a terminal."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXIT_DIED = 1
WATCH_S = 1.0
SHORT = ("run", "set", "spec", "policy", "state", "images", "of", "refused", "failed")  # what a terminal has room for


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
TableFormat = Annotated[Format, typer.Option("--format", help="How to print: a table, CSV, or a list of objects.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Name of a run, its first letters, or `latest`.")]
LiveName = Annotated[str, typer.Argument(metavar="RUN", help="Name of a run that is going on, or its first letters.")]
By = Annotated[str | None, typer.Option(help="Who asks. Default: the user of this process.")]
SetName = Annotated[str | None, typer.Option("--set", help="Name of the set. Default: the folder's.")]

app = typer.Typer(
    invoke_without_command=True, help="List the runs; watch, pause, resume, cancel, repeat, compare them."
)


def register(main: typer.Typer) -> None:
    """Add these commands to the program's."""
    main.add_typer(app, name="runs")
    main.command("look")(look)
    main.command("upload")(upload)


def look(
    source: Annotated[str, typer.Argument(help="A manifest (CSV, Parquet), its https URL, or a folder of photos.")],
    spec: Annotated[str | None, typer.Option(help="Also estimate a run under this specification.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes for the estimate.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N images, in manifest order.")] = None,
    set_name: SetName = None,
    workspace: Workspace = None,
    table_format: TableFormat = Format.table,
) -> None:
    """Look at a set before it is run: count, categories, sizes, what cannot be read, and how long it would take."""
    from workbench.jobs.estimate_run import estimate_run
    from workbench.jobs.look_at_set import look_at_set
    from workbench.jobs.specs import read_spec
    from workbench.settings import load
    from workbench.terminal import print_look, progress_bar

    settings = load(workspace=workspace)
    used = read_spec(spec, settings) if spec else None
    with progress_bar("Looking") as advance:
        found = look_at_set(source, settings=settings, name=set_name, limit=limit, on_progress=advance)
    guess = estimate_run(found, used, settings=settings, workers=workers) if used else None
    print_look(found, guess, table_format.value)


def upload(
    files: Annotated[list[Path], typer.Argument(help="Photos, ZIP archives, and at most one manifest.")],
    name: Annotated[str, typer.Option(help="Name for the set.")] = "upload",
    workspace: Workspace = None,
) -> None:
    """Take in a set as the page's upload does: checked, stored under the workspace, ready to be run."""
    from contextlib import ExitStack

    from workbench.jobs.upload_set import Upload, upload_set
    from workbench.settings import load

    with ExitStack() as stack:
        opened = [Upload(name=path.name, file=stack.enter_context(_open(path))) for path in files]
        made = upload_set(opened, name=name, settings=load(workspace=workspace))
    typer.echo(made.folder)
    for left_out in made.left_out:
        typer.echo(f"left out {left_out}: neither a photo nor a manifest", err=True)


@app.callback()
def runs(
    context: typer.Context,
    table_format: TableFormat = Format.table,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 30,
    workspace: Workspace = None,
) -> None:
    """List the runs, the newest first: what they were made of, how they ended, and which are going on."""
    if context.invoked_subcommand is not None:
        return
    from workbench.jobs.runs_frame import runs_frame
    from workbench.settings import load
    from workbench.terminal import print_frame

    frame = runs_frame(load(workspace=workspace), limit=limit)
    print_frame(frame.select(SHORT) if table_format is Format.table else frame, table_format.value)


@app.command()
def watch(run: LiveName = "", workspace: Workspace = None) -> None:
    """Follow a run that goes on anywhere, until it ends; Ctrl-C stops looking, not the run."""
    from workbench.settings import load
    from workbench.terminal import watch_run

    if not watch_run(run, load(workspace=workspace), every_s=WATCH_S):
        raise typer.Exit(EXIT_DIED)


@app.command()
def pause(run: LiveName, by: By = None, workspace: Workspace = None) -> None:
    """Pause a run: no new photo is begun, those in hand are finished, and it waits."""
    _wish(run, "pause", by, workspace)


@app.command()
def cancel(run: LiveName, by: By = None, workspace: Workspace = None) -> None:
    """Cancel a run: photos in hand are finished, it ends as interrupted, and can be resumed later."""
    _wish(run, "cancel", by, workspace)


@app.command()
def resume(run: RunName, by: By = None, workspace: Workspace = None) -> None:
    """Let a paused run go on, or take up one that was interrupted, died, or met a full disk."""
    from workbench.jobs.live_runs import live_runs
    from workbench.settings import load

    if any(live.alive and live.run_id.startswith(run) for live in live_runs(load(workspace=workspace))):
        _wish(run, "go", by, workspace)
    else:
        again(run, by, workspace)


@app.command()
def again(run: RunName, by: By = None, workspace: Workspace = None) -> None:
    """Start a run of the past with its own settings, as a process of its own; prints the name of the run."""
    from workbench.jobs.run_pulse import user_name
    from workbench.jobs.start_run import run_again
    from workbench.settings import load

    typer.echo(run_again(run, settings=load(workspace=workspace), by=by or user_name()))


@app.command()
def compare(
    run_a: Annotated[str, typer.Argument(metavar="A", help="Run to compare with.")],
    run_b: Annotated[str, typer.Argument(metavar="B", help="Run that is compared.")],
    table_format: TableFormat = Format.table,
    workspace: Workspace = None,
) -> None:
    """Compare two runs of one set: lanes from and to, checks that flipped, risk, time; CSV and JSON list the images."""
    from workbench.jobs.compare_runs import compare_runs
    from workbench.settings import load
    from workbench.terminal import print_comparison

    print_comparison(compare_runs(run_a, run_b, settings=load(workspace=workspace)), table_format.value)


def _wish(run: str, wish: str, by: str | None, workspace: Path | None) -> None:
    from workbench.jobs.live_runs import wish_run
    from workbench.jobs.run_pulse import user_name
    from workbench.settings import load

    asked = wish_run(run, wish, by=by or user_name(), settings=load(workspace=workspace))
    typer.echo(f"{asked.run_id}: asked to {'resume' if wish == 'go' else wish}")


def _open(path: Path):
    from workbench.domain.errors import UsageError

    try:
        return open(path, "rb")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), allowed="a file") from error
