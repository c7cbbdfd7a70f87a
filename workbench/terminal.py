"""What the command line shows: progress, summaries and tables."""

from __future__ import annotations

import dataclasses
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from workbench.domain.errors import UsageError
from workbench.domain.records import LANES
from workbench.jobs import run_set as job
from workbench.jobs.compare_runs import Comparison
from workbench.jobs.estimate_run import Estimate
from workbench.jobs.live_runs import live_runs
from workbench.jobs.look_at_set import SetLook
from workbench.metrics.csv_safe import csv_safe
from workbench.settings import Settings, load

FAILURES_PRINTED = 20
ISSUE_COLUMNS = ("kind", "path", "reason")
LANE_COLOURS = {"auto": "#2A9D8F", "check": "#E9B44C", "manual": "#E07A5F", "senior": "#6D597A"}


def run_with_progress(source: str, *, workspace: Path | None, **choices) -> job.Progress:
    """Run a set with a progress bar; Ctrl-C finishes the images in hand, a second one stops at once."""
    settings = load(workspace=workspace)
    console = Console(stderr=True)
    asked = threading.Event()

    def interrupt(*_signal) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        console.print("[bold]Finishing the images in hand[/bold] (Ctrl-C again stops at once; nothing is lost)")

    before = {one: signal.signal(one, interrupt) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        columns = (
            SpinnerColumn(), BarColumn(bar_width=28), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"),
            TextColumn("{task.fields[lanes]}"),
        )  # fmt: skip
        with Progress(*columns, console=console, refresh_per_second=4) as bar:
            task = bar.add_task("run", total=None, speed="starting the workers", lanes="")
            named = threading.Event()

            def show(at: job.Progress) -> None:
                if not named.is_set():
                    named.set()
                    console.print(f"run {at.run_id}", highlight=False)
                bar.update(task, completed=at.images, total=at.total, speed=_speed(at), lanes=_lanes(at))

            done = job.run_set(source, settings=settings, on_progress=show, stopping=asked.is_set, **choices)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    _summary(console, done, source, choices)
    return done


def where_files_are(done: job.Progress) -> None:
    """Say where the delivered files lie."""
    folder = done.workspace / "delivery"
    print(f"Ready to publish: {folder / 'ready'}\nWaiting for people: {folder / 'work'}")  # noqa: T201


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for work that counts images: call it with (done, total)."""
    console = Console(stderr=True)
    with Progress(TextColumn(words), BarColumn(bar_width=28), MofNCompleteColumn(), console=console) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_frame(frame: pl.DataFrame, style: str) -> None:
    """Print a frame as a table, as CSV (cells that look like formulas neutralised), or as a list of JSON objects."""
    if style == "json":
        rows = [dict(zip(frame.columns, row, strict=True)) for row in frame.iter_rows()]
        print(json.dumps(rows, indent=1, ensure_ascii=False, default=str))  # noqa: T201
    elif style == "csv":
        sys.stdout.write(csv_safe(frame).write_csv())
    else:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in frame.columns:  # where it is tight a name is folded, never cut
            header = Text(name, overflow="fold")
            table.add_column(header, justify="right" if frame[name].dtype.is_numeric() else "left")
        for row in frame.iter_rows():
            table.add_row(*(_cell(value) for value in row))
        Console().print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else escape(str(value))


def _speed(at: job.Progress) -> str:
    speed, left = at.images_per_second, at.seconds_left
    if speed is None or left is None:
        return "resuming" if at.reused else "starting"
    return f"{speed:.2f} images/s, {duration(left)} left"


def duration(seconds: float) -> str:
    """Seconds in words: ``1 h 12 min``, ``3 min 5 s``, ``8 s``."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _lanes(at: job.Progress) -> str:
    parts = [f"[{LANE_COLOURS[lane]}]{lane} {at.lanes[lane]}[/]" for lane in LANES if at.lanes[lane]]
    if at.failed:
        parts.append(f"[red]failed {at.failed}[/red]")
    return "  ".join(parts)


def _summary(console: Console, done: job.Progress, source: str, choices: dict) -> None:
    speed = f", {done.images_per_second:.2f} images/s" if done.images_per_second else ""
    again = f", {done.reused} reused" if done.reused else ""
    console.print(
        f"[bold]{done.images} of {done.total}[/bold] images of [bold]{escape(done.set_name)}[/bold] in "
        f"{duration(done.seconds)}{speed}{again}  ({escape(done.spec_name)}, policy {escape(done.policy)})"
    )
    console.print(_lanes(done) or "no image came through")
    for failed in done.failures[:FAILURES_PRINTED]:
        console.print(f"  [red]{failed.outcome}[/red] {escape(failed.path)}: {escape(failed.reason)}")
    if done.failed > FAILURES_PRINTED:
        console.print(f"  … and {done.failed - FAILURES_PRINTED} more: workbench report failure_reasons")
    if done.interrupted:
        given = " ".join(
            f"--{key.replace('set_name', 'set')} {value}" for key, value in choices.items() if value is not None
        )
        console.print(
            f"Stopped with {done.total - done.images} images to go. To resume, run the same command again:\n"
            f"  workbench run {escape(source)} {escape(given)} --workspace {escape(str(done.workspace))}"
        )


def print_look(found: SetLook, guess: Estimate | None, style: str) -> None:
    """What is in a set, and what a run of it would take."""
    if style == "csv":
        print_frame(pl.DataFrame([dataclasses.asdict(i) for i in found.issues], schema=ISSUE_COLUMNS), style)
        return
    facts = {key: value for key, value in dataclasses.asdict(found).items() if key not in ("paths", "issues")}
    sizes = [{"width_px": w, "height_px": h, "images": n} for (w, h), n in found.sizes.items()]
    if style == "json":
        facts |= {"sizes": sizes, "issues": [dataclasses.asdict(issue) for issue in found.issues]}
        facts["estimate"] = None if guess is None else {**dataclasses.asdict(guess), "fits": guess.fits}
        print(json.dumps(facts, indent=1, ensure_ascii=False))  # noqa: T201
        return
    out = Console(soft_wrap=True)
    twins = f", {found.twins} twice or more" if found.twins else ""
    out.print(f"[bold]{escape(found.name)}[/bold]: {found.images} images, {found.readable} readable{twins}")
    for words, counts in (("categories", found.categories), ("formats", found.formats)):
        out.print(f"{words}: " + escape(", ".join(f"{name} {n}" for name, n in counts.items())), highlight=False)
    shown = ", ".join(f"{size['width_px']} x {size['height_px']} ({size['images']})" for size in sizes[:5])
    out.print(f"pixels: {shown}{' …' if len(sizes) > 5 else ''}, {found.megapixels:,.0f} megapixels", highlight=False)
    for issue in found.issues[:FAILURES_PRINTED]:
        out.print(f"  [red]{issue.kind}[/red] {escape(issue.path)}: {escape(issue.reason)}", highlight=False)
    if found.issues_in_all > FAILURES_PRINTED:
        out.print(f"  … and {found.issues_in_all - FAILURES_PRINTED} more: --format csv")
    if guess is not None:
        out.print(
            f"[bold]{duration(guess.seconds)}[/bold] ({duration(guess.seconds_low)} to {duration(guess.seconds_high)}) "
            f"with {guess.workers} workers for {guess.images} images, {guess.reused} reused; "
            f"disk {guess.bytes / 1e9:.2f} GB ({guess.bytes_low / 1e9:.2f} to {guess.bytes_high / 1e9:.2f}) "
            f"of {guess.bytes_free / 1e9:.1f} GB free"
        )
        out.print(f"rests on {escape(guess.rests_on)}", highlight=False)
        if not guess.fits:
            out.print("[red]The disk may not hold it.[/red]")


def watch_run(run_id: str, settings: Settings, *, every_s: float) -> bool:
    """Follow a live run; True when it ended by itself, False when it died."""
    named = [run for run in live_runs(settings) if run.run_id.startswith(run_id)]
    if not named:
        raise UsageError("no such run is going on", where=run_id or None, allowed="a run of `workbench runs` that is")
    name = named[0].run_id
    columns = (BarColumn(bar_width=28), MofNCompleteColumn(), TextColumn("{task.fields[words]}"))
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=2) as bar:
        task = bar.add_task(name, total=None, words="")
        while (now := next((run for run in live_runs(settings) if run.run_id == name), None)) is not None:
            told = now.state
            speed = told.get("images_per_second")
            pace = f"{speed:.2f} images/s, {duration(told['seconds_left'])} left" if speed else now.stage
            words = now.stage if now.stage != "running" else pace
            bar.update(task, completed=told.get("images", 0), total=told.get("total"), words=escape(words))
            if not now.alive:
                problem = told.get("problem") or f"nothing was heard for {duration(now.silent_s)}"
                bar.console.print(
                    f"[red]{escape(name)} {now.stage}[/red]: {escape(problem)}; workbench runs resume {name}"
                )
                return False
            time.sleep(every_s)
    return True


