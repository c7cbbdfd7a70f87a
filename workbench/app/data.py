"""Reads the lake for the pages: one open reader beside the app, answers kept until the lake has a newer snapshot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import streamlit as st

from workbench import metrics
from workbench import settings as settings_module
from workbench.domain.errors import LakeError, WorkbenchError
from workbench.lake.lake import Lake
from workbench.settings import Settings

READERS = 2  # threads with a lake open; opening takes 0.4 s, so they stay
KEPT_ANSWERS = 400
SNAPSHOT_S = 0.2  # a page asks two dozen questions at 5 ms each for the same number; nobody sees a fifth of a second
Answer = TypeVar("Answer")
_NO_LAKE_YET = "there is no lake here yet"


class NothingYet(WorkbenchError):
    """There is no lake in the workspace, or nothing was run: the page's empty state, not an error."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this server, read once from its environment."""
    return settings_module.load()


def snapshot() -> int:
    """The lake's newest snapshot; asked again when what is known is older than `SNAPSHOT_S`.

    Raises:
        NothingYet: No lake.
        LakeError: It cannot be read.
    """
    global _newest
    file = catalogue_file()
    known = _newest  # another thread may forget it meanwhile
    if known is None or known[0] != file or time.monotonic() - known[1] > SNAPSHOT_S:
        asked_at = time.monotonic()
        known = _newest = file, asked_at, ask("app_latest_snapshot").item()
    return known[2]


def forget_snapshot() -> None:
    """Something was written here: look again before the next answer."""
    global _newest
    _newest = None


_newest: tuple[Any, float, int] | None = None


def rows(query: str | Path, **params: Any) -> pl.DataFrame:
    """The answer to one of our own ``.sql`` files (see `Lake.query`), from memory while the lake is unchanged.

    Args:
        query: File stem in ``workbench/lake/sql``, or the path of another ``.sql`` file of the project.
        params: Values of its named places; lists as tuples.
    """
    return _kept(str(settings().catalogue), snapshot(), query, tuple(sorted(params.items())))


def metric(name: str, **filters: Any) -> pl.DataFrame:
    """The rows of a metric of the catalogue, from memory while the lake is unchanged.

    Args:
        name: File stem in ``workbench/metrics``.
        filters: Any of ``metrics.FILTERS``.
    """
    return rows(metrics.load(name).path, **filters)


@st.cache_data(show_spinner=False, max_entries=KEPT_ANSWERS)
def _kept(catalogue: str, at: int, query: str | Path, params: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    return ask(query, dict(params))


def ask(query: str | Path, params: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The answer, asked for now; any thread may call."""
    params = {k: list(v) if isinstance(v, tuple) else v for k, v in (params or {}).items()}
    return _readers().submit(_ask, query, params).result()


def read(action: Callable[[Lake], Answer]) -> Answer:
    """Do something with an open lake that only reads; any thread may call."""
    return _readers().submit(lambda: action(_lake())).result()


def open_readers() -> None:
    """Open all readers before anyone asks.

    Raises:
        NothingYet: No lake.
        LakeError: It cannot be read.
    """
    for opening in [_readers().submit(_lake) for _ in range(READERS)]:
        opening.result()


_own = threading.local()


def _ask(query: str | Path, params: Mapping[str, Any]) -> pl.DataFrame:
    return _lake().query(query, params)


def _lake() -> Lake:
    """This thread's open lake; opened again when the catalogue is another file than before."""
    file = catalogue_file()
    if getattr(_own, "lake", None) is not None and _own.file == file:
        return _own.lake
    if getattr(_own, "lake", None) is not None:
        _own.lake.close()
        _own.lake = None
    try:
        lake = Lake(settings(), read_only=True)
    except LakeError as error:
        if error.found == _NO_LAKE_YET:
            raise NothingYet(str(error)) from error
        raise
    _own.lake, _own.file = lake, file
    return lake


def catalogue_file() -> tuple[int, int] | None:
    """Which file the catalogue is, None when it is a server's."""
    if not settings().catalogue_is_local:
        return None
    try:
        found = Path(settings().catalogue).stat()
    except FileNotFoundError:
        raise NothingYet(f"no catalogue at {settings().catalogue}") from None
    return found.st_dev, found.st_ino


@lru_cache(maxsize=1)
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="lake-reader")
