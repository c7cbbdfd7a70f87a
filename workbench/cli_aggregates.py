"""``workbench aggregates …``: what figures are counted on in a large lake: make it anew, or hold it to the records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

aggregates_app = typer.Typer(no_args_is_help=True, help="What figures are counted on: make it anew, or check it.")

EXIT_DIFFERENT = 1

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]


@aggregates_app.command()
def rebuild(workspace: Workspace = None) -> None:
    """Make it anew from the records, set by set; people can work meanwhile, figures are slow until it is done."""
    from workbench import lake
    from workbench.lake import aggregates
    from workbench.settings import load

    with lake.open(load(workspace=workspace)) as store:
        sets = aggregates.rebuild(store)
    typer.echo(f"made anew for {sets} sets")


@aggregates_app.command()
def refresh(workspace: Workspace = None) -> None:
    """Bring it up to date; the program does so itself after a run and before a figure that needs it."""
    from workbench import lake
    from workbench.lake import aggregates
    from workbench.settings import load

    with lake.open(load(workspace=workspace)) as store:
        images = aggregates.refresh(store)
    typer.echo("nothing is stored: `workbench aggregates rebuild` does that" if images is None else f"{images} images")


@aggregates_app.command()
def check(workspace: Workspace = None) -> None:
    """Hold it to the records, row by row; exits with 1 and names table and set where they differ."""
    from workbench import lake
    from workbench.lake import aggregates
    from workbench.settings import load

    with lake.open(load(workspace=workspace), read_only=True) as store:
        found = aggregates.differences(store)
    if found.height:
        for row in found.iter_rows(named=True):
            typer.echo(
                f"{row['table']} of set {row['set_id']}: {row['missing']} missing, {row['too_many']} too many", err=True
            )
        raise typer.Exit(EXIT_DIFFERENT)
    typer.echo("as the records say")
