"""Alpha is opacity, not confidence: how half-transparent each cutout is, and how much of that is true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench import lake
from workbench.jobs.history_originals import Original, history_originals
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl
    from PIL import Image

HALF = (0.1, 0.9)  # alpha between these is neither inside nor outside
SEEN = 0.05  # less is no part of the subject
LEAST_RANKED = 8  # photos; a rank correlation of fewer says nothing
TILE_PX, GAP_PX, JPEG_QUALITY = 300, 12, 85


def alpha_story(settings: Settings) -> pl.DataFrame:
    """One row a photo whose true matte is known, the most half-transparent first.

    Columns: image_id, category, half (share of the found subject's pixels with alpha between 0.1 and 0.9), true_half
    (the same of the true matte), off (mean difference between found and true opacity over the subject, 0 to 1), photo,
    alpha, truth (files).
    """
    import polars as pl

    with lake.open(settings, read_only=True) as store:
        known = [one for one in history_originals(store, settings) if one.measured]
    rows = [_row(one, settings.workspace) for one in known]
    return pl.DataFrame(rows, infer_schema_length=None).sort("half", descending=True)


def telling_pair(rows: pl.DataFrame) -> pl.DataFrame:
    """The photo that lost most of its transparency, and the one that is grey where nothing is transparent."""
    import polars as pl

    apart = rows.with_columns(apart=pl.col("half") - pl.col("true_half")).sort("apart").drop("apart")
    return pl.concat([apart.head(1), apart.tail(1)])


def alpha_sheet(rows: pl.DataFrame) -> bytes:
    """A JPEG: photos side by side with the true matte and the one that was found, one line a row."""
    import io

    from PIL import Image

    sheet = Image.new("RGB", (3 * TILE_PX + 2 * GAP_PX, rows.height * (TILE_PX + GAP_PX) - GAP_PX), "white")
    for line, row in enumerate(rows.iter_rows(named=True)):
        for place, name in enumerate(("photo", "truth", "alpha")):
            with Image.open(row[name]) as picture:
                shown = picture.convert("RGB") if name == "photo" else _grey(picture)
                shown.thumbnail((TILE_PX, TILE_PX))
                left = place * (TILE_PX + GAP_PX) + (TILE_PX - shown.width) // 2
                sheet.paste(shown, (left, line * (TILE_PX + GAP_PX) + (TILE_PX - shown.height) // 2))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def alpha_words(rows: pl.DataFrame, category: str) -> str:
    """How far cutouts are off, and how well their grey tells: Spearman's rank correlation, in all and in a category."""
    import polars as pl
    from scipy.stats import spearmanr

    def told(frame: pl.DataFrame) -> str:
        if frame.height < LEAST_RANKED:
            return f"n = {frame.height}, too few to say"
        return f"{spearmanr(frame['half'], frame['off']).statistic:.2f} (n = {frame.height})"

    mine, name = rows.filter(pl.col("category") == category), category.replace("_", " ")
    return f"Rank correlation of grey with the true error: {told(rows)} over all photos, {told(mine)} in {name}. " + (
        f"There the opacity is off by {mine['off'].median():.0%} in the middle photo." if mine.height else ""
    )


def _row(one: Original, workspace: Path) -> dict[str, object]:
    from pipeline.evaluate import read_map
    from pipeline.geometry import warp_map

    files = {file["suffix"]: str(workspace / file["path"]) for file in one.photo["artefacts"]}
    alpha = read_map(Path(files["alpha.png"]))
    height, width = alpha.shape
    geometry = np.array(one.photo["geometry"]).reshape(3, 3)
    truth = warp_map(read_map(Path(one.photo["alpha_path"])), geometry, (width, height))
    found = alpha > SEEN
    subject = found | (truth > SEEN)
    return {
        "image_id": one.photo["image_id"], "category": one.photo["category"],
        "half": _half(alpha), "true_half": _half(truth),
        "off": float(np.abs(alpha - truth)[subject].mean()) if subject.any() else 0.0, "photo": one.photo["path"],
        "alpha": files["alpha.png"], "truth": one.photo["alpha_path"],
    }  # fmt: skip


def _half(opacity: np.ndarray) -> float:
    seen = opacity > SEEN
    return float(((opacity > HALF[0]) & (opacity < HALF[1])).sum() / max(seen.sum(), 1))


def _grey(picture: Image.Image) -> Image.Image:
    deep = picture.mode.startswith("I")  # 16 bit
    return (picture.point(lambda value: value / 256) if deep else picture).convert("L").convert("RGB")
