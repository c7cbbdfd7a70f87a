"""The one place that reads the environment: every WORKBENCH_ name, its default, and what it may be.

Nothing heavy is imported here. Everyone else is handed a `Settings`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.roles import ROLES, Role
from workbench.people import People, read_people

PREFIX = "WORKBENCH_"
LOOPBACK = "127.0.0.1"

# A 100 MP medium-format back gives 11648 x 8736 px = 102 MP; beyond this a file is more likely a bomb than a photo.
PIXEL_LIMIT = 120_000_000
# The budget of 4.4 core-seconds for 4 MP gives 112 s for 102 MP; five times that on a busy machine.
IMAGE_TIMEOUT_S = 600.0
# Below this a percentage says more about chance than about the work: at n = 30 a 95% interval is still +-17 points.
MIN_N_FOR_PERCENT = 30
# Writers take turns; this is how long one waits for the others before it gives up with an error.
LAKE_WAIT_S = 60.0
LAKE_MEMORY_MB = 1024  # a page's query beside the pipeline's workers on an 8 GB machine
LAKE_THREADS = 2
PORT = 8501  # Streamlit's own default
LABEL_STUDIO_PORT = 8080  # Label Studio's own default

CATALOGUE_SCHEMES = ("postgresql", "postgres")
DATA_SCHEMES = ("s3", "gs", "az", "abfss")
URL_SCHEMES = ("https", "s3", "gs", "az", "abfss")  # what a photo may be fetched over at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this machine is set up. Paths are absolute; units are in the names.

    ``catalogue`` is a local SQLite file or a ``postgresql://`` URL, ``data_path`` a local folder or object
    storage; both default to the workspace's ``lake`` folder.
    """

    workspace: Path
    catalogue: str = field(repr=False)  # may hold a password
    data_path: str
    pixel_limit: int = PIXEL_LIMIT
    image_timeout_s: float = IMAGE_TIMEOUT_S
    min_n_for_percent: int = MIN_N_FOR_PERCENT
    source_roots: tuple[Path, ...] = ()
    url_schemes: tuple[str, ...] = ("https",)
    host: str = LOOPBACK
    port: int = PORT
    sign_in_file: Path | None = None  # a Streamlit secrets file with an [auth] section
    people_file: Path | None = None  # who works here and as what (see people.py)
    people: People = field(default_factory=People)  # what that file says
    person_figures: tuple[Role, ...] = ()  # who sees figures of single people besides themselves; nobody
    label_studio_url: str | None = None  # a server that is there already; None: our own, see `workbench label serve`
    label_studio_token: str | None = field(default=None, repr=False)  # a personal token for it
    label_studio_crops: Path | None = None  # its folder of pictures, as this machine and the server both see it
    label_studio_port: int = LABEL_STUDIO_PORT
    label_studio_environment: Path | None = None  # where our own is installed; None: in the workspace
    lake_wait_s: float = LAKE_WAIT_S
    lake_memory_mb: int = LAKE_MEMORY_MB
    lake_threads: int = LAKE_THREADS

    @property
    def lake_dir(self) -> Path:
        """Folder of the embedded lake; scratch files go there too."""
        return self.workspace / "lake"

    def sign_in(self) -> dict[str, Any]:
        """The ``[auth]`` section of the sign-in file under its name, empty without one; it holds secrets."""
        if self.sign_in_file is None:
            return {}
        return {"auth": tomllib.loads(self.sign_in_file.read_text(encoding="utf-8"))["auth"]}

    @property
    def catalogue_is_local(self) -> bool:
        """True when the catalogue is an SQLite file."""
        return urlsplit(self.catalogue).scheme not in CATALOGUE_SCHEMES

    @property
    def data_is_local(self) -> bool:
        """True when the lake's data files lie in a folder of this machine."""
        return "://" not in self.data_path

    @property
    def data_is_default(self) -> bool:
        """True when the data files lie in the workspace, and so move with it."""
        return self.data_path == str(self.lake_dir / "data")


