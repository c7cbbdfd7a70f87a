"""Writes to the lake for the pages: one open writer beside the app, in a thread of its own."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from workbench.app import data
from workbench.lake.lake import Lake

Answer = TypeVar("Answer")

# Somebody waits with a finger on the key: better "the lake is busy, press again" than a minute of silence.
WAIT_S = 10.0


def write(action: Callable[[Lake], Answer]) -> Answer:
    """Do something with the open lake and hand back what comes of it; any thread may call, one acts at a time.

    Args:
        action: Called with the lake in the writer's thread.

    Raises:
        NothingYet: There is no lake to write to; none is made.
        LakeError: The lake stayed busy for `WAIT_S`, or cannot be written.
    """
    try:
        return _thread().submit(lambda: action(_lake())).result()
    finally:
        data.forget_snapshot()


def another() -> Lake:
    """One more open lake, for long work in the calling thread; close it afterwards.

    Raises:
        NothingYet: There is no lake to write to.
        LakeError: It cannot be opened.
    """
    data.catalogue_file()
    return Lake(data.settings())


def open_writer() -> None:
    """Open the lake before anyone writes; opening takes half a second."""
    write(lambda lake: None)


_own = threading.local()


def _lake() -> Lake:
    """The writer's open lake; opened again when the catalogue is another file than before."""
    file = data.catalogue_file()
    if getattr(_own, "lake", None) is not None and _own.file == file:
        return _own.lake
    if getattr(_own, "lake", None) is not None:
        _own.lake.close()
        _own.lake = None
    lake = Lake(dataclasses.replace(data.settings(), lake_wait_s=min(WAIT_S, data.settings().lake_wait_s)))
    _own.lake, _own.file = lake, file
    return lake


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="lake-writer")
