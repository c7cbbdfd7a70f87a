"""Lays out every verdict for a file; people are numbers unless their names are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake


def export_reviews(
    store: Lake,
    *,
    set_id: str | None = None,
    since: str | None = None,
    names: bool = False,
    include_simulated: bool = False,
) -> pl.DataFrame:
    """Verdicts, oldest first, with the image each judged (columns in `sql/app_reviews_export.sql`).

    Args:
        store: The lake, open for reading.
        set_id: Only of this set.
        since: From this time on (ISO 8601 with zone).
        names: Say who. Otherwise people are numbered in the order they appear: the numbers hold within one export,
            and nothing leads back to a name.
        include_simulated: Simulated verdicts too.
    """
    import polars as pl

    asked = {"set_id": set_id, "since": since, "include_simulated": include_simulated}
    frame = store.query("app_reviews_export", asked)
    if names:
        return frame
    people = frame["reviewer"].unique(maintain_order=True).to_list()
    numbers = {person: f"person-{place}" for place, person in enumerate(people, start=1)}
    return frame.with_columns(
        pl.col("reviewer").replace_strict(numbers, return_dtype=pl.String, default=None).alias("reviewer")
    )
