"""A folder of files somebody delivered: a studio's cutouts, or what was downloaded from a service by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.cutout import Adapter, Around, Asked, Cutout, EngineFault
from pipeline.open_photo import open_photo
from pipeline.read_cutout import read_cutout
from pipeline.readers.read_file import read_file
from pipeline.step import param
from workbench.domain.errors import PhotoRefused

ENDINGS = (".png", ".tif", ".tiff", ".webp", ".psd")


@dataclass(frozen=True, slots=True)
class Params:
    """Where the files lie and how they are named."""

    folder: str = param("delivered", doc="the folder, relative to the engine's file; sub-folders count")
    match: str = param("sku", doc="sku: the file is named after the SKU; name: after the photo's file",
                       choices=("sku", "name"))  # fmt: skip
    suffix: str = param("", doc='what follows the name before the ending, such as "_cut"')
    enlarge: bool = param(False, doc="take a smaller matte of the same proportions and enlarge it")
    most_mb: int = param(1000, doc="largest file that is read", unit="MB", low=1, high=4000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What was delivered against what was asked for; names, in order."""

    found: tuple[str, ...]  # image ids
    missing: tuple[str, ...]  # image ids
    doubled: Mapping[str, tuple[str, ...]]  # image id -> files
    extra: tuple[str, ...]  # files nobody asked for


def open_engine(params: Params, around: Around):
    """An engine that answers with the delivered file.

    Raises:
        EngineFault: There is no such folder.
    """
    files = _files(_folder(params, around.folder))

    def cut_out(asked: Asked) -> Cutout:
        named = files.get(_key(asked, params), [])
        if not named:
            raise EngineFault("missing", f"no file named {_key(asked, params)!r}", where=params.folder)
        if len(named) > 1:
            raise EngineFault("doubled", f"{len(named)} files are named {_key(asked, params)!r}: "
                              + ", ".join(path.name for path in named), where=params.folder)  # fmt: skip
        picture = open_photo(asked.path, pixel_limit=asked.pixel_limit)
        try:
            data = read_file(str(named[0]), most_bytes=params.most_mb * 1_000_000)
        except PhotoRefused as error:
            raise EngineFault("broken_file", error.found, where=named[0].name) from error
        alpha = read_cutout(data, picture, pixel_limit=asked.pixel_limit, where=named[0].name, enlarge=params.enlarge)
        return Cutout(alpha=alpha, file=data, file_name=named[0].name)

    return cut_out


def delivery(asked: Iterable[Asked], params: Params, folder: Path) -> Delivery:
    """Hold a folder against the photos that were asked for.

    Raises:
        EngineFault: There is no such folder.
    """
    files = _files(_folder(params, folder))
    found, missing, doubled, wanted = [], [], {}, set()
    for one in asked:
        key = _key(one, params)
        wanted.add(key)
        named = files.get(key, [])
        if len(named) == 1:
            found.append(one.image_id)
        elif named:
            doubled[one.image_id] = tuple(path.name for path in named)
        else:
            missing.append(one.image_id)
    extra = sorted(path.name for key, paths in files.items() if key not in wanted for path in paths)
    return Delivery(found=tuple(found), missing=tuple(missing), doubled=doubled, extra=tuple(extra))


def _folder(params: Params, folder: Path) -> Path:
    path = (folder / params.folder).resolve()
    if not path.is_dir():
        raise EngineFault("missing", "there is no such folder", where=params.folder, allowed="a folder of cutouts")
    return path


def _files(folder: Path) -> dict[str, list[Path]]:
    """Files by their name without ending, in lower case; a link that leads out of the folder is not followed."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.suffix.lower() in ENDINGS and path.is_file() and path.resolve().is_relative_to(folder)
        if inside and not path.name.startswith("."):
            found.setdefault(path.stem.lower(), []).append(path)
    return found


def _key(asked: Asked, params: Params) -> str:
    name = asked.sku if params.match == "sku" else Path(asked.path).stem
    return f"{name}{params.suffix}".lower()


def facts(params: Params, folder: Path) -> Mapping[str, str]:
    """What lies there, by names and sizes: another delivery is another engine."""
    path = (folder / params.folder).resolve()
    if not path.is_dir():
        return {params.folder: "missing"}
    lines = [f"{one.relative_to(path)} {one.stat().st_size}" for paths in _files(path).values() for one in paths]
    return {params.folder: hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()}


ADAPTER = Adapter(open=open_engine, params=Params, remote=False, facts=facts)
