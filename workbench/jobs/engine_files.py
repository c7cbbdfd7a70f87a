"""Engines a pilot can choose from: our own by name, and those set up by a TOML file in the workspace."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline import registry
from pipeline.cutout import Around, Engine, FreePurse, Purse
from pipeline.spec import read_params
from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.toml_lines import line_of
from workbench.jobs.checked_connection import checked_connection
from workbench.jobs.engine_price import read_price
from workbench.operations.rates import VendorPrice
from workbench.settings import Settings
from workbench.vendors.terms import Terms, read_terms

VENDORS = Path(__file__).parents[1] / "vendors"
SHIPPED, TEMPLATES = VENDORS / "engines", VENDORS / "templates"
LOCALHOST = ("localhost", "127.0.0.1", "::1")
_TOP = ("name", "title", "adapter", "params", "price", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFile:
    """One engine as it is set up. ``hash`` names everything that decides its pixels."""

    name: str
    title: str
    adapter: str
    params: Any
    folder: Path
    price: VendorPrice | None
    terms: Terms
    text: str

    @property
    def remote(self) -> bool:
        """Whether photos are sent away to be cut out."""
        return registry.load("engines.adapters", self.adapter).remote

    @property
    def on_this_machine(self) -> bool:
        """Whether no photo leaves this machine: computed here, or by a service of our own on localhost."""
        return not self.remote or (self.params.allow_localhost and urlsplit(self.params.url).hostname in LOCALHOST)

    @property
    def better(self) -> str:
        """Which direction of its score is surer: higher, lower, or none where it gives none."""
        if self.adapter == "built_in":
            return "higher"
        return getattr(self.params, "score_better", "none")

    @property
    def hash(self) -> str:
        """SHA-256 over adapter, parameters and the files they name."""
        adapter = registry.load("engines.adapters", self.adapter)
        facts = adapter.facts(self.params, self.folder)
        recipe = [self.adapter, adapter.version, dataclasses.asdict(self.params), dict(facts)]
        return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()

    def around(self, *, purse: Purse | None = None, environ: Mapping[str, str] | None = None) -> Around:
        """What its adapter is handed: checked connections, and the key if its name is set."""
        key_name = getattr(self.params, "key_env", "")
        private, schemes = (), ("https",)  # a key or a photo never goes over the open net unencrypted
        if self.remote and self.on_this_machine:
            private, schemes = LOCALHOST, ("http", "https")
        return Around(
            folder=self.folder, connect=partial(_connect, private_hosts=private, schemes=schemes),
            key=(os.environ if environ is None else environ).get(key_name) if key_name else None,
            purse=purse or FreePurse(),
        )  # fmt: skip

    def open(self, *, purse: Purse | None = None, environ: Mapping[str, str] | None = None) -> Engine:
        """Ready to be asked.

        Raises:
            EngineFault: A key, file or folder is missing or cannot be used.
        """
        adapter = registry.load("engines.adapters", self.adapter)
        return adapter.open(self.params, self.around(purse=purse, environ=environ))


def _connect(url, timeout_s, *, private_hosts, schemes):
    return checked_connection(url, timeout_s=timeout_s, private_hosts=private_hosts, schemes=schemes)


def engines_folder(settings: Settings) -> Path:
    """Where a workspace's own engine files lie."""
    return settings.workspace / "engines"


def engine_names(settings: Settings) -> tuple[str, ...]:
    """All engines there are: built in, shipped, and the workspace's own."""
    own = {path.stem for path in engines_folder(settings).glob("*.toml")}
    return tuple(sorted({*registry.names("engines"), *(path.stem for path in SHIPPED.glob("*.toml")), *own}))


def read_engine(name: str, settings: Settings) -> EngineFile:
    """An engine by name: the workspace's own files first, then the shipped ones, then our engines as they are.

    Raises:
        UsageError: Unknown, or its file does not validate; the message has the line.
    """
    for folder in (engines_folder(settings), SHIPPED):
        path = folder / f"{name}.toml"
        if path.is_file() and path.stem == name:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"cannot be read: {error}", where=path.name) from error
            return parse_engine(text, where=path.name, folder=folder, roots=settings.source_roots)
    if name in registry.names("engines"):
        text = f'name = "{name}"\ntitle = "{name}"\nadapter = "built_in"\n\n[params]\nengines = ["{name}"]\n'
        return parse_engine(text, where=name, folder=SHIPPED, roots=())
    known = engine_names(settings)
    raise UsageError(f"no engine named {name!r}", allowed=known, nearest=nearest_match(name, known))


