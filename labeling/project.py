"""A labeling project as it lies in ``labeling/projects/NAME``: what is asked, of what, with which words.

The folder listing is the registry. Everything is checked offline before a server hears of it.
"""

from __future__ import annotations

import hashlib
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import LabelingError, nearest_match
from workbench.domain.review_words import REASONS

PROJECTS = Path(__file__).parent / "projects"
_WORDS_IN = {"Choices": "Choice", "RectangleLabels": "Label", "BrushLabels": "Label"}  # the tags we read answers from
_SHOWS = ("Image",)
MOST_SHARE = 0.9
MOST_LABELERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How a sheet's cells lie: left to right, then down."""

    columns: int
    rows: int
    cell_px: int

    @property
    def cells(self) -> int:
        """How many crops fit."""
        return self.columns * self.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One control of the config: its name, its kind of tag, the picture it is about and the words it may answer."""

    name: str
    kind: str
    about: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way to show a project's items: one at a time, or a sheet. It is one project on the server."""

    name: str
    config: str
    questions: Mapping[str, Question]
    shows: tuple[str, ...]  # fields of the task's data that hold pictures
    grid: Grid | None = None
    instructions: str | None = None  # HTML, where they are others than the project's

    @property
    def config_hash(self) -> str:
        """SHA-256 of the config."""
        return hashlib.sha256(self.config.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Who labels what: a share of tasks goes to several labelers, a share are tasks whose answer is known."""

    overlap_share: float = 0.0
    labelers: int = 2  # of a task that goes to several
    gold_share: float = 0.0
    gold_labelers: int = 5  # gold goes to so many

    def __post_init__(self) -> None:
        for name in ("overlap_share", "gold_share"):
            if not 0 <= getattr(self, name) <= MOST_SHARE:
                raise LabelingError(f"{name} is {getattr(self, name)}", allowed=f"0 to {MOST_SHARE:g}")
        for name in ("labelers", "gold_labelers"):
            if not 1 <= getattr(self, name) <= MOST_LABELERS:
                raise LabelingError(f"{name} is {getattr(self, name)}", allowed=f"1 to {MOST_LABELERS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelingProject:
    """What one folder says."""

    name: str
    title: str
    about: str
    folder: Path
    instructions: str  # HTML
    layouts: Mapping[str, Layout]
    quality: Quality = Quality()

    def layout(self, name: str = "single") -> Layout:
        """One of its layouts.

        Raises:
            LabelingError: There is none of that name.
        """
        if name not in self.layouts:
            raise LabelingError(
                f"no layout {name!r}", where=self.name, allowed=self.layouts, nearest=nearest_match(name, self.layouts)
            )
        return self.layouts[name]

    def server_title(self, layout: str) -> str:
        """What it is called on the server; found again by this name."""
        return f"{self.title} [{self.name}]" if layout == "single" else f"{self.title} [{self.name}, {layout}]"


def list_projects() -> tuple[str, ...]:
    """Names of the projects there are."""
    return tuple(sorted(path.parent.name for path in PROJECTS.glob("*/project.toml")))


def read_project(name: str) -> LabelingProject:
    """A project by its name.

    Raises:
        LabelingError: No such project, or its files do not fit together.
    """
    names = list_projects()
    if name not in names:
        raise LabelingError(
            f"no labeling project {name!r}", where=str(PROJECTS), allowed=names, nearest=nearest_match(name, names)
        )
    return read_folder(PROJECTS / name)


def read_folder(folder: Path) -> LabelingProject:
    """A project from any folder.

    Raises:
        LabelingError: A file is missing, or a config's parts do not fit together.
    """
    file = folder / "project.toml"
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        return LabelingProject(
            name=folder.name,
            title=said["title"],
            about=said["about"],
            folder=folder,
            instructions=(folder / "instructions.html").read_text(encoding="utf-8"),
            layouts={name: _layout(folder, name, part) for name, part in said["layouts"].items()},
            quality=Quality(**said.get("quality", {})),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabelingError(f"cannot be read: {_reason(error)}", where=str(file), allowed="as in mole_hair") from error


def _layout(folder: Path, name: str, said: Mapping[str, object]) -> Layout:
    file = folder / str(said["config"])
    # the reasons of a verdict are one list in the whole program; a config that asks for them takes that one
    reasons = "\n".join(
        f'    <Choice value="{word.name}" alias="{word.name}" hotkey="{key}"/>'
        for word, key in zip(REASONS, "123456789qwe", strict=True)
    )
    config = file.read_text(encoding="utf-8").replace("{{reasons}}", reasons)
    questions, shows = _parse(config, where=str(file))
    grid = Grid(**{key: int(said[key]) for key in ("columns", "rows", "cell_px")}) if "columns" in said else None
    told = (folder / str(said["instructions"])).read_text(encoding="utf-8") if "instructions" in said else None
    return Layout(name=name, config=config, questions=questions, shows=shows, grid=grid, instructions=told)


def _parse(config: str, *, where: str) -> tuple[dict[str, Question], tuple[str, ...]]:
    try:
        root = ET.fromstring(config)
    except ET.ParseError as error:
        raise LabelingError(f"is not XML: {error}", where=where) from error
    shown: dict[str, str] = {}
    questions: dict[str, Question] = {}
    for tag in root.iter():
        if tag.tag in _SHOWS:
            shown[_attribute(tag, "name", where)] = _attribute(tag, "value", where).removeprefix("$")
    for tag in root.iter():
        if tag.tag not in _WORDS_IN:
            continue
        name, about = _attribute(tag, "name", where), _attribute(tag, "toName", where)
        if about not in shown:
            raise LabelingError(
                f"{tag.tag} {name!r} is about {about!r}, which is not shown", where=where, allowed=shown,
                nearest=nearest_match(about, shown),
            )  # fmt: skip
        if name in questions or name in shown:
            raise LabelingError(f"the name {name!r} stands twice", where=where)
        words = tuple(_attribute(word, "value", where) for word in tag.iter(_WORDS_IN[tag.tag]))
        if len(set(words)) < len(words) or not words:
            raise LabelingError(f"{name!r} offers no words, or one of them twice", where=where)
        questions[name] = Question(name=name, kind=tag.tag, about=about, words=words)
    if not questions:
        raise LabelingError("asks nothing", where=where, allowed=_WORDS_IN)
    return questions, tuple(shown.values())


def _reason(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)  # a KeyError says only the name that is missing


def _attribute(tag: ET.Element, name: str, where: str) -> str:
    if name not in tag.attrib:
        raise LabelingError(f"{tag.tag} without {name}", where=where)
    return tag.attrib[name]
