"""``workbench policy …``: read, check, compare, back-test, certify and publish routing policies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

policy_app = typer.Typer(no_args_is_help=True, help="Read, check, compare, back-test and publish routing policies.")

Workspace = Annotated[
    Path | None, typer.Option(help="Where results go. Default: WORKBENCH_WORKSPACE, else ./workspace.", metavar="DIR")
]
Name = Annotated[str, typer.Argument(help="NAME, NAME@VERSION or a TOML file.")]
Style = Annotated[str, typer.Option("--format", help="table, csv or json.")]
SetName = Annotated[str | None, typer.Option("--set", help="Only this set (id or name).")]
Since = Annotated[str | None, typer.Option(help="Images received from this day or time on.")]
Until = Annotated[str | None, typer.Option(help="Images received before this day or time.")]
OR_TARGET = "Default: the policy's target, else 5% and 8 hours."
Simulated = Annotated[bool, typer.Option("--include-simulated", help="Allow a simulated set.")]


@policy_app.command("list")
def list_policies(workspace: Workspace = None, style: Style = "table") -> None:
    """List every version: shipped, your own drafts, and what was published, by whom and why."""
    import polars as pl

    from workbench import lake
    from workbench.jobs.policies import policy_catalogue
    from workbench.jobs.publish_policy import altered, published
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    with lake.open(settings) as store:
        for name in altered(store, settings):
            typer.echo(f"{name}: the file said something else than was published, it was put right", err=True)
        rows = [
            {
                "policy": f"{row['policy_name']}@{row['policy_version']}", "state": "published", "by": row["author"],
                "at": f"{row['published_at']:%Y-%m-%d %H:%M}", "reason": row["reason"], "runs": row["runs"],
                "simulated": row["simulated"],
            }
            for row in published(store).iter_rows(named=True)
        ]  # fmt: skip
    known = {row["policy"] for row in rows}
    for row in policy_catalogue(settings).iter_rows(named=True):
        broken = row["version"] is None
        label = row["name"] if broken else f"{row['name']}@{row['version']}"
        if label not in known:
            rows.append(
                {
                    "policy": label, "state": "cannot be used" if broken else "shipped or draft", "by": None,
                    "at": None, "reason": row["description"] if broken else row["title"],
                    "runs": None, "simulated": False,
                }
            )  # fmt: skip
    print_frame(pl.DataFrame(rows, infer_schema_length=None), style)


@policy_app.command()
def show(
    name: Name, workspace: Workspace = None, toml: Annotated[bool, typer.Option(help="The text.")] = False
) -> None:
    """Print a policy as a person reads it: its rules in order, its limits, its audit."""
    from workbench.jobs.replay_set import find_policy
    from workbench.routing.policy_words import policy_in_words
    from workbench.settings import load

    settings = load(workspace=workspace)
    with _reader(settings) as store:
        policy = find_policy(name, store, settings)
    if toml:
        typer.echo(policy.text, nl=False)
        return
    words = policy_in_words(policy)
    lines = [f"{policy.name}@{policy.version}  {policy.title}", policy.description, "", "Rules, the strictest wins"]
    lines += [f"  {rule.when}: at least {rule.lane} ({rule.why})" for rule in words.rules]
    lines += ["", "Limits (risk up to which images go out untouched / need only a check)"]
    lines += [f"  {one.category}: {one.max_risk:g} / {one.max_check_risk:g}" for one in words.limits]
    typer.echo("\n".join([*lines, "", words.audit]))


@policy_app.command()
def check(file: Annotated[Path, typer.Argument(help="A policy's TOML file.")]) -> None:
    """Check a policy's file: every mistake is named with its line and what is allowed."""
    from workbench.jobs.replay_set import read_text
    from workbench.routing.policy import parse_policy

    policy = parse_policy(read_text(file), where=file.name)
    typer.echo(f"{policy.name}@{policy.version}: fine, {len(policy.rules)} rules")


@policy_app.command()
def diff(old: Name, new: Name, workspace: Workspace = None) -> None:
    """Say in words what changes for images."""
    from workbench.jobs.replay_set import find_policy
    from workbench.routing.policy_changes import policy_changes
    from workbench.settings import load

    settings = load(workspace=workspace)
    with _reader(settings) as store:
        found = [find_policy(name, store, settings) for name in (old, new)]
    for line in policy_changes(*found) or ("no difference",):
        typer.echo(line)


