"""``workbench spec …`` and ``workbench trace``: read, edit, try and bring back specs; see what each step did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.spec import Spec

spec_app = typer.Typer(no_args_is_help=True, help="Read, edit, try and bring back specifications.")

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Name = Annotated[str, typer.Argument(help="A spec's name (see `workbench specs`) or a TOML file.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="PLACE=VALUE, such as steps.crop_to_subject.margin=0.1 or checks.halo_width.limit=2."),
]
On = Annotated[list[str] | None, typer.Option("--on", help="Switch on checks.NAME or files.NAME.")]
Off = Annotated[list[str] | None, typer.Option("--off", help="Switch off checks.NAME or files.NAME.")]
Out = Annotated[Path, typer.Option(help="Folder for the pictures.", metavar="DIR")]
Style = Annotated[str, typer.Option("--format", help="table, csv or json.")]


@spec_app.command()
def show(name: Name, workspace: Workspace = None) -> None:
    """Print a spec as a person reads it: what each step does, what each check flags, what is delivered."""
    from pipeline.spec_words import spec_in_words
    from workbench.jobs.specs import read_spec
    from workbench.settings import load

    spec = read_spec(name, load(workspace=workspace))
    words = spec_in_words(spec)
    lines = [f"{spec.title}\n{spec.description}\n\nSteps"]
    for number, unit in enumerate(words.steps, start=1):
        named = ", ".join(f"{param.name} {param.value}" for param in unit.params if param.named)
        lines.append(f"{number:3}. {unit.name}: {unit.sentence}{f' [{named}]' if named else ''}")
    lines += ["\nChecks", *(f"  {unit.name}: {unit.limit}; flags: {unit.flags}" for unit in words.checks)]
    lines += ["\nFiles"]
    for unit in words.files:
        named = ", ".join(param.value for param in unit.params if param.named)
        lines.append(f"  {unit.name}: {unit.sentence}{f' [{named}]' if named else ''}")
    typer.echo("\n".join(lines))


@spec_app.command()
def edit(
    name: Name,
    sets: Sets = None,
    on: On = None,
    off: Off = None,
    save_as: Annotated[str | None, typer.Option("--as", help="Name to save under. Default: the same.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    workspace: Workspace = None,
) -> None:
    """Change values of a spec and save it as your own; its comments stay, and the earlier text is kept."""
    from pipeline.spec_words import changes_in_words
    from workbench.jobs.specs import own_specs, read_spec, save_spec
    from workbench.settings import load

    settings = load(workspace=workspace)
    standing = read_spec(name, settings)
    edited = _edited(standing, sets, on, off, save_as)
    for line in changes_in_words(standing, edited) or ("nothing changes",):
        typer.echo(line)
    if dry_run:
        return
    target = save_as or standing.name
    based_on = read_spec(target, settings).hash if target in own_specs(settings) and target == standing.name else None
    saved = save_spec(edited.text, settings, name=target, based_on=based_on)
    typer.echo(f"saved {saved.name}, version {saved.hash[:12]}", err=True)


@spec_app.command()
def preview(
    name: Name,
    photo: Annotated[Path, typer.Argument(help="A photo on this machine.")],
    out: Out,
    sets: Sets = None,
    on: On = None,
    off: Off = None,
    against: Annotated[str | None, typer.Option(help="A second spec on the same photo, to compare with.")] = None,
    workspace: Workspace = None,
    style: Style = "table",
) -> None:
    """Try a spec, or a change of it, on one photo; nothing is delivered and nothing goes into the lake."""
    import polars as pl

    from workbench.jobs.preview_spec import preview_spec, total_seconds
    from workbench.jobs.specs import read_spec
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    edited = _edited(read_spec(name, settings), sets, on, off, None)
    sides = {"": edited} if against is None else {f"{against}: ": read_spec(against, settings), f"{name}: ": edited}
    rows: dict[str, dict] = {}
    failed = False
    for number, (label, spec) in enumerate(sides.items()):
        folder = out / ("against" if against is not None and number == 0 else "")
        made, files = preview_spec(spec, photo.absolute(), settings, out=folder)
        typer.echo(
            f"{spec.name}: {made.outcome}, {total_seconds(made):.1f} s, {len(files)} files -> {folder}", err=True
        )
        if made.outcome != "done":
            failed = True
            typer.echo(f"  in {made.failure_step}: {made.failure_reason}", err=True)
        for check in made.checks:
            row = rows.setdefault(check.check, {"check": check.check, "unit": check.unit})
            row |= {f"{label}value": check.value, f"{label}limit": check.limit, f"{label}passed": check.passed}
    if rows:
        print_frame(pl.DataFrame(list(rows.values()), infer_schema_length=None), style)
    if failed:
        raise typer.Exit(3)


@spec_app.command()
def diff(name: Name, other: Name, workspace: Workspace = None) -> None:
    """Say in words how two specs differ in effect."""
    from pipeline.spec_words import changes_in_words
    from workbench.jobs.specs import read_spec
    from workbench.settings import load

    settings = load(workspace=workspace)
    for line in changes_in_words(read_spec(name, settings), read_spec(other, settings)) or ("no difference",):
        typer.echo(line)


@spec_app.command()
def versions(name: Name, workspace: Workspace = None, style: Style = "table") -> None:
    """List every text a spec of yours had, when it was saved, and how many runs used it."""
    from workbench.jobs.specs import versions_frame
    from workbench.settings import load
    from workbench.terminal import print_frame

    print_frame(versions_frame(name, load(workspace=workspace)), style)


@spec_app.command()
def restore(
    name: Name,
    version: Annotated[str, typer.Argument(help="First characters of the version's hash, see `spec versions`.")],
    workspace: Workspace = None,
) -> None:
    """Bring an earlier text of a spec back; the one it replaces is kept in turn."""
    from workbench.jobs.specs import restore_spec
    from workbench.settings import load

    spec = restore_spec(name, version, load(workspace=workspace))
    typer.echo(f"{spec.name} is version {spec.hash[:12]} again", err=True)


def trace(
    image_id: Annotated[str, typer.Argument(help="Id of an image that was run.")],
    out: Out,
    set_id: Annotated[str | None, typer.Option("--set", help="Its set's id, where several have that image.")] = None,
    workspace: Workspace = None,
    style: Style = "table",
) -> None:
    """Write what each step did to an image as pictures, before and after, with the seconds it took."""
    import polars as pl

    from workbench.jobs.trace_image import trace_image
    from workbench.settings import load
    from workbench.terminal import print_frame, progress_bar

    with progress_bar("Steps") as advance:
        steps, note = trace_image(image_id, load(workspace=workspace), out=out, set_id=set_id, on_step=advance)
    rows = [
        {
            "step": step["name"], "seconds": step["seconds"], "outcome": step["outcome"], "shows": step["shows"],
            "before": _file(step, "before"), "after": _file(step, "after"), "error": step["error"],
        }
        for step in steps
    ]  # fmt: skip
    print_frame(pl.DataFrame(rows, infer_schema_length=None), style)
    if note:
        typer.echo(note, err=True)
    if any(step["outcome"] != "done" for step in steps):
        raise typer.Exit(3)


def _edited(standing: Spec, sets, on, off, save_as: str | None) -> Spec:
    """The spec with the changes asked for, checked."""
    from pipeline.spec import parse_spec
    from workbench.domain.errors import UsageError
    from workbench.jobs.edit_spec import apply_changes, parsed_value, renamed

    values = {}
    for given in sets or ():
        path, equals, words = given.partition("=")
        if not equals:
            raise UsageError(f"found {given!r}", where="--set", allowed="PLACE=VALUE")
        values[path.strip()] = parsed_value(words.strip())
    text = apply_changes(standing.text, values, tuple(on or ()), tuple(off or ()))
    return parse_spec(renamed(text, save_as) if save_as else text, where=f"{save_as or standing.name}.toml")


def _file(step: dict, side: str) -> str | None:
    name = step["pictures"].get(side)
    return None if name is None else f"{name}.webp"
