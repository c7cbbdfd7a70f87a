"""Read a metric's file: the head says what the figure means, the rest is the query."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from workbench.domain.errors import UsageError, WorkbenchError, nearest_match
from workbench.lake.filters import FILTERS

FOLDER = Path(__file__).parent

# What some metrics need beside the filters; NULL leaves the columns that rest on it empty.
PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "baseline_since": "first moment of the period to compare with; the same length before `since` when left out",
        "baseline_until": "end of the period to compare with",
        "target_hours": "hours within which an image should be ready",
        "work_zone": "time zone of the working hours",
        "work_start_s": "second of the day at which work begins",
        "work_end_s": "second of the day at which it ends",
        "work_days": "days of the week that are worked on, 0 is Monday",
    }
)

_FIELDS = ("title", "unit", "better", "grain", "columns", "doc")
_BETTER = ("lower", "higher", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One business figure: ``columns`` are name -> what it holds, in the order of the result."""

    name: str
    title: str
    unit: str
    better: str  # lower, higher or none
    grain: str  # what one row is
    columns: Mapping[str, str]
    doc: str
    path: Path

    @property
    def sql(self) -> str:
        """The query, as shown beside the figure."""
        return self.path.read_text(encoding="utf-8")


@functools.cache
def catalogue() -> Mapping[str, Metric]:
    """Every metric by name: the folder's ``.sql`` files.

    Raises:
        WorkbenchError: A file's head is incomplete; the message names the file and the field.
    """
    return MappingProxyType({path.stem: read(path) for path in sorted(FOLDER.glob("*.sql"))})


def load(name: str) -> Metric:
    """The metric of that name.

    Raises:
        UsageError: No such metric; the message names the nearest one.
    """
    metrics = catalogue()
    if name not in metrics:
        raise UsageError(f"no metric named {name!r}", allowed=metrics, nearest=nearest_match(name, metrics))
    return metrics[name]


def read(path: Path) -> Metric:
    """A metric from its file.

    The head is SQL comments: ``-- field: text``, continued on lines that begin with ``--`` and three spaces. Under
    ``columns`` each such line is ``name: what it holds``.

    Raises:
        WorkbenchError: A field is missing, unknown, empty or not among its values, or the query uses a filter that
            does not exist.
    """
    text = path.read_text(encoding="utf-8")
    fields: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("--"):
            break
        if line.startswith("--   ") and current is not None:
            current.append(line[5:].strip())
            continue
        field, _, rest = line[2:].strip().partition(":")
        if field not in _FIELDS or field in fields:
            raise WorkbenchError(
                f"found {line!r}", where=f"{path.name}:{number}", allowed=_FIELDS, nearest=nearest_match(field, _FIELDS)
            )
        current = fields.setdefault(field, [rest.strip()] if rest.strip() else [])
    for field in _FIELDS:
        if not fields.get(field):
            raise WorkbenchError(f"no {field}", where=path.name, allowed=_FIELDS)
    better = " ".join(fields["better"])
    if better not in _BETTER:
        raise WorkbenchError(f"better is {better!r}", where=path.name, allowed=_BETTER)
    columns: dict[str, str] = {}
    for line in fields["columns"]:
        column, colon, doc = line.partition(":")
        if not colon or not doc.strip() or column in columns:
            raise WorkbenchError(f"found {line!r} under columns", where=path.name, allowed="name: what it holds")
        columns[column] = doc.strip()
    known = ("filters", *FILTERS, *PARAMETERS)
    for used in re.findall(r"\$(\w+)", text):
        if used not in known:
            raise WorkbenchError(
                f"the query uses ${used}", where=path.name, allowed=known, nearest=nearest_match(used, known)
            )
    return Metric(
        name=path.stem,
        better=better,
        columns=MappingProxyType(columns),
        path=path,
        **{field: " ".join(fields[field]) for field in ("title", "unit", "grain", "doc")},
    )
