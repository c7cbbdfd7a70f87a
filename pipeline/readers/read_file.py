"""Reads a photo's bytes from disk without being caught by what only looks like a file."""

from __future__ import annotations

import os
import stat

from workbench.domain.errors import PhotoRefused

# not blocking: a named pipe would wait for its writer for ever
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_MB = 1_000_000


def read_file(path: str, *, most_bytes: int) -> bytes:
    """All bytes of a regular file.

    Raises:
        PhotoRefused: Missing, unreadable, a folder or device, empty, or larger than ``most_bytes``.
    """
    try:
        with open(os.open(path, _FLAGS), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise PhotoRefused("a folder or a device, not a file", allowed="a photo file")
            if found.st_size == 0:
                raise PhotoRefused("the file is empty (0 bytes)", allowed="a photo file")
            if found.st_size > most_bytes:
                raise PhotoRefused(f"the file has {found.st_size // _MB} MB", allowed=f"up to {most_bytes // _MB} MB")
            return file.read(most_bytes)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise PhotoRefused(f"the file cannot be read: {reason}", allowed="a readable photo file") from error