def parse_engine(text: str, *, where: str, folder: Path, roots: tuple[Path, ...]) -> EngineFile:
    """Check an engine file's text.

    Args:
        text: TOML.
        where: File name for messages.
        folder: Paths in it are relative to this one and must stay in it, or lie under the roots.
        roots: Folders of the settings.

    Raises:
        UsageError: With file and line, what was found, what is allowed, and the nearest match.
    """

    def place(*path: str | int) -> str:
        line = line_of(text, path)
        return f"{where}, line {line}" if line else where

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"is not TOML: {error}", where=where) from error
    for key in data:
        if key not in _TOP:
            raise UsageError(f"unknown key {key!r}", where=place(key), allowed=_TOP, nearest=nearest_match(key, _TOP))
    for key in ("name", "title", "adapter"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise UsageError(f"{key} is missing or not text", where=place(key), allowed=f'{key} = "…"')
    if not data["name"].replace("_", "").replace("-", "").isalnum():
        raise UsageError(f"name is {data['name']!r}", where=place("name"), allowed="letters, digits, _ and -")
    adapters = registry.names("engines.adapters")
    if data["adapter"] not in adapters:
        raise UsageError(f"adapter is {data['adapter']!r}", where=place("adapter"), allowed=adapters,
                         nearest=nearest_match(data["adapter"], adapters))  # fmt: skip
    for key in ("params", "price", "data"):
        if not isinstance(data.get(key, {}), dict):
            raise UsageError(f"{key} is not a table", where=place(key), allowed=f"[{key}]")
    adapter = registry.load("engines.adapters", data["adapter"])
    params = read_params(adapter.params, data.get("params", {}), lambda key: place("params", key), data["adapter"])
    _inside(params, folder, roots, place)
    return EngineFile(
        name=data["name"], title=data["title"], adapter=data["adapter"], params=params, folder=folder,
        price=read_price(data["name"], data["price"], place) if "price" in data else None,
        terms=read_terms(data.get("data", {}), place), text=text,
    )  # fmt: skip


def _inside(params: Any, folder: Path, roots: tuple[Path, ...], place: Callable[..., str]) -> None:
    for key in ("file", "folder"):
        named = getattr(params, key, None)
        if named is None:
            continue
        path = (folder / named).resolve()
        if not any(path.is_relative_to(root.resolve()) for root in (folder, *roots)):
            raise UsageError(f"{key} {named!r} lies outside", where=place("params", key),
                             allowed="beside the engine's file, or under WORKBENCH_SOURCE_ROOTS")  # fmt: skip


def engine_catalogue(settings: Settings) -> list[dict[str, str]]:
    """Name, title, adapter, place and problem of every engine; one that cannot be read is listed with its problem."""
    found = []
    for name in engine_names(settings):
        try:
            engine = read_engine(name, settings)
        except UsageError as error:
            found.append({"engine": name, "title": "", "adapter": "", "photos": "", "problem": str(error)})
            continue
        place = "stay here" if engine.on_this_machine else "are sent away"
        found.append({"engine": name, "title": engine.title, "adapter": engine.adapter, "photos": place, "problem": ""})
    return found


def new_engine_file(name: str, template: str, settings: Settings) -> Path:
    """A file to fill in, in the workspace.

    Raises:
        UsageError: No such template, a name no file can have, or one that is there already.
    """
    known = sorted(path.stem for path in TEMPLATES.glob("*.toml"))
    if template not in known:
        raise UsageError(f"no template {template!r}", where="--from", allowed=known,
                         nearest=nearest_match(template, known))  # fmt: skip
    if not name.replace("_", "").replace("-", "").isalnum():
        raise UsageError(f"name is {name!r}", allowed="letters, digits, _ and -")
    path = engines_folder(settings) / f"{name}.toml"
    text = (TEMPLATES / f"{template}.toml").read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text.replace(f'name = "{template}"', f'name = "{name}"'))
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", allowed="a new name") from error
    return path
