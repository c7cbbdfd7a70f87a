"""Which rows may certify a limit: a probability sample of photos, one of each SKU, whatever became of them.

Verdicts are selective: all of ``check`` is looked at, a tenth of ``auto``, little of ``manual``; and photos of one SKU
fail together. So rows are drawn again by fixed hashes until every photo had the same chance:

1. A row counts only if the plan drew it before anyone judged it: the audit sample of ``auto`` (with its stored
   inclusion probability), every image of the other lanes. An image of ``auto`` that somebody complained about does not.
2. Lanes that are looked at more often are thinned to the lowest rate.
3. Of a SKU one photo is kept; SKUs with few photos are thinned so that a photo's chance is the same in all of them.
4. A drawn photo nobody has judged yet counts as a fault: leaving the hard ones for later proves nothing. A lane where
   fewer than 90% of the drawn photos are judged, or none is drawn, is not certifiable: limits end where it begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

LEAST_JUDGED = 0.9  # of a lane's drawn photos; assumption: below it the rest is a backlog, not a few stragglers
NEEDED = (
    "set_id",
    "image_id",
    "sku",
    "category",
    "lane",
    "risk",
    "audit_sample",
    "inclusion_probability",
    "auto_failed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneAudit:
    """How far one lane of one category was looked at."""

    category: str
    lane: str
    images: int
    drawn: int
    judged: int
    first_risk: float  # the safest image of the lane
    certifiable: bool
    why: str  # empty when certifiable


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationSample:
    """Rows that may certify. ``rows``: category, sku, risk, failed, judged; one row a SKU and category.

    ``reach``: category -> risk from which on images lie in a lane that cannot certify.
    """

    rows: pl.DataFrame
    lanes: Sequence[LaneAudit]
    reach: Mapping[str, float]

    def by_category(self) -> dict[str, tuple[Any, Any]]:
        """Category -> (risk, failed), as `certify` takes them; also categories whose sample is empty."""
        import polars as pl

        found = {}
        for category in sorted({lane.category for lane in self.lanes}):
            mine = self.rows.filter(pl.col("category") == category)
            found[category] = (mine["risk"].to_numpy(), mine["failed"].to_numpy())
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a certified limit was proved on; it lapses when engine, spec or rules change, or its period is over."""

    category: str
    max_risk: float
    target: float
    delta: float
    engine: str | None
    spec_hash: str
    since: datetime | None  # photos received in this period proved it
    until: datetime | None
    valid_until: datetime | None = None

    def lapsed(self, *, engine: str | None, spec_hash: str, at: datetime) -> str:
        """Why it no longer holds, in words; empty while it does."""
        if engine != self.engine:
            return f"proved for engine {self.engine}, now {engine} is in use"
        if spec_hash != self.spec_hash:
            return f"proved under spec {self.spec_hash[:8]}, now {spec_hash[:8]} is in use"
        if self.valid_until is not None and at >= self.valid_until:
            return f"proved for photos until {self.valid_until:%-d %b %Y}"
        return ""


def certification_sample(rows: pl.DataFrame) -> CertificationSample:
    """Draw the rows that may certify.

    Args:
        rows: One row an image of one engine, spec and period, the automatic result: the columns of `NEEDED`. Leave out
            images that rules keep from ``auto``: no limit lets them out. ``auto_failed`` is NULL without an answer.
    """
    import polars as pl

    known = rows.filter(pl.col("risk").is_not_null() & pl.col("lane").is_not_null()).with_columns(
        pl.col("category").fill_null("unknown"),
        drawn=(pl.col("lane") != "auto") | pl.col("audit_sample").fill_null(False),
        chance=pl.when(pl.col("lane") == "auto").then(pl.col("inclusion_probability")).otherwise(1.0),
    )
    lanes = _lanes(known)
    reach: dict[str, float] = {}
    for lane in lanes:
        if not lane.certifiable:
            reach[lane.category] = min(reach.get(lane.category, 2.0), lane.first_risk)
    usable = pl.DataFrame(
        [{"category": one.category, "lane": one.lane} for one in lanes if one.certifiable],
        schema={"category": pl.String, "lane": pl.String},
    )
    sizes = known.group_by("category", "sku").agg(photos=pl.len())
    drawn = (
        known.filter(pl.col("drawn") & (pl.col("chance") > 0))
        .join(usable, on=["category", "lane"], how="semi")
        .join(sizes, on=["category", "sku"])
    )
    if drawn.height == 0:
        kept = drawn.select("category", "sku", "risk", failed=pl.lit(True), judged=pl.lit(False)).clear()
        return CertificationSample(rows=kept, lanes=lanes, reach=reach)
    drawn = drawn.with_columns(
        lowest=pl.col("chance").min().over("category"),
        thin=_draws(drawn, ("set_id", "image_id"), "thin"),
        pick=_draws(drawn, ("set_id", "image_id"), "pick"),
        sku_thin=_draws(drawn, ("category", "sku"), "sku"),
    )
    # a SKU of m photos has one in the sample with chance 1 - (1 - p)^m, each of its photos with that over m
    per_photo = (1.0 - (1.0 - pl.col("lowest")) ** pl.col("photos")) / pl.col("photos")
    kept = (
        drawn.filter(pl.col("thin") < pl.col("lowest") / pl.col("chance"))
        .with_columns(per_photo=per_photo)
        .with_columns(least=pl.col("per_photo").min().over("category"))
        .filter(pl.col("sku_thin") < pl.col("least") / pl.col("per_photo"))
        .sort("pick", "set_id", "image_id")
        .unique(["category", "sku"], keep="first", maintain_order=True)
        .select(
            "category",
            "sku",
            "risk",
            failed=pl.col("auto_failed").fill_null(True),
            judged=pl.col("auto_failed").is_not_null(),
        )
    )
    return CertificationSample(rows=kept, lanes=lanes, reach=reach)


def _lanes(known: pl.DataFrame) -> list[LaneAudit]:
    import polars as pl

    counted = (
        known.group_by("category", "lane")
        .agg(
            images=pl.len(),
            drawn=pl.col("drawn").sum(),
            judged=(pl.col("drawn") & pl.col("auto_failed").is_not_null()).sum(),
            unaudited=((pl.col("lane") == "auto") & (pl.col("chance").fill_null(0.0) <= 0)).sum(),
            first_risk=pl.col("risk").min(),
        )
        .sort("category", "lane")
    )
    found = []
    for row in counted.iter_rows(named=True):
        why = ""
        if row["drawn"] == 0:
            why = "no image was drawn for an audit"
        elif row["unaudited"]:
            why = f"{row['unaudited']} images went out under a policy without an audit"
        elif row["judged"] < LEAST_JUDGED * row["drawn"]:
            why = f"only {row['judged']} of {row['drawn']} drawn images are judged"
        found.append(
            LaneAudit(
                **{name: row[name] for name in ("category", "lane", "images", "drawn", "judged", "first_risk")},
                certifiable=not why,
                why=why,
            )
        )
    return found


def _draws(frame: pl.DataFrame, columns: Sequence[str], salt: str) -> pl.Series:
    """Numbers in [0, 1) that anyone can draw again from the ids: SHA-256, as in the audit draw."""
    import hashlib

    import polars as pl

    texts = ("\n".join((salt, *(str(value) for value in row))) for row in frame.select(columns).iter_rows())
    return pl.Series(
        [int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8]) / 2**64 for text in texts],
        dtype=pl.Float64,
    )
