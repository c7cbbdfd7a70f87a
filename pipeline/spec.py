"""A specification: which steps, checks and files a customer wants, read from TOML and checked before any photo.

Shape of the file::

    name = "marketplace_white"
    title = "Marketplace, pure white"
    description = "What it is for, in a sentence."

    [[steps]]            # in order; every other key is a parameter of that step
    step = "crop_to_subject"
    aspect = "1:1"

    [[checks]]           # limit = overrides the check's default; limit = false measures without judging
    check = "halo_width"
    limit = 2.0

    [[files]]            # what is delivered
    file = "web_jpeg"
    sizes_px = [2000, 1200, 600]
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import registry
from workbench.domain.errors import SpecError, UsageError, nearest_match
from workbench.domain.toml_lines import line_of

SHIPPED = Path(__file__).with_name("specs")
GIVEN = frozenset({"path", "pixel_limit"})  # what the runner puts on the table before the first step
_TOP = ("name", "title", "description", "steps", "checks", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One unit as a spec uses it; ``limit`` only for checks."""

    name: str
    params: Any
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A checked specification. ``hash`` is the SHA-256 of the file's text."""

    name: str
    title: str
    description: str
    steps: tuple[Use, ...]
    checks: tuple[Use, ...]
    files: tuple[Use, ...]
    text: str
    hash: str

    def recipe(self) -> str:
        """Everything that decides the pixels, as canonical JSON: unit names, versions, parameters, models."""
        used = []
        for kind, uses in (("steps", self.steps), ("checks", self.checks), ("deliver", self.files)):
            for use in uses:
                unit = registry.load(kind, use.name)
                models = [list(unit.models)] if getattr(unit, "models", ()) else []  # only steps can have some
                used.append([kind, use.name, unit.version, dataclasses.asdict(use.params), use.limit, *models])
        engine = self.engine()
        if engine is not None:
            unit = registry.load("engines", engine)
            used.append(["engines", engine, unit.version, dataclasses.asdict(unit.params()), list(unit.models)])
        return json.dumps(used, sort_keys=True)

    def engine(self) -> str | None:
        """Name of the engine that finds the subject, if the spec has that step."""
        return next((use.params.engine for use in self.steps if use.name == "segment_subject"), None)

    def result_key(self, photo_hash: str) -> str:
        """Key of the result of one photo under this recipe."""
        return hashlib.sha256(f"{photo_hash}\n{self.recipe()}".encode()).hexdigest()