def load(environ: Mapping[str, str] | None = None, *, workspace: str | Path | None = None) -> Settings:
    """The settings of this machine, read from the environment.

    Args:
        environ: Names and values; the process's environment when left out.
        workspace: The command line's ``--workspace``; stronger than ``WORKBENCH_WORKSPACE``.

    Raises:
        UsageError: An unknown WORKBENCH_ name, or a value that cannot be used; nothing is guessed.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    allowed = {PREFIX + f.name.upper(): f.name for f in fields(Settings) if f.name in _PARSERS}
    for name in given:
        if name not in allowed:
            raise UsageError(
                f"unknown setting {name}",
                where="environment",
                allowed=sorted(allowed),
                nearest=nearest_match(name, allowed),
            )
    values: dict[str, Any] = {}
    for name, text in given.items():
        if text.strip():  # an empty value means "not set", as in a shell's NAME=
            values[allowed[name]] = _PARSERS[allowed[name]](name, text.strip())
    home = Path(workspace).expanduser().absolute() if workspace is not None else values.get("workspace")
    values["workspace"] = home or Path("workspace").absolute()
    values.setdefault("catalogue", str(values["workspace"] / "lake" / "catalogue.sqlite"))
    values.setdefault("data_path", str(values["workspace"] / "lake" / "data"))
    values.setdefault("source_roots", tuple(dict.fromkeys((Path.cwd(), Path.home()))))
    if "people_file" in values:
        values["people"] = read_people(values["people_file"], where=PREFIX + "PEOPLE_FILE")
    settings = Settings(**values)
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    if settings.host != LOOPBACK and settings.sign_in_file is None:
        raise UsageError(
            f"would serve on {settings.host} without sign-in",
            where=PREFIX + "HOST",
            allowed=f"{LOOPBACK}; another address only with {PREFIX}SIGN_IN_FILE set",
            nearest=LOOPBACK,
        )
    if settings.sign_in_file is not None and settings.people_file is None:
        raise UsageError(  # whoever has an account at the provider could come in
            "sign-in without a list of who may come in",
            where=PREFIX + "SIGN_IN_FILE",
            allowed=f"{PREFIX}PEOPLE_FILE beside it: a TOML file of people and their roles",
        )
    if (settings.label_studio_url is None) != (settings.label_studio_token is None):
        raise UsageError(
            "one of address and token of a Label Studio server",
            where=PREFIX + "LABEL_STUDIO_URL",
            allowed=f"both, with {PREFIX}LABEL_STUDIO_TOKEN, or neither",
        )
    if not settings.catalogue_is_local and settings.data_is_default:
        raise UsageError(
            "a shared catalogue with data files in one machine's workspace",
            where=PREFIX + "DATA_PATH",
            allowed="a folder or object storage that every machine reaches: "
            + ", ".join(s + "://" for s in DATA_SCHEMES),
        )


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, text: str) -> int:
        try:
            value = int(text.replace("_", ""))
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise UsageError(f"found {text!r}", where=name, allowed=f"a whole number from {low} to {high}")
        return value

    return parse


def _number(low: float, high: float) -> Callable[[str, str], float]:
    def parse(name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:  # also refuses NaN
            raise UsageError(f"found {text!r}", where=name, allowed=f"a number from {low:g} to {high:g}")
        return value

    return parse


def _folder(name: str, text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file", where=name, allowed="a folder, or a path where one can be made")
    return path


def _roots(name: str, text: str) -> tuple[Path, ...]:
    paths = tuple(Path(part).expanduser() for part in text.split(os.pathsep) if part)
    for path in paths:
        if not path.is_absolute() or not path.is_dir():
            raise UsageError(
                f"{path} is not an existing absolute folder", where=name, allowed=f"folders joined by {os.pathsep!r}"
            )
    return tuple(path.resolve() for path in paths)


def _words(known: tuple[str, ...]) -> Callable[[str, str], tuple[str, ...]]:
    def parse(name: str, text: str) -> tuple[str, ...]:
        words = tuple(word.strip().lower() for word in text.split(",") if word.strip())
        for word in words:
            if word not in known:
                raise UsageError(f"found {word!r}", where=name, allowed=known, nearest=nearest_match(word, known))
        return words

    return parse


def _catalogue(name: str, text: str) -> str:
    if "://" not in text:
        return str(Path(text).expanduser().absolute())
    scheme = urlsplit(text).scheme
    if scheme not in CATALOGUE_SCHEMES:
        raise UsageError(  # the rest of the URL may hold a password and is not repeated
            f"found a {scheme}:// URL",
            where=name,
            allowed="a path of an SQLite file, or a postgresql:// URL",
            nearest=nearest_match(scheme, CATALOGUE_SCHEMES),
        )
    return text


def _data_path(name: str, text: str) -> str:
    if "://" not in text:
        return str(_folder(name, text))
    scheme = urlsplit(text).scheme
    if scheme not in DATA_SCHEMES:
        raise UsageError(
            f"found a {scheme}:// URL",
            where=name,
            allowed=("a folder", *DATA_SCHEMES),
            nearest=nearest_match(scheme, DATA_SCHEMES),
        )
    return text if text.endswith("/") else text + "/"


def _text(name: str, text: str) -> str:
    return text


def _server_url(name: str, text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname or url.username or url.query:
        raise UsageError("not the address of a server", where=name, allowed="http://… or https://…, without a password")
    return text.rstrip("/")


def _sign_in_file(name: str, text: str) -> Path:
    path = Path(text).expanduser().absolute()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}", where=name, allowed="a Streamlit secrets file") from error
    if not isinstance(content.get("auth"), dict):
        raise UsageError(f"{path} has no [auth] section", where=name, allowed="a Streamlit secrets file with [auth]")
    return path


def _file(name: str, text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise UsageError(f"{path} is not a file", where=name, allowed="an existing file")
    return path


_PARSERS: Mapping[str, Callable[[str, str], Any]] = {
    "workspace": _folder,
    "catalogue": _catalogue,
    "data_path": _data_path,
    "pixel_limit": _whole(1, 2_000_000_000),
    "image_timeout_s": _number(1, 86_400),
    "min_n_for_percent": _whole(1, 1_000_000),
    "source_roots": _roots,
    "url_schemes": _words(URL_SCHEMES),
    "host": _text,
    "port": _whole(1, 65_535),
    "sign_in_file": _sign_in_file,
    "people_file": _file,
    "person_figures": _words(ROLES),
    "label_studio_url": _server_url,
    "label_studio_token": _text,
    "label_studio_crops": _folder,
    "label_studio_port": _whole(1, 65_535),
    "label_studio_environment": _folder,
    "lake_wait_s": _number(0.1, 3_600),
    "lake_memory_mb": _whole(128, 1_000_000),
    "lake_threads": _whole(1, 256),
}
