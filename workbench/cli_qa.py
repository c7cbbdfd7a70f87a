"""``workbench qa …`` and ``workbench reviews …``: what the QA board does, from a terminal."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.jobs.qa_queue import QueueItem
    from workbench.lake.desk import Desk
    from workbench.lake.lake import Lake

EXIT_BAD_ROWS = 3
SHORT = ("image_id", "set_id", "what", "lane", "state", "version", "sku", "deadline", "campaign_tier", "risk")


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class What(StrEnum):
    """What is taken from the queue."""

    review = "review"
    audit = "audit"
    correct = "correct"


Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
TableFormat = Annotated[Format, typer.Option("--format", help="How to print: a table, CSV, or a list of objects.")]
By = Annotated[str | None, typer.Option(help="Who judges. Default: the user of this process.")]
SetId = Annotated[str | None, typer.Option("--set", help="Only this set (its id).")]
RunId = Annotated[str | None, typer.Option("--run", help="Only this run.")]
Whats = Annotated[
    list[What] | None, typer.Option("--what", help="May be given again. Default: review and audit, most urgent first.")
]
Lane = Annotated[str | None, typer.Option(help="Only this lane.")]
Category = Annotated[str | None, typer.Option(help="Only this category.")]
Brand = Annotated[str | None, typer.Option(help="Only this brand.")]
Simulated = Annotated[bool, typer.Option("--include-simulated", help="Simulated rows too.")]
ImageId = Annotated[str, typer.Argument(metavar="IMAGE", help="The image's id, as `workbench qa list` shows it.")]

app = typer.Typer(no_args_is_help=True, help="Judge images: the queue, verdicts, undo, corrected files.")
reviews = typer.Typer(no_args_is_help=True, help="Verdicts from and for elsewhere, as CSV.")


def register(main: typer.Typer) -> None:
    """Add these commands to the program's."""
    main.add_typer(app, name="qa")
    main.add_typer(reviews, name="reviews")


@app.command("list")
def list_command(
    what: Whats = None, set_id: SetId = None, run: RunId = None, lane: Lane = None, category: Category = None,
    brand: Brand = None, include_simulated: Simulated = False,
    limit: Annotated[int, typer.Option(min=1, help="So many rows at most.")] = 100,
    table_format: TableFormat = Format.table, workspace: Workspace = None,
) -> None:  # fmt: skip
    """List what waits for a person, most urgent first; claimed images too."""
    from workbench import lake
    from workbench.jobs.qa_queue import list_queue
    from workbench.settings import load
    from workbench.terminal import print_frame

    filters = _filters(what, set_id, run, lane, category, brand, include_simulated)
    with lake.open(load(workspace=workspace), read_only=True) as store:
        frame = list_queue(store, filters, limit=limit)
    print_frame(frame.select(SHORT) if table_format == Format.table else frame, table_format.value)


@app.command("next")
def next_command(
    what: Whats = None, set_id: SetId = None, run: RunId = None, lane: Lane = None, category: Category = None,
    brand: Brand = None, include_simulated: Simulated = False, by: By = None,
    most: Annotated[int, typer.Option(min=1, max=50, help="How many to take.")] = 1,
    table_format: TableFormat = Format.table, workspace: Workspace = None,
) -> None:  # fmt: skip
    """Take the most urgent images nobody else has; they are yours for two minutes, or until you judge them."""
    import polars as pl

    from workbench import lake
    from workbench.jobs.qa_queue import next_images
    from workbench.lake.desk import Desk
    from workbench.settings import load
    from workbench.terminal import print_frame

    filters = _filters(what, set_id, run, lane, category, brand, include_simulated)
    settings = load(workspace=workspace)
    with lake.open(settings, read_only=True) as store:
        items = next_images(store, Desk(settings), by or getpass.getuser(), "terminal", filters, most)
    rows = [{name: getattr(item, name) for name in SHORT} for item in items]
    print_frame(pl.DataFrame(rows, schema=None if rows else list(SHORT)), table_format.value)


