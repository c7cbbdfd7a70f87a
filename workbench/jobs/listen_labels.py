"""Bring labels into the lake as they are given: the server calls, and what changed is pulled at once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack

from labeling.listen import Receiver
from labeling.project import list_projects, read_project
from labeling.server_place import LOOPBACK
from labeling.server_project import find_project
from labeling.webhook import add_webhook, remove_webhook
from workbench.domain.errors import LabelingError
from workbench.jobs.label_server import open_server
from workbench.jobs.pull_labels import PullReport, pull_labels
from workbench.settings import Settings

GATHER_S = 0.5  # calls that come together are one pull
AGAIN_S = 5.0  # after a pull that failed

_HOSTS = (LOOPBACK, "localhost")


class _Changed:
    """Projects that changed and were not pulled since."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._lock = threading.Lock()
        self.any = threading.Event()

    def add(self, name: str) -> None:
        with self._lock:
            self._names.add(name)
            self.any.set()

    def take(self) -> set[str]:
        with self._lock:
            names, self._names = self._names, set()
            self.any.clear()
            return names


def listen_labels(
    settings: Settings, *, projects: tuple[str, ...] = (), port: int = 0, stop: threading.Event,
    say: Callable[[str], None] = lambda words: None,
    on_pull: Callable[[str, PullReport], None] = lambda name, report: None,
) -> None:  # fmt: skip
    """Listen until ``stop`` is set; everything that was there before is pulled first.

    Args:
        settings: Workspace and server.
        projects: Names; all that are on the server when empty.
        port: Of the receiver, on this machine only; 0: any that is free.
        stop: Ends it.
        say: Told what goes on.
        on_pull: Told after each pull.

    Raises:
        LabelingError: No such project on the server, or the server does not take an address of this machine.
    """
    from urllib.parse import urlsplit

    changed, names = _Changed(), {}
    with ExitStack() as stack:
        server = stack.enter_context(open_server(settings, say=say))
        if urlsplit(server.url).hostname not in _HOSTS:
            raise LabelingError(
                "the server runs on another machine and cannot reach this one's receiver", where=server.url,
                allowed="`workbench label pull` from time to time",
            )  # fmt: skip
        secret = secrets.token_urlsafe(32)
        receiver = stack.enter_context(
            Receiver(secret, lambda number: number in names and changed.add(names[number]), port=port)
        )
        for name in projects or list_projects():
            project = read_project(name)
            for layout in project.layouts.values():
                there = find_project(server, project, layout)
                if there is not None:
                    names[there.server_id] = name
                    stack.callback(
                        remove_webhook, server, add_webhook(server, there, receiver=receiver.url, secret=secret)
                    )
                    changed.add(name)
        if not names:
            raise LabelingError("none of our projects is on the server", where=server.url,
                                allowed="`workbench label push PROJECT` first")  # fmt: skip
        say(f"listening at {receiver.url} for {', '.join(sorted(set(names.values())))}")
        _work(settings, changed, stop, say, on_pull)


def _work(settings, changed: _Changed, stop: threading.Event, say, on_pull) -> None:
    while not stop.is_set():
        if not changed.any.wait(GATHER_S):
            continue
        stop.wait(GATHER_S)
        for name in sorted(changed.take()):
            try:
                on_pull(name, pull_labels(name, settings, say=say))
            except LabelingError as error:  # the server restarts, say; nothing is lost, it is asked again
                say(f"{name}: {error}; again in {AGAIN_S:.0f} s")
                changed.add(name)
                stop.wait(AGAIN_S)
