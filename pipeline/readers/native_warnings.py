"""Catches what a C library prints about a damaged photo, instead of letting it reach the terminal."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

_ONE_AT_A_TIME = threading.Lock()  # the standard error stream belongs to the whole process
_PIPE_BYTES = 65536


@contextlib.contextmanager
def native_warnings(known: tuple[str, ...]) -> Iterator[list[str]]:
    """Collect lines that C code writes to standard error while the block runs.

    libjpeg reports damage only there: the decoders built on it fill the rest with grey and return normally.

    Args:
        known: How the library's messages start; any other line is passed on to standard error afterwards.

    Yields:
        A list that holds the known lines once the block has ended.
    """
    lines: list[str] = []
    with _ONE_AT_A_TIME:
        try:
            kept = os.dup(2)
        except OSError:  # a process without standard error: nothing to protect, nothing to read
            yield lines
            return
        reading, writing = os.pipe()
        os.set_blocking(writing, False)  # more than the pipe holds is dropped, never waited for
        os.set_blocking(reading, False)
        os.dup2(writing, 2)
        os.close(writing)
        try:
            yield lines
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            with contextlib.suppress(BlockingIOError):
                text = os.read(reading, _PIPE_BYTES)
                for line in text.decode("utf-8", "replace").splitlines():
                    if line.startswith(known):
                        lines.append(line)
                    elif line:
                        os.write(2, (line + "\n").encode())
            os.close(reading)
