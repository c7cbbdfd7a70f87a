"""Address that a closing board calls, so that what was on its screen goes back to the queue at once."""

from __future__ import annotations

import re
import threading

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from workbench.app import data
from workbench.domain.errors import WorkbenchError
from workbench.lake.desk import Desk

_TAB = re.compile(r"[0-9a-f]{32}")
_holders: dict[str, str] = {}  # tab -> who works in it; a tab's name is a secret that only its own page knows
_lock = threading.Lock()
MOST_TABS = 2_000  # forgotten oldest first; their claims expire by themselves


def board_routes() -> list[Route]:
    """The routes the board adds."""
    return [Route("/board/leave/{tab}", _leave, methods=["POST"])]


def remember_tab(tab: str, holder: str) -> str:
    """Note whose tab it is; returns the address to call when it closes."""
    with _lock:
        _holders[tab] = holder
        while len(_holders) > MOST_TABS:
            del _holders[next(iter(_holders))]
    return f"board/leave/{tab}"


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
