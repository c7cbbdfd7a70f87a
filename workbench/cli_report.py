"""``workbench report …``: any figure from the lake, and a month on one page to send on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

MONTHLY = "monthly"  # the one report that is a page, not a table


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
TableFormat = Annotated[Format, typer.Option("--format", help="How to print: a table, CSV, or a list of objects.")]
RunId = Annotated[str | None, typer.Option("--run", help="Only this run.")]
SetId = Annotated[str | None, typer.Option("--set", help="Only this set (its id).")]
Category = Annotated[str | None, typer.Option(help="Only this category.")]
Brand = Annotated[str | None, typer.Option(help="Only this brand.")]
Channel = Annotated[str | None, typer.Option(help="Only this sales channel.")]
Tier = Annotated[str | None, typer.Option(help="Only this campaign tier: standard or high_value.")]
Engine = Annotated[str | None, typer.Option(help="Only this engine.")]
SpecOf = Annotated[str | None, typer.Option("--spec", help="Only this spec.")]
PolicyOf = Annotated[str | None, typer.Option("--policy", help="Only this policy: NAME or NAME@VERSION.")]
Since = Annotated[str | None, typer.Option(help="From this time on (ISO 8601 with zone).")]
Until = Annotated[str | None, typer.Option(help="Before this time (ISO 8601 with zone).")]
Simulated = Annotated[bool, typer.Option("--include-simulated", help="Simulated rows instead of the real ones.")]


def register(main: typer.Typer) -> None:
    """Add the command to the program's."""
    main.command("report")(report)


def report(
    name: Annotated[str | None, typer.Argument(help="Metric, or `monthly`; leave out to list them all.")] = None,
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
    baseline_since: Annotated[str | None, typer.Option(help="before_after: begin of the period before.")] = None,
    baseline_until: Annotated[str | None, typer.Option(help="before_after: end of it.")] = None,
    include_simulated: Simulated = False,
    month: Annotated[str | None, typer.Option(help="monthly: the month, as 2026-10.")] = None,
    out: Annotated[Path | None, typer.Option(help="monthly: the HTML file to write.", metavar="FILE")] = None,
) -> None:
    """Print a metric from the lake, or write `monthly --month 2026-10 --out report.html`: one page to send on."""
    from workbench.domain.errors import UsageError
    from workbench.jobs.report import metric_catalogue, report_frame
    from workbench.settings import load
    from workbench.terminal import print_frame

    filters = {
        "run_id": run, "set_id": set_id, "category": category, "brand": brand, "channel": channel, "tier": tier,
        "engine": engine, "spec": spec, "policy": policy, "include_simulated": include_simulated,
    }  # fmt: skip
    period = {
        "since": since, "until": until, "baseline_since": baseline_since, "baseline_until": baseline_until
    }  # fmt: skip
    if name == MONTHLY:
        from workbench.jobs.monthly_report import write_monthly_report

        if any(period.values()):
            raise UsageError("monthly has its own period", allowed="--month 2026-10")
        typer.echo(write_monthly_report(load(workspace=workspace), month=month, out=out, filters=filters))
        return
    if month is not None or out is not None:
        raise UsageError("--month and --out", allowed="only with `workbench report monthly`")
    if name is None:
        print_frame(metric_catalogue(), table_format.value)
        return
    print_frame(report_frame(name, load(workspace=workspace), {**filters, **period}), table_format.value)
