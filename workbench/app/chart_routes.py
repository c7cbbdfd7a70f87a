"""Addresses under ``/charts``: what a browser needs to save a chart as a picture, from this server and no other."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from workbench.charts.for_paper import SCRIPT, face, plotly_script

# the same for everybody and without any data; asked for again after an update
HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def chart_routes() -> list[Route]:
    """The routes the app adds to Streamlit's own."""
    return [
        _route("paper_picture.js", SCRIPT, "text/javascript"),
        _route("plotly.min.js", plotly_script(), "text/javascript"),
        _route("face.woff2", face(), "font/woff2"),
    ]


def _route(name: str, file: Path, media_type: str) -> Route:
    def answer(_: Request) -> Response:
        return FileResponse(file, media_type=media_type, headers=HEADERS)

    return Route(f"/charts/{name}", answer)
