"""What this workspace knows about its shop: lanes, engine seconds, and how long verdicts take; and what it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.domain.records import Lane
from workbench.lake.lake import Lake
from workbench.operations.plan_shop import MANUAL_CV, MANUAL_S, PEOPLE_LANES

if TYPE_CHECKING:
    import polars as pl

LEAST_VERDICTS = 30  # of a lane, before its times are believed
MOST_VERDICTS = 5000  # of a lane, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredShop:
    """Measured figures; None or empty where too little was measured. ``words`` say where each comes from."""

    auto_share: float | None = None
    auto_s: float | None = None
    rework_share: float | None = None
    mix: Mapping[Lane, float] = field(default_factory=dict)
    seconds: Mapping[Lane, tuple[float, ...]] = field(default_factory=dict)
    images: int = 0
    verdicts: int = 0
    simulated: bool = False

    def plan_values(self) -> dict[str, Any]:
        """What a `Plan` can take from it; what was not measured is left out."""
        found = {
            "auto_share": self.auto_share, "auto_s": self.auto_s, "rework_share": self.rework_share,
            "mix": self.mix or None, "measured_s": self.seconds or None,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    @property
    def words(self) -> tuple[str, ...]:
        """Where the numbers come from, a line each."""
        kind = "simulated " if self.simulated else ""
        lines = []
        for lane in PEOPLE_LANES:
            times = self.seconds.get(lane)
            if times:
                mean = sum(times) / len(times)
                lines.append(f"{lane}: {len(times):,} {kind}verdicts, mean {mean:.0f} s")
            else:
                lines.append(
                    f"{lane}: fewer than {LEAST_VERDICTS} {kind}verdicts, so a stated mean of {MANUAL_S:g} s, "
                    f"CV {MANUAL_CV:g}"
                )
        return tuple(lines)


def measured_shop(store: Lake, *, set_id: str | None = None, include_simulated: bool = False) -> MeasuredShop:
    """Look the figures up: of every real image, or of one simulated set."""
    asked = {"set_id": set_id, "include_simulated": include_simulated, "limit": MOST_VERDICTS}
    return from_frames(
        store.query("app_shop_lanes", asked), store.query("app_shop_reviews", asked), simulated=include_simulated
    )


def from_frames(lanes: pl.DataFrame, reviews: pl.DataFrame, *, simulated: bool) -> MeasuredShop:
    """The same from rows of `app_shop_lanes.sql` and `app_shop_reviews.sql`."""
    images = {row["lane"]: row["images"] for row in lanes.iter_rows(named=True)}
    total = sum(images.values())
    timed = int(lanes["timed"].sum()) if lanes.height else 0
    spent = sum((row["core_seconds"] or 0.0) * row["timed"] for row in lanes.iter_rows(named=True))
    seconds = {
        lane: tuple(times)
        for lane in PEOPLE_LANES
        if len(times := reviews.filter(reviews["lane"] == lane)["active_seconds"].to_list()) >= LEAST_VERDICTS
    }
    return MeasuredShop(
        auto_share=images.get("auto", 0) / total if total else None,
        auto_s=spent / timed if timed else None,
        rework_share=float(reviews["sent_back"].mean()) if reviews.height >= LEAST_VERDICTS else None,
        mix={lane: float(images[lane]) for lane in PEOPLE_LANES if images.get(lane)},
        seconds=seconds, images=total, verdicts=reviews.height, simulated=simulated,
    )  # fmt: skip
