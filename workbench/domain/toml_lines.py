"""Finds the line of a key in a TOML file, for errors that point at it (the standard parser keeps no lines)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([^\[\]]+?)\s*(\]\]|\])")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*=""")


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Line number (from 1) of a key or table.

    Args:
        text: The file.
        path: ``("name",)``, ``("steps", 2)`` for the third ``[[steps]]``, or ``("steps", 2, "margin")``.

    Returns:
        The key's own line; the table's header when the key is absent; None when neither is there.
    """
    table, index = "", None
    counts: dict[str, int] = {}
    header_line = None
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _HEADER.match(line):
            table = match[2]
            if match[1] == "[[":
                index = counts[table] = counts.get(table, -1) + 1
            else:
                index = None
            here = (table,) if index is None else (table, index)
            if tuple(path[: len(here)]) == here or path == (table,):
                header_line = header_line or number if len(path) <= len(here) else number
                if len(path) <= len(here):
                    return number
        elif match := _KEY.match(line):
            key = match[1] or match[2] or match[3]
            here = (key,) if not table else (table, key) if index is None else (table, index, key)
            if here == tuple(path):
                return number
    return header_line
