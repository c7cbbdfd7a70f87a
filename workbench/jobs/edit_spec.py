"""Changes single values of a specification's text and leaves its comments, order and spacing as they were written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from pipeline import registry
from pipeline.spec import Spec, parse_spec
from workbench.domain.errors import SpecError, UsageError, nearest_match

KEYS = {"steps": "step", "checks": "check", "files": "file"}
KINDS = {"steps": "steps", "checks": "checks", "files": "deliver"}
TEXTS = ("title", "description", "name")
_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z_-]+)\s*\]\]?")


def set_values(text: str, values: Mapping[str, Any]) -> str:
    """The text with some values changed, and nothing else.

    Args:
        text: A specification.
        values: Path -> value: ``title``, ``steps.crop_to_subject.margin``, ``checks.halo_width.limit`` (a number, or
            False to measure without judging). A value that stands already is not written again.

    Raises:
        SpecError: No such place in this spec; what a value may be is for `parse_spec` to judge.
    """
    document = _parsed(text)
    for path, value in values.items():
        table, key = _place(document, path)
        value = list(value) if isinstance(value, tuple) else value
        if key not in table or table[key] != value or type(table[key].unwrap()) is not type(value):
            table[key] = value
    return tomlkit.dumps(document)


def switch(text: str, path: str, on: bool) -> str:
    """The text with a check or a file switched on or off.

    Args:
        text: A specification.
        path: ``checks.halo_width`` or ``files.web_jpeg``.
        on: Whether it shall be there.

    Raises:
        SpecError: No such check or file.
    """
    kind, _, name = path.partition(".")
    if kind not in ("checks", "files"):
        raise SpecError(f"cannot switch {path!r}", allowed="checks.NAME, files.NAME")
    try:
        registry.load(KINDS[kind], name)
    except UsageError as error:
        raise SpecError(error.found, allowed=error.allowed, nearest=error.nearest) from error
    names = [entry.get(KEYS[kind]) for entry in _parsed(text).unwrap().get(kind, ())]
    if on == (name in names):
        return text
    if on:
        return _checked(_inserted(text, kind, f'[[{kind}]]\n{KEYS[kind]} = "{name}"\n'), kind, [*names, name])
    at = names.index(name)
    return _checked(_without(text, kind, at), kind, [*names[:at], *names[at + 1 :]])


def apply_changes(text: str, sets: Mapping[str, Any], on: tuple[str, ...] = (), off: tuple[str, ...] = ()) -> str:
    """Several changes at once: units switched first, then values set."""
    for path in on:
        text = switch(text, path, True)
    for path in off:
        text = switch(text, path, False)
    return set_values(text, sets)


def renamed(text: str, name: str) -> str:
    """The text under another name."""
    return set_values(text, {"name": name})


def parsed_value(words: str) -> Any:
    """A value as it is typed after ``--set PATH=``: TOML where it is TOML, else text.

    ``0.1``, ``false``, ``[2000, 1200]`` and ``"#FFFFFF"`` are TOML; ``contact`` and ``4:5`` are taken as text.
    """
    try:
        return tomllib.loads(f"value = {words}")["value"]
    except tomllib.TOMLDecodeError:
        return words


def draft_or_error(text: str, *, where: str) -> tuple[Spec | None, SpecError | None]:
    """The spec a text makes, or what is wrong with it."""
    try:
        return parse_spec(text, where=where), None
    except SpecError as error:
        return None, error


def _parsed(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise SpecError(f"is not TOML: {error}") from error


def _place(document: tomlkit.TOMLDocument, path: str) -> tuple[Table | tomlkit.TOMLDocument, str]:
    kind, _, rest = path.partition(".")
    if not rest and path in TEXTS:
        return document, path
    name, _, key = rest.partition(".")
    if kind not in KEYS or not key:
        places = ("title", "description", *(f"{table}.NAME.KEY" for table in KEYS))
        raise SpecError(f"no place {path!r} in a spec", allowed=places)
    entries = document.get(kind)
    units = {entry.get(KEYS[kind]): entry for entry in entries} if isinstance(entries, AoT) else {}
    if name not in units:
        raise SpecError(f"this spec has no {KEYS[kind]} {name!r}", allowed=units, nearest=nearest_match(name, units))
    return units[name], key


def _inserted(text: str, kind: str, lines: str) -> str:
    """The text with a table after the last of its kind; comments behind that one stay with what comes next."""
    rows = text.splitlines(keepends=True)
    spans = _spans(rows, kind)
    if not spans:
        return f"{text.rstrip()}\n\n{lines}"
    end = spans[-1][1]
    rows[end - 1] = rows[end - 1].rstrip("\r\n") + "\n"
    return "".join([*rows[:end], "\n", lines, *rows[end:]])


def _without(text: str, kind: str, at: int) -> str:
    """The text without one table; comments around it stay."""
    rows = text.splitlines(keepends=True)
    start, end = _spans(rows, kind)[at]
    while end < len(rows) and not rows[end].strip():
        end += 1
    return "".join([*rows[:start], *rows[end:]])


def _spans(rows: list[str], kind: str) -> list[tuple[int, int]]:
    """First line and line behind the last of each table of a kind, without the blanks and comments that follow it."""
    heads = [n for n, row in enumerate(rows) if _HEADER.match(row)]
    spans = []
    for start, end in zip(heads, [*heads[1:], len(rows)], strict=True):
        if _HEADER.match(rows[start])[1] == kind:
            while not rows[end - 1].strip() or rows[end - 1].lstrip().startswith("#"):
                end -= 1
            spans.append((start, end))
    return spans


def _checked(text: str, kind: str, names: list[str]) -> str:
    """The edited text; text lines are a guess at TOML, so what came out is read again.

    Raises:
        SpecError: The text is laid out so that lines cannot be moved (a header inside a long text, say).
    """
    try:
        found = [entry.get(KEYS[kind]) for entry in tomllib.loads(text).get(kind, ())]
    except tomllib.TOMLDecodeError:
        found = None
    if found != names:
        raise SpecError(f"the {kind} cannot be switched in this text", allowed="an edit of the text itself")
    return text
