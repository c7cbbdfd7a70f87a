"""Shows figures in a notebook as they are, without putting the whole drawing library into the file."""

from __future__ import annotations

RENDERER = "plotly_mimetype"  # JupyterLab draws it; a picture for those who only read is added when it is saved


def in_notebook() -> None:
    """Call once at the top of a notebook."""
    import plotly.io as pio

    pio.renderers.default = RENDERER
