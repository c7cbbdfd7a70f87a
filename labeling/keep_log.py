"""Write what a server says into a log that does not grow: run as a program of its own, it reads until the server ends.

    server 2>&1 | python keep_log.py server.log

Two files at most: the newest megabytes, and those before in ``server.log.1``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 4_000_000
_PIECE = 65_536


def keep_log(source: BinaryIO, log: Path, *, most_bytes: int = MOST_BYTES) -> None:
    """Copy a stream into ``log``; when that is full it becomes ``log.1``, the one before goes."""
    before = log.with_name(log.name + ".1")
    file = open(log, "ab", buffering=0)  # noqa: SIM115 - it is exchanged for another while we read
    try:
        while piece := source.read1(_PIECE):
            if file.tell() + len(piece) > most_bytes:
                file.close()
                log.replace(before)
                file = open(log, "ab", buffering=0)  # noqa: SIM115
            file.write(piece)
    finally:
        file.close()


if __name__ == "__main__":
    keep_log(sys.stdin.buffer, Path(sys.argv[1]))
