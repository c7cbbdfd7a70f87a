"""Finds the line of a policy's text where a value stands, so that a mistake can be named with its place."""

from __future__ import annotations

import re

_TABLE = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_\-\"'. ]+?)\s*\]\]?\s*(?:#.*)?$")


def line_of(text: str, key: str | None, *, table: str = "", number: int = 1) -> int | None:
    """Line, from 1, of a key; of its table when the key is missing there; None when neither is there.

    Args:
        text: The TOML.
        key: Name of the value; None: the table itself.
        table: Name of its table; empty: the top.
        number: Which of several tables of that name (``[[rules]]``), from 1.
    """
    here, seen, head = "", 0, None
    for place, line in enumerate(text.splitlines(), start=1):
        found = _TABLE.match(line)
        if found:
            here = found[1].strip("\"' ")
            seen += here == table
            if here == table and seen == number:
                head = place
            continue
        if key is not None and here == table and (not table or seen == number):
            name = line.split("=", 1)[0].strip().strip("\"'")
            if "=" in line and name == key:
                return place
    return head
