"""``workbench engines …`` and ``workbench serve-engine``: what can be asked for a cutout, and asking it over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

engines_app = typer.Typer(no_args_is_help=True, help="Engines: ours, ONNX files, services, delivered folders.")

PORT = 8600
EXIT_WRONG_FILES = 3
Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]


@engines_app.command("list")
def list_engines(
    workspace: Workspace = None, style: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table"
) -> None:
    """All engines a pilot can name, and what is wrong with those that cannot be used."""
    import polars as pl

    from workbench.jobs.engine_files import engine_catalogue
    from workbench.settings import load
    from workbench.terminal import print_frame

    print_frame(pl.DataFrame(engine_catalogue(load(workspace=workspace))), style)


@engines_app.command("new")
def new_engine(
    name: Annotated[str, typer.Argument(help="Name of the engine, and of its file.")],
    template: Annotated[str, typer.Option("--from", help="remove_bg, photoroom, u2net, isnet, birefnet, delivered.")],
    workspace: Workspace = None,
) -> None:
    """Write an engine file to fill in, from a template."""
    from workbench.jobs.engine_files import new_engine_file
    from workbench.settings import load

    typer.echo(new_engine_file(name, template, load(workspace=workspace)))


@engines_app.command("check")
def check_engine(
    name: Annotated[str, typer.Argument(help="An engine of `workbench engines list`.")], workspace: Workspace = None
) -> None:
    """Read an engine's file and open it, without sending anything anywhere."""
    from workbench.jobs.engine_files import read_engine
    from workbench.settings import load

    engine = read_engine(name, load(workspace=workspace))
    engine.open()
    where = "on this machine" if engine.on_this_machine else "photos are sent away"
    typer.echo(f"{engine.name}: {engine.title} ({engine.adapter}), {where}, {engine.hash[:12]}")
    if not engine.on_this_machine:
        for question in engine.terms.open_questions:
            typer.echo(f"  not answered: {question}")


@engines_app.command("delivery")
def delivery(
    name: Annotated[str, typer.Argument(help="An engine that is a delivered folder.")],
    source: Annotated[str, typer.Option("--set", help="Manifest or folder of the photos that were asked for.")],
    workspace: Workspace = None,
    style: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """Hold a studio's files against a set: what is missing, extra, twice or of another size. Exits with 3 if any is."""
    import polars as pl

    from workbench.jobs.engine_files import read_engine
    from workbench.jobs.pilot_deliveries import delivery_report
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    found = delivery_report(read_engine(name, settings), source, settings)
    wrong = found.filter(pl.col("is") != "found")
    typer.echo(f"{found.height - wrong.height} found as asked for", err=style != "table")
    if wrong.height:
        print_frame(wrong, style)
        raise typer.Exit(EXIT_WRONG_FILES)


def serve_engine_command(
    name: Annotated[str, typer.Argument(help="An engine of `workbench engines list`.")],
    port: Annotated[int, typer.Option(min=1024, max=65535, help="On 127.0.0.1.")] = PORT,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Photos worked on at once.")] = 1,
    queue: Annotated[int, typer.Option(min=0, max=100_000, help="Photos that may wait beside them.")] = 64,
    key_env: Annotated[
        str | None, typer.Option(help="Environment variable with the key that callers must send.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Serve an engine on this machine as an HTTP API of the shape remove.bg and Photoroom have."""
    import os

    from workbench.domain.errors import UsageError
    from workbench.jobs.engine_files import read_engine
    from workbench.jobs.serve_engine import HOST, ROUTES, serve_engine
    from workbench.settings import load

    settings = load(workspace=workspace)
    if key_env is not None and not os.environ.get(key_env):
        raise UsageError(f"{key_env} is not set", where="--key-env", allowed="the name of a variable that is")
    engine = read_engine(name, settings)
    typer.echo(f"{engine.name}: {' and '.join(f'http://{HOST}:{port}{route}' for route in ROUTES)}", err=True)
    serve_engine(
        engine, pixel_limit=settings.pixel_limit, port=port, workers=workers, queue=queue,
        key=os.environ[key_env] if key_env else None,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    from workbench.cli_pilot import pilot_app

    app.add_typer(engines_app, name="engines")
    app.add_typer(pilot_app, name="pilot")
    app.command("serve-engine")(serve_engine_command)
