"""Where moles and hairs are taken for one another, on labelled test crops that no network learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.jobs.failure_sheet import failure_sheet

if TYPE_CHECKING:
    import polars as pl

    from workbench.domain.curves import Reliability

SHOWN = 8  # crops a sheet
MOLE = "mole"
SKIN = "skin, "  # begins the category of the figures about skin
PHOTOS = {"close-up": "dermoscopy close-ups", "outlined": "hands in real photos", "render": "rendered busts"}


def mole_answers() -> pl.DataFrame:
    """What is said of every labelled test crop: place, label, said, mole (its probability), sure, right."""
    import polars as pl

    from pipeline.models.mole_hair import CLASSES, mole_hair
    from pipeline.training.mole_hair_parts.labelled import labelled, squares

    test = labelled(("test",))
    odds = mole_hair(squares(test.crops))
    return pl.DataFrame(
        {
            "place": range(len(test)), "label": [CLASSES[k] for k in test.labels],
            "said": [CLASSES[k] for k in odds.argmax(axis=1)], "mole": odds[:, CLASSES.index(MOLE)],
            "sure": odds.max(axis=1), "side_px": test.sides, "kind": test.kinds,
        }
    ).with_columns(right=pl.col("label") == pl.col("said"))  # fmt: skip


def mole_words(answers: pl.DataFrame) -> str:
    """The figures of this page in a sentence."""
    moles = answers.filter(answers["label"] == MOLE)
    small = moles.filter(moles["side_px"] <= 40)
    return (
        f"Test crops of unseen photos: **{int(answers['right'].sum())} of {answers.height}** named right. Of "
        f"{moles.height} moles {int(moles['right'].sum())} were found; of the {small.height} on squares of at most "
        f"40 px only {int(small['right'].sum())}."
    )


def mole_reliability(answers: pl.DataFrame) -> Reliability | None:
    """Whether crops called a mole with probability p are moles about as often as p says."""
    from workbench.routing.curves import reliability

    return reliability(answers["mole"].to_numpy(), (answers["label"] == MOLE).to_numpy())


def moles_missed(answers: pl.DataFrame) -> bytes:
    """The moles it believed in least, as a JPEG."""
    return _sheet(answers.filter(answers["label"] == MOLE).sort("mole", "place").head(SHOWN))


def moles_imagined(answers: pl.DataFrame) -> bytes:
    """What it took for a mole and was none, the surest first, as a JPEG."""
    return _sheet(answers.filter(answers["label"] != MOLE).sort("mole", "place", descending=[True, False]).head(SHOWN))


def skin_dots() -> pl.DataFrame:
    """How much of the skin that is found is skin (IoU), by kind of photo, as the card has it; see `dots_chart`."""
    import polars as pl

    from pipeline.models.load_model import load_model

    return pl.DataFrame(
        [
            {"name": PHOTOS.get(kind, kind), "value": one.value, "low": one.low, "high": one.high, "n": one.n,
             "of": "skin found"}
            for one in load_model("mole_hair").card.figures
            if one.measure == "skin_iou"
            for kind in [one.category.removeprefix(SKIN)]
        ]
    )  # fmt: skip


def _sheet(rows: pl.DataFrame) -> bytes:
    import numpy as np
    from PIL import Image

    from pipeline.training.mole_hair_parts.labelled import labelled

    crops = labelled(("test",)).crops
    shown = []
    for row in rows.iter_rows(named=True):
        picture = np.asarray(Image.fromarray(crops[row["place"]]).resize((192, 192), Image.Resampling.LANCZOS))
        words = f"is {row['label']}, {row['side_px']:.0f} px\nmole {row['mole']:.2f}"
        shown.append((words, [picture]))
    return failure_sheet(shown, across=4)
