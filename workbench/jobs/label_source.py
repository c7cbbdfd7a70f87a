"""What ``--from`` means: a folder of photos, a set of the lake, a saved query, or filters written out."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.names import safe_part
from pipeline.store import Store
from workbench import lake
from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.records import CATEGORIES, LANES, Photo
from workbench.domain.review_words import REASONS, VERDICTS
from workbench.jobs.fetch_photo import fetch_photo
from workbench.jobs.open_set import open_set
from workbench.jobs.read_set import set_id_of
from workbench.settings import Settings

FILTERS = ("set", "category", "brand", "lane", "state", "verdict", "reason", "failed", "engine", "spec", "tag")
_WORDS = {"category": CATEGORIES, "lane": LANES, "verdict": VERDICTS, "reason": tuple(word.name for word in REASONS)}
_ANY_OF = "|"
WAYS = "a folder, a set's name, filters such as lane=manual,reason=halo|holes, or the name of a saved query"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelImage:
    """One image to be labelled. Without a result it is a photo of a folder that need not be in the lake."""

    photo: Photo
    file: Path  # on this machine
    photo_hash: str
    result_id: str | None = None
    result_key: str | None = None
    version: int | None = None
    review_id: str | None = None  # the verdict that stands on it
    engine: str | None = None
    spec_name: str | None = None
    risk: float | None = None  # of being sent back, as the run reckoned it
    verdict: str | None = None  # that stands on it
    artefacts: Mapping[str, tuple[Path, str]] = field(default_factory=dict)  # suffix -> file, SHA-256
    geometry: tuple[float, ...] | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def read_images(source: str | None, settings: Settings, *, results: bool) -> list[LabelImage]:
    """The images somebody means.

    Args:
        source: As given with ``--from``; None: everything in the lake that is not simulated.
        settings: Workspace and allowed roots.
        results: Whether each must have come through a run; else a folder's photos are taken as they lie there.

    Raises:
        UsageError: There is no such source, or nothing in it.
    """
    folder = None if source is None or "=" in source else Path(source).expanduser()
    if folder is not None and folder.exists() and not results:
        return _of_folder(source, settings)
    with lake.open(settings, read_only=True) as store:
        if folder is not None and folder.exists():
            filters = {"set": [set_id_of(str(folder.resolve()))]}
            missing = f"{source} was not run yet: `workbench run {source}` first"
        else:
            filters, missing = read_query(source, settings, store), f"no image in the lake for {source or 'anything'}"
        found = store.query("label_images", filters).to_dicts()
    wanted = [row for row in found if row["outcome"] == "done"]
    if not wanted:
        raise UsageError(missing, where="--from", allowed=WAYS)
    files = Store(settings.workspace)
    return [_of_row(row, files, settings) for row in wanted]


def read_query(text: str | None, settings: Settings, store: lake.Lake) -> dict[str, list[str]]:
    """Filters by name: written out, saved under a name, or a set's name or id.

    Raises:
        UsageError: An unknown filter, word, set or query.
    """
    if text is None:
        return {}
    if "=" in text:
        return _set_ids(parse_query(text), store)
    saved = query_file(settings, text)
    if saved.is_file():
        return _set_ids(parse_query(tomllib.loads(saved.read_text(encoding="utf-8"))["query"]), store)
    names = [path.stem for path in saved.parent.glob("*.toml")]
    return _set_ids({"set": [text]}, store, others=names)


def parse_query(text: str) -> dict[str, list[str]]:
    """``lane=manual,reason=halo|holes`` as filters by name.

    Raises:
        UsageError: An unknown filter, or a word it does not know.
    """
    filters: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, values = (piece.strip() for piece in part.partition("="))
        if name not in FILTERS:
            raise UsageError(
                f"no filter {name!r}", where="--from", allowed=FILTERS, nearest=nearest_match(name, FILTERS)
            )
        filters[name] = [value.strip() for value in values.split(_ANY_OF) if value.strip()]
        known = _WORDS.get(name)
        for value in filters[name]:
            if known is not None and value not in known:
                raise UsageError(f"{name} is {value!r}", where="--from", allowed=known,
                                 nearest=nearest_match(value, known))  # fmt: skip
        if not filters[name]:
            raise UsageError(f"{name} is empty", where="--from", allowed=f"{name}=VALUE or {name}=ONE|OTHER")
    return filters


def query_file(settings: Settings, name: str) -> Path:
    """Where a saved query lies."""
    return settings.workspace / "label_queries" / f"{safe_part(name)}.toml"


def save_query(name: str, text: str, settings: Settings) -> Path:
    """Keep filters under a name; they are checked first.

    Raises:
        UsageError: Filters that mean nothing, or a name that is a filter itself.
    """
    if "=" in name or not parse_query(text):
        raise UsageError(f"{name!r} = {text!r}", where="saved query", allowed="a name, and filters such as lane=manual")
    file = query_file(settings, name)
    Store(settings.workspace).write(file, f"query = {json.dumps(text)}\n".encode())
    return file


def _set_ids(filters: dict[str, list[str]], store: lake.Lake, others: Sequence[str] = ()) -> dict[str, list[str]]:
    if "set" not in filters:
        return filters
    sets = store.query("label_sets").to_dicts()
    ids: list[str] = []
    for wanted in filters["set"]:
        found = [row["set_id"] for row in sets if wanted in (row["set_id"], row["set_name"])]
        if not found:
            names = [*(row["set_name"] or row["set_id"] for row in sets), *others]
            raise UsageError(f"no folder, set or saved query {wanted!r}", where="--from", allowed=WAYS,
                             nearest=nearest_match(wanted, names))  # fmt: skip
        ids += found
    return {**filters, "set": ids}


def _of_folder(source: str, settings: Settings) -> list[LabelImage]:
    files = Store(settings.workspace)
    found: dict[str, LabelImage] = {}
    for photo in open_set(source, settings=settings).photos:
        file = fetch_photo(photo, store=files, schemes=settings.url_schemes)
        with open(file, "rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        found.setdefault(digest, LabelImage(photo=photo, file=file, photo_hash=digest))
    return list(found.values())


def _of_row(row: Mapping[str, Any], files: Store, settings: Settings) -> LabelImage:
    photo = Photo(**{name: row[name] for name in ("set_id", "image_id", "sku", "path", "relative_path", "category")})
    return LabelImage(
        photo=photo, file=fetch_photo(photo, store=files, schemes=settings.url_schemes), photo_hash=row["photo_hash"],
        **{name: row[name] for name in ("result_id", "result_key", "version", "review_id", "engine", "spec_name",
                                       "risk", "verdict")},
        artefacts=artefact_files(row, settings), geometry=tuple(row["geometry"]) if row["geometry"] else None,
        attributes=json.loads(row["attributes"] or "{}"),
    )  # fmt: skip


def artefact_files(row: Mapping[str, Any], settings: Settings) -> dict[str, tuple[Path, str]]:
    """A result's files by suffix, each with its hash."""
    return {one["suffix"]: (settings.workspace / one["path"], one["sha256"]) for one in row["artefacts"] or ()}
