"""``workbench rates``, ``workbench cost`` and ``workbench impact``: what images cost and what they brought."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli_report import (
    Brand,
    Category,
    Channel,
    Engine,
    Format,
    PolicyOf,
    RunId,
    SetId,
    Simulated,
    Since,
    SpecOf,
    TableFormat,
    Tier,
    Until,
    Workspace,
)

rates_app = typer.Typer(no_args_is_help=True, help="Show or check what work and machines cost.")
impact_app = typer.Typer(no_args_is_help=True, help="What product pages did with new pictures against old ones.")
RatesFile = Annotated[
    Path | None, typer.Option("--rates", help="Rates to use instead of the workspace's.", metavar="FILE")
]


def register(main: typer.Typer) -> None:
    """Add these commands to the program's."""
    main.add_typer(rates_app, name="rates")
    main.add_typer(impact_app, name="impact")
    main.command("cost")(cost)


@rates_app.command("check")
def check_rates(
    file: Annotated[Path | None, typer.Argument(help="A TOML file; the workspace's own when left out.")] = None,
    workspace: Workspace = None,
) -> None:
    """Check a file of rates: what is wrong is named with its line."""
    from workbench.operations.rates import load_rates
    from workbench.settings import load

    rates = load_rates(file, workspace=load(workspace=workspace).workspace)
    typer.echo(f"{rates.file} is fine ({rates.hash[:12]})")


@rates_app.command("show")
def show_rates(workspace: Workspace = None) -> None:
    """Print the rates that figures are computed with."""
    from workbench.operations.rates import load_rates
    from workbench.settings import load

    typer.echo(load_rates(workspace=load(workspace=workspace).workspace).text, nl=False)


def cost(
    by: Annotated[list[str] | None, typer.Option(help="week, category or lane; may be given twice.")] = None,
    rates: RatesFile = None,
    table_format: TableFormat = Format.table,
    workspace: Workspace = None,
    run: RunId = None,
    set_id: SetId = None,
    category: Category = None,
    brand: Brand = None,
    channel: Channel = None,
    tier: Tier = None,
    engine: Engine = None,
    spec: SpecOf = None,
    policy: PolicyOf = None,
    since: Since = None,
    until: Until = None,
    include_simulated: Simulated = False,
) -> None:
    """Print the cost per approved and per processed image of the images received in a period, part by part."""
    from workbench.jobs.costs import cost_frame
    from workbench.settings import load
    from workbench.terminal import print_frame

    filters = {
        "run_id": run, "set_id": set_id, "category": category, "brand": brand, "channel": channel, "tier": tier,
        "engine": engine, "spec": spec, "policy": policy, "since": since, "until": until,
        "include_simulated": include_simulated,
    }  # fmt: skip
    frame, used = cost_frame(load(workspace=workspace), filters, by=by or (), rates_file=rates)
    print_frame(frame, table_format.value)
    typer.echo(f"{used.currency}; computed now with {used.name}", err=True)


@impact_app.command("import")
def import_impact(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet: sku, image_version, day, views, add_to_cart, …")],
    source: Annotated[str | None, typer.Option(help="Where it comes from. Default: the file's name.")] = None,
    workspace: Workspace = None,
) -> None:
    """Take in page results, checked row by row; the same file again adds nothing."""
    from workbench.jobs.import_page_results import import_page_results
    from workbench.settings import load

    made = import_page_results(file, settings=load(workspace=workspace), source=source)
    typer.echo(f"{made.rows} rows of {made.skus} products, {made.new} of them new")
    if made.unknown_skus:
        typer.echo(f"{made.unknown_skus} products have no image in this workspace", err=True)
    if made.left_out:
        typer.echo(f"left out: {', '.join(made.left_out)}", err=True)


@impact_app.command("show")
def show_impact(
    old: Annotated[str, typer.Option(help="Image version to compare with.")] = "old",
    new: Annotated[str, typer.Option(help="Image version that is compared.")] = "new",
    by_category: Annotated[bool, typer.Option("--by-category", help="Each category too.")] = False,
    table_format: TableFormat = Format.table,
    workspace: Workspace = None,
    category: Category = None,
    brand: Brand = None,
    since: Since = None,
    until: Until = None,
    include_simulated: Simulated = False,
) -> None:
    """Print the lift of new over old pictures with its interval, and what may be concluded."""
    from workbench.jobs.impact import impact_frame
    from workbench.settings import load
    from workbench.terminal import print_frame

    filters = {
        "category": category, "brand": brand, "since": since, "until": until, "include_simulated": include_simulated
    }  # fmt: skip
    frame, words = impact_frame(load(workspace=workspace), filters, old=old, new=new, by_category=by_category)
    if table_format is Format.table:
        for row in frame.iter_rows(named=True):
            typer.echo(f"{row['category'] or 'all categories'}: {row['conclusion']}")
    else:
        print_frame(frame, table_format.value)
    typer.echo(words, err=True)
