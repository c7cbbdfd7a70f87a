"""What the next labels would probably buy, and what they cost: the learning curve, and the time labels take here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.training.mole_hair_parts.labelled import FOLDER, labelled
from pipeline.training.mole_hair_parts.learning_curve import Point, summary
from workbench import lake
from workbench.jobs.label_errors import check_project
from workbench.operations.rates import WageRole, load_rates
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

CURVE = "learning_curve.parquet"
LEAST_TIMED = 30  # answers before their median time says anything
ROLE: WageRole = "qa"  # whose wage a labeler's hour costs, where nobody says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """``gain`` is AUROC, mole against the rest, by the middle of the families of curves; None where they disagree.

    ``low`` and ``high`` hold all families' 95% intervals. Seconds are the median an answer took, None while too few
    were timed; ``cost`` is of all ``more`` labels.
    """

    labels: int
    more: int
    gain: float | None
    low: float | None
    high: float | None
    withheld: str | None
    points: pl.DataFrame  # labels, auroc
    families: pl.DataFrame  # family, low, middle, high
    item_s: float | None
    timed: int
    hours: float | None
    cost: float | None
    currency: str
    per_hour: float
    role: str

    @property
    def words(self) -> str:
        """The answer in two sentences."""
        if self.gain is None:
            bought = f"What {self.more:,} more labels would buy cannot be told: {self.withheld}."
        else:
            sure = "" if self.low > 0 else "; nothing at all is within the interval"
            bought = (
                f"{self.more:,} more labels would probably buy {self.gain:.4f} AUROC ({self.low:.4f} to "
                f"{self.high:.4f}){sure}."
            )
        if self.cost is None:
            return f"{bought} What they cost is not known: {self.timed} answers were timed, {LEAST_TIMED} are needed."
        return (
            f"{bought} They take {self.hours:.1f} h at {self.item_s:.1f} s each (median of {self.timed:,} answers) and "
            f"cost {self.currency} {self.cost:,.2f} at {self.per_hour:.2f} an hour ({self.role})."
        )


def label_worth(project: str, settings: Settings, *, more: int = 1_000, role: WageRole = ROLE,
                folder: Path = FOLDER) -> Worth:  # fmt: skip
    """Read the learning curve on, and price it.

    Args:
        project: Which one.
        settings: Workspace, with its rates.
        more: Labels that are asked about.
        role: Whose wage counts.
        folder: Where the curve lies.

    Raises:
        UsageError: A project without a learning curve.
    """
    import polars as pl

    check_project(project)
    test, stored = labelled(("test",)), pl.read_parquet(folder / CURVE)
    points = [
        Point(labels=labels, scores=part.sort("test_crop")["mole"].to_numpy())
        for (labels, _), part in stored.group_by("labels", "repeat", maintain_order=True)
    ]
    now = max(point.labels for point in points)
    found = summary(points, test, at=now + more, now=now)
    middle = sorted(ends[1] for ends in found["families"].values())[len(found["families"]) // 2]
    band = found["band"]
    item_s, timed = _time(project, settings)
    rates = load_rates(workspace=settings.workspace)
    per_hour = rates.wage(role, datetime.now(UTC).date())
    hours = None if item_s is None else more * item_s / 3600
    return Worth(
        labels=now, more=more, gain=middle if band else None, low=band[0] if band else None,
        high=band[1] if band else None, withheld=found["withheld"],
        points=pl.DataFrame(found["points"], schema=["labels", "auroc"], orient="row"),
        families=pl.DataFrame(
            [{"family": name, "low": low, "middle": mid, "high": high}
             for name, (low, mid, high) in found["families"].items()]
        ),
        item_s=item_s, timed=timed, hours=hours, cost=None if hours is None else hours * per_hour,
        currency=rates.currency, per_hour=per_hour, role=role,
    )  # fmt: skip


def _time(project: str, settings: Settings) -> tuple[float | None, int]:
    """Median seconds an answer took, over everybody, and how many were timed."""
    if settings.catalogue_is_local and not Path(settings.catalogue).exists():
        return None, 0  # nothing was labelled here, and asking makes no lake
    with lake.open(settings, read_only=True) as store:
        found = store.query("label_seconds", {"project": project}).row(0, named=True)
    return (found["item_s"] if found["timed"] >= LEAST_TIMED else None), found["timed"]