@policy_app.command("backtest")
def backtest_command(
    name: Name, workspace: Workspace = None, set_name: SetName = None, since: Since = None, until: Until = None,
    simulated: Simulated = False, style: Style = "table",
) -> None:  # fmt: skip
    """Replay a policy over images on record: lanes, rework, hours, turnaround, cost, and what nobody can say."""
    from workbench.jobs.backtest_words import backtest_frame, backtest_notes
    from workbench.jobs.replay_set import find_policy, replay_set, scope_of
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    with _reader(settings, needed=True) as store:
        policy = find_policy(name, store, settings)
        scope = scope_of(store, set_name=set_name, since=since, until=until, simulated=simulated)
        test = replay_set(store, policy, scope)
    print_frame(backtest_frame(test), style)
    for line in backtest_notes(test, scope.simulated):
        typer.echo(line, err=True)


@policy_app.command()
def certify(
    name: Name = "first", workspace: Workspace = None, set_name: SetName = None, since: Since = None,
    until: Until = None, simulated: Simulated = False,
    target: Annotated[float, typer.Option(help="Share of rework in auto that is promised.")] = 0.05,
    delta: Annotated[float, typer.Option(help="Chance that a promise is wrong.")] = 0.05,
    family_wise: Annotated[bool, typer.Option(help="Delta for all categories together.")] = False,
    style: Style = "table",
) -> None:  # fmt: skip
    """Say per category up to which risk rework in auto is proved to stay below the target, or what is missing."""
    import polars as pl

    from workbench.jobs.certified_words import certified_words
    from workbench.jobs.replay_set import certify_set, find_policy, newest_making, rows_of, scope_of
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    with _reader(settings, needed=True) as store:
        policy = find_policy(name, store, settings)
        scope = scope_of(store, set_name=set_name, since=since, until=until, simulated=simulated)
        rows = newest_making(rows_of(store, policy, scope))
    found, _sample = certify_set(rows, target=target, delta=delta, family_wise=family_wise)
    table = [
        {
            "category": one.category, "status": one.status, "max_risk": one.max_risk, "n": one.n, "errors": one.errors,
            "upper": one.upper, "more": one.more, "words": certified_words(one),
        }
        for one in found.values()
    ]  # fmt: skip
    schema = {"category": pl.String, "status": pl.String, "max_risk": pl.Float64, "n": pl.Int64, "errors": pl.Int64,
              "upper": pl.Float64, "more": pl.Int64, "words": pl.String}  # fmt: skip
    print_frame(pl.DataFrame(table, schema=schema), style)


@policy_app.command()
def search(
    name: Name = "first", workspace: Workspace = None, set_name: SetName = None, since: Since = None,
    until: Until = None, simulated: Simulated = False,
    rework: Annotated[float | None, typer.Option(help=f"Share of rework in auto at most. {OR_TARGET}")] = None,
    delta: Annotated[float, typer.Option(help="Chance that a promise is wrong.")] = 0.05,
    family_wise: Annotated[bool, typer.Option(help="Delta for all categories together.")] = False,
    checker_h: Annotated[float | None, typer.Option(min=0, help=f"Hours a day for checks. {OR_TARGET}")] = None,
    retoucher_h: Annotated[float | None, typer.Option(min=0, help=f"Of retouchers. {OR_TARGET}")] = None,
    senior_h: Annotated[float | None, typer.Option(min=0, help=f"Of senior retouchers. {OR_TARGET}")] = None,
    turnaround_h: Annotated[
        float | None, typer.Option(min=0, help=f"Working hours in which 95% are done at most. {OR_TARGET}")
    ] = None,
    style: Style = "table",
) -> None:  # fmt: skip
    """Find the cheapest certified limits people can keep up with, or say which constraint binds and by how much."""
    from dataclasses import replace

    import polars as pl

    from workbench.jobs.replay_set import certify_set, find_policy, newest_making, replay_set, rows_of, scope_of
    from workbench.jobs.search_limits import search_limits
    from workbench.jobs.unit_costs_of import unit_costs_of
    from workbench.routing.certify import TARGET
    from workbench.settings import load
    from workbench.terminal import print_frame

    settings = load(workspace=workspace)
    with _reader(settings, needed=True) as store:
        policy = find_policy(name, store, settings)
        scope = scope_of(store, set_name=set_name, since=since, until=until, simulated=simulated)
        groups = store.query("replay_groups", scope.params())
        days = replay_set(store, policy, scope).days
        target = policy.targets.get("rework_in_auto", TARGET) if rework is None else rework
        proved, _sample = certify_set(
            newest_making(rows_of(store, policy, scope)), target=target, delta=delta, family_wise=family_wise
        )
    asked = {"checker_h": checker_h, "retoucher_h": retoucher_h, "senior_h": senior_h, "turnaround_p95_h": turnaround_h}
    wish = {**dict.fromkeys(("checker_h", "retoucher_h", "senior_h"), 8.0), **policy.targets}
    wish |= {name: value for name, value in asked.items() if value is not None}
    searched = search_limits(
        groups, replace(policy, targets=wish), proved, costs=unit_costs_of(settings, groups), target=target,
        hours={role: wish[f"{role}_h"] for role in ("checker", "retoucher", "senior")}, days=days,
    )  # fmt: skip
    if searched.found is not None:
        limits = searched.found.max_check_risk
        rows = [
            {"category": key, "max_risk": value, "max_check_risk": limits[key], "rework": searched.found.rework[key]}
            for key, value in searched.found.max_risk.items()
        ]
        print_frame(pl.DataFrame(rows, infer_schema_length=None), style)
    for line in searched.words:
        typer.echo(line, err=True)


