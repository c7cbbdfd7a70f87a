"""``workbench …``: every page's action has a command. Heavy imports happen inside the command that needs them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workbench import cli_engines, cli_money, cli_qa, cli_report, cli_runs, cli_throughput
from workbench.cli_aggregates import aggregates_app
from workbench.cli_dataset import dataset_app
from workbench.cli_history import add_and_say, history_app
from workbench.cli_inspect import inspect_app
from workbench.cli_label import label_app
from workbench.cli_models import models_app
from workbench.cli_notebooks import notebooks_app
from workbench.cli_policy import policy_app
from workbench.cli_specs import spec_app, trace

EXIT_FAILED_IMAGES, EXIT_USAGE, EXIT_INTERRUPTED, EXIT_OTHER = 3, 2, 130, 1

app = typer.Typer(
    name="workbench", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Analytics and QA workbench for retouching e-commerce photos at scale.",
)  # fmt: skip
app.add_typer(spec_app, name="spec")
app.add_typer(policy_app, name="policy")
app.add_typer(history_app, name="history")
app.add_typer(aggregates_app, name="aggregates")
app.add_typer(models_app, name="models")
app.add_typer(label_app, name="label")
app.add_typer(dataset_app, name="dataset")
app.add_typer(inspect_app, name="inspect")
app.add_typer(notebooks_app, name="notebooks")
app.command()(trace)


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class TrimapSource(StrEnum):
    """Where the unknown band of an evaluation comes from."""

    given = "given"
    auto = "auto"


Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
SpecName = Annotated[str, typer.Option(help="Specification: a name (see `workbench specs`) or a TOML file.")]
PolicyName = Annotated[str, typer.Option(help="Routing policy: NAME, NAME@VERSION or a TOML file.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Worker processes. Default: one a core.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first N images, in manifest order.")]
TableFormat = Annotated[Format, typer.Option("--format", help="How to print: a table, CSV, or a list of objects.")]


@app.command("run")
def run_command(
    source: Annotated[str, typer.Argument(help="A manifest (CSV, Parquet), its https URL, or a folder of photos.")],
    spec: SpecName = "marketplace_white",
    policy: PolicyName = "first",
    workers: Workers = None,
    limit: Limit = None,
    workspace: Workspace = None,
    set_name: Annotated[str | None, typer.Option("--set", help="Name of the set. Default: the folder's.")] = None,
    by: Annotated[str | None, typer.Option(help="Who starts it. Default: the user of this process.")] = None,
) -> None:
    """Process a set of photos end to end. Running the same thing again resumes: nothing is repeated or lost."""
    from workbench.terminal import run_with_progress

    progress = run_with_progress(
        source, workspace=workspace, spec=spec, policy=policy, workers=workers, limit=limit, set_name=set_name, by=by
    )
    _exit(EXIT_INTERRUPTED if progress.interrupted else EXIT_FAILED_IMAGES if progress.failed else 0)


@app.command()
def demo(
    workspace: Workspace = None,
    serve: Annotated[bool, typer.Option("--app/--no-app", help="Serve the app when the sample set is done.")] = True,
    workers: Workers = None,
    limit: Limit = None,
    history: Annotated[bool, typer.Option(help="Add three months of simulated verdicts beside it.")] = True,
) -> None:
    """Run the sample set, print the summary and where the files are, and serve the app on localhost."""
    from workbench.jobs.sample_set import sample_manifest
    from workbench.terminal import run_with_progress, where_files_are

    progress = run_with_progress(
        str(sample_manifest()), workspace=workspace, spec="marketplace_white", policy="first", workers=workers,
        limit=limit, set_name="sample",
    )  # fmt: skip
    where_files_are(progress)
    if progress.interrupted:
        _exit(EXIT_INTERRUPTED)
    if history and progress.images > progress.failed:
        add_and_say(workspace)
    if serve:
        _serve(workspace)
    _exit(EXIT_FAILED_IMAGES if progress.failed else 0)


@app.command("app")
def app_command(workspace: Workspace = None) -> None:
    """Serve the app on localhost."""
    _serve(workspace)


@app.command()
def evaluate(
    manifest: Annotated[str, typer.Argument(help="A manifest with alpha_path (and trimap_path), or its folder.")],
    out: Annotated[Path, typer.Option(help="Folder for metrics.parquet and summary.json.", metavar="DIR")],
    engine: Annotated[str | None, typer.Option(help="Engine that finds the subject. Default: the spec's.")] = None,
    trimap: Annotated[
        TrimapSource, typer.Option(help="given: the manifest's trimap, no segmentation.")
    ] = TrimapSource.auto,
    spec: SpecName = "marketplace_white",
    workers: Workers = None,
    limit: Limit = None,
    table_format: TableFormat = Format.table,
) -> None:
    """Measure mattes against ground truth: SAD, MSE, Grad, Conn, IoU, boundary F and seconds."""
    from workbench.jobs.evaluate_set import evaluate_set
    from workbench.settings import load
    from workbench.terminal import print_frame, progress_bar

    with progress_bar("Measuring") as advance:
        found = evaluate_set(
            manifest, out=out, engine=engine, trimap=trimap.value, spec=spec, workers=workers, limit=limit,
            settings=load(), on_image=advance,
        )  # fmt: skip
    print_frame(found.by_category, table_format.value)
    typer.echo(f"{found.images} images measured, {len(found.skipped)} skipped -> {out}", err=True)
    for image_id, reason in found.skipped:
        typer.echo(f"  skipped {image_id}: {reason}", err=True)
    _exit(EXIT_FAILED_IMAGES if found.failed else 0)


@app.command()
def specs(
    name: Annotated[str | None, typer.Argument(help="Print this spec's TOML; leave out to list them.")] = None,
    table_format: TableFormat = Format.table,
    workspace: Workspace = None,
) -> None:
    """List the specifications, or print one."""
    from workbench.jobs.specs import read_spec, spec_catalogue
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    if name is None:
        print_frame(spec_catalogue(settings), table_format.value)
    else:
        typer.echo(read_spec(name, settings).text, nl=False)


@app.command()
def compact(workspace: Workspace = None) -> None:
    """Merge the lake's small files and let go of what nothing needs any more."""
    from workbench import lake
    from workbench.settings import load

    with lake.open(load(workspace=workspace)) as store:
        typer.echo(store.compact())


cli_runs.register(app)
cli_qa.register(app)
cli_throughput.register(app)
cli_report.register(app)
cli_money.register(app)
cli_engines.register(app)


def _serve(workspace: Path | None) -> None:
    from workbench.jobs.serve_app import serve_app
    from workbench.settings import load

    _exit(serve_app(load(workspace=workspace), say=typer.echo))


def _exit(code: int) -> None:
    if code:
        raise typer.Exit(code)


def main() -> None:
    """Entry point: every known error ends in one clear line and its exit code."""
    from workbench.domain.errors import UsageError, WorkbenchError

    try:
        app(standalone_mode=True)
    except UsageError as error:
        typer.secho(f"workbench: {error}", fg="red", err=True)
        sys.exit(EXIT_USAGE)
    except WorkbenchError as error:
        typer.secho(f"workbench: {error}", fg="red", err=True)
        sys.exit(EXIT_OTHER)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
