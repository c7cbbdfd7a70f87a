"""The folder listing is the registry: a unit's file stem is its function, its key and its name on screen."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from pipeline.step import Check, Step, Writer
from pipeline.training.training import Training
from workbench.domain.errors import UsageError, nearest_match

_DECLARATION = {
    "steps": "STEP", "checks": "CHECK", "deliver": "WRITER", "engines": "ENGINE", "engines.adapters": "ADAPTER",
    "training": "TRAINING",
}  # fmt: skip


@functools.cache
def names(kind: str) -> tuple[str, ...]:
    """Names of all units: ``steps``, ``checks``, ``deliver``, ``engines``, ``engines.adapters``, ``training``.

    Not listed: files that begin with ``_``, folders of parts, and the file that says what a unit of the kind is.
    """
    package = importlib.import_module(f"pipeline.{kind}")
    found = (m.name for m in pkgutil.iter_modules(package.__path__) if not m.ispkg)
    return tuple(sorted(name for name in found if not name.startswith("_") and name != kind))


@functools.cache
def load(kind: str, name: str):
    """The declaration at the end of ``pipeline/<kind>/<name>.py``.

    Raises:
        UsageError: No such file; the message names the nearest one.
    """
    if name not in names(kind):
        raise UsageError(
            f"no {kind.rstrip('s')} named {name!r}", allowed=names(kind), nearest=nearest_match(name, names(kind))
        )
    return getattr(importlib.import_module(f"pipeline.{kind}.{name}"), _DECLARATION[kind])


def step(name: str) -> Step:
    """The step of that name."""
    return load("steps", name)


def check(name: str) -> Check:
    """The check of that name."""
    return load("checks", name)


def training(name: str) -> Training:
    """The training of that name."""
    return load("training", name)


def writer(name: str) -> Writer:
    """The writer of that name."""
    return load("deliver", name)
