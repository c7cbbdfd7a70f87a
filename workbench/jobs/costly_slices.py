"""The kinds of images whose rework costs most: what was measured and seen of each, put to `find_slices`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench import lake
from workbench.inspection.find_slices import Found, find_slices
from workbench.inspection.look_groups import look_groups
from workbench.inspection.sample_fields import ATTRIBUTES
from workbench.jobs.photo_vectors import vectors_of
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

NAMES = ("category", "brand", "channel", "tier", "engine")
WORDS = ("garment", "shot", "seen_category")
LOOKS = "looks_like"
LEVELS = ("low", "middle", "high")  # thirds of the judged images
MOST_VALUES = 40  # a column with more names than this tells images apart, not kinds


def costly_slices(settings: Settings, filters: Mapping[str, Any]) -> Found:
    """Find them among the judged images under the filters."""
    with lake.open(settings, read_only=True) as store:
        judged = store.query("inspection_judged", filters)
    return find_slices(*kinds_of(judged, settings))


def kinds_of(judged: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, list[str]]:
    """The table `find_slices` reads and the names of its attributes.

    What photos look like is an attribute once a FiftyOne dataset was built, which computes it.

    Args:
        judged: Rows of ``inspection_judged.sql``; each gives a row of the table.
        settings: Workspace.
    """
    import polars as pl

    attributes = [json.loads(text or "{}") for text in judged["attributes"]]
    table = judged.select("set_id", "image_id", "sku", "minutes", *NAMES, failed="auto_failed")
    columns: dict[str, pl.Series] = {}
    for key, name in ATTRIBUTES.items():
        values = [found.get(key) for found in attributes]
        if name in WORDS:
            columns[name] = pl.Series(name, [None if v is None else str(v) for v in values], dtype=pl.String)
        else:
            columns[name] = _thirds(pl.Series(name, values, dtype=pl.Float64, strict=False))
    flagged = [set(row or ()) for row in judged["flags"].to_list()]
    for flag in sorted(set().union(*flagged)):
        values = ["flagged" if flag in row else None for row in flagged]
        columns[f"check_{flag}"] = pl.Series(values, dtype=pl.String)
    vectors = vectors_of(judged["photo_hash"], settings)
    if vectors is not None:
        columns[LOOKS] = pl.Series(LOOKS, look_groups(vectors, judged["category"]), dtype=pl.String)
    table = table.with_columns(**columns)
    names = [n for n in (*NAMES, *columns) if 1 <= table[n].drop_nulls().n_unique() <= MOST_VALUES]
    return table, names


def examples_of(
    judged: pl.DataFrame, table: pl.DataFrame, kind: Sequence[tuple[str, str]], *, most: int
) -> list[dict[str, Any]]:
    """The images of a kind that took most minutes of rework: set_id, image_id, sku, artefacts.

    Args:
        judged: Rows of ``inspection_judged.sql``.
        table: Of `kinds_of`, for the same rows.
        kind: Of a slice.
        most: How many at most.
    """
    import polars as pl

    fits = pl.all_horizontal(pl.col(name) == value for name, value in kind)
    rows = table.with_row_index("place").filter(fits & pl.col("failed"))
    rows = rows.sort("minutes", "place", descending=[True, False])
    return judged[rows["place"].head(most)].select("set_id", "image_id", "sku", "artefacts").to_dicts()


def _thirds(values: pl.Series) -> pl.Series:
    import polars as pl

    told = values.drop_nulls().drop_nans()
    if told.n_unique() < len(LEVELS):
        return pl.Series(values.name, [None] * len(values), dtype=pl.String)
    cuts = [told.quantile(share, "linear") for share in (1 / 3, 2 / 3)]
    return pl.Series(
        values.name,
        [None if v is None or v != v else LEVELS[(v > cuts[0]) + (v > cuts[1])] for v in values],
        dtype=pl.String,
    )
