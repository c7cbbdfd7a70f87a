"""The process in which one photo is computed or traced: a task comes in as JSON, messages go out, a line each.

``{"step": …}`` as each traced step ends, at last ``{"computation": …}`` or ``{"trace": …}`` or ``{"failed": …}``.
It ends itself when whoever asked for it is gone.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Say = Callable[[dict[str, Any]], None]


def photo_worker() -> None:
    """Do the one task that stands on the standard input."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries that print must not break the messages
    task = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def say(message: dict[str, Any]) -> None:
        out.write(json.dumps(message, default=str) + "\n")
        out.flush()

    try:
        WORK[task.pop("work")](say=say, **task)
    except Exception as error:  # the boundary of a worker: everything becomes a message
        say({"failed": f"{type(error).__name__}: {error}"})


def _compute(say: Say, *, text: str, where: str, path: str, photo_hash: str, result_key: str, workspace: str,
             pixel_limit: int) -> None:  # fmt: skip
    from pipeline.compute import Task, compute
    from pipeline.spec import parse_spec

    made = compute(
        Task(path=path, photo_hash=photo_hash, result_key=result_key, spec=parse_spec(text, where=where),
             workspace=workspace, pixel_limit=pixel_limit)
    )  # fmt: skip
    say({"computation": dataclasses.asdict(made)})


def _trace(say: Say, *, text: str, where: str, path: str, note: str, folder: str, pixel_limit: int) -> None:
    from pipeline.spec import parse_spec
    from pipeline.trace_steps import trace_steps
    from workbench.jobs.trace_pictures import keep_pictures, keep_trace

    steps = []
    for position, traced in enumerate(trace_steps(parse_spec(text, where=where), path, pixel_limit)):
        steps.append(keep_pictures(traced, position, Path(folder)))
        say({"step": steps[-1]})
    keep_trace(steps, Path(folder), note)
    say({"trace": len(steps)})


WORK = {"compute": _compute, "trace": _trace}


def _end_with_parent() -> None:
    sys.stdin.read()  # returns when the other end is closed
    os._exit(1)


if __name__ == "__main__":
    photo_worker()
