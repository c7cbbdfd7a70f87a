"""``workbench label …``, what labels are worth: consensus, disputes, labelers, label errors, next, replay, worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Project = Annotated[str, typer.Argument(help="A labeling project, see `workbench label projects`.")]
Style = Annotated[str, typer.Option("--format", help="table, csv or json.")]
Source = Annotated[
    Path | None, typer.Option("--from", help="Folder of candidate crops. Default: the shipped ones.", metavar="DIR")
]
Learner = Annotated[str, typer.Option(help="rings: seconds; network: minutes to hours.")]
Send = Annotated[bool, typer.Option("--push", help="Send them to Label Studio.")]


def register(label_app: typer.Typer) -> None:
    """Add the commands to ``workbench label``."""
    for command in (consensus, disputed, labelers, suspects, replay, worth):
        label_app.command()(command)
    label_app.command("next")(next_command)


def consensus(
    project: Project, workspace: Workspace = None,
    method: Annotated[str, typer.Option(help="dawid_skene or majority.")] = "dawid_skene", style: Style = "table",
) -> None:  # fmt: skip
    """Count one answer out of several labelers' and keep it in the lake; disputed items first."""
    from workbench.jobs.label_consensus import label_consensus
    from workbench.settings import load
    from workbench.terminal import print_frame

    held = label_consensus(project, load(workspace=workspace), method=method)
    print_frame(held, style)
    _say(f"{held.height} items, {int(held['disputed'].sum())} disputed: `workbench label disputed {project}`")


def disputed(project: Project, workspace: Workspace = None, push: Send = False, style: Style = "table") -> None:
    """List what a lead should look at, least sure first."""
    from workbench.jobs.label_consensus import disputed_items
    from workbench.jobs.label_next import DISPUTED
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    found = disputed_items(project, settings)
    print_frame(found, style)
    if push and found.height:
        doubts = found.select("item_key", "question", "value", "sure").to_dicts()
        _ask_again(project, doubts, settings, None, why=DISPUTED)


def labelers(project: Project, workspace: Workspace = None, style: Style = "table") -> None:
    """How labelers do: agreement, known answers, speed, drift; yours, and others' only where the settings allow it."""
    import getpass

    import polars as pl

    from workbench.jobs.labeler_figures import labeler_figures
    from workbench.jobs.person_figures import Viewer
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    name = getpass.getuser()
    found = labeler_figures(project, settings, Viewer(id=name, role=settings.people.role_of(name)))
    print_frame(found.people, style)
    for row in found.classes.filter(pl.col("needs_a_word")).iter_rows(named=True):
        _say(f"{row['labeler']} and {row['word']}: {row['share']:.0%} right of {row['items']}, the others "
             f"{row['others_share']:.0%}; says {row['instead']} instead")  # fmt: skip
    for title, part in (("all labelers", found.group), ("known answers", found.gold)):
        if part:
            _say(f"{title}: " + ", ".join(f"{k} {v:.3g}" for k, v in part.items() if v is not None))
    if found.withheld:
        _say(f"{found.labelers} labelers. {found.withheld}")


def suspects(
    project: Project, workspace: Workspace = None, source: Source = None,
    dataset: Annotated[str | None, typer.Option(help="Labels of a frozen dataset, NAME@VERSION.")] = None,
    learner: Learner = "rings", push: Send = False, style: Style = "table",
) -> None:  # fmt: skip
    """List labels that are probably wrong, surest first, and how many are expected to be; --push asks them again."""
    from pipeline.training.mole_hair_parts.labelled import FOLDER
    from workbench.jobs.label_errors import label_errors
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    found = label_errors(settings, project=project, dataset=dataset, folder=source or FOLDER, learner=learner)
    print_frame(found.rows, style)
    _say(found.words)
    if push:
        _ask_again(project, found.rows.to_dicts(), settings, source)


def next_command(
    project: Project, workspace: Workspace = None,
    budget: Annotated[int, typer.Option(min=1, help="How many items.")] = 500,
    strategy: Annotated[list[str] | None, typer.Option(help="Again for several; they take turns.")] = None,
    random_share: Annotated[float, typer.Option(min=0, max=1, help="Share drawn by lot.")] = 0.2,
    source: Annotated[str | None, typer.Option("--from", metavar="DIR|QUERY|SET", help="mole_hair: a folder of "
        "candidate crops, default the shipped ones; others: as for `label push`, default the whole lake.")] = None,
    push: Send = False, style: Style = "table",
) -> None:  # fmt: skip
    """Choose what to label next, a share of it by lot; --push sends it to Label Studio."""
    from workbench.jobs.label_next import label_next, push_batch
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    batch = label_next(
        project, settings, budget=budget, strategies=strategy or (), source=source, random_share=random_share
    )
    print_frame(batch.picks, style)
    _say(f"{batch.picks.height} of {batch.pool} chosen: batch {batch.name}")
    if push:
        done = push_batch(project, batch, settings, source=source, say=_say)
        _say(f"{done.pushed.sent} sent\nlabel them: {done.there.stream_url}")


def replay(
    learner: Learner = "rings",
    strategy: Annotated[list[str] | None, typer.Option(help="Again for several. Default: all.")] = None,
    repeats: Annotated[int, typer.Option(min=2, help="Starts from other photos.")] = 8,
    source: Source = None, style: Style = "table",
) -> None:  # fmt: skip
    """Show what each way of choosing would have bought on labels that exist, against chance, with intervals."""
    from pipeline.training.mole_hair_parts.labelled import FOLDER
    from workbench.jobs.replay_sampling import replay_sampling
    from workbench.terminal import print_frame

    found = replay_sampling(
        learner=learner, strategies=strategy or (), repeats=repeats, folder=source or FOLDER, say=_say
    )
    print_frame(found.rows, style)
    _say(f"{found.labels} labels, tested on {found.test_crops} crops of {found.test_photos} photos")


def worth(
    project: Project, workspace: Workspace = None,
    more: Annotated[int, typer.Option(min=1, help="Labels that are asked about.")] = 1_000,
    role: Annotated[str, typer.Option(help="Whose wage counts: retoucher, senior, qa or lead.")] = "qa",
    style: Style = "table",
) -> None:  # fmt: skip
    """Say what more labels would probably buy, by the learning curve, and what they cost."""
    from workbench.domain.errors import UsageError, nearest_match
    from workbench.jobs.label_worth import label_worth
    from workbench.operations.rates import WAGE_ROLES
    from workbench.settings import load
    from workbench.terminal import print_frame

    if role not in WAGE_ROLES:
        raise UsageError(
            f"no wage of {role!r}", where="--role", allowed=WAGE_ROLES, nearest=nearest_match(role, WAGE_ROLES)
        )
    found = label_worth(project, load(workspace=workspace), more=more, role=role)
    print_frame(found.families, style)
    _say(found.words)


def _ask_again(project: str, rows: list[dict], settings, source: Path | None, *, why: str = "label_errors") -> None:
    from workbench.jobs.label_next import ask_again, push_batch

    batch = ask_again(project, settings, rows, why=why)
    where = None if source is None else str(source)
    done = push_batch(project, batch, settings, source=where, say=_say)
    _say(f"{done.pushed.sent} sent once more\nlabel them: {done.there.stream_url}")


def _say(words: str) -> None:
    typer.echo(words, err=True)
