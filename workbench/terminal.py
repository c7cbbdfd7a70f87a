"""What the command line shows: progress, summaries and tables."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from workbench.domain.records import LANES
from workbench.jobs import run_set as job
from workbench.metrics.csv_safe import csv_safe
from workbench.settings import load

FAILURES_PRINTED = 20
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

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        columns = (
            SpinnerColumn(), BarColumn(bar_width=28), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"),
            TextColumn("{task.fields[lanes]}"),
        )  # fmt: skip
        with Progress(*columns, console=console, refresh_per_second=4) as bar:
            task = bar.add_task("run", total=None, speed="starting the workers", lanes="")

            def show(at: job.Progress) -> None:
                bar.update(task, completed=at.images, total=at.total, speed=_speed(at), lanes=_lanes(at))

            done = job.run_set(source, settings=settings, on_progress=show, stopping=asked.is_set, **choices)
    finally:
        signal.signal(signal.SIGINT, before)
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
        for name in frame.columns:
            table.add_column(escape(name), justify="right" if frame[name].dtype.is_numeric() else "left")
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