def shipped_specs() -> tuple[str, ...]:
    """Names of the specs that come with the product."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load_spec(name_or_file: str, folders: tuple[Path, ...] = ()) -> Spec:
    """Read a spec by name (the user's own folders first, then the shipped ones) or by file.

    Raises:
        SpecError: Unknown name, unreadable file, or a file that does not validate; the message has the line.
    """
    if name_or_file.endswith(".toml") or "/" in name_or_file:
        return _read(Path(name_or_file))
    for folder in (*folders, SHIPPED):
        path = folder / f"{name_or_file}.toml"
        if path.is_file():
            return _read(path)
    known = sorted({*shipped_specs(), *(p.stem for f in folders for p in f.glob("*.toml"))})
    raise SpecError(f"no spec named {name_or_file!r}", allowed=known, nearest=nearest_match(name_or_file, known))


def _read(path: Path) -> Spec:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"cannot be read: {error}", where=str(path)) from error
    return parse_spec(text, where=path.name)


def parse_spec(text: str, *, where: str) -> Spec:
    """Check a spec's text.

    Args:
        text: TOML.
        where: File name for messages.

    Raises:
        SpecError: With file and line, what was found, what is allowed, and the nearest match.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"is not TOML: {error}", where=where) from error
    place = _Place(text, where)
    for key in data:
        if key not in _TOP:
            raise SpecError(
                f"unknown key {key!r}", where=place(key), allowed=_TOP, nearest=nearest_match(key, _TOP)
            )
    for key in ("name", "title", "description"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise SpecError(f"{key} is missing or not text", where=place(key), allowed=f'{key} = "…"')
    if not data["name"].replace("_", "").replace("-", "").isalnum():
        raise SpecError(f"name is {data['name']!r}", where=place("name"), allowed="letters, digits, _ and -")
    steps = tuple(_uses(data, "steps", "step", "steps", place))
    checks = tuple(_uses(data, "checks", "check", "checks", place))
    files = tuple(_uses(data, "files", "file", "deliver", place))
    if not steps:
        raise SpecError("there are no steps", where=where, allowed="[[steps]] tables, the first one load_image")
    _check_order(steps, checks, files, place)
    return Spec(
        name=data["name"], title=data["title"], description=data["description"], steps=steps, checks=checks,
        files=files, text=text, hash=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


class _Place:
    """Words for where in the file something is."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where

    def __call__(self, *path: str | int) -> str:
        line = line_of(self.text, path)
        return f"{self.where}, line {line}" if line else self.where


def _uses(data: Mapping, table: str, key: str, kind: str, place: _Place):
    entries = data.get(table, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SpecError(f"{table} is not a list of tables", where=place(table), allowed=f"[[{table}]]")
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        name = entry.get(key)
        if not isinstance(name, str):
            raise SpecError(f"{key} is missing", where=place(table, index), allowed=registry.names(kind))
        try:
            unit = registry.load(kind, name)
        except UsageError as error:
            raise SpecError(
                error.found, where=place(table, index, key), allowed=error.allowed, nearest=error.nearest
            ) from error
        if name in seen:
            raise SpecError(f"{name} stands twice", where=place(table, index, key), allowed="each unit once")
        seen.add(name)
        given = {k: v for k, v in entry.items() if k != key}
        limit = None
        if kind == "checks":
            limit = _limit(given.pop("limit", unit.limit), place(table, index, "limit"))
        params = read_params(unit.params, given, lambda k, i=index: place(table, i, k), name)
        yield Use(name=name, params=params, limit=limit)


def _limit(value: Any, where: str) -> float | None:
    if value is None or value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SpecError(f"limit is {value!r}", where=where, allowed="a number, or false to measure without judging")
    return float(value)


def read_params(record: type, given: Mapping[str, Any], where, unit: str) -> Any:
    """A parameter record from a table, each value checked against its field's type, bounds and choices.

    Args:
        record: Dataclass whose fields were made with `pipeline.step.param`.
        given: Key -> value as TOML gives them.
        where: Function from key to words for the place.
        unit: Name of the step, check or writer, for messages.

    Raises:
        SpecError: Unknown key, wrong type, out of bounds, or not one of the choices.
    """
    fields = {f.name: f for f in dataclasses.fields(record)}
    values = {}
    for key, value in given.items():
        if key not in fields:
            raise SpecError(
                f"{unit} has no parameter {key!r}", where=where(key), allowed=tuple(fields) or "none",
                nearest=nearest_match(key, fields),
            )  # fmt: skip
        values[key] = _value(value, fields[key], where(key))
    return record(**values)


def _value(value: Any, field: dataclasses.Field, where: str) -> Any:
    default, meta = field.default, field.metadata
    if isinstance(default, tuple):
        if not isinstance(value, list) or not value:
            raise SpecError(f"{field.name} is {value!r}", where=where, allowed="a list that is not empty")
        return tuple(_scalar(v, default[0] if default else v, field.name, meta, where) for v in value)
    return _scalar(value, default, field.name, meta, where)


def _scalar(value: Any, like: Any, name: str, meta: Mapping, where: str) -> Any:
    if isinstance(like, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(like):
        kind = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}.get(type(like), "")
        raise SpecError(f"{name} is {value!r}", where=where, allowed=kind)
    choices, low, high = meta.get("choices"), meta.get("low"), meta.get("high")
    if meta.get("listing"):
        choices = registry.names(meta["listing"])
    if meta.get("pattern") and not re.fullmatch(meta["pattern"], value):
        raise SpecError(f"{name} is {value!r}", where=where, allowed=f"text like {like!r}")
    if choices and value not in choices:
        raise SpecError(
            f"{name} is {value!r}", where=where, allowed=choices, nearest=nearest_match(str(value), choices)
        )
    if not isinstance(value, str | bool) and (
        value != value or (low is not None and value < low) or (high is not None and value > high)
    ):
        bounds = f"{'' if low is None else f'{low:g} to '}{'' if high is None else f'{high:g}'}"
        raise SpecError(f"{name} is {value}", where=where, allowed=f"{bounds} {meta.get('unit') or ''}".strip())
    return value


def _check_order(steps, checks, files, place: _Place) -> None:
    on_table = set(GIVEN)
    for index, use in enumerate(steps):
        unit = registry.step(use.name)
        missing = [n for n in unit.needs if n not in on_table]
        if missing:
            givers = [n for n in registry.names("steps") if set(missing) & set(registry.step(n).gives)]
            raise SpecError(
                f"{use.name} needs {', '.join(missing)}, which no step before it gives",
                where=place("steps", index, "step"), allowed=f"one of these before it: {', '.join(givers)}",
            )  # fmt: skip
        on_table |= set(unit.gives)
    for table, uses, kind, key in (("checks", checks, "checks", "check"), ("files", files, "deliver", "file")):
        for index, use in enumerate(uses):
            missing = [n for n in registry.load(kind, use.name).needs if n not in on_table]
            if missing:
                raise SpecError(
                    f"{use.name} needs {', '.join(missing)}, which no step of this spec gives",
                    where=place(table, index, key),
                )