@policy_app.command("sample-size")
def sample_size(
    hits: Annotated[int | None, typer.Option(help="Faults of a pilot.")] = None,
    n: Annotated[int | None, typer.Option(help="Images of a pilot.")] = None,
    style: Style = "table",
) -> None:
    """Say how many error-free audits prove a promise; with --hits and --n, what a pilot of that size says."""
    import polars as pl

    from workbench.domain.errors import UsageError
    from workbench.routing.sample_size import PROMISES, error_free_audits, pilot_interval
    from workbench.terminal import print_frame

    if hits is None and n is None:
        rows = [{"rework_at_most": share, "error_free_audits": error_free_audits(share)} for share in PROMISES]
    elif hits is None or n is None:
        raise UsageError("a pilot has faults and images", allowed="--hits 16 --n 200")
    else:
        found = pilot_interval(hits, n)
        rows = [{"share": found.share, "low": found.low, "high": found.high, "confidence": found.confidence}]
    print_frame(pl.DataFrame(rows), style)


@policy_app.command()
def publish(
    name: Name, workspace: Workspace = None,
    author: Annotated[str, typer.Option(prompt="Who publishes it", help="Who decides.")] = ...,
    reason: Annotated[str, typer.Option(prompt="Why", help="Why, in a sentence.")] = ...,
    set_name: SetName = None, since: Since = None, until: Until = None, simulated: Simulated = False,
) -> None:  # fmt: skip
    """Publish a policy's version for good, with what is promised of it; the runs that follow use it."""
    from workbench import lake
    from workbench.jobs.policy_promise import policy_promise
    from workbench.jobs.publish_policy import publish_policy
    from workbench.jobs.replay_set import (
        certificates,
        certify_set,
        find_policy,
        newest_making,
        replay_set,
        rows_of,
        scope_of,
    )
    from workbench.settings import load

    settings = load(workspace=workspace)
    with lake.open(settings) as store:
        policy = find_policy(name, store, settings)
        scope = scope_of(store, set_name=set_name, since=since, until=until, simulated=simulated)
        test = replay_set(store, policy, scope)
        rows = newest_making(rows_of(store, policy, scope))
        proved = certificates(certify_set(rows)[0], rows)
        publish_policy(
            policy, store=store, settings=settings, author=author, reason=reason,
            promise=policy_promise(test, scope, proved),
        )  # fmt: skip
    typer.echo(f"published {policy.name}@{policy.version}; runs use it from now on")


def _reader(settings, *, needed: bool = False):
    """The lake, or nothing where there is none and none is needed."""
    from contextlib import nullcontext

    from workbench import lake

    if not needed and settings.catalogue_is_local and not Path(settings.catalogue).exists():
        return nullcontext()
    return lake.open(settings, read_only=True)
