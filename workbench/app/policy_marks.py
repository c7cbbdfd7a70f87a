"""Where a policy changed on the time axis: since when it was used, who published it and why, and whether it kept."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workbench.app import data
from workbench.charts.amounts import moment
from workbench.charts.trend import Mark

LINE = 46  # characters; a longer reason goes on in the next line


def policy_marks(weeks: Sequence[date], policies: Sequence[Sequence[str] | None]) -> dict[date, Mark]:
    """Weeks in which a policy was used that was not used before; the first ones are no change.

    Args:
        weeks: Mondays, oldest first.
        policies: ``NAME@VERSION`` of those used in each.
    """
    new = first_used(weeks, policies)
    if not new:
        return {}
    published = {f"{row['policy_name']}@{row['policy_version']}": row for row in data.rows("policies").to_dicts()}
    return {week: mark(labels, published) for week, labels in new.items()}


def first_used(weeks: Sequence[date], policies: Sequence[Sequence[str] | None]) -> dict[date, list[str]]:
    """Week -> policies that were not used before, without the first ones."""
    known: set[str] = set()
    found = {}
    for week, used in zip(weeks, policies, strict=True):
        new = [name for name in used or () if name not in known]
        if known and new:
            found[week] = new
        known.update(new)
    return found


def mark(labels: Sequence[str], published: Mapping[str, Mapping[str, Any]]) -> Mark:
    """What is told of the policies that are new in a week."""
    words = []
    for label in labels:
        row = published.get(label)
        if row is None:
            words += [label, "shipped or a draft: nobody published it here"]
            continue
        words += [f"{label}, published by {row['author']}", moment(row["published_at"])]
        words += textwrap.wrap(f"“{row['reason']}”", LINE)
    words.append("Click: what was promised, and what came")
    return Mark(label=", ".join(labels), words=tuple(words), page="policies", query={"policy": labels[-1]})
