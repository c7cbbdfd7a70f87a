"""``workbench models …``: which models there are, how good they are, train them, put them in use and take that back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

models_app = typer.Typer(no_args_is_help=True, help="List, train, measure and replace the models that are shipped.")

REFUSED, UNFINISHED = 1, 3  # exit codes: the new model is worse; the minutes are over before it is trained
Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Name = Annotated[str, typer.Argument(help="A model's name, see `workbench models list`.")]
Style = Annotated[str, typer.Option("--format", help="table, csv or json.")]


@models_app.command("list")
def list_command(style: Style = "table") -> None:
    """List the models, shipped or to be trained, and whether each can be used as it lies there."""
    from workbench.jobs.list_models import list_models
    from workbench.terminal import print_frame

    print_frame(list_models(), style)


@models_app.command()
def show(name: Name, style: Style = "table") -> None:
    """Print a model's card: data, split, figures with intervals, known failures, what it may be fed."""
    from pipeline.models.load_model import load_model

    card = load_model(name).card
    if style == "json":
        typer.echo(card.text(), nl=False)
        return
    lines = [f"{card.label}  {card.title}", f"made by: {card.made_by}", f"input: {card.input}", "", "Data"]
    lines += [f"  {one.what} ({one.n}; {one.licence})" for one in card.data]
    lines += [f"  not real: {part}" for part in card.simulated]
    lines += [f"  split: {card.split}", "", "Figures"]
    for one in card.figures:
        interval = "" if one.low is None or one.high is None else f" [{one.low:.4g}, {one.high:.4g}]"
        value = "no value" if one.value is None else f"{one.value:.4g}{interval}"
        lines.append(f"  {one.test_set}, {one.category or 'all'}: {one.measure} {value}, n {one.n or 'unknown'}")
    lines += ["", "Known failures", *(f"  {words}" for words in card.failures)]
    lines += ["", "What limits it, and what would move it most", *(f"  {words}" for words in card.limits)]
    lines += ["", f"training took {card.took or 'unknown'}"]
    lines += [f"{card.size_bytes} bytes, sha256 {card.sha256}"]
    typer.echo("\n".join(lines))


@models_app.command()
def train(
    name: Name, workspace: Workspace = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the new weights. Default: models/NAME in the workspace.",
                                             metavar="DIR")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same figures within noise.")] = 0,
    minutes: Annotated[float | None, typer.Option(min=0, help="Stop after about so long (exit code 3): run again "
                                                                  "to go on. Models of seconds run through.")] = None,
    resume: Annotated[bool, typer.Option("--resume/--anew", help="Go on with what an earlier call began.")] = True,
    dataset: Annotated[str | None, typer.Option(help="Learn from a frozen dataset, NAME@VERSION, see `workbench "
                                                     "dataset list`. Default: the sample data.")] = None,
) -> None:  # fmt: skip
    """Train a model into a folder. What is shipped stays as it is: see `promote`."""
    from workbench.domain.errors import OutOfTime
    from workbench.jobs.train_model import train_model
    from workbench.settings import load

    def say(words: str) -> None:
        typer.echo(words, err=True)

    settings = load(workspace=workspace)
    try:
        folder = train_model(
            name, settings, out=out, seed=seed, minutes=minutes, resume=resume, dataset=dataset, say=say
        )
    except OutOfTime as error:  # what was asked for, no failure; a script sees that there is more to do
        say(str(error))
        raise typer.Exit(UNFINISHED) from error
    typer.echo(f"{folder}\nput it in use: workbench models promote {name} {folder}")


@models_app.command("evaluate")
def evaluate_command(
    name: Name, weights: Annotated[Path | None, typer.Option(help="Folder of other weights than those in use.",
                                                             metavar="DIR")] = None,
    style: Style = "table",
) -> None:  # fmt: skip
    """Measure a model on its fixed test set, by category, with intervals."""
    from pipeline.models.load_model import WEIGHTS
    from workbench.jobs.evaluate_model import evaluate_model
    from workbench.terminal import print_frame

    print_frame(evaluate_model(name, weights or WEIGHTS), style)


@models_app.command()
def promote(
    name: Name, candidate: Annotated[Path, typer.Argument(help="Folder with the new weights and their card.")],
    try_only: Annotated[bool, typer.Option("--dry-run", help="Compare, replace nothing.")] = False,
    style: Style = "table",
) -> None:  # fmt: skip
    """Put a newly trained model in use, unless it is worse on the fixed test set in any category beyond noise."""
    from workbench.jobs.promote_model import promote_model
    from workbench.terminal import print_frame

    done = promote_model(name, candidate, try_only=try_only)
    print_frame(done.table if style == "table" else done.frame, style)
    for words in done.reasons:
        typer.echo(words, err=True)
    if not done.allowed:
        typer.secho(f"refused: {name} stays as it is", fg="red", err=True)
        raise typer.Exit(REFUSED)
    in_use = (
        f"{done.card.label} is in use; take it back: workbench models restore {name}" if done.card else "not replaced"
    )
    typer.echo(in_use, err=True)
    if done.card:
        _say_who_learned_from(name)


@models_app.command()
def restore(
    name: Name,
    version: Annotated[int | None, typer.Option(help="Which one. Default: the one that was in use last.")] = None,
) -> None:
    """Put a former version back in use; the present one is kept in turn."""
    from pipeline.models.restore_model import restore_model

    typer.echo(f"{restore_model(name, version=version).label} is in use again")
    _say_who_learned_from(name)


def _say_who_learned_from(name: str) -> None:
    from pipeline.models.learned_from import learned_from

    if others := learned_from(name):
        typer.echo(f"learned from its answers as they were, train again: {', '.join(others)}", err=True)
