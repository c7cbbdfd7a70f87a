"""Put what labelers look at into the folder the server may show: each picture once, under the hash of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from labeling.project import Grid
from workbench.domain.errors import StorageFull

if TYPE_CHECKING:
    import numpy as np

SHOWN_PX = 320  # a crop of 96 px is enlarged so far that a hair can be seen; Label Studio shows pictures as they are
_QUALITY = 90


class Pictures:
    """A project's sub-folder of what the server may show.

    Args:
        crops: The folder the server may show files from.
        project: Name of the project.
    """

    def __init__(self, crops: Path, project: str) -> None:
        self.folder = crops / project
        self.project = project
        self.folder.mkdir(parents=True, exist_ok=True)

    def add_crop(self, pixels: np.ndarray, name: str) -> str:
        """Store a crop, enlarged; the address the config shows. ``name`` is the hash of its pixels."""
        from PIL import Image

        picture = Image.fromarray(pixels)
        scale = SHOWN_PX / max(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        return self._store(picture.resize(size, Image.Resampling.LANCZOS), name)

    def add_sheet(self, crops: Sequence[np.ndarray], grid: Grid, name: str) -> str:
        """Store a contact sheet, left to right, then down; cells without a crop stay white."""
        from PIL import Image

        sheet = Image.new("RGB", (grid.columns * grid.cell_px, grid.rows * grid.cell_px), "white")
        for cell, pixels in enumerate(crops):
            picture = Image.fromarray(pixels)
            picture = picture.resize((grid.cell_px - 4, grid.cell_px - 4), Image.Resampling.LANCZOS)
            row, column = divmod(cell, grid.columns)
            sheet.paste(picture, (column * grid.cell_px + 2, row * grid.cell_px + 2))
        return self._store(sheet, name)

    def add_picture(self, pixels: np.ndarray, *, named: Callable[[str], str] = lambda content: content) -> str:
        """Store a picture at its own size; the address the config shows.

        Args:
            pixels: (H, W, 3) uint8.
            named: What to call it, from the hash of its pixels; where a name must not tell what it shows.
        """
        from PIL import Image

        content = hashlib.sha256(repr(pixels.shape).encode("ascii") + pixels.tobytes()).hexdigest()
        return self._store(Image.fromarray(pixels), named(content))

    def crop_address(self, name: str) -> str:
        """The address of a crop that was stored."""
        return self._address(f"{name[:2]}/{name}.webp")

    def read_crop(self, name: str) -> np.ndarray:
        """A crop as it was stored, for a sheet."""
        import numpy as np
        from PIL import Image

        return np.asarray(Image.open(self.folder / f"{name[:2]}/{name}.webp").convert("RGB"))

    def add_file(self, file: Path) -> tuple[str, int, int]:
        """Store a picture as it is; its address and size."""
        from PIL import Image

        data = file.read_bytes()
        with Image.open(BytesIO(data)) as picture:
            width, height = picture.size
        name = hashlib.sha256(data).hexdigest()
        return self._write(f"{name[:2]}/{name}{file.suffix.lower()}", data), width, height

    def add_examples(self, folder: Path) -> None:
        """Store the pictures that the instructions show."""
        for file in sorted((folder / "examples").glob("*.webp")):
            self._write(f"examples/{file.name}", file.read_bytes())

    def _store(self, picture, name: str) -> str:
        relative = f"{name[:2]}/{name}.webp"
        if (self.folder / relative).exists():
            return self._address(relative)
        held = BytesIO()
        picture.save(held, "WEBP", quality=_QUALITY, method=2)
        return self._write(relative, held.getvalue())

    def _write(self, relative: str, data: bytes) -> str:
        path = self.folder / relative
        if not (path.exists() and path.stat().st_size == len(data)):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            try:
                partial.write_bytes(data)
                partial.replace(path)
            except OSError as error:
                raise StorageFull(f"a picture could not be stored: {error.strerror}", where=str(path.parent)) from error
        return self._address(relative)

    def _address(self, relative: str) -> str:
        return f"/data/local-files/?d={self.project}/{relative}"
