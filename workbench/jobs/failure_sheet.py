"""Pictures of what went wrong, side by side with a line under each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TILE_PX, GAP_PX, WORDS_PX, JPEG_QUALITY = 210, 8, 34, 82


def failure_sheet(rows: Sequence[tuple[str, Sequence[np.ndarray]]], *, across: int) -> bytes:
    """A JPEG of pictures with words under them.

    Args:
        rows: Words (a line break is kept) and the pictures they go with: uint8 (h, w, 3), or (h, w) for maps.
        across: Pictures in a line.
    """
    from PIL import Image, ImageDraw

    tiles = [(words if place == 0 else "", picture) for words, several in rows for place, picture in enumerate(several)]
    lines = -(-len(tiles) // across)
    step = TILE_PX + WORDS_PX + GAP_PX
    sheet = Image.new("RGB", (across * (TILE_PX + GAP_PX) - GAP_PX, max(1, lines * step - GAP_PX)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (words, picture) in enumerate(tiles):
        shown = Image.fromarray(picture).convert("RGB")
        shown.thumbnail((TILE_PX, TILE_PX))
        left, top = (number % across) * (TILE_PX + GAP_PX), (number // across) * step
        sheet.paste(shown, (left + (TILE_PX - shown.width) // 2, top + TILE_PX - shown.height))
        draw.multiline_text((left, top + TILE_PX + 3), words, fill="#1F2328", font_size=12)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
