"""Read the SQL files beside this module; put names and settings in where SQL takes no parameters."""

from __future__ import annotations

import functools
from pathlib import Path

from workbench.domain.errors import LakeError, nearest_match

SQL_FOLDER = Path(__file__).parent / "sql"


def statement(name: str, /, **parts: str | int | bool) -> str:
    """The text of ``sql/<name>.sql``.

    Args:
        name: File stem.
        parts: Values for ``{…}`` places: table names from our own list, and the settings of ATTACH and SET, which
            take no parameters. Text that comes from outside goes through `quoted` first; rows never come this way.

    Raises:
        LakeError: No such file; the message names the nearest one.
    """
    text = _read(name)
    for place, value in parts.items():
        text = text.replace("{" + place + "}", str(value).lower() if isinstance(value, bool) else str(value))
    return text


def quoted(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@functools.cache
def _read(name: str) -> str:
    file = SQL_FOLDER / f"{name}.sql"
    if not file.is_file():
        names = sorted(path.stem for path in SQL_FOLDER.glob("*.sql"))
        raise LakeError(
            f"no query named {name!r}", where=str(SQL_FOLDER), allowed=names, nearest=nearest_match(name, names)
        )
    return file.read_text(encoding="utf-8")
