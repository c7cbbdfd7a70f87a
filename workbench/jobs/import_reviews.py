"""Reads verdicts given elsewhere (by a client, a DAM, the site) and counts them like those of the QA board."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.domain.errors import ManifestError, UsageError, WorkbenchError, nearest_match
from workbench.domain.records import Review
from workbench.domain.review_words import REASONS, VERDICTS, check_words
from workbench.jobs.standing_files import delivery_turn
from workbench.lake.rows import key

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

COLUMNS = ("image_id", "sku", "verdict", "reasons", "reviewed_at", "reviewer", "version")
SOURCE = "import"
_APART = re.compile(r"[;,|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file. ``problems`` are (row number from 1, words) of the rows that were left out."""

    rows: int
    new: int
    known: int
    problems: tuple[tuple[int, str], ...]
    files_problem: str | None  # why some files could not be moved yet


def import_reviews(
    store: Lake, file: Path, *, set_id: str | None = None, source: str = SOURCE, now: datetime
) -> Imported:
    """Store the verdicts of a CSV file and move the files; the same file again adds nothing.

    Columns: ``verdict`` and ``reviewed_at`` (ISO 8601 with a zone), and ``image_id`` or ``sku``; ``reasons`` (apart by
    ``;``), ``reviewer`` and ``version`` may be left out: then nobody is named, and the version that holds is meant.

    Args:
        store: The lake, open for writing.
        file: UTF-8 CSV.
        set_id: Only images of this set; needed where an id or SKU is in several.
        source: Where the verdicts come from.
        now: The present: a verdict from the future is refused.

    Raises:
        ManifestError: Not a CSV file, or one without the columns.
    """
    table = _read(file)
    keys = {row[name] for row in table for name in ("image_id", "sku") if row.get(name)}
    images = _images(store, keys, set_id)
    reviews, problems = [], []
    for number, row in enumerate(table, start=1):
        try:
            reviews.append(_review(row, images, source, now))
        except WorkbenchError as error:
            problems.append((number, str(error)))
    new, left = _store(store, reviews)
    return Imported(
        rows=len(table), new=new, known=len(reviews) - new, problems=tuple(problems),
        files_problem=None if not left else "; ".join(left),
    )  # fmt: skip


def _store(store: Lake, reviews: list[Review]) -> tuple[int, list[str]]:
    left: list[str] = []
    touched = sorted({(review.set_id, review.image_id) for review in reviews})
    with delivery_turn(store) as turn:
        for image in touched:
            turn.note(*image)
        new = store.append_reviews(reviews)
        for set_id, image_id in touched:
            if not new:
                turn.forget(set_id, image_id)
                continue
            try:
                turn.settle(store.standing(set_id, image_id))
            except (WorkbenchError, OSError) as error:  # noted: whoever has the turn next tries again
                left.append(f"{image_id}: {error}")
    return new, left


def _read(file: Path) -> list[dict[str, str]]:
    try:
        file.read_bytes().decode("utf-8-sig")
        table = pl.read_csv(file, infer_schema=False, encoding="utf8")
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise ManifestError(f"cannot be read: {error}", where=str(file), allowed="UTF-8 CSV") from error
    for name in table.columns:
        if name not in COLUMNS:
            raise ManifestError(
                f"unknown column {name!r}", where=str(file), allowed=COLUMNS, nearest=nearest_match(name, COLUMNS)
            )
    missing = [name for name in ("verdict", "reviewed_at") if name not in table.columns]
    if missing or not {"image_id", "sku"} & set(table.columns):
        raise ManifestError(
            f"the column {(missing or ['image_id'])[0]} is missing", where=str(file),
            allowed="verdict, reviewed_at, and image_id or sku",
        )  # fmt: skip
    return [{name: (cell or "").strip() for name, cell in row.items()} for row in table.iter_rows(named=True)]


def _images(store: Lake, keys: set[str], set_id: str | None) -> Mapping[str, Mapping[str, list[dict[str, Any]]]]:
    """``image_id`` and ``sku`` -> the versions of each image they may mean."""
    frame = pl.DataFrame({"key": sorted(keys)}, schema={"key": pl.String})
    rows = store.query("reviews_import", {"set_id": set_id}, frames={"wanted": frame.to_arrow()}).to_dicts()
    found: dict[str, dict[str, list]] = {"image_id": defaultdict(list), "sku": defaultdict(list)}
    for row in rows:
        for name in found:
            found[name][row[name]].append(row)
    return found


def _review(row: Mapping[str, str], images, source: str, now: datetime) -> Review:
    result = _result(row, images)
    verdict = row["verdict"].lower()
    if verdict not in VERDICTS:
        near = nearest_match(verdict, VERDICTS)
        raise UsageError(f"verdict is {row['verdict']!r}", allowed=VERDICTS, nearest=near)
    given = [word.strip().lower().replace(" ", "_") for word in _APART.split(row.get("reasons", "")) if word.strip()]
    reasons = check_words(given, REASONS, "reason is")
    if verdict != "approved" and not reasons:
        raise UsageError(f"{verdict} without a reason", allowed=[word.name for word in REASONS])
    at = _time(row["reviewed_at"], now)
    reviewer = row.get("reviewer") or source
    identity = (result["set_id"], result["image_id"], result["version"], verdict, at.isoformat(), reviewer)
    return Review(
        review_id=key("import", *identity), set_id=result["set_id"], image_id=result["image_id"],
        result_id=result["result_id"], version=result["version"], reviewer=reviewer, reviewed_at=at, verdict=verdict,
        reasons=reasons, source=source, simulated=result["simulated"],
    )  # fmt: skip


def _result(row: Mapping[str, str], images) -> dict[str, Any]:
    """The version a row means."""
    name = "image_id" if row.get("image_id") else "sku"
    asked = row.get(name, "")
    versions = images[name].get(asked, [])
    those = sorted({(version["set_id"], version["image_id"]) for version in versions})
    if not those:
        near = nearest_match(asked, images[name])
        raise UsageError(f"no image with {name} {asked!r} came through a run", nearest=near)
    if len(those) > 1:
        where = "sets" if len({set_id for set_id, _ in those}) > 1 else "images"
        words = "--set with the set's id" if where == "sets" else "image_id instead"
        raise UsageError(f"{name} {asked!r} is in {len(those)} {where}", allowed=words)
    wanted = row.get("version") or str(versions[0]["holds"])
    for version in versions:
        if str(version["version"]) == wanted:
            return version
    raise UsageError(f"{asked} has no version {wanted!r}", allowed=[str(version["version"]) for version in versions])


def _time(text: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise UsageError(f"reviewed_at is {text!r}", allowed="ISO 8601 with a zone, e.g. 2026-03-01T09:00:00+01:00")
    if at > now:
        raise UsageError(f"reviewed_at is {text!r}, which is yet to come", allowed="a time that has passed")
    return at
