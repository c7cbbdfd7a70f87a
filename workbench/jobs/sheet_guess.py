"""Our own answer to a sheet of crops, a region a cell: a labeler corrects what is wrong and leaves the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labeling.project import Layout
from workbench.domain.labels import Guess

if TYPE_CHECKING:
    import numpy as np

INSET_PX = 5  # of a region inside its cell: two neighbours' frames stay apart


def sheet_guess(crops: Sequence[np.ndarray], layout: Layout) -> Guess:
    """What the classifier in use calls each crop, ``unsure`` where it does not know, in the order of the cells.

    Args:
        crops: (96, 96, 3) uint8 each, as the spot detector cuts them.
        layout: A sheet.

    Returns:
        Regions as Label Studio takes them; the score is the mean probability of what was said.
    """
    import numpy as np

    from pipeline.models.load_model import load_model
    from pipeline.models.mole_hair import NAME, answers, mole_hair
    from pipeline.training.mole_hair_parts.labelled import squares

    odds = mole_hair(squares(np.stack(crops)))
    return Guess(
        result=tuple(_region(cell, word, layout) for cell, word in enumerate(answers(odds))),
        score=float(odds.max(axis=1).mean()),
        model=load_model(NAME).card.label,
    )


def _region(cell: int, word: str, layout: Layout) -> dict[str, Any]:
    grid, (question,) = layout.grid, layout.questions.values()
    width, height = grid.columns * grid.cell_px, grid.rows * grid.cell_px
    row, column = divmod(cell, grid.columns)
    left, top, side = column * grid.cell_px + INSET_PX, row * grid.cell_px + INSET_PX, grid.cell_px - 2 * INSET_PX
    return {
        "id": f"cell{cell:02d}", "from_name": question.name, "to_name": question.about, "type": "rectanglelabels",
        "original_width": width, "original_height": height, "image_rotation": 0,
        "value": {
            "x": 100 * left / width, "y": 100 * top / height, "width": 100 * side / width,
            "height": 100 * side / height, "rotation": 0, "rectanglelabels": [word],
        },
    }  # fmt: skip