def print_comparison(found: Comparison, style: str) -> None:
    """Two runs side by side."""
    if style == "csv":
        keep = ("change", "image_id", "sku", "category", "lane_a", "lane_b", "risk_a", "risk_b", "flags_a", "flags_b",
                "core_seconds_a", "core_seconds_b")  # fmt: skip
        lists = pl.col("flags_a", "flags_b").list.join(" ")
        print_frame(found.images.select(keep).with_columns(lists), style)
        return
    if style == "json":
        tables = {"lanes": found.lanes.to_dicts(), "checks": found.checks.to_dicts(), "totals": dict(found.totals)}
        runs = {"a": found.a["run_id"], "b": found.b["run_id"]}
        print(json.dumps({**runs, **tables}, indent=1, ensure_ascii=False, default=str))  # noqa: T201
        return
    totals = found.totals
    Console().print(
        f"{found.a['run_id']} -> {found.b['run_id']}: {totals['both']} images in both, {totals['lane_changed']} in "
        f"another lane, {totals['only_a']} only in the first, {totals['only_b']} only in the second",
        highlight=False,
    )  # fmt: skip
    print_frame(found.lanes, style)
    print_frame(found.checks.filter(pl.col("newly_flagged") + pl.col("no_longer_flagged") > 0), style)
    print_frame(pl.DataFrame([totals]), style)
