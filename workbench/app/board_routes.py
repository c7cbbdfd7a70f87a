"""Addresses of the board: one to call when it closes, so that its images go back at once, and reference pictures."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from workbench.app import data
from workbench.app.board_tabs import leave_tab
from workbench.app.picture_routes import HEADERS
from workbench.app.sign_in import signed_in
from workbench.domain.errors import WorkbenchError
from workbench.lake.desk import Desk

_REFERENCE = re.compile(r"[0-9a-f]{64}\.[a-z]{3,4}")


def board_routes() -> list[Route]:
    """The routes the board adds."""
    return [
        Route("/board/leave/{tab}", _leave, methods=["POST"]),
        Route("/board/reference/{name}", _reference),
    ]


def _reference(request: Request) -> Response:
    """A copy of a reference picture, as `image_brief` keeps it: only ours, only by hash, only for who may see it."""
    name = request.path_params["name"]
    file = data.settings().workspace / "cache" / "references" / name
    if not signed_in(request) or not _REFERENCE.fullmatch(name) or not file.is_file():
        return Response(status_code=404)
    return FileResponse(file, headers=HEADERS)


def _leave(request: Request) -> Response:
    try:
        known = leave_tab(request.path_params["tab"], Desk(data.settings()))
    except WorkbenchError:
        return Response(status_code=503)  # nobody reads it: the page is gone, and the claims expire
    return Response(status_code=204 if known else 404)
