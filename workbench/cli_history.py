"""``workbench history …``: a simulated history for pages that need months of reviews, added and taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]

history_app = typer.Typer(
    no_args_is_help=True, help="Add a simulated history of reviews to a workspace, or take it away."
)


@history_app.command()
def add(
    days: Annotated[int, typer.Option(min=14, max=730, help="How many days it spans, up to now.")] = 90,
    seed: Annotated[int, typer.Option(help="Another one gives another history.")] = 1,
    workspace: Workspace = None,
) -> None:
    """Add months of simulated runs and verdicts, drawn from the workspace's real results."""
    add_and_say(workspace, days=days, seed=seed)


@history_app.command()
def remove(workspace: Workspace = None) -> None:
    """Take every simulated row out of the workspace's lake; real rows stay as they are."""
    from workbench.jobs.simulate_history import remove_history
    from workbench.settings import load

    gone = remove_history(load(workspace=workspace))
    typer.echo(f"removed {sum(gone.values())} simulated rows: {gone['images']} images, {gone['reviews']} verdicts")


def add_and_say(workspace: Path | None, **choices: int) -> None:
    """Add the history and say in one line that it is simulated."""
    from workbench.jobs.simulate_history import DAYS, SET_NAME, add_history
    from workbench.settings import load

    added = add_history(load(workspace=workspace), **choices)
    if not added.images:
        typer.echo("The simulated history is there already (workbench history remove takes it away).")
        return
    typer.echo(
        f"{SET_NAME}: {added.images} simulated images and {added.reviews} simulated verdicts over "
        f"{choices.get('days', DAYS)} days, shown only behind the switch “Simulated data” "
        "(workbench history remove takes it away)."
    )
