"""Note answers that are known to be right, from a file somebody made with care."""

from __future__ import annotations

import csv
from pathlib import Path

from labeling.project import read_project
from workbench import lake
from workbench.domain.errors import UsageError, nearest_match
from workbench.lake import labels
from workbench.settings import Settings

_NAMES = {"item_key": ("item_key", "crop_hash"), "value": ("value", "label")}
_KEY_LENGTH = 64


def note_gold(project: str, file: Path, settings: Settings) -> int:
    """Store the known answers of a CSV file; how many were new.

    Args:
        project: The labeling project.
        file: Columns ``item_key`` (or ``crop_hash``) and ``value`` (or ``label``); ``question`` may be left out where
            the project asks one; ``annotator`` says who knows.
        settings: Workspace.

    Raises:
        UsageError: A column is missing, or a row says something the project does not ask.
    """
    questions = read_project(project).layout().questions
    with open(file, newline="", encoding="utf-8-sig") as opened:
        rows = list(csv.DictReader(opened))
    columns = {wanted: next((name for name in names if rows and name in rows[0]), None)
               for wanted, names in _NAMES.items()}  # fmt: skip
    for wanted, name in columns.items():
        if name is None:
            raise UsageError(f"no column {wanted}", where=str(file), allowed=[*_NAMES["item_key"], *_NAMES["value"]])
    only = next(iter(questions)) if len(questions) == 1 else None
    known = []
    for number, row in enumerate(rows, start=2):
        key, value, question = row[columns["item_key"]], row[columns["value"]], row.get("question") or only
        words = questions[question].words if question in questions else ()
        if value not in words or len(key) != _KEY_LENGTH:
            raise UsageError(
                f"line {number}: {question or 'no question'} = {value!r} for item {key[:12]!r}", where=str(file),
                allowed=f"an item's key of {_KEY_LENGTH} hex digits, and {', '.join(words) or list(questions)}",
                nearest=nearest_match(value, words),
            )  # fmt: skip
        known.append((key, question, value))
    who = sorted({row["annotator"] for row in rows if row.get("annotator")})
    with lake.open(settings) as store:
        return labels.append_gold(store, project, known, why=", ".join(who) or file.name)
