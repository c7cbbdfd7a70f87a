"""Addresses of the board: one to call when it closes, so that its images go back at once, and reference pictures."""

from __future__ import annotations

import re
import threading

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from workbench.app import data
from workbench.app.picture_routes import HEADERS
from workbench.app.sign_in import signed_in
from workbench.domain.errors import WorkbenchError
from workbench.lake.desk import Desk

_TAB = re.compile(r"[0-9a-f]{32}")
_REFERENCE = re.compile(r"[0-9a-f]{64}\.[a-z]{3,4}")
_holders: dict[str, str] = {}  # tab -> who works in it; a tab's name is a secret that only its own page knows
_lock = threading.Lock()
MOST_TABS = 2_000  # forgotten oldest first; their claims expire by themselves


def board_routes() -> list[Route]:
    """The routes the board adds."""
    return [
        Route("/board/leave/{tab}", _leave, methods=["POST"]),
        Route("/board/reference/{name}", _reference),
    ]


def remember_tab(tab: str, holder: str) -> str:
    """Note whose tab it is; returns the address to call when it closes."""
    with _lock:
        _holders[tab] = holder
        while len(_holders) > MOST_TABS:
            del _holders[next(iter(_holders))]
    return f"board/leave/{tab}"


def _reference(request: Request) -> Response:
    """A copy of a reference picture, as `image_brief` keeps it: only ours, only by hash, only for who may see it."""
    name = request.path_params["name"]
    file = data.settings().workspace / "cache" / "references" / name
    if not signed_in(request) or not _REFERENCE.fullmatch(name) or not file.is_file():
        return Response(status_code=404)
    return FileResponse(file, headers=HEADERS)


def _leave(request: Request) -> Response:
    tab = request.path_params["tab"]
    with _lock:
        holder = _holders.get(tab) if _TAB.fullmatch(tab) else None
    if holder is None:
        return Response(status_code=404)
    try:
        desk = Desk(data.settings())
        mine = [claim.key for claim in desk.claims() if (claim.holder, claim.tab) == (holder, tab)]
        desk.release(mine, holder=holder)
    except WorkbenchError:
        return Response(status_code=503)  # nobody reads it: the page is gone, and the claims expire
    return Response(status_code=204)
