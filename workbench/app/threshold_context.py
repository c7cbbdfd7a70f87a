"""The line under the title of Thresholds: set, period, engine and spec, policy, and that risk is not calibrated."""

from __future__ import annotations

from workbench.app.threshold_state import Trial
from workbench.charts.amounts import plural


def threshold_context(trial: Trial) -> list[str]:
    """Short texts."""
    groups, desk = trial.groups, trial.desk
    first, last = groups["first_received_at"].min(), groups["last_received_at"].max()
    specs = groups["spec_name"].unique().to_list()
    return [
        f"set {desk.set_name}{' (simulated)' if desk.scope.simulated else ''}",
        plural(trial.test.images, "image"),
        f"{first:%-d %b} – {last:%-d %b %Y}" if first.date() != last.date() else f"{last:%-d %b %Y}",
        f"spec {specs[0]}" if len(specs) == 1 else f"{len(specs)} specs",
        f"policy {desk.policy.name}@{desk.policy.version}{', changed' if trial.changed_limits else ''}",
        "" if trial.calibrated else "risk is uncalibrated",
    ]