@app.command()
def judge(
    image_id: ImageId,
    verdict: Annotated[str, typer.Argument(help="approved, rework or rejected.")],
    reason: Annotated[list[str] | None, typer.Option(help="Why; may be given again. Needed but for approved.")] = None,
    action: Annotated[list[str] | None, typer.Option(help="Micro-edit that was made; may be given again.")] = None,
    usable: Annotated[str | None, typer.Option(help="Of the automatic cutout: as_is, start or useless.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="Active seconds it took.")] = None,
    set_id: SetId = None,
    by: By = None,
    workspace: Workspace = None,
) -> None:
    """Store a verdict on the version that holds now; prints its id, by which it can be taken back."""
    import secrets

    from workbench import lake
    from workbench.jobs.judge_image import judge_image
    from workbench.lake.desk import Desk
    from workbench.settings import load

    settings, person = load(workspace=workspace), by or getpass.getuser()
    desk = Desk(settings)
    with lake.open(settings) as store, _in_hand(store, desk, image_id, set_id, person) as item:
        judged = judge_image(
            store, desk, item, person_id=person, verdict=verdict, reasons=reason or (), actions=action or (),
            usable=usable, active_seconds=seconds, token=secrets.token_hex(8), tab="terminal", source="terminal",
        )  # fmt: skip
    typer.echo(judged.review_id)
    if judged.files_problem:
        typer.secho(f"stored, but the files could not be moved yet: {judged.files_problem}", fg="yellow", err=True)


@app.command()
def undo(
    review_id: Annotated[str, typer.Argument(metavar="REVIEW", help="The verdict's id.")],
    lead: Annotated[bool, typer.Option("--lead", help="Take back somebody else's: for whoever leads.")] = False,
    by: By = None,
    workspace: Workspace = None,
) -> None:
    """Take a verdict back: it stays on record and counts no more."""
    from workbench import lake
    from workbench.jobs.undo_verdict import undo_verdict
    from workbench.lake.desk import Desk
    from workbench.settings import load

    settings, person = load(workspace=workspace), by or getpass.getuser()
    desk = Desk(settings)
    with lake.open(settings) as store:
        undone = undo_verdict(store, desk, review_id, person, lead=lead, tab="terminal")
    desk.release([f"{undone.set_id}/{undone.image_id}"], holder=person)  # there is no screen it could stay on
    typer.echo(f"{undone.image_id} is {undone.state} again")


@app.command()
def correct(
    image_id: ImageId,
    file: Annotated[Path, typer.Argument(help="PSD, PNG or TIFF with alpha, or a grey PNG as mask; as delivered.")],
    set_id: SetId = None,
    by: By = None,
    workspace: Workspace = None,
) -> None:
    """Make the next version of an image that was sent back from a corrected file; it waits for approval."""
    from workbench import lake
    from workbench.jobs.correct_image import correct_image
    from workbench.lake.desk import Desk
    from workbench.settings import load

    settings, person = load(workspace=workspace), by or getpass.getuser()
    desk = Desk(settings)
    with lake.open(settings) as store, _in_hand(store, desk, image_id, set_id, person) as item:
        made = correct_image(store, desk, item, file, name=file.name, person_id=person, tab="terminal")
    failed = [check.check for check in made.outcome.computation.checks if check.passed is False]
    checks = f"checks failed: {', '.join(failed)}" if failed else "all checks passed"
    typer.echo(f"version {made.version} of {image_id} from a {made.kind}: {checks}; it waits for approval")


@app.command()
def tally(
    by: By = None,
    since: Annotated[str | None, typer.Option(help="From this time on (ISO 8601 with zone). Default: today.")] = None,
    table_format: TableFormat = Format.table,
    workspace: Workspace = None,
) -> None:
    """Count what you have judged."""
    import dataclasses
    from datetime import UTC, datetime

    import polars as pl

    from workbench import lake
    from workbench.domain.errors import UsageError
    from workbench.jobs.tally_verdicts import tally_verdicts
    from workbench.settings import load
    from workbench.terminal import print_frame

    try:
        at = datetime.fromisoformat(since) if since else datetime.now(UTC).replace(hour=0, minute=0, second=0)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise UsageError(f"since is {since!r}", allowed="ISO 8601 with a zone, e.g. 2026-03-01T09:00:00+01:00")
    with lake.open(load(workspace=workspace), read_only=True) as store:
        counted = tally_verdicts(store, by or getpass.getuser(), at)
    print_frame(pl.DataFrame([dataclasses.asdict(counted)]), table_format.value)


@reviews.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV: image_id or sku, verdict, reviewed_at, and more.")],
    set_id: SetId = None,
    source: Annotated[str, typer.Option(help="Where they come from: client, dam, site.")] = "import",
    workspace: Workspace = None,
) -> None:
    """Count verdicts given elsewhere; rows that cannot be used are named, the others kept. Repeating adds nothing."""
    from datetime import UTC, datetime

    from workbench import lake
    from workbench.jobs.import_reviews import import_reviews
    from workbench.settings import load

    with lake.open(load(workspace=workspace)) as store:
        done = import_reviews(store, file, set_id=set_id, source=source, now=datetime.now(UTC))
    for number, words in done.problems:
        typer.secho(f"row {number}: {words}", fg="red", err=True)
    if done.files_problem:
        typer.secho(f"stored, but some files could not be moved yet: {done.files_problem}", fg="yellow", err=True)
    typer.echo(f"{done.new} new of {done.rows} rows, {done.known} known already, {len(done.problems)} not usable")
    if done.problems:
        raise typer.Exit(EXIT_BAD_ROWS)


@reviews.command("export")
def export_command(
    set_id: SetId = None,
    since: Annotated[str | None, typer.Option(help="From this time on (ISO 8601 with zone).")] = None,
    names: Annotated[bool, typer.Option("--names", help="Say who judged. Names are employee data.")] = False,
    include_simulated: Simulated = False,
    table_format: TableFormat = Format.csv,
    workspace: Workspace = None,
) -> None:
    """Print every verdict; people are numbered unless --names is given."""
    from workbench import lake
    from workbench.jobs.export_reviews import export_reviews
    from workbench.settings import load
    from workbench.terminal import print_frame

    with lake.open(load(workspace=workspace), read_only=True) as store:
        asked = {"set_id": set_id, "since": since, "names": names, "include_simulated": include_simulated}
        frame = export_reviews(store, **asked)
    print_frame(frame, table_format.value)


def _filters(what, set_id, run, lane, category, brand, include_simulated):
    from workbench.jobs.qa_queue import QueueFilters

    return QueueFilters(
        whats=tuple(dict.fromkeys(word.value for word in what)) if what else ("review", "audit"), set_id=set_id,
        run_id=run, lane=lane, category=category, brand=brand, include_simulated=include_simulated,
    )  # fmt: skip


@contextmanager
def _in_hand(store: Lake, desk: Desk, image_id: str, set_id: str | None, person: str) -> Iterator[QueueItem]:
    """The image in nobody else's hands while something is done with it; let go of afterwards, whatever happened."""
    from workbench.jobs.qa_queue import release, take_image

    item = take_image(store, desk, _set_of(store, image_id, set_id), image_id, person, "terminal")
    try:
        yield item
    finally:
        release(desk, [item], person)


def _set_of(store, image_id: str, set_id: str | None) -> str:
    """The one set the image is in."""
    from workbench.domain.errors import UsageError

    if set_id is not None:
        return set_id
    found = store.query("app_set_of", {"image_id": image_id})["set_id"].to_list()
    if len(found) != 1:
        words = "no set has this image" if not found else f"the image is in {len(found)} sets"
        raise UsageError(words, where=image_id, allowed=[f"--set {name}" for name in found] or None)
    return found[0]
