"""``workbench dataset …``: freeze labels into numbered datasets that never change, list them, look at one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

dataset_app = typer.Typer(no_args_is_help=True, help="Freeze labels into numbered datasets, and look at them.")

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Style = Annotated[str, typer.Option("--format", help="table, csv or json.")]


@dataset_app.command()
def freeze(
    name: Annotated[str, typer.Argument(help="Name of the dataset; each freeze is its next version.")],
    workspace: Workspace = None,
    source: Annotated[Path | None, typer.Option("--from", help="Folder of candidate crops. Default: the shipped ones.",
                                                metavar="DIR")] = None,
    labels: Annotated[str, typer.Option(help="lake: what labelers agreed on; file: the folder's own; both: the former "
                                             "over the latter.")] = "both",
    include_simulated: Annotated[bool, typer.Option("--include-simulated", help="Also what simulated labelers said. A "
                                                    "model made of it is never put in use.")] = False,
) -> None:  # fmt: skip
    """Freeze what is labelled now: split by photo, checked for leaks, with a card; it is never changed again."""
    from pipeline.training.mole_hair_parts.labelled import FOLDER
    from workbench.jobs.freeze_dataset import freeze_dataset
    from workbench.settings import load

    done = freeze_dataset(
        name, load(workspace=workspace), folder=source or FOLDER, labels=labels, include_simulated=include_simulated
    )
    card = done.frozen.card
    typer.echo(card.label if done.new else f"{card.label} holds the same: nothing new was frozen")
    typer.echo(f"{done.frozen.folder}\ntrain with it: workbench models train {card.project} --dataset {card.label}")


@dataset_app.command("list")
def list_command(workspace: Workspace = None, style: Style = "table") -> None:
    """List every version: items, photos, when it was made, and its hash."""
    import polars as pl

    from labeling.datasets.frozen import dataset_names, open_dataset
    from workbench.jobs.freeze_dataset import datasets_home
    from workbench.settings import load
    from workbench.terminal import print_frame

    home = datasets_home(load(workspace=workspace))
    cards = [open_dataset(f"{name}@{version}", home).card
             for name, versions in dataset_names(home).items() for version in versions]  # fmt: skip
    rows = [
        {"dataset": card.label, "project": card.project, "items": card.items, "simulated": card.simulated,
         "photos": sum(card.sources.values()), "test": sum(card.classes["test"].values()), "made_at": card.made_at,
         "sha256": card.sha256[:12]}
        for card in cards
    ]  # fmt: skip
    columns = ("dataset", "project", "items", "simulated", "photos", "test", "made_at", "sha256")
    print_frame(pl.DataFrame(rows, schema=None if rows else dict.fromkeys(columns, pl.String)), style)


@dataset_app.command()
def show(
    name: Annotated[str, typer.Argument(help="NAME@VERSION, or NAME for its newest version.")],
    workspace: Workspace = None, style: Style = "table",
) -> None:  # fmt: skip
    """Print a dataset's card, after its files were held to its hash."""
    import json
    from dataclasses import asdict

    from labeling.datasets.frozen import open_dataset
    from workbench.jobs.freeze_dataset import datasets_home
    from workbench.settings import load

    frozen = open_dataset(name, datasets_home(load(workspace=workspace)))
    card = frozen.card
    if style == "json":
        typer.echo(json.dumps(asdict(card), indent=1, ensure_ascii=False))
        return
    lines = [f"{card.label}  {card.project}, question {card.question}", f"made {card.made_at} by: {card.made_by}", ""]
    for split, counts in card.classes.items():
        words = ", ".join(f"{number} {word}" for word, number in counts.items()) or "nothing"
        lines.append(f"  {split}: {card.sources[split]} photos, {words}")
    for title, counts in (("labels from", card.labels_from), ("left out", card.left_out), ("leak check", card.leaks),
                          ("against the version before", card.against)):  # fmt: skip
        lines.append(f"{title}: " + (", ".join(f"{number:,} {what}" for what, number in counts.items()) or "nothing"))
    typer.echo("\n".join([*lines, f"split: {card.split}", f"sha256 {card.sha256}", str(frozen.folder)]))
