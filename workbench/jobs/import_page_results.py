"""Takes in what product pages did: a CSV or Parquet file, checked row by row before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from workbench import lake
from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.page_result import PageResult
from workbench.lake.lake import Lake
from workbench.lake.page_rows import page_row_key
from workbench.settings import Settings

NEEDED = ("sku", "image_version", "day", "views")
COUNTS = ("views", "clicks", "add_to_cart", "orders", "returned")
KNOWN = (*NEEDED, "clicks", "add_to_cart", "orders", "returned", "set_id")
OTHER_NAMES = {"returns": "returned", "date": "day", "version": "image_version"}
AT_MOST = {  # column -> the one it cannot be above
    "clicks": "views", "add_to_cart": "views", "orders": "views", "returned": "orders",
}  # fmt: skip
SHOWN = 20
_WHOLE = re.compile(r"\d{1,15}(\.0+)?")
_EMPTY = frozenset({"", "null", "none", "nan", "na", "n/a"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in a file; rows are counted as a spreadsheet shows them, the titles are row 1."""

    row: int
    column: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.found}; allowed: {self.allowed}"


class PageResultsRefused(UsageError):
    """A file of page results has faults; nothing of it was stored."""

    def __init__(self, faults: tuple[Fault, ...], *, where: str | None = None) -> None:
        self.faults = faults
        more = f"\n… and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        lines = "\n".join(str(fault) for fault in faults[:SHOWN])
        super().__init__(f"{len(faults)} faults, nothing was stored:\n{lines}{more}", where=where)

    def __reduce__(self):
        return PageResultsRefused, (self.faults,), {"where": self.where}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import."""

    rows: int
    new: int
    skus: int
    unknown_skus: int  # products of which no image is in the lake
    left_out: tuple[str, ...]  # columns that mean nothing here


def import_page_results(
    path: Path, *, settings: Settings, source: str | None = None, today: date | None = None
) -> Imported:
    """Check a file and store its rows; the same file again adds nothing.

    Args:
        path: CSV or Parquet.
        settings: The workspace.
        source: Name of where it comes from; the file's name when left out.
        today: The UTC day after which a row is in the future; now when left out.

    Raises:
        UsageError: The file cannot be read or a column is missing.
        PageResultsRefused: Rows are wrong, or say something else than what is stored.
    """
    frame, left_out = _read(path)
    results, faults = [], []
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(frame.iter_rows(named=True), start=2):
        found = list(_faults(number, row, today or datetime.now(UTC).date()))
        faults += found
        if found:
            continue
        result = _result(row, source or path.name)
        this = (result.set_id, result.sku, result.image_version, result.day)
        if this in seen:
            said = (
                f"{result.sku!r} with version {result.image_version!r} on {result.day} is in row {seen[this]} already"
            )
            faults.append(Fault(row=number, column="sku", found=said, allowed="each product, version and day once"))
        seen.setdefault(this, number)
        results.append((number, result))
    if not faults and not results:
        raise UsageError("has no rows", where=str(path), allowed="at least one")
    if faults:
        raise PageResultsRefused(tuple(faults), where=path.name)
    with lake.open(settings) as store:
        stored = _stored(store, [result for _, result in results])
        faults = [fault for number, result in results if (fault := _changed(number, result, stored))]
        if faults:
            raise PageResultsRefused(tuple(faults), where=path.name)
        new = store.append_page_results(result for _, result in results)
        known = set(store.query("known_skus")["sku"])
    skus = {result.sku for _, result in results}
    return Imported(
        rows=len(results), new=new, skus=len(skus), unknown_skus=len(skus - known), left_out=left_out
    )  # fmt: skip


def _read(path: Path) -> tuple[pl.DataFrame, tuple[str, ...]]:
    try:
        if path.suffix.lower() == ".parquet":
            frame = pl.read_parquet(path).select(pl.all().cast(pl.String, strict=False))
        else:
            frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (OSError, pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", where=str(path), allowed="a CSV or Parquet file") from error
    names = {name: OTHER_NAMES.get(name.strip().lower(), name.strip().lower()) for name in frame.columns}
    if len(set(names.values())) < len(names):
        raise UsageError("has a column twice", where=str(path), allowed="each column once")
    frame = frame.rename(names)
    for name in NEEDED:
        if name not in frame.columns:
            near = nearest_match(name, frame.columns)
            raise UsageError(f"has no column {name!r}", where=str(path), allowed=NEEDED, nearest=near)
    left_out = tuple(name for name in frame.columns if name not in KNOWN)
    return frame.select(name for name in frame.columns if name in KNOWN), left_out


def _faults(number: int, row: Mapping[str, str | None], today: date) -> Iterator[Fault]:
    def fault(column: str, allowed: str) -> Fault:
        return Fault(row=number, column=column, found=f"found {(row.get(column) or '')!r}", allowed=allowed)

    for column in ("sku", "image_version"):
        if _text(row.get(column)) is None:
            yield fault(column, "text")
    day = _day(row.get("day"))
    if day is None:
        yield fault("day", "a day as 2026-01-31")
    elif day > today:
        yield fault("day", f"a day up to today, {today}")
    for column in COUNTS:
        text = _text(row.get(column))
        if text is None and column != "views":
            continue
        if text is None or not _WHOLE.fullmatch(text):
            yield fault(column, "a whole number from 0")
    for column, other in AT_MOST.items():
        part, whole = _count(row.get(column)), _count(row.get(other))
        if part is not None and whole is not None and part > whole:
            said = f"found {part:,}, which is above {other} ({whole:,})"
            yield Fault(row=number, column=column, found=said, allowed=f"at most {other}")


def _result(row: Mapping[str, str | None], source: str) -> PageResult:
    return PageResult(
        sku=_text(row["sku"]), image_version=_text(row["image_version"]), day=_day(row["day"]),
        views=_count(row["views"]), add_to_cart=_count(row.get("add_to_cart")), orders=_count(row.get("orders")),
        returned=_count(row.get("returned")), set_id=_text(row.get("set_id")), source=source,
    )  # fmt: skip


def _stored(store: Lake, results: list[PageResult]) -> dict[str, tuple[int | None, ...]]:
    wanted = pl.DataFrame({"key": [page_row_key(result) for result in results]}, schema={"key": pl.String})
    found = store.query("page_results_of", frames={"wanted": wanted.to_arrow()})
    return {row[0]: row[1:] for row in found.iter_rows()}


def _changed(number: int, result: PageResult, stored: Mapping[str, tuple[int | None, ...]]) -> Fault | None:
    before = stored.get(page_row_key(result))
    now = (result.views, result.add_to_cart, result.orders, result.returned)
    if before is None or before == now:
        return None
    said = f"{result.sku!r} on {result.day} is stored with {before[0]:,} views, this row says {now[0]:,}"
    if before[0] == now[0]:
        said = f"{result.sku!r} on {result.day} is stored with other counts"
    return Fault(row=number, column="views", found=said, allowed="the numbers that are stored, or another --source")


def _text(cell: str | None) -> str | None:
    text = (cell or "").strip()
    return None if text.lower() in _EMPTY else text


def _day(cell: str | None) -> date | None:
    text = (_text(cell) or "")[:10]
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _count(cell: str | None) -> int | None:
    text = _text(cell)
    return int(text.split(".")[0]) if text is not None and _WHOLE.fullmatch(text) else None
