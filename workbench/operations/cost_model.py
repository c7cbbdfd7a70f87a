"""Puts prices to volumes: what the images received in a period cost, part by part. Nothing of it is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from workbench.operations.rates import Rates

if TYPE_CHECKING:
    import polars as pl

Part = Literal["compute", "vendor", "labour", "qa", "rework", "escapes"]
PARTS: tuple[Part, ...] = ("compute", "vendor", "labour", "qa", "rework", "escapes")
PART_WORDS: dict[Part, str] = {
    "compute": "our own machines, the first time",
    "vendor": "engines that are bought",
    "labour": "retouchers in manual and senior, the first time",
    "qa": "checks and audits, the first time",
    "rework": "everything from the second time on",
    "escapes": "images that were out and came back",
}
FORMULA = (
    "compute = core-seconds × price of a core-second; vendor = the month's bill of an engine ÷ its images that month × "
    "images here; labour and qa = active seconds (or the assumed ones where nobody measured) × wage of the day; rework "
    "= the same for second and later rounds; escapes = images that came back × cost of one. Cost per approved image = "
    "all parts of all images received in the period ÷ those of them that are approved or published."
)
_COUNTS = ("images", "approved", "unseen", "still_open")
_DIMENSIONS = ("week", "category", "lane")
_HANDS = ("manual", "senior")  # lanes in which somebody retouches; in the others somebody looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """``lines`` are week, category, lane, part, amount; ``counts`` are week, category, lane and numbers of images."""

    lines: pl.DataFrame
    counts: pl.DataFrame
    rates: Rates
    verdicts: int  # n of all verdicts that cost something
    unmeasured: int  # those of them whose time is assumed

    def by(self, *names: str) -> pl.DataFrame:
        """One row per combination of ``week``, ``category``, ``lane``, or one row in all without names.

        Columns: the names, images, approved, unseen, still_open, one per part, total, per_approved, per_processed;
        what has no images to be divided by is None.
        """
        import polars as pl

        keys = list(names)
        sums = [pl.col("amount").filter(pl.col("part") == part).sum().alias(part) for part in PARTS]
        counts = [pl.col(name).sum() for name in _COUNTS]
        if keys:
            counted = self.counts.group_by(keys).agg(counts)
            priced = self.lines.group_by(keys).agg(sums)
            found = counted.join(priced, on=keys, how="left", nulls_equal=True).with_columns(
                pl.col(part).fill_null(0.0) for part in PARTS
            )
        else:
            found = pl.concat([self.counts.select(counts), self.lines.select(sums)], how="horizontal")
        found = _divided(found)
        return found.sort(keys, nulls_last=True) if keys else found


def price(volumes: pl.DataFrame, rates: Rates, engine_months: pl.DataFrame | None = None) -> Costs:
    """What the volumes cost under these rates.

    Args:
        volumes: Rows of the metric ``cost_volumes``.
        rates: Prices; the one valid on the day of the work counts.
        engine_months: Rows of the query ``engine_months``; needed where an engine is bought.

    Raises:
        RatesError: There was work on a day for which there is no price.
    """
    import polars as pl

    unit = _Prices(rates, engine_months)
    lines: dict[tuple[Any, ...], float] = defaultdict(float)
    counts: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(_COUNTS))
    verdicts = unmeasured = 0
    for row in volumes.iter_rows(named=True):
        here = tuple(row[name] for name in _DIMENSIONS)
        if row["kind"] == "images":
            for place, name in enumerate(("n", *_COUNTS[1:])):
                counts[here][place] += row[name] or 0
            continue
        if row["kind"] == "review":
            verdicts += row["n"]
            unmeasured += row["unmeasured"] or 0
        for part, amount in unit.of(row):
            lines[(*here, part)] += amount
    shape = {"week": pl.Date, "category": pl.String, "lane": pl.String}
    return Costs(
        lines=pl.DataFrame(
            [(*key, amount) for key, amount in lines.items()],
            schema={**shape, "part": pl.String, "amount": pl.Float64}, orient="row",
        ),
        counts=pl.DataFrame(
            [(*key, *numbers) for key, numbers in counts.items()],
            schema={**shape, **dict.fromkeys(_COUNTS, pl.Int64)}, orient="row",
        ),
        rates=rates, verdicts=verdicts, unmeasured=unmeasured,
    )  # fmt: skip


class _Prices:
    """Looks up the price of a row's work; the same day is looked up once."""

    def __init__(self, rates: Rates, engine_months: pl.DataFrame | None) -> None:
        self.rates = rates
        self._months: dict[tuple[str, date], tuple[float, float]] = {}
        if engine_months is not None:
            for engine, month, images, minutes in engine_months.iter_rows():
                self._months[engine, month] = (images, minutes or 0.0)
        self._seconds: dict[tuple[str, date], tuple[float, float]] = {}

    def of(self, row: Mapping[str, Any]) -> Iterable[tuple[Part, float]]:
        again = row["round"] > 1
        if row["kind"] == "compute":
            yield ("rework" if again else "compute"), (row["core_seconds"] or 0.0) * self.rates.core_second(row["day"])
            if bought := self._vendor(row):
                yield ("rework" if again else "vendor"), bought
        elif row["kind"] == "review":
            lane = row["work_lane"] or "check"  # a verdict on a result that is not in this lake: somebody looked
            per_second, assumed = self._verdict(lane, row["day"])
            seconds = (row["seconds"] or 0.0) + (row["unmeasured"] or 0) * assumed
            yield ("rework" if again else "labour" if lane in _HANDS else "qa"), seconds * per_second
        elif row["kind"] == "escape":
            yield "escapes", row["n"] * self.rates.escape(row["day"])

    def _verdict(self, lane: Any, day: date) -> tuple[float, float]:
        if (lane, day) not in self._seconds:
            said = self.rates.verdict(lane, day)
            self._seconds[lane, day] = (self.rates.wage(said.role, day) / 3600.0, said.seconds)
        return self._seconds[lane, day]

    def _vendor(self, row: Mapping[str, Any]) -> float:
        price_then = self.rates.vendor(row["engine"], row["day"])
        if price_then is None:
            return 0.0
        month = row["day"].replace(day=1)
        images, minutes = self._months.get((row["engine"], month), (row["n"], (row["seconds"] or 0.0) / 60.0))
        return price_then.month(images, minutes) / images * row["n"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedDay:
    """One planned day by arithmetic; hours and money of each part."""

    images: int
    automatic: float
    manual: float
    auto_minutes: float
    manual_hours: float
    audit_minutes: float
    parts: Mapping[Part, float]

    @property
    def total(self) -> float:
        """Of the day."""
        return sum(self.parts.values())

    @property
    def per_image(self) -> float:
        """Of one image."""
        return self.total / self.images


def worked_day(
    rates: Rates, *, day: date, images: int = 1200, auto_share: float = 0.8, auto_s: float = 5.0,
    manual_s: float = 90.0, audit_share: float = 0.1, rework_rate: float = 0.0, escape_rate: float = 0.0,
) -> WorkedDay:  # fmt: skip
    """A day of the shop by arithmetic: who works how long, and what it costs.

    Args:
        rates: Prices of the day.
        day: The day whose prices count.
        images: Images a day.
        auto_share: Share of them that goes out untouched.
        auto_s: Seconds of one core for each image.
        manual_s: Seconds of a retoucher for each of the rest.
        audit_share: Share of the automatic ones that is looked at.
        rework_rate: Share of the retouchers' images that comes back once.
        escape_rate: Share of the automatic ones that comes back from outside.
    """
    automatic, manual = images * auto_share, images * (1 - auto_share)
    audit = rates.verdict("auto", day)
    by_hand = manual * manual_s / 3600 * rates.wage("retoucher", day)
    audits_s = automatic * audit_share * audit.seconds
    return WorkedDay(
        images=images, automatic=automatic, manual=manual, auto_minutes=automatic * auto_s / 60,
        manual_hours=manual * manual_s / 3600, audit_minutes=audits_s / 60,
        parts={
            "compute": images * auto_s * rates.core_second(day), "vendor": 0.0, "labour": by_hand,
            "qa": audits_s / 3600 * rates.wage(audit.role, day), "rework": by_hand * rework_rate,
            "escapes": automatic * escape_rate * rates.escape(day),
        },
    )  # fmt: skip


def _divided(found: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return found.with_columns(total=pl.sum_horizontal(PARTS)).with_columns(
        per_approved=pl.when(pl.col("approved") > 0).then(pl.col("total") / pl.col("approved")),
        per_processed=pl.when(pl.col("images") > 0).then(pl.col("total") / pl.col("images")),
    )
