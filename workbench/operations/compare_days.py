"""One planned day next to the same day with something changed: what an image costs in each, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from workbench.operations.cost_model import PARTS, worked_day
from workbench.operations.rates import Rates
from workbench.operations.scale_rates import scale_rates

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different on a day: arguments of `worked_day`, and factors of `scale_rates`."""

    plan: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)


def compare_days(
    rates: Rates, changes: Mapping[str, Change], *, base: Mapping[str, Any] | None = None, day: date | None = None
) -> pl.DataFrame:
    """Work out the day once for each change.

    Args:
        rates: Prices.
        changes: Name of the day -> what is different; nothing for the day as it is.
        base: Arguments of `worked_day` that hold on every day.
        day: The day whose prices count; today when left out.

    Returns:
        One row a day, in order: day, images, auto_minutes, manual_hours, each part, per_image, difference (to the
        day without any change).
    """
    import polars as pl

    day, base = day or date.today(), dict(base or {})
    plain = worked_day(rates, day=day, **base).per_image
    rows = []
    for name, change in changes.items():
        found = worked_day(scale_rates(rates, **change.rates), day=day, **{**base, **change.plan})
        parts = {part: found.parts[part] / found.images for part in PARTS}
        rows.append(
            {
                "day": name, "images": found.images, "auto_minutes": found.auto_minutes,
                "manual_hours": found.manual_hours, **parts, "per_image": found.per_image,
                "difference": found.per_image - plain,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
