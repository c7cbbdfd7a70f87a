"""``workbench label …``: Label Studio's server, tasks to it, labels back, and whether the two agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench import cli_label_quality

label_app = typer.Typer(no_args_is_help=True, help="Label with Label Studio: serve, push, pull, reconcile.")
cli_label_quality.register(label_app)

EXIT_DIFFERENT = 1

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Project = Annotated[str, typer.Argument(help="A labeling project, see `workbench label projects`.")]
Style = Annotated[str, typer.Option("--format", help="table, csv or json.")]


@label_app.command()
def serve(workspace: Workspace = None) -> None:
    """Install Label Studio in the workspace (once) and start it on this machine only, in the background."""
    from workbench.jobs.label_server import place_of, serve_labels
    from workbench.settings import load

    settings = load(workspace=workspace)
    account = serve_labels(settings, say=_say)
    typer.echo(f"{account.url}\nsign in as {account.email}; the password is in {place_of(settings).account_file}")


@label_app.command()
def stop(workspace: Workspace = None) -> None:
    """End the server of this workspace; tasks and labels stay."""
    from workbench.jobs.label_server import stop_labels
    from workbench.settings import load

    typer.echo("stopped" if stop_labels(load(workspace=workspace)) else "it did not run")


@label_app.command()
def doctor(workspace: Workspace = None, style: Style = "table") -> None:
    """Say what is wrong with the server: address, version, token, pictures. Exits with 1 if anything is."""
    import polars as pl

    from labeling.doctor import examine
    from workbench.jobs.label_server import crops_folder, server_address
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    url, token = server_address(settings)
    findings = examine(url, token, crops=crops_folder(settings))
    words = {True: "ok", False: "wrong", None: "not asked"}
    print_frame(pl.DataFrame([{"what": f.what, "is": words[f.ok], "words": f.words} for f in findings]), style)
    if any(finding.ok is False for finding in findings):
        raise typer.Exit(EXIT_DIFFERENT)


@label_app.command()
def projects(style: Style = "table") -> None:
    """List the labeling projects and what each asks."""
    import polars as pl

    from labeling.project import list_projects, read_project
    from workbench.terminal import print_frame

    found = [read_project(name) for name in list_projects()]
    rows = [
        {"project": one.name, "layouts": ", ".join(one.layouts), "asks": ", ".join(one.layout().questions),
         "about": one.about}
        for one in found
    ]  # fmt: skip
    print_frame(pl.DataFrame(rows), style)


@label_app.command()
def push(
    project: Project, workspace: Workspace = None,
    source: Annotated[str | None, typer.Option("--from", metavar="QUERY|SET", help="A folder, a set's name, filters "
        "such as lane=manual,reason=halo|holes, or a saved query. Default: the lake; mole_hair: the shipped crops.")]
        = None,
    layout: Annotated[str, typer.Option(help="single, or sheet where the project has one.")] = "single",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N items.")] = None,
    close_up: Annotated[bool, typer.Option("--close-up", help="mole_hair: all of a picture is skin.")] = False,
    overlap: Annotated[float | None, typer.Option(help="Share of tasks that go to several labelers.")] = None,
    labelers: Annotated[int | None, typer.Option(help="To how many.")] = None,
    gold: Annotated[float | None, typer.Option(help="Share of tasks whose answer is known (`label gold`).")] = None,
    restore: Annotated[bool, typer.Option(help="Also send again what was deleted on the server.")] = False,
) -> None:  # fmt: skip
    """Send what is not on the server yet. Running the same thing again resumes: no task is ever there twice."""
    from rich.progress import Progress

    from workbench.jobs.push_labels import push_labels
    from workbench.settings import load

    with Progress(transient=True) as bar:
        line = bar.add_task("tasks on the server", total=None)
        report = push_labels(
            project, load(workspace=workspace), source=source, layout=layout, limit=limit, close_up=close_up,
            overlap=overlap, labelers=labelers, gold=gold, restore=restore, say=_say,
            on_progress=lambda done: bar.update(line, completed=done.sent + done.found + done.known),
        )  # fmt: skip
    done = report.pushed
    noted = f", {done.found} found there and noted" if done.found else ""
    again = f"; {done.lost_answers} answers were lost, {done.removed} copies taken away" if done.lost_answers else ""
    more = f"; {report.planned} go to several labelers or have a known answer" if report.planned else ""
    typer.echo(f"{done.sent} sent, {done.known} known{noted}{again}{more}\nlabel them: {report.there.stream_url}")


@label_app.command()
def query(name: Annotated[str, typer.Argument(help="How to call it.")],
          filters: Annotated[str, typer.Argument(help="Such as category=footwear,reason=halo|holes.")],
          workspace: Workspace = None) -> None:  # fmt: skip
    """Save filters under a name, to push what they find: `label push failure_mode --from NAME`."""
    from workbench.jobs.label_source import save_query
    from workbench.settings import load

    typer.echo(save_query(name, filters, load(workspace=workspace)))


@label_app.command()
def gold(project: Project, file: Annotated[Path, typer.Argument(help="CSV with item_key (or crop_hash) and value "
         "(or label); question where the project asks several.", exists=True, dir_okay=False)],
         workspace: Workspace = None) -> None:  # fmt: skip
    """Note answers that are known to be right; `label push --gold SHARE` plants them among the others."""
    from workbench.jobs.label_gold import note_gold
    from workbench.settings import load

    typer.echo(f"{note_gold(project, file, load(workspace=workspace))} new")


@label_app.command()
def pull(
    project: Project, workspace: Workspace = None,
    everything: Annotated[bool, typer.Option("--everything", help="Look at every task.")] = False,
) -> None:  # fmt: skip
    """Bring labels into the lake: new ones, edits, and what was deleted. Verdicts go on to the reviews."""
    from workbench.jobs.pull_labels import pull_labels
    from workbench.settings import load

    _print_pulled(pull_labels(project, load(workspace=workspace), everything=everything, say=_say))


@label_app.command()
def listen(
    projects: Annotated[list[str] | None, typer.Argument(help="Default: all that are on the server.")] = None,
    workspace: Workspace = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="On this machine only; 0: any that is free.")] = 0,
) -> None:
    """Bring labels into the lake as they are given, until interrupted."""
    import signal
    import threading

    from workbench.jobs.listen_labels import listen_labels
    from workbench.settings import load

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    listen_labels(
        load(workspace=workspace), projects=tuple(projects or ()), port=port, stop=stop, say=_say,
        on_pull=lambda _, report: _print_pulled(report),
    )  # fmt: skip


@label_app.command()
def answers(project: Project, workspace: Workspace = None, style: Style = "table") -> None:
    """What labelers answered, a row a judgement: shots, failures with their boxes, blind winners, masks."""
    import polars as pl

    from workbench.jobs.label_rows import label_rows
    from workbench.settings import load
    from workbench.terminal import print_frame

    rows = label_rows(project, load(workspace=workspace))
    if style == "table" and project == "blind_ab":  # what a screen has room for; csv and json have all 25 columns
        sides = (pl.format("{}, {}", f"{side}_engine", f"{side}_spec").alias(side) for side in ("winner", "loser"))
        rows = rows.select("item_key", "state", "better", "annotator", *sides)
    print_frame(rows, style)


@label_app.command()
def reconcile(project: Project, workspace: Workspace = None, style: Style = "table") -> None:
    """Hold the lake to the server: sent = stored = labelled + open. Exits with 1 and names every difference."""
    from dataclasses import asdict

    import polars as pl

    from workbench.jobs.pull_labels import reconcile_labels
    from workbench.settings import load
    from workbench.terminal import print_frame

    done = reconcile_labels(project, load(workspace=workspace), say=_say)
    for layout, one in done.items():
        typer.echo(
            f"{layout}: sent {one.sent} = stored {one.stored} = labelled {one.labelled} + open {one.open}; annotations "
            f"there {one.annotations_there}, here {one.annotations_here}", err=style != "table",
        )  # fmt: skip
    found = [{"layout": layout, **asdict(entry)} for layout, one in done.items() for entry in one.differences]
    if found:
        print_frame(pl.DataFrame(found), style)
    if not all(one.agrees for one in done.values()):
        raise typer.Exit(EXIT_DIFFERENT)


@label_app.command()
def agreement(project: Project, workspace: Workspace = None, style: Style = "table") -> None:
    """How far labelers agree beyond chance, by question and word: alpha with its 95% interval, kappa."""
    from workbench.jobs.label_agreement import label_agreement
    from workbench.settings import load
    from workbench.terminal import print_frame

    print_frame(label_agreement(project, load(workspace=workspace)), style)


def _print_pulled(report) -> None:
    for layout, one in report.items():
        looked = "every task looked at" if one.everything else "only what changed"
        typer.echo(f"{layout}: {one.annotations} new or changed, {one.deleted} deleted ({looked})")
        if one.refused:
            _say(f"{layout}: {one.refused} kept that cannot be read; the lake's label_annotations.refused says why")
    given = report.verdicts
    if given is not None:
        typer.echo(
            f"verdicts: {given.new} new, {given.taken_back} taken back, {given.waiting} wait for the QA board, "
            f"{given.left} left out"
        )
    for pilot, votes in report.votes.items():
        typer.echo(f"pilot {pilot}: {votes} votes")


def _say(words: str) -> None:
    typer.echo(words, err=True)
